package police

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/casework"
)

// Reason is the pack's reason for declining a case that is a matter for the police.
const Reason = "emergency"

// Transferring hands one request of a case to 110.
type Transferring struct {
	Case    string
	Version int
	Request string
	Decline bool // the case ends here with it; otherwise it goes on beside
}

// Transferred is one request that was handed over.
type Transferred struct {
	ID, Case, Request, Staff, Unit string
	At                             time.Time
	Receipt                        string // their id; empty: not taken yet
	ReceivedAt                     time.Time
}

// May tells whether the actor may hand this case to 110 now.
func (r *Room) May(actor access.Actor, f *casework.File) bool { return r.check(actor, f) == nil }

// check asks whether the actor may end the matter here and knows what goes out: words and contact.
func (r *Room) check(actor access.Actor, f *casework.File) error {
	if r.URL == "" {
		return fault.New(fault.NotFound, "channel.police.off")
	}
	res := access.Resource{Kind: "case", ID: f.Case.ID, Unit: f.Case.Lead, Units: f.Units(), AreaPath: f.Case.Path, State: string(f.Case.State)}
	for _, action := range []string{access.CaseDecline, access.RequestRead, access.PersonContact} {
		if err := r.Policy.Check(actor, action, res); err != nil {
			return err
		}
	}
	if f.Case.State.Ended() {
		return fault.New(fault.Conflict, "channel.police.ended")
	}
	return nil
}

// Transfer hands a request over: the package leaves through the outbox, the case is declined or goes on, in one
// transaction. Conflict when it was handed over before or the case has changed.
func (r *Room) Transfer(ctx context.Context, actor access.Actor, in Transferring) error {
	f, err := r.Cases.Get(ctx, actor, in.Case)
	if err != nil {
		return err
	}
	if err := r.check(actor, f); err != nil {
		return err
	}
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := r.Cases.FileOfRequestTx(tx, in.Request)
		if err != nil {
			return err
		}
		if now.Case.ID != in.Case {
			return fault.New(fault.NotFound, "casework.link.missing")
		}
		if in.Version != 0 && in.Version != now.Case.Version {
			return fault.New(fault.Conflict, "casework.refuse.changed")
		}
		t := Transferred{ID: db.NewID(r.Clock.Now()), Case: in.Case, Request: in.Request, Staff: actor.ID, Unit: actor.Unit, At: r.Clock.Now()}
		if done, err := insertTransfer(tx, t); err != nil || !done {
			return errors.Join(err, again(done))
		}
		if in.Decline {
			if _, err := r.Cases.DeclineTx(tx, actor, casework.Declining{Case: in.Case, Reason: Reason}); err != nil {
				return err
			}
		}
		return r.Outbox.Send(tx, notify.Message{Key: "police:" + t.ID, To: "request:" + in.Request, Channel: notify.Police, Template: "channel.police.package"})
	})
}

func again(done bool) error {
	if done {
		return nil
	}
	return fault.New(fault.Conflict, "channel.police.again")
}

// OfCase lists what of a case was handed over, oldest first.
func (r *Room) OfCase(ctx context.Context, id string) (list []Transferred, err error) {
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectTransfers(tx, "case_id", id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what of case %s went to 110: %w", id, err)
	}
	return list, nil
}

// outgoing is what 110 gets.
type outgoing struct {
	ID      string    `json:"id"` // ours, the same for each attempt
	Number  string    `json:"number"`
	At      time.Time `json:"at"` // when the requester said it
	Urgent  bool      `json:"urgent"`
	Name    string    `json:"name,omitempty"`
	Phone   string    `json:"phone,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Words   string    `json:"words"`
	Address string    `json:"address,omitempty"`
	Area    string    `json:"area"`
	Lat     float64   `json:"lat,omitempty"`
	Lon     float64   `json:"lon,omitempty"`
}

// Send makes the room the outbox's gateway to 110: the envelope's address is the request's id.
func (r *Room) Send(ctx context.Context, e notify.Envelope) error {
	t, out, err := r.pack(ctx, e.Address)
	if fault.KindOf(err) == fault.NotFound {
		return notify.Refused{What: "there is nothing to hand over"}
	}
	if err != nil {
		return errors.New("the package for 110 could not be put together")
	}
	body, err := json.Marshal(out)
	if err != nil {
		return errors.New("the package for 110 could not be written")
	}
	receipt, err := r.post(ctx, t.ID, body)
	if err != nil {
		return err
	}
	return r.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return updateReceipt(tx, t.ID, receipt, r.Clock.Now()) })
}

// pack puts together what 110 gets and writes that the member of staff who handed over has looked.
func (r *Room) pack(ctx context.Context, id string) (t Transferred, out outgoing, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		list, err := selectTransfers(tx, "request_id", id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fault.New(fault.NotFound, "casework.link.missing")
		}
		t = list[0]
		reader := trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: t.Staff, Unit: t.Unit}, Purpose: trail.ForTransfer, Subject: t.Case}
		h, err := r.Requests.Get(tx, id)
		if err != nil {
			return err
		}
		f, err := r.Cases.FileOfRequestTx(tx, id)
		if err != nil {
			return err
		}
		said, err := r.Requests.Words(tx, reader, id)
		if err != nil {
			return err
		}
		out = outgoing{ID: t.ID, Number: h.Number, At: h.ReceivedAt, Urgent: f.Case.Urgent, Area: h.Area, Lat: h.Point.Lat, Lon: h.Point.Lon}
		for _, s := range said {
			out.Subject, out.Words, out.Address = s.Subject, s.Words, s.Address
		}
		if h.PersonID == "" {
			return nil
		}
		p, err := r.People.Contact(tx, reader, h.PersonID)
		out.Name, out.Phone = p.Name, string(p.Phone)
		return err
	})
	return t, out, err
}

// receiptMost is how long their id may be, in bytes.
const receiptMost = 100

// post hands the package over and gives their id. What it returns holds nothing of the package.
func (r *Room) post(ctx context.Context, id string, body []byte) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(body))
	if err != nil {
		return "", notify.Refused{What: "the address of 110 is not a URL"}
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", id)
	channel.Sign(q, r.Secret, r.Clock.Now(), body)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if r.Client != nil {
		client.Transport = r.Client.Transport
	}
	answer, err := client.Do(q)
	if err != nil {
		return "", errors.New("110 cannot be reached")
	}
	defer func() { _ = answer.Body.Close() }() // only read
	said, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	switch code := answer.StatusCode; {
	case code >= 500 || code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || err != nil:
		return "", fmt.Errorf("110 answers %d", code)
	case code < 200 || code >= 300:
		return "", notify.Refused{What: fmt.Sprintf("110 answers %d", code)}
	}
	var got struct {
		Receipt string `json:"receipt"`
	}
	if json.Unmarshal(said, &got) != nil || got.Receipt == "" || len(got.Receipt) > receiptMost {
		return "", errors.New("110 gave no receipt")
	}
	return got.Receipt, nil
}

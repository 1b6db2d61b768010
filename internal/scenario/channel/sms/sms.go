package sms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/register/person"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/request"
)

// Settings say how the gateway shows who it is and how its messages look. Without Secret and Token nothing is taken in.
type Settings struct {
	Secret string `yaml:"secret"` // of the signature
	Token  string `yaml:"token"`  // fixed, for gateways that cannot sign
	Fields Form   `yaml:"fields"`
	Answer string `yaml:"answer"` // what the gateway wants to read; empty: ok
}

// On tells whether messages come in this way.
func (s Settings) On() bool { return s.Secret != "" || s.Token != "" }

// Room takes text messages in.
type Room struct {
	*channel.Desk
	Settings
}

// name of the channel in the pack.
const name = "sms"

// bodyMost is how large a gateway's request may be, in bytes.
const bodyMost = 512 << 10

// partsWait is how long the parts of a long message wait for each other.
const partsWait = 10 * time.Minute

// In takes messages from the gateway: POST /gateway/sms.
func (r *Room) In(w http.ResponseWriter, q *http.Request) error {
	body, err := r.open(q)
	if err != nil {
		return err
	}
	list, err := r.Fields.Messages(q.Header.Get("Content-Type"), body)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := r.take(q.Context(), m); err != nil {
			return err
		}
	}
	return r.thank(w)
}

// Receipts hears what became of messages that went out: POST /gateway/sms/receipts. One that did not arrive stands in
// the list of failures.
func (r *Room) Receipts(w http.ResponseWriter, q *http.Request) error {
	body, err := r.open(q)
	if err != nil {
		return err
	}
	list, err := r.Fields.Receipts(q.Header.Get("Content-Type"), body)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.Arrived {
			continue
		}
		if err := r.Outbox.Undelivered(q.Context(), one.ID, notify.SMS, one.Status); err != nil {
			return err
		}
	}
	return r.thank(w)
}

// open reads a request and makes sure that it is the gateway's.
func (r *Room) open(q *http.Request) ([]byte, error) {
	body, err := channel.Body(q, bodyMost)
	if err != nil {
		return nil, err
	}
	if r.Secret != "" {
		if !channel.Signed(q, r.Secret, r.Clock.Now(), body) {
			return nil, channel.Unsigned()
		}
		return body, nil
	}
	bearer, _ := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	if !channel.Equal(cmp.Or(bearer, r.Fields.token(q.Header.Get("Content-Type"), body)), r.Token) {
		return nil, channel.Unsigned()
	}
	return body, nil
}

func (r *Room) thank(w http.ResponseWriter) error {
	answer := cmp.Or(r.Answer, "ok")
	if strings.HasPrefix(answer, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	_, err := io.WriteString(w, answer)
	return err
}

// take takes one message, once. A sender that is no phone, such as another service's number, cannot be answered and is
// left out.
func (r *Room) take(ctx context.Context, m Message) error {
	phone, err := person.ParsePhone(m.From)
	if err != nil {
		r.Log.WarnContext(ctx, "a text message was left out: its sender is no phone")
		return nil
	}
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		first, err := r.Once(tx, name, m.ID)
		if err != nil || !first {
			return err
		}
		who, err := r.People.Ensure(tx, person.Contact{Phone: string(phone)})
		if err != nil {
			return err
		}
		if m.Parts == 1 {
			return r.say(tx, who, m.ID, m.Text)
		}
		return r.part(tx, request.Draft{Person: who, Channel: name, Ref: m.Ref}, m)
	})
	if err != nil {
		return fmt.Errorf("take in a text message: %w", err)
	}
	return nil
}

// part keeps a part until all have come.
func (r *Room) part(tx *db.Tx, d request.Draft, m Message) error {
	n, err := r.Requests.Keep(tx, d, request.Piece{Ordinal: m.Part, Words: m.Text, At: r.Clock.Now()})
	switch {
	case fault.KindOf(err) == fault.Conflict: // more than a request holds: what there is, then this part by itself
		if err := r.whole(tx, d, m.ID+"-"); err != nil {
			return err
		}
		return r.say(tx, d.Person, m.ID, m.Text)
	case err != nil || n < m.Parts:
		return err
	}
	return r.whole(tx, d, m.ID)
}

// whole takes the parts that are there for one message. They stay until it is taken in; blank ones say nothing.
func (r *Room) whole(tx *db.Tx, d request.Draft, id string) error {
	words, err := r.Requests.DraftWords(tx, d)
	if err != nil {
		return err
	}
	if strings.TrimSpace(words) != "" {
		if err := r.say(tx, d.Person, id, words); err != nil {
			return err
		}
	}
	return r.Requests.Drop(tx, d)
}

func (r *Room) say(tx *db.Tx, who, id, words string) error {
	lang, err := r.Language(tx, who)
	if err != nil {
		return err
	}
	a, err := r.Say(tx, channel.Spoken{ID: id, Channel: name, Person: who, Words: words, Language: lang})
	if err != nil || a.Key == "" {
		return err
	}
	return r.Outbox.Send(tx, notify.Message{Key: "answer:" + channel.ClientID(name, id), To: "person:" + who, Channel: notify.SMS, Template: a.Key, Args: a.Args})
}

// Work takes in long messages of which no further part came, each by itself: one that is refused stays and holds up
// no other.
func (r *Room) Work(ctx context.Context) error {
	var list []request.Draft
	err := r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = r.Requests.Drafts(tx, name, r.Clock.Now().Add(-partsWait), 50)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, d := range list {
		id := d.Person + d.Ref + r.Clock.Now().Format(time.RFC3339)
		failed = append(failed, r.DB.Write(ctx, func(tx *db.Tx) error { return r.whole(tx, d, id) }))
	}
	return errors.Join(failed...)
}

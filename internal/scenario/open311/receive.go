package open311

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// report is one report on its way in.
type report struct {
	visit
	form    reportForm
	service Service
	kind    request.Kind
	place   location
	client  string
	lines   []string // answers to the service's questions
	photos  []request.Photo
	left    []string // addresses of pictures that were not fetched
}

// Report takes a report in: a new case, or at the test endpoint nothing but the answer.
func (r *Room) Report(w http.ResponseWriter, q *http.Request) error {
	in, err := r.read(w, q)
	if err != nil {
		return err
	}
	if in.photos, in.left, err = r.pictures(q, in.form.Media); err != nil {
		return err
	}
	var done receipt
	if r.realm == trial {
		done, err = r.try(in)
	} else {
		done, err = r.take(in)
	}
	if fault.Refused(err) || done.again {
		r.forget(q.Context(), in.photos)
	}
	if err != nil {
		return err
	}
	code := http.StatusCreated
	if done.again {
		code = http.StatusOK
	}
	out := newWriter(in.format, 512)
	out.list("service_requests", func() {
		out.item("request", func() {
			if in.service.Type == Batch {
				out.text("token", done.token)
			} else if in.service.Type == Realtime {
				out.text("service_request_id", done.number)
			}
			out.text("service_notice", in.notice(r.realm))
			out.text("account_id", "")
		})
	})
	return send(w, in.p, code, out)
}

// forget removes pictures that belong to nothing; those it misses are swept with other orphans.
func (r *Room) forget(ctx context.Context, photos []request.Photo) {
	for _, p := range photos {
		_ = r.Files.Delete(ctx, p.Key)
	}
}

// receipt is what a client gets.
type receipt struct {
	number, token string
	again         bool // this report was here before; nothing was stored
}

// read decodes a report, asks who sends it, and gives all that is wrong with it at once.
func (r *Room) read(w http.ResponseWriter, q *http.Request) (in report, err error) {
	decoded := web.Decode(q, &in.form)
	wrong := fault.FieldsOf(decoded)
	if decoded != nil && len(wrong) == 0 {
		return in, decoded
	}
	if in.visit, err = r.visit(w, q); err != nil {
		return in, err
	}
	if in.key == "" {
		if err := r.stranger(w, q); err != nil {
			return in, err
		}
	}
	if in.form.Service == "" {
		return in, append(wrong, fault.Field("service_code", "open311.wrong.required"))
	}
	var ok bool
	if in.service, ok = r.Catalogue.Get(in.form.Service); !ok {
		return in, fault.New(fault.NotFound, "open311.wrong.service")
	}
	in.kind, _ = r.Requests.Terms().Kind(in.service.Kind) // known since Load
	in.client = clientID(in.key, q, in.form, in.now)
	var bad fault.Fields
	in.place, bad = in.form.locate(r.Cases.City.Areas)
	wrong = append(wrong, bad...)
	in.lines, bad = in.service.describe(q.PostForm)
	return in, append(wrong, bad...).OrNil()
}

// intake is the report as the house takes requests in. Its words are what people of the city read: what the client said,
// the answers, and where pictures lie that were not fetched.
func (in report) intake(terms Settings) request.Intake {
	words := in.form.Description
	if words == "" {
		words = in.service.Name.Hans
	}
	subject := []rune(in.service.Name.Hans + "：" + strings.Join(strings.Fields(words), " "))
	lines := append([]string{words}, in.lines...)
	for _, address := range in.left {
		lines = append(lines, "图片："+address)
	}
	return request.Intake{
		ClientID: in.client, Kind: in.service.Kind, Subject: string(subject[:min(len(subject), request.SubjectMost)]), Words: strings.Join(lines, "\n"),
		Address: in.place.address, Point: in.place.at, Area: in.place.area, Channel: Channel, Language: string(in.lang()),
		Contact: in.form.contact(in.kind, string(in.lang())), Publish: in.form.publish(terms.Publish), Photos: in.photos,
	}
}

// publish is the requester's consent: what the form says, else what the clients' terms make of it.
func (f reportForm) publish(terms bool) bool {
	switch strings.ToLower(f.Publish) {
	case "":
		return terms
	case "true", "1", "yes", "on":
		return true
	}
	return false
}

// notice tells what the client would not expect.
func (in report) notice(realm string) string {
	var say []string
	if realm == trial {
		say = append(say, in.p.T("open311.notice.test"))
	}
	if in.form.contact(in.kind, "").Anonymous {
		say = append(say, in.p.T("open311.notice.anonymous"))
	}
	if len(in.left) > 0 {
		say = append(say, in.p.T("open311.notice.media"))
	}
	return strings.Join(say, " ")
}

// take stores the report and opens its case; the record for Open311 is written with it.
func (r *Room) take(in report) (done receipt, err error) {
	err = r.DB.Write(in.ctx, func(tx *db.Tx) error {
		got, err := r.Requests.ReceiveTx(tx, access.Actor{Kind: access.Guest}, in.intake(r.Settings))
		if err != nil {
			return err
		}
		done = receipt{number: got.Number, again: got.Repeated}
		if in.service.Type == Blackbox {
			return nil
		}
		if !got.Repeated {
			if err := r.enter(tx, in, got.RequestID); err != nil {
				return fmt.Errorf("enter request %s: %w", got.RequestID, err)
			}
		}
		done.token, err = r.token(tx, in.service, got.RequestID, got.Repeated)
		return err
	})
	return done, err
}

// enter writes the record of a request that came by this door.
func (r *Room) enter(tx *db.Tx, in report, id string) error {
	head, err := r.Requests.Get(tx, id)
	if err != nil {
		return err
	}
	file, err := r.Cases.FileOfRequestTx(tx, id)
	if err != nil {
		return err
	}
	now, err := r.stand(tx, Record{Key: in.key, Service: in.service.Code}, file, head)
	if err != nil {
		return err
	}
	now.UpdatedAt = now.RequestedAt
	return saveRecord(tx, now)
}

// token gives the token of a batch service's request: a new one, or that of the first time.
func (r *Room) token(tx *db.Tx, s Service, request string, again bool) (string, error) {
	if s.Type != Batch {
		return "", nil
	}
	if again {
		return tokenOf(tx, request)
	}
	token := strings.ToLower(rand.Text())
	return token, insertToken(tx, token, request)
}

// errTrial rolls a trial back.
var errTrial = errors.New("open311: a trial is not kept")

// try takes the report in as the real endpoint would, undoes it, and keeps service, place and time for a week.
func (r *Room) try(in report) (done receipt, err error) {
	err = r.DB.Write(in.ctx, func(tx *db.Tx) error {
		if _, err := r.Requests.ReceiveTx(tx, access.Actor{Kind: access.Guest}, in.intake(r.Settings)); err != nil {
			return err
		}
		return errTrial
	})
	if !errors.Is(err, errTrial) {
		return done, err
	}
	x := Record{
		ID: trial + in.client, Number: "TEST" + strings.ToUpper(in.client[:16]), Realm: trial, Key: in.key, Service: in.service.Code, Open: true,
		State: casework.Received, Area: in.place.area, Point: in.place.at, RequestedAt: in.now, UpdatedAt: in.now,
	}
	if x.Area == "" {
		x.Area = r.Cases.City.Areas.City().Code
	}
	err = r.DB.Write(in.ctx, func(tx *db.Tx) error {
		known, err := recordsIn(tx, "id", []string{x.ID})
		if err != nil {
			return err
		}
		done = receipt{number: x.Number, again: len(known) > 0}
		if in.service.Type != Blackbox && !done.again {
			if err := saveRecord(tx, x); err != nil {
				return err
			}
			told := x
			told.State = casework.Working
			if err := insertUpdate(tx, told.told(x.Number+"-1", in.now)); err != nil {
				return err
			}
		}
		done.token, err = r.token(tx, in.service, x.ID, done.again)
		return err
	})
	return done, err
}

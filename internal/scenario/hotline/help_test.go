package hotline_test

import (
	"strconv"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/search"
	"banyan/internal/platform/web"
	"banyan/internal/register/person"
	"banyan/internal/scenario/hotline"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
	"banyan/internal/work/worktest"
)

// world is one test's own city hall with the room in it.
type world struct {
	*roomtest.House
	triage *triage.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldWith(t, nil)
}

// worldWith is a world with a way to 110.
func worldWith(t *testing.T, police hotline.Police) *world {
	t.Helper()
	h := roomtest.New(t)
	w := &world{House: h, triage: h.Triage()}
	c := h.City
	r, err := hotline.New(hotline.Deps{
		DB: h.DB, Policy: c.Policy, Cases: h.Cases, Requests: h.Requests, People: h.People, Triage: w.triage, Actor: h.Actor,
		City: hotline.City{Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties, Rules: c.Rules, Map: c.Map}, Police: police,
	})
	h.Must(err)
	h.Serve(map[string]web.Handler{
		"GET /desk/call": r.Call, "POST /desk/call": r.CallSend, "POST /desk/suggest": r.Suggest,
		"GET /desk/queue": r.Queue, "GET /desk/changes": r.Changes, "GET /desk/rulings": r.Rulings, "GET /desk/followup": r.FollowUps,
		"GET /desk/contested": r.Contested, "GET /desk/cases": r.CaseList, "GET /desk/cases/{id}": r.Case,
		"POST /desk/cases/{id}/phone": r.Phone, "POST /desk/cases/{id}/{act}": r.Act, "GET /desk/photos/{key}": r.Photo,
	})
	return w
}

// said is what somebody on the phone said about a lamp.
func said(n int) request.Intake {
	return request.Intake{
		ClientID: "client-" + strconv.Itoa(1000+n), Kind: "help", Subject: "东街口公交站旁路灯不亮", Channel: "phone", Area: "350102004",
		Words: "东街口公交站往南二十米，路灯坏了三盏，昨晚我妈在台阶那里摔了一跤，希望尽快修。", Address: "东街口公交站旁",
		Point: geo.Point{Lat: 26.0853 + float64(n)*.0003, Lon: 119.2965}, Contact: person.Contact{Name: "张三", Phone: "1390000000" + strconv.Itoa(n)}, Publish: true,
	}
}

// receive takes a request in and stores the suggestion and the index, as the
// program's reaction does.
func (w *world) receive(in request.Intake) *casework.File {
	w.Helper()
	got, err := w.Requests.Receive(w.Context(), w.Cast["desk"], in)
	w.Must(err)
	w.Write(func(tx *db.Tx) error {
		if err := search.Index(tx, "request", got.RequestID, got.Number+" "+in.Subject+"\n"+in.Words); err != nil {
			return err
		}
		_, err := w.triage.SuggestTx(tx, triage.Input{Subject: in.Subject, Text: in.Words, Area: in.Area, Kind: in.Kind, At: w.Clock.Now()}, got.CaseID)
		return err
	})
	return w.File(got.CaseID)
}

// dispatched is a case at the lamp unit.
func (w *world) dispatched(n int, assisting ...string) *casework.File {
	w.Helper()
	f := w.receive(said(n))
	of, err := w.triage.Of(w.Context(), []string{f.Case.ID})
	w.Must(err)
	f, err = w.Cases.Dispatch(w.Context(), w.Cast["desk"], casework.Dispatch{Case: f.Case.ID, Duty: of[f.Case.ID].Duty, Lead: "350102.cgj", Assisting: assisting})
	w.Must(err)
	return f
}

// replied is a case that the lamp unit has answered.
func (w *world) replied(n int) *casework.File {
	w.Helper()
	f := w.dispatched(n)
	_, err := w.Cases.Sign(w.Context(), w.Cast["lamps"], w.Lead(f).ID)
	w.Must(err)
	return w.Reply(f, w.Cast["lamps"])
}

// asked is a case whose lead asks for something.
func (w *world) asked(n int, in casework.Asking) *casework.File {
	w.Helper()
	f := w.dispatched(n)
	in.Order = w.Lead(f).ID
	f, err := w.Cases.Ask(w.Context(), w.Cast["lamps"], in)
	w.Must(err)
	return f
}

// looks counts the trail's rows of a person for a purpose.
func (w *world) looks(phone, purpose string) int {
	w.Helper()
	var id string
	w.Read(func(tx *db.Tx) error {
		p, err := person.ParsePhone(phone)
		if err != nil {
			return err
		}
		id, _, err = w.People.Find(tx, p)
		return err
	})
	rows, err := w.Trail.ForPerson(w.Context(), id, "", 500)
	w.Must(err)
	n := 0
	for _, row := range rows {
		if row.Purpose == purpose {
			n++
		}
	}
	return n
}

// masked is the requester's phone as the desk sees it.
func (w *world) masked(f *casework.File) (phone string) {
	w.Helper()
	w.Read(func(tx *db.Tx) error {
		head, err := w.Requests.Get(tx, f.Requests()[0])
		phone = person.Phone("13900000001").MaskedBy(w.People.Mark(worktest.Desk().ID, head.PersonID))
		return err
	})
	return phone
}

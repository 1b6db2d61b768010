package frontline_test

import (
	"testing"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/web"
	"banyan/internal/scenario/frontline"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
)

// world is one test's own city hall with the room in it.
type world struct{ *roomtest.House }

func newWorld(t *testing.T) *world {
	t.Helper()
	h := roomtest.New(t)
	files, err := blob.Open(t.TempDir())
	h.Must(err)
	c := h.City
	r := frontline.New(frontline.Deps{
		DB: h.DB, Policy: c.Policy, Cases: h.Cases, Requests: h.Requests, People: h.People, Oversee: h.Oversee, Staff: h.Staff, Files: files,
		City: frontline.City{Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties}, Actor: h.Actor,
	})
	h.Serve(map[string]web.Handler{
		"GET /work": r.Work, "GET /work/orders/{id}": r.Order, "GET /work/orders/{id}/{act}": r.OrderForm,
		"POST /work/orders/{id}/sign": r.Sign, "POST /work/orders/{id}/assign": r.Assign, "POST /work/orders/{id}/respond": r.Respond,
		"POST /work/orders/{id}/ask": r.Ask, "POST /work/orders/{id}/reply": r.Reply, "POST /work/orders/{id}/report": r.Report,
		"POST /work/orders/{id}/checkin": r.CheckIn, "POST /work/orders/{id}/assist": r.Assist, "POST /work/orders/{id}/contact": r.Contact,
		"GET /work/files/{case}/{key}": r.File,
		"GET /calls":                   r.Calls, "GET /cases/{id}": r.Case, "GET /cases/{id}/call": r.CallForm, "POST /cases/{id}/call": r.Call,
		"POST /cases/{id}/score": r.Score, "POST /cases/{id}/end": r.EndCall,
		"GET /patrol": r.Patrol, "POST /patrol": r.Found, "GET /patrol/{id}": r.PatrolDone,
		"GET /oversight": r.Oversight, "GET /oversight/{id}/answer": r.AnswerForm, "POST /oversight/{id}/answer": r.Answer,
		"GET /oversight/appeal": r.AppealForm, "POST /oversight/appeal": r.Appeal,
	})
	return &world{h}
}

// dispatch gives a new case to the lamp unit.
func (w *world) dispatch(assisting ...string) *casework.File {
	w.Helper()
	return w.Dispatched("350102.cgj", assisting...)
}

func at(f *casework.File, o casework.Order, act string) string {
	if act != "" {
		act = "/" + act
	}
	return "/work/orders/" + o.ID + act + "?case=" + f.Case.ID
}

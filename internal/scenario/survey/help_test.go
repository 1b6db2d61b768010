package survey_test

import (
	"context"
	"testing"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/scenario/survey"
	surveys "banyan/internal/work/survey"
	"banyan/internal/work/worktest"
)

// world is one test's own city hall with the room in it. "caller" owns surveys, "gulou" approves them, "grid" asks.
type world struct {
	*roomtest.House
	worker access.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{House: roomtest.New(t)}
	c := w.City
	r := survey.New(survey.Deps{
		Clock: w.Clock, Surveys: w.Surveys, Staff: w.Staff, Areas: c.Areas, Orgs: c.Orgs, Title: c.Pack.Title, Actor: w.Actor,
		Name: func(_ context.Context, id string) string { return "工" + id },
	})
	w.Serve(map[string]web.Handler{
		"GET /desk/surveys": r.List, "GET /desk/surveys/new": r.ProposeForm, "POST /desk/surveys": r.Propose, "GET /desk/surveys/{id}": r.One,
		"GET /desk/surveys/{id}/people": r.People, "GET /desk/surveys/{id}/{act}": r.ActForm, "POST /desk/surveys/{id}/{act}": r.Act,
		"GET /rounds": r.Rounds, "GET /rounds/{id}": r.Walk, "GET /rounds/{id}/next": r.Next, "GET /rounds/{id}/new": r.NewForm, "POST /rounds/{id}/new": r.Add,
		"GET /rounds/{id}/people/{entry}": r.Entry, "POST /rounds/{id}/people/{entry}": r.Answer,
		"GET /surveys": r.Public, "GET /surveys/{id}": r.PublicOne, "GET /surveys/{id}/proof": r.Proof,
	})
	p, err := w.Staff.AddStaff(t.Context(), org.Staff{Name: "李四", Unit: "350102004001.sq", Active: true})
	w.Must(err)
	_, err = w.Staff.AddPost(t.Context(), org.Post{Staff: p.ID, Role: org.Neighbour, Unit: p.Unit})
	w.Must(err)
	w.worker = worktest.Staff(p.ID, p.Unit, access.Community)
	w.Cast["worker"] = w.worker
	w.Cast[p.ID] = w.worker // a session's name is who acts
	return w
}

// at is what the worker's rounds hold now.
func (w *world) at() surveys.Mine {
	w.Helper()
	list, err := w.Surveys.RoundsOf(w.Context(), w.worker)
	w.Must(err)
	if len(list) == 0 {
		return surveys.Mine{}
	}
	return list[0]
}

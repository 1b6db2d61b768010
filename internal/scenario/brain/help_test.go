package brain_test

import (
	"context"
	"testing"

	"banyan/internal/platform/web"
	"banyan/internal/scenario/brain"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/leak"
	"banyan/internal/work/request"
)

// world is one test's own city hall with the room in it.
type world struct{ *roomtest.House }

func newWorld(t *testing.T) *world {
	t.Helper()
	h := roomtest.New(t)
	c := h.City
	leaks := leak.New(leak.Deps{DB: h.DB, Clock: h.Clock, People: h.People, Trail: h.Trail, Policy: c.Policy, City: "/3501/350102/",
		Key: []byte("canaries of a test"), Check: request.CheckDigit})
	r, err := brain.New(brain.Deps{
		Leak: leaks, Trail: h.Trail, Name: func(_ context.Context, id string) string { return id },
		Taken: func(context.Context, string) ([]brain.TakenFile, error) { return nil, nil },
		DB:    h.DB, Policy: c.Policy, Cases: h.Cases, Requests: h.Requests, Oversee: h.Oversee, Rate: h.Rate, Actor: h.Actor,
		City: brain.City{Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties, Map: c.Map, Pack: c.Pack.Ref()},
	})
	h.Must(err)
	h.Serve(map[string]web.Handler{
		"GET /brain": r.Screen, "GET /brain/districts/{code}": r.District, "GET /brain/cases": r.List,
		"GET /rates": r.Rates, "GET /rates/{unit}": r.UnitRates,
		"GET /supervise": r.Oversight, "GET /supervise/issue": r.IssueForm, "POST /supervise/issue": r.Issue,
		"GET /supervise/appeals/{id}": r.AppealPage, "POST /supervise/appeals/{id}": r.DecideAppeal,
		"GET /supervise/looks": r.Alarms, "POST /supervise/looks": r.ReviewAlarm, "GET /supervise/leaks": r.Leaks, "POST /supervise/leaks": r.Trace,
		"GET /supervise/lists": r.Copies, "POST /supervise/lists": r.MakeCopy,
		"GET /rectifications": r.ToJudge, "GET /rectifications/{id}": r.JudgePage, "POST /rectifications/{id}": r.Judge,
		"GET /rectify": r.ToFix, "GET /rectify/{id}": r.FixPage, "POST /rectify/{id}": r.Fix,
	})
	return &world{h}
}

// dispatch gives a new case to the lamp unit.
func (w *world) dispatch(assisting ...string) *casework.File {
	w.Helper()
	return w.Dispatched("350102.cgj", assisting...)
}

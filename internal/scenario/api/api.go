package api

import (
	"context"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
)

// City is what the pack says that the room needs.
type City struct {
	Areas  *area.Register
	Orgs   *org.Register
	Duties *duty.Register
	Pack   string // name@version
}

// Deps are what the room stands on.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Policy   *access.Policy
	Cases    *casework.Service
	Requests *request.Service
	People   *person.Service
	Triage   *triage.Service
	Oversee  *oversee.Service
	Staff    *org.Service
	Rate     *rate.Service
	Files    *blob.Store
	City     City
	Actor    func(context.Context) access.Actor // the key in its post
}

// Room is the JSON API of the loop.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// Register adds the room's operations.
func (r *Room) Register(a *openapi.API) {
	r.terms(a)
	r.files(a)
	r.requests(a)
	r.standings(a)
	r.cases(a)
	r.caseActs(a)
	r.words(a)
	r.orderActs(a)
	r.rates(a)
	r.oversight(a)
	describe(a)
}

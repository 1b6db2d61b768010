package feed

import (
	"context"
	"embed"
	"net/http"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/platform/webhook"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the room's tables.
func Schema() db.Schema { return db.Schema{Module: "feed", Files: schema} }

// City is what the pack says that tables name.
type City struct {
	Areas  *area.Register
	Orgs   *org.Register
	Duties *duty.Register
}

// Deps is what the room stands on.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Policy  *access.Policy
	Cases   *casework.Service
	Oversee *oversee.Service
	Rate    *rate.Service
	Keys    *apikey.Service
	Hooks   *webhook.Service
	City    City

	Program func(context.Context) access.Actor          // the key in its post
	Staff   func(r *http.Request) (access.Actor, error) // the member of staff in their post
}

// Room holds the operations and handlers.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// Register adds the room's operations.
func (r *Room) Register(a *openapi.API) {
	r.changes(a)
	r.webhooks(a)
	r.exports(a)
}

package citizen

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/assure"
	"banyan/internal/register/consent"
	"banyan/internal/register/credential"
	"banyan/internal/register/grant"
	"banyan/internal/register/identity"
	"banyan/internal/register/mandate"
	"banyan/internal/register/person"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/internal/work/survey"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Web      *web.Server // for cookies
	Cases    *casework.Service
	Requests *request.Service
	People   *person.Service
	Trail    *trail.Log
	Triage   *triage.Service
	Outbox   *notify.Outbox
	Files    *blob.Store
	Rates    *rate.Service
	Identity *identity.Service
	SignOn   *signon.Service
	Grants   *grant.Service
	Assure   *assure.Service
	Purposes *consent.Register

	Credentials *credential.Service

	Surveys  *survey.Service
	Mandates *mandate.Service

	Title   i18n.Text // the city's name
	Shapes  string    // address of the schematic map for choosing a place, "" for none
	Address string    // the portal's public address, https://…; "" takes the request's host
	Key     []byte    // secret of the signatures, at least 32 bytes

	// Site is by what name the browser knows the city; ok is false where no passkey can be used.
	Site func(q *http.Request) (site identity.Site, ok bool)
	// Ways are the identity services of others through which one may sign in; nil: none.
	Ways func(p web.Page) []ui.LinkView
	// Actor gives who acts: a citizen, a member of staff in a post, or a guest.
	Actor func(r *http.Request) (access.Actor, error)
}

// Room holds the handlers; app names their routes.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// visit is one request to the room: the page, who acts, and the time.
type visit struct {
	p     web.Page
	actor access.Actor
	proof proof
	now   time.Time
	ctx   context.Context
}

// visit finds out who acts. Staff who read the portal are guests here, like anybody.
func (r *Room) visit(q *http.Request) (visit, error) {
	actor, err := r.Actor(q)
	if err != nil {
		return visit{}, err
	}
	if actor.Kind != access.Citizen {
		actor = access.Actor{Kind: access.Guest}
	}
	now := r.Cases.Now()
	v := visit{p: web.PageOf(q), actor: actor, now: now, ctx: q.Context()}
	if !actor.Acts() { // what this browser proved is the reader's own
		v.proof = r.proofOf(q, now)
	}
	return v, nil
}

func (v visit) signedIn() bool { return v.actor.Kind == access.Citizen && v.actor.ID != "" }

func (v visit) lang() i18n.Lang { return v.p.Lang }

// portal is the frame of a page with the navigation; active is its part of it.
func (r *Room) portal(v visit, title, active string) ui.CitizenView {
	return ui.CitizenView{Page: v.p, Title: title, City: r.Title.In(v.lang()), Active: active}
}

// task is the frame of a page with one thing to do.
func (r *Room) task(v visit, title, back string) ui.CitizenView {
	return ui.CitizenView{Page: v.p, Title: title, City: r.Title.In(v.lang()), Back: back}
}

// again tells whether a refused form is shown again instead of an error page.
func again(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Busy:
		return true
	default:
		return false
	}
}

// url is an absolute address of the portal, for codes and messages.
func (r *Room) url(q *http.Request, path string) string {
	if r.Address != "" {
		return r.Address + path
	}
	scheme := "http"
	if q.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + q.Host + path
}

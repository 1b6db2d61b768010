package wallet

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/credential"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	DB          *db.DB
	Clock       clock.Clock
	Credentials *credential.Service
	People      *person.Service
	Policy      *access.Policy
	Orgs        *org.Register
	Title       i18n.Text // the city's name
	Address     string    // the portal's public address, https://…; "" takes the request's host

	// Actor gives who acts: a citizen, a member of staff in a post, or a guest.
	Actor func(r *http.Request) (access.Actor, error)
	// Also is the navigation of the other rooms this post may enter; nil: none.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Room holds the handlers; app names their routes.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// visit is one request to the room.
type visit struct {
	p      web.Page
	actor  access.Actor
	now    time.Time
	ctx    context.Context
	issuer string
}

func (r *Room) visit(q *http.Request) (visit, error) {
	actor, err := r.Actor(q)
	return visit{p: web.PageOf(q), actor: actor, now: r.Clock.Now(), ctx: q.Context(), issuer: r.issuer(q)}, err
}

// issuer is the address that stands in every credential.
func (r *Room) issuer(q *http.Request) string {
	if r.Address != "" {
		return r.Address
	}
	scheme := "http"
	if q.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + q.Host
}

// citizen is the visit of somebody signed in; ok is false for everybody else.
func (r *Room) citizen(q *http.Request) (v visit, ok bool, err error) {
	v, err = r.visit(q)
	return v, err == nil && v.actor.Kind == access.Citizen, err
}

func toSignIn(w http.ResponseWriter, q *http.Request, to string) error {
	return web.Redirect(w, q, "/signin?to="+url.QueryEscape(to))
}

func (r *Room) task(v visit, title, back string, scripts ...string) ui.CitizenView {
	return ui.CitizenView{Page: v.p, Title: title, City: r.Title.In(v.p.Lang), Back: back, Scripts: scripts}
}

// Nav is the navigation of the room for a post that gives credentials or asks for them.
func Nav(p web.Page, actor access.Actor, active string) []ui.NavGroup {
	var items []ui.NavItem
	if actor.Is(access.Community) {
		items = append(items, ui.NavItem{Label: p.T("wallet.nav.give"), Href: "/desk/credentials", Icon: "card", Active: active == "give"})
	}
	if actor.Is(access.Community, access.Handler, access.Caller) {
		items = append(items, ui.NavItem{Label: p.T("wallet.nav.verify"), Href: "/desk/verify", Icon: "shield", Active: active == "verify"})
	}
	if len(items) == 0 {
		return nil
	}
	return []ui.NavGroup{{Title: p.T("wallet.nav"), Items: items}}
}

func (r *Room) desk(v visit, title, active string, scripts ...string) ui.DeskView {
	nav := Nav(v.p, v.actor, active)
	if r.Also != nil {
		nav = append(nav, r.Also(v.p, v.actor)...)
	}
	who := r.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		who = v.p.Visitor.Name + " · " + who
	}
	return ui.DeskView{Page: v.p, Title: title, Room: v.p.T("wallet.room"), Nav: nav, Who: who, Scripts: scripts}
}

// said is what a credential says, in words, in the order of its kind.
func (r *Room) said(p web.Page, kind credential.Kind, facts credential.Facts) (list []string) {
	for _, f := range kind.Facts {
		if value, ok := facts[f.ID]; ok {
			list = append(list, r.Credentials.Kinds.Words(f, value, p.Lang))
		}
	}
	return list
}

// chipOf is how a credential stands.
func chipOf(p web.Page, st credential.State) ui.ChipView {
	kinds := map[credential.State]string{credential.Waiting: "info", credential.Valid: "ok", credential.Ended: "danger"}
	return ui.ChipView{Kind: kinds[st], Text: p.T("wallet.state." + string(st))}
}

// failed gives an error of a call that a page's script made as JSON, in the reader's words.
func failed(w http.ResponseWriter, p web.Page, err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	return web.JSON(w, http.StatusUnprocessableEntity, map[string]string{"error": p.T(f.Key, f.Args...)})
}

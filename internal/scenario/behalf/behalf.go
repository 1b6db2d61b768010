package behalf

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Mandates *mandate.Service
	People   *person.Service
	Policy   *access.Policy
	Trail    *trail.Log
	Staff    *org.Service
	Orgs     *org.Register
	Cases    *casework.Service
	Requests *request.Service
	Title    i18n.Text // the city's name

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
	p     web.Page
	actor access.Actor
	now   time.Time
	ctx   context.Context
}

func (r *Room) visit(q *http.Request) (visit, error) {
	actor, err := r.Actor(q)
	return visit{p: web.PageOf(q), actor: actor, now: r.Clock.Now(), ctx: q.Context()}, err
}

// citizen is the visit of somebody signed in; ok is false for anybody else, who is led to sign in.
func (r *Room) citizen(w http.ResponseWriter, q *http.Request) (v visit, ok bool, err error) {
	v, err = r.visit(q)
	if err != nil {
		return v, false, err
	}
	if v.actor.Kind == access.Citizen && v.actor.ID != "" {
		return v, true, nil
	}
	to := q.URL.Path
	if q.Method != http.MethodGet {
		to = "/me/family"
	}
	return v, false, web.Redirect(w, q, "/signin?to="+url.QueryEscape(to))
}

// task is the frame of a citizen's page.
func (r *Room) task(v visit, title, back string) ui.CitizenView {
	return ui.CitizenView{Page: v.p, Title: title, City: r.Title.In(v.p.Lang), Back: back}
}

// lastDay is the last day on which a mandate holds.
func lastDay(v visit, m mandate.Mandate) string {
	return v.p.Lang.Date(m.Until.Add(-time.Millisecond))
}

// scopeWords are the things a mandate allows, in words.
func scopeWords(p web.Page, list []mandate.Scope) (out []string) {
	for _, s := range list {
		out = append(out, p.T("mandate.scope."+string(s)))
	}
	return out
}

// scopeOptions are the things that can be allowed, as choices.
func scopeOptions(p web.Page, chosen []string) (out []ui.CheckboxView) {
	for _, s := range mandate.Scopes() {
		on := false
		for _, c := range chosen {
			on = on || c == string(s)
		}
		out = append(out, ui.CheckboxView{Name: "scope", Value: string(s), Label: p.T("mandate.scope." + string(s)), Hint: p.T("mandate.scope." + string(s) + ".hint"), Checked: on})
	}
	return out
}

func scopesOf(words []string) (out []mandate.Scope) {
	for _, w := range words {
		out = append(out, mandate.Scope(w))
	}
	return out
}

// dayOptions are for how long, as choices.
func dayOptions(p web.Page, kind mandate.HolderKind) (out []ui.Option) {
	for _, n := range mandate.Days(kind) {
		out = append(out, ui.Option{Value: p.Lang.Number(n), Label: p.T("mandate.days", "N", n)})
	}
	return out
}

// chip is how a mandate stands, in a word.
func chip(v visit, m mandate.Mandate) ui.ChipView {
	state := m.State(v.now)
	kinds := map[mandate.State]string{mandate.Holds: "ok", mandate.Waiting: "warn"}
	text := v.p.T("mandate.state." + string(state))
	if state == mandate.Ended {
		text = v.p.T("mandate.ended."+m.EndedBy, "At", v.p.Lang.Stamp(m.Ended, v.now))
	}
	return ui.ChipView{Kind: kinds[state], Text: text}
}

package connect

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/internal/register/signon"
	"banyan/web/ui"
)

type appsView struct {
	ui.CitizenView
	apps []appView
}

type appView struct {
	id, name, state, kind string
	open                  bool
	meta                  []ui.MetaItem
	given                 []string
}

// Mine lists the apps a citizen let in, and lets them take it back.
func (r *Room) Mine(w http.ResponseWriter, q *http.Request) error {
	who, ok := r.who(q)
	if !ok {
		return r.toSignIn(w, q, "/me/apps")
	}
	list, err := r.SignOn.GrantsOf(q.Context(), who.Person)
	if err != nil {
		return err
	}
	view := appsView{CitizenView: r.task(q, web.PageOf(q).T("connect.mine.title"), "/me")}
	for _, g := range list {
		view.apps = append(view.apps, r.appView(web.PageOf(q), g))
	}
	return web.Render(w, q, http.StatusOK, mine(view))
}

func (r *Room) appView(p web.Page, g signon.Given) appView {
	now := r.Clock.Now()
	v := appView{id: g.Grant.ID, name: g.App.Name, given: given(p, g.Grant.Scopes), meta: []ui.MetaItem{
		{Term: p.T("connect.mine.unit"), Text: r.Orgs.Name(g.App.Unit, p.Lang)},
		{Term: p.T("connect.mine.since"), Text: p.Lang.Stamp(g.Grant.Given, now)},
	}}
	switch {
	case !g.Grant.Ended.IsZero():
		v.state = p.T("connect.mine.ended", "At", p.Lang.Stamp(g.Grant.Ended, now))
	case !g.App.Open():
		v.state = p.T("connect.mine.closed")
	case !g.Grant.Holds(now):
		v.state = p.T("connect.mine.over")
	default:
		v.open, v.kind, v.state = true, "ok", p.T("connect.mine.open")
		v.meta = append(v.meta, ui.MetaItem{Term: p.T("connect.mine.until"), Text: p.Lang.Date(g.Grant.Until)})
	}
	return v
}

// TakeBack ends what a citizen allowed.
func (r *Room) TakeBack(w http.ResponseWriter, q *http.Request) error {
	who, ok := r.who(q)
	if !ok {
		return r.toSignIn(w, q, "/me/apps")
	}
	if err := r.SignOn.TakeBack(q.Context(), who.Person, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/apps")
}

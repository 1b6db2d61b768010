package account

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/web/ui"
)

type meView struct {
	Desk     ui.DeskView
	About    []ui.MetaItem
	Sessions []sessionView
	Others   bool
}

type sessionView struct {
	ID, Agent string
	Own       bool
	Meta      []ui.MetaItem
}

// Me shows one's own account and where one is signed in.
func (r *Room) Me(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	a, err := r.Identity.Account(v.ctx, v.who.Account)
	if err != nil {
		return err
	}
	sessions, err := r.Identity.Sessions(v.ctx, v.who.Account)
	if err != nil {
		return err
	}
	factor := v.p.T("account.factor.off")
	if a.Enrolled {
		factor = v.p.T("account.factor.on")
	}
	view := meView{Desk: r.desk(q, v, v.p.T("account.me.title"), "me"), Others: len(sessions) > 1, About: []ui.MetaItem{
		{Term: v.p.T("account.signin.login"), Text: a.Login}, {Term: v.p.T("account.staff.name"), Text: v.who.Name},
		{Term: v.p.T("account.staff.unit"), Text: r.City.Orgs.Name(v.who.Unit, v.p.Lang)}, {Term: v.p.T("account.nav.factor"), Text: factor},
	}}
	for _, s := range sessions {
		one := sessionView{ID: s.ID, Agent: s.Agent, Own: s.ID == v.who.Session, Meta: []ui.MetaItem{
			{Term: v.p.T("account.session.since"), Text: v.p.Lang.DateTime(s.CreatedAt), Num: true},
			{Term: v.p.T("account.session.seen"), Text: v.p.Lang.DateTime(s.SeenAt), Num: true},
			{Term: v.p.T("account.session.until"), Text: v.p.Lang.DateTime(s.ExpiresAt), Num: true},
		}}
		if one.Agent == "" {
			one.Agent = v.p.T("account.session.unknown")
		}
		view.Sessions = append(view.Sessions, one)
	}
	return web.Render(w, q, http.StatusOK, mePage(view))
}

// Revoke ends one of one's own sessions; another's is left alone.
func (r *Room) Revoke(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if err := r.Identity.Revoke(v.ctx, v.who.Account, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/account")
}

// RevokeOthers ends all of one's own sessions but this one.
func (r *Room) RevokeOthers(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if err := r.Identity.RevokeOthers(v.ctx, v.who.Account, v.who.Session); err != nil {
		return err
	}
	return web.Redirect(w, q, "/account")
}

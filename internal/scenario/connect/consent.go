package connect

import (
	"net/http"
	"net/url"
	"slices"

	"banyan/internal/platform/web"
	"banyan/internal/register/signon"
	"banyan/web/ui"
)

type consentView struct {
	ui.CitizenView
	id, app, unit, site, until string
	given                      []string
	notGiven                   string
}

type backView struct {
	ui.CitizenView
	app, to string
}

type consentForm struct {
	ID     string `form:"id" max:"100" required:"true"`
	Answer string `form:"answer" max:"10" required:"true"`
}

// Consent asks the person; a stranger signs in first. What was allowed before and still holds is not asked again, unless the app
// wants it shown.
func (r *Room) Consent(w http.ResponseWriter, q *http.Request) error {
	form := q.URL.Query()
	ask, app, err := r.SignOn.Asked(q.Context(), form.Get("id"))
	if err != nil {
		return err
	}
	who, ok := r.who(q)
	if !ok {
		form.Set("back", "1")
		return r.toSignIn(w, q, consentPage+"?"+form.Encode())
	}
	if err := r.live(q); err != nil {
		return err
	}
	if form.Get("show") == "" {
		again, err := r.SignOn.AllowAgain(q.Context(), ask.ID, who)
		if err != nil {
			return err
		}
		if again {
			return r.give(w, q, ask.ID, form.Get("back") != "")
		}
	}
	return web.Render(w, q, http.StatusOK, asking(r.consentView(q, ask, app)))
}

func (r *Room) consentView(q *http.Request, ask signon.Ask, app signon.App) consentView {
	p := web.PageOf(q)
	v := consentView{
		CitizenView: r.task(q, p.T("connect.consent.title"), "/"), id: ask.ID, app: app.Name, unit: r.Orgs.Name(app.Unit, p.Lang), site: site(ask.Redirect),
		until: p.T("connect.consent.until", "Day", p.Lang.Date(r.Clock.Now().AddDate(0, 0, app.Days))), given: given(p, ask.Scopes),
		notGiven: p.T("connect.consent.never"),
	}
	if !slices.ContainsFunc([]string{signon.Name, signon.Phone, signon.Looks}, func(s string) bool { return slices.Contains(ask.Scopes, s) }) {
		v.notGiven = p.T("connect.consent.nothing")
	}
	return v
}

// given says in words what an app gets.
func given(p web.Page, scopes []string) []string {
	words := []string{p.T("connect.scope.openid")}
	for _, scope := range signon.Scopes() {
		if slices.Contains(scopes, scope) {
			words = append(words, p.T("connect.scope."+scope))
		}
	}
	return words
}

// site is where an answer goes, in a form that people know.
func site(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || u.Host == "" {
		return redirect
	}
	return u.Host
}

// Answer takes the person's yes or no and leads back to the app.
func (r *Room) Answer(w http.ResponseWriter, q *http.Request) error {
	var in consentForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	who, ok := r.who(q)
	if !ok {
		return r.toSignIn(w, q, consentPage+"?"+url.Values{"id": {in.ID}, "back": {"1"}}.Encode())
	}
	if in.Answer != "yes" {
		ask, err := r.SignOn.Refuse(q.Context(), in.ID)
		if err != nil {
			return err
		}
		return r.back(w, q, ask.App, r.address(q, ask.Redirect, url.Values{"error": {accessDenied}, "state": {ask.State}}))
	}
	if err := r.live(q); err != nil {
		return err
	}
	if _, err := r.SignOn.Allow(q.Context(), in.ID, who); err != nil {
		return err
	}
	return r.give(w, q, in.ID, true)
}

// back is the page from which a browser goes on to the app by itself.
func (r *Room) back(w http.ResponseWriter, q *http.Request, app, to string) error {
	a, err := r.SignOn.App(q.Context(), app)
	if err != nil {
		return err
	}
	w.Header().Set("Refresh", "0; url="+to)
	w.Header().Set("Referrer-Policy", "no-referrer")
	view := backView{CitizenView: r.task(q, web.PageOf(q).T("connect.back.title"), "/"), app: a.Name, to: to}
	return web.Render(w, q, http.StatusOK, backPage(view))
}

package citizen

import (
	"net/http"
	"net/url"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/internal/register/person"
	"banyan/web/ui"
)

type signInForm struct {
	Phone string `form:"phone" max:"40" required:"true"`
	Code  string `form:"code" max:"10"`
	To    string `form:"to" max:"200"`
}

// SignInStart asks for the phone.
func (r *Room) SignInStart(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	to := inside(q.URL.Query().Get("to"))
	if v.signedIn() {
		return web.Redirect(w, q, to)
	}
	return r.showSignIn(w, q, v, signInForm{To: to}, nil)
}

// SignIn sends a code to the phone and asks for it. The phone travels in the form, never in an address.
func (r *Room) SignIn(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f signInForm
	err = web.Decode(q, &f)
	if err == nil {
		_, err = person.ParsePhone(f.Phone)
	}
	if err == nil {
		err = r.Identity.StartCitizen(v.ctx, f.Phone)
	}
	if again(err) {
		return r.showSignIn(w, q, v, f, err)
	}
	if err != nil {
		return err
	}
	return r.showCode(w, q, v, f, nil)
}

// SignInCodeStart leads back to the phone: a code without one means nothing.
func (r *Room) SignInCodeStart(w http.ResponseWriter, q *http.Request) error {
	return web.Redirect(w, q, "/signin")
}

// SignInCode signs in with the code.
func (r *Room) SignInCode(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f signInForm
	if err := web.Decode(q, &f); err != nil {
		if !again(err) {
			return err
		}
		return r.showCode(w, q, v, f, err)
	}
	token, err := r.Identity.FinishCitizen(v.ctx, f.Phone, f.Code, identity.Visit{Agent: q.UserAgent(), Old: web.SessionToken(q)})
	if again(err) {
		return r.showCode(w, q, v, f, err)
	}
	if err != nil {
		return err
	}
	r.Web.StartSession(w, q, token, identity.CitizenLives)
	return web.Redirect(w, q, inside(f.To))
}

// SignInPasskey signs in with a passkey's answer.
func (r *Room) SignInPasskey(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f struct {
		Answer string `form:"passkey" max:"20000"`
		To     string `form:"to" max:"200"`
	}
	err = web.Decode(q, &f)
	site, ok := r.Site(q)
	if err == nil && !ok {
		err = fault.Field("passkey", "proof.passkeys.not_here")
	}
	token := ""
	if err == nil {
		token, err = r.Identity.SignInPasskey(v.ctx, site, identity.Citizen, r.Web.TakeOnce(w, q), f.Answer, identity.Visit{Agent: q.UserAgent(), Old: web.SessionToken(q)})
	}
	if again(err) {
		return r.showSignIn(w, q, v, signInForm{To: f.To}, err)
	}
	if err != nil {
		return err
	}
	r.Web.StartSession(w, q, token, identity.CitizenLives)
	return web.Redirect(w, q, inside(f.To))
}

// toSignIn sends a stranger to sign in and back to where they wanted to go.
func (r *Room) toSignIn(w http.ResponseWriter, q *http.Request) error {
	return web.Redirect(w, q, "/signin?to="+url.QueryEscape(q.URL.Path))
}

// inside returns to when it is a path of this server, else the own page.
func inside(to string) string { return web.Inside(to, "/me") }

func (r *Room) showSignIn(w http.ResponseWriter, q *http.Request, v visit, f signInForm, wrong error) error {
	view := signInView{CitizenView: r.task(v, v.p.T("citizen.signin.title"), "/"), signInForm: f}
	view.errs = ui.Errors(v.p, wrong, "phone", v.p.T("citizen.signin.phone"), "passkey", v.p.T("proof.passkeys.one"))
	if _, view.ring = r.Site(q); view.ring {
		view.Scripts = []string{"passkey.js"}
	}
	if r.Ways != nil {
		view.ways = r.Ways(v.p)
		for i := range view.ways {
			view.ways[i].Href += "?to=" + url.QueryEscape(f.To)
		}
	}
	return web.Show(w, q, wrong, signIn(view))
}

func (r *Room) showCode(w http.ResponseWriter, q *http.Request, v visit, f signInForm, wrong error) error {
	view := signInView{CitizenView: r.task(v, v.p.T("citizen.signin.title"), "/signin"), signInForm: f}
	view.errs = ui.Errors(v.p, wrong, "code", v.p.T("citizen.signin.code"), "phone", v.p.T("citizen.signin.phone"))
	if p, err := person.ParsePhone(f.Phone); err == nil {
		view.masked = p.Masked()
	}
	return web.Show(w, q, wrong, signInCode(view))
}

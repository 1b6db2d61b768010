package account

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

// signInForm is the first step.
type signInForm struct {
	Login    string `form:"login" max:"100" required:"true"`
	Password string `form:"password" max:"200" required:"true"`
	To       string `form:"to" max:"300"`
}

// codeForm is the second step.
type codeForm struct {
	Step string `form:"step" max:"2000"`
	Code string `form:"code" max:"20"`
	To   string `form:"to" max:"300"`
}

type signInView struct {
	Page   web.Page
	Title  string
	Errors []ui.FieldError
	Login  string
	Step   string
	To     string
	Notice string
	Dev    bool
	Ring   bool // passkeys can be used here
}

// passkeyForm is the answer of somebody's passkey.
type passkeyForm struct {
	Answer string `form:"passkey" max:"20000"`
	To     string `form:"to" max:"300"`
}

// SignInForm asks for login and password. Whoever is in already goes on.
func (r *Room) SignInForm(w http.ResponseWriter, q *http.Request) error {
	to := q.URL.Query().Get("to")
	if web.VisitorOf(q).IsStaff() {
		return web.Redirect(w, q, inside(to))
	}
	view := r.signInView(q, signInForm{To: to}, nil)
	if q.URL.Query().Has("changed") {
		view.Notice = view.Page.T("account.password.changed")
	}
	return web.Render(w, q, http.StatusOK, signInPage(view))
}

// SignIn takes login and password: in, on to the code, or one and the same
// refusal whichever of the two was wrong.
func (r *Room) SignIn(w http.ResponseWriter, q *http.Request) error {
	var in signInForm
	err := web.Decode(q, &in)
	token := ""
	if err == nil {
		token, err = r.Identity.SignInStaff(q.Context(), in.Login, in.Password, "", visitOf(q))
	}
	if needsCode(err) {
		sealed, err := r.seal(in.Login, in.Password)
		if err != nil {
			return err
		}
		return web.Render(w, q, http.StatusOK, codePage(r.codeView(q, codeForm{Step: sealed, To: in.To}, nil)))
	}
	if err != nil {
		return refusedOr(err, func() error { return web.Show(w, q, err, signInPage(r.signInView(q, in, err))) })
	}
	return r.enter(w, q, token, in.To)
}

// SignInPasskey takes a passkey's answer, which is enough: the device has asked its owner.
func (r *Room) SignInPasskey(w http.ResponseWriter, q *http.Request) error {
	var in passkeyForm
	err := web.Decode(q, &in)
	site, ok := r.Site(q)
	if err == nil && !ok {
		err = fault.Field("passkey", "proof.passkeys.not_here")
	}
	token := ""
	if err == nil {
		token, err = r.Identity.SignInPasskey(q.Context(), site, identity.Staff, r.Web.TakeOnce(w, q), in.Answer, visitOf(q))
	}
	if err != nil {
		return refusedOr(err, func() error {
			return web.Show(w, q, err, signInPage(r.signInView(q, signInForm{To: in.To}, err)))
		})
	}
	return r.enter(w, q, token, in.To)
}

// SignInCode takes the code of the second step.
func (r *Room) SignInCode(w http.ResponseWriter, q *http.Request) error {
	var in codeForm
	if err := web.Decode(q, &in); err != nil {
		return refusedOr(err, func() error { return web.Show(w, q, err, codePage(r.codeView(q, in, err))) })
	}
	t, ok := r.open(in.Step)
	if !ok {
		err := fault.New(fault.Invalid, "account.step_old")
		return web.Show(w, q, err, signInPage(r.signInView(q, signInForm{To: in.To}, err)))
	}
	token, err := r.Identity.SignInStaff(q.Context(), t.Login, t.Password, in.Code, visitOf(q))
	if err != nil {
		return refusedOr(err, func() error { return web.Show(w, q, err, codePage(r.codeView(q, in, err))) })
	}
	return r.enter(w, q, token, in.To)
}

// enter gives the browser its session and leads on: to the choice of a post when
// there are several.
func (r *Room) enter(w http.ResponseWriter, q *http.Request, token, to string) error {
	r.Web.StartSession(w, q, token, identity.StaffLives)
	s, ok := r.Identity.Lookup(q.Context(), token)
	if !ok {
		return web.Redirect(w, q, "/staff/signin")
	}
	seats, err := r.Seats(q.Context(), s.StaffID)
	if err != nil {
		return err
	}
	if len(seats) > 1 {
		return web.Redirect(w, q, "/account/posts?to="+escape(inside(to)))
	}
	return web.Redirect(w, q, inside(to))
}

// SignOut ends the session, of staff and of citizens.
func (r *Room) SignOut(w http.ResponseWriter, q *http.Request) error {
	if err := r.Identity.SignOut(q.Context(), web.SessionToken(q)); err != nil {
		return err
	}
	r.Web.EndSession(w, q)
	if web.VisitorOf(q).IsStaff() {
		return web.Redirect(w, q, "/staff/signin")
	}
	return web.Redirect(w, q, "/")
}

func visitOf(q *http.Request) identity.Visit {
	return identity.Visit{Agent: q.UserAgent(), Old: web.SessionToken(q)}
}

// needsCode tells that the password was right and a second factor is wanted.
func needsCode(err error) bool {
	for _, e := range fault.FieldsOf(err) {
		if e.Key == "identity.code_needed" {
			return true
		}
	}
	return false
}

// refusedOr shows the form again for what a person can do something about, and
// hands on what went wrong inside.
func refusedOr(err error, show func() error) error {
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	return show()
}

func (r *Room) signInView(q *http.Request, in signInForm, wrong error) signInView {
	p := web.PageOf(q)
	_, ring := r.Site(q)
	return signInView{
		Page: p, Title: p.T("account.signin.title"), Login: in.Login, To: in.To, Dev: r.Dev != nil, Ring: ring,
		Errors: ui.Errors(p, wrong, "login", p.T("account.signin.login"), "password", p.T("account.signin.password"), "passkey", p.T("proof.passkeys.one")),
	}
}

func (r *Room) codeView(q *http.Request, in codeForm, wrong error) signInView {
	p := web.PageOf(q)
	return signInView{
		Page: p, Title: p.T("account.code.title"), Step: in.Step, To: in.To,
		Errors: ui.Errors(p, wrong, "code", p.T("account.code.label")),
	}
}

package account

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

// setupForm is a code that an administrator handed over, and the new password.
type setupForm struct {
	Login    string `form:"login" max:"100" required:"true"`
	Code     string `form:"code" max:"40" required:"true"`
	Password string `form:"password" max:"200" required:"true"`
	Repeat   string `form:"repeat" max:"200"`
}

type setupView struct {
	Page   web.Page
	Title  string
	Errors []ui.FieldError
	Login  string
	Least  int
}

// SetupForm asks for the code and a new password.
func (r *Room) SetupForm(w http.ResponseWriter, q *http.Request) error {
	return r.setupAgain(w, q, setupForm{}, nil)
}

// Setup sets the new password, signs in, and leads to where a second factor is set up.
func (r *Room) Setup(w http.ResponseWriter, q *http.Request) error {
	var in setupForm
	err := web.Decode(q, &in)
	if err == nil && in.Password != in.Repeat {
		err = fault.Field("repeat", "account.repeat_wrong")
	}
	token := ""
	if err == nil {
		token, err = r.Identity.SetUpStaff(q.Context(), in.Login, in.Code, in.Password, visitOf(q))
	}
	if err != nil {
		return refusedOr(err, func() error { return r.setupAgain(w, q, in, err) })
	}
	r.Web.StartSession(w, q, token, identity.StaffLives)
	return web.Redirect(w, q, "/account/factor")
}

func (r *Room) setupAgain(w http.ResponseWriter, q *http.Request, in setupForm, wrong error) error {
	p := web.PageOf(q)
	v := setupView{Page: p, Title: p.T("account.setup.title"), Login: in.Login, Least: identity.PasswordLeast}
	v.Errors = ui.Errors(p, wrong, "login", p.T("account.signin.login"), "code", p.T("account.setup.code"), "password", p.T("account.password.new"), "repeat", p.T("account.password.repeat"))
	return web.Show(w, q, wrong, setupPage(v))
}

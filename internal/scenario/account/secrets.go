package account

import (
	"errors"
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

// proofForm is what one proves to be oneself with before a secret is changed: a
// desk left open is not enough.
type proofForm struct {
	Current string `form:"current" max:"200" required:"true"`
	Code    string `form:"code" max:"20"`
}

type passwordForm struct {
	proofForm
	Password string `form:"password" max:"200" required:"true"`
	Repeat   string `form:"repeat" max:"200"`
}

type secretView struct {
	Desk     ui.DeskView
	Errors   []ui.FieldError
	Enrolled bool
	Least    int
	Key      identity.Key // a new second factor, shown once
}

// prove signs in once more beside the session and ends that sign-in at once.
// What is wrong with the password is told on the field current.
func (r *Room) prove(v visit, q *http.Request, in proofForm) error {
	a, err := r.Identity.Account(v.ctx, v.who.Account)
	if err != nil {
		return err
	}
	token, err := r.Identity.SignInStaff(v.ctx, a.Login, in.Current, in.Code, identity.Visit{Agent: q.UserAgent()})
	if e, ok := fault.As(err); ok && e.Key == "identity.wrong" {
		return fault.Field("current", "account.current_wrong")
	}
	if err != nil {
		return err
	}
	return r.Identity.SignOut(v.ctx, token)
}

// PasswordForm asks for the old and a new password.
func (r *Room) PasswordForm(w http.ResponseWriter, q *http.Request) error {
	return r.passwordAgain(w, q, nil)
}

// Password changes the own password. Every session ends with it, this one too.
func (r *Room) Password(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in passwordForm
	err = web.Decode(q, &in)
	if err == nil && in.Password != in.Repeat {
		err = fault.Field("repeat", "account.repeat_wrong")
	}
	if err == nil {
		err = r.prove(v, q, in.proofForm)
	}
	if err == nil {
		err = r.Identity.SetPassword(v.ctx, v.who.Account, in.Password)
	}
	if err != nil {
		return refusedOr(err, func() error { return r.passwordAgain(w, q, err) })
	}
	r.Web.EndSession(w, q)
	return web.Redirect(w, q, "/staff/signin?changed")
}

func (r *Room) passwordAgain(w http.ResponseWriter, q *http.Request, wrong error) error {
	view, err := r.secretView(q, "password", wrong)
	if err != nil {
		return err
	}
	return web.Show(w, q, wrong, passwordPage(view))
}

func (r *Room) secretView(q *http.Request, name string, wrong error) (secretView, error) {
	v, err := r.visit(q)
	if err != nil {
		return secretView{}, err
	}
	a, err := r.Identity.Account(v.ctx, v.who.Account)
	view := secretView{Desk: r.desk(q, v, v.p.T("account."+name+".title"), name), Enrolled: a.Enrolled, Least: identity.PasswordLeast}
	view.Errors = ui.Errors(v.p, wrong, "current", v.p.T("account.current"), "code", v.p.T("account.code.label"),
		"password", v.p.T("account.password.new"), "repeat", v.p.T("account.password.repeat"))
	return view, err
}

// FactorForm tells about the second factor and asks for the password to set one
// up.
func (r *Room) FactorForm(w http.ResponseWriter, q *http.Request) error {
	return r.factorAgain(w, q, nil)
}

func (r *Room) factorAgain(w http.ResponseWriter, q *http.Request, wrong error) error {
	view, err := r.secretView(q, "factor", wrong)
	if err != nil {
		return err
	}
	return web.Show(w, q, wrong, factorPage(view))
}

// Enrol makes a new second factor and shows it once, as a QR code and as text.
func (r *Room) Enrol(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in proofForm
	if err = web.Decode(q, &in); err == nil {
		err = r.prove(v, q, in)
	}
	var key identity.Key
	if err == nil {
		key, err = r.Identity.EnrolTOTP(v.ctx, v.who.Account, r.City.Title.In(v.p.Lang))
	}
	if err != nil {
		return refusedOr(err, func() error { return r.factorAgain(w, q, err) })
	}
	view, err := r.secretView(q, "factor", nil)
	view.Key = key
	return errors.Join(err, web.Render(w, q, http.StatusOK, keyPage(view)))
}

// Confirm takes the new second factor into use once a code of it was seen.
func (r *Room) Confirm(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in codeForm
	if err = web.Decode(q, &in); err == nil {
		err = r.Identity.ConfirmTOTP(v.ctx, v.who.Account, in.Code)
	}
	if err == nil {
		return web.Redirect(w, q, "/account")
	}
	return refusedOr(err, func() error {
		view, bad := r.secretView(q, "factor", err)
		if bad != nil {
			return bad
		}
		return web.Show(w, q, err, keyPage(view))
	})
}

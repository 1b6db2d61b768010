package proof

import (
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// phoneForm is the phone that somebody wants to have from now on. It travels in the form, never in an address.
type phoneForm struct {
	Phone string `form:"phone" max:"40" required:"true"`
	Code  string `form:"code" max:"10"`
}

type phoneView struct {
	frame
	phoneForm
	masked string
	sent   bool
	done   bool
	errs   []ui.FieldError
}

// PhoneForm asks for another phone.
func (r *Room) PhoneForm(w http.ResponseWriter, q *http.Request) error {
	return r.showPhone(w, q, phoneView{done: q.URL.Query().Has("done")}, nil)
}

// Phone sends a code to the other phone; the one the account has is told.
func (r *Room) Phone(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	v := phoneView{}
	if err = web.Decode(q, &v.phoneForm); err == nil {
		err = r.Identity.StartPhone(q.Context(), session(who), v.Phone)
	}
	if err != nil && !again(err) {
		return err
	}
	v.sent = err == nil
	return r.showPhone(w, q, v, err)
}

// PhoneCode takes the code and makes the other phone the account's.
func (r *Room) PhoneCode(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	v := phoneView{sent: true}
	if err = web.Decode(q, &v.phoneForm); err == nil {
		err = r.Identity.FinishPhone(q.Context(), session(who), v.Phone, v.Code, func(tx *db.Tx, to person.Phone) (string, error) {
			own := access.Actor{Kind: access.Citizen, ID: who.Person, Session: who.Session}
			from, err := r.People.Move(tx, trail.Reader{Actor: own, Purpose: trail.ForOwn}, who.Person, to)
			if err == nil && from != "" {
				err = r.Joined(tx, from, who.Person)
			}
			return from, err
		})
	}
	if again(err) {
		return r.showPhone(w, q, v, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/phone?done")
}

func (r *Room) showPhone(w http.ResponseWriter, q *http.Request, v phoneView, wrong error) error {
	_, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	p := web.PageOf(q)
	v.errs = ui.Errors(p, wrong, "phone", p.T("proof.phone.new"), "code", p.T("citizen.signin.code"))
	if to, err := person.ParsePhone(v.Phone); err == nil {
		v.masked = to.Masked()
	}
	if v.frame, err = r.frame(q, p.T("proof.phone.title"), "/me", ""); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, wrong, phonePage(v))
}

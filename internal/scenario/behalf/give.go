package behalf

import (
	"net/http"
	"strconv"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/mandate"
	"banyan/internal/register/person"
	"banyan/web/ui"
)

// giveForm is what a giver allows in their own account.
type giveForm struct {
	Relation string   `form:"relation" max:"20"`
	Scope    []string `form:"scope" max:"20"`
	Days     string   `form:"days" max:"5"`
	How      string   `form:"how" max:"10"` // code or phone
	Phone    string   `form:"phone" max:"40"`
}

// Ways in which the holder comes to a mandate.
const (
	byCode  = "code"
	byPhone = "phone"
)

type giveView struct {
	ui.CitizenView
	giveForm
	form                 string
	errs                 []ui.FieldError
	relations, days, how []ui.Option
	scopes               []ui.CheckboxView
}

// GiveForm asks whom the reader lets act for them.
func (r *Room) GiveForm(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	return r.showGive(w, q, v, giveForm{How: byCode, Scope: []string{string(mandate.Report), string(mandate.Follow)}}, nil)
}

func (r *Room) showGive(w http.ResponseWriter, q *http.Request, v visit, f giveForm, wrong error) error {
	t := v.p.T
	view := giveView{CitizenView: r.task(v, t("behalf.give.title"), "/me/family"), giveForm: f, form: web.FormID(q), scopes: scopeOptions(v.p, f.Scope), days: dayOptions(v.p, mandate.Person)}
	view.errs = ui.Errors(v.p, wrong, "relation", t("behalf.give.relation"), "scope", t("behalf.give.scope"), "days", t("behalf.give.days"), "phone", t("behalf.give.phone"), "how", t("behalf.give.how"))
	for _, x := range mandate.Relations() {
		view.relations = append(view.relations, ui.Option{Value: x, Label: t("mandate.relation." + x)})
	}
	for _, x := range []string{byCode, byPhone} {
		view.how = append(view.how, ui.Option{Value: x, Label: t("behalf.give.how." + x), Hint: t("behalf.give.how." + x + ".hint")})
	}
	return web.Show(w, q, wrong, givePage(view))
}

type codeView struct {
	ui.CitizenView
	code string
}

// Give keeps what the reader allows. A code is shown on the answer and never again.
func (r *Room) Give(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	var f giveForm
	var code string
	if err = web.Decode(q, &f); err == nil {
		code, err = r.give(q, v, f)
	}
	switch {
	case err != nil && web.Again(err):
		return r.showGive(w, q, v, f, err)
	case err != nil:
		return err
	case code == "":
		return web.Redirect(w, q, "/me/family")
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, nil, codePage(codeView{CitizenView: r.task(v, v.p.T("behalf.code.title"), "/me/family"), code: code}))
}

func (r *Room) give(q *http.Request, v visit, f giveForm) (code string, err error) {
	days, _ := strconv.Atoi(f.Days) // anything else is no choice
	g := mandate.Giving{Form: web.FormID(q), Relation: f.Relation, Scope: scopesOf(f.Scope), Days: days}
	switch f.How {
	case byCode:
	case byPhone:
		if g.Holder, err = r.personOf(v, f.Phone); err != nil {
			return "", err
		}
	default:
		return "", fault.Field("how", "mandate.need.how")
	}
	_, code, err = r.Mandates.Give(v.ctx, v.actor, g)
	return code, err
}

// personOf finds the person of a phone or makes one: no answer tells which.
func (r *Room) personOf(v visit, phone string) (id string, err error) {
	if _, err := person.ParsePhone(phone); err != nil {
		return "", err
	}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		id, err = r.People.Ensure(tx, person.Contact{Phone: phone})
		return err
	})
	return id, err
}

// enterForm is the code that a giver told, with their phone.
type enterForm struct {
	Phone string `form:"phone" max:"40" required:"true"`
	Code  string `form:"code" max:"20" required:"true"`
}

type enterView struct {
	ui.CitizenView
	enterForm
	errs []ui.FieldError
}

// EnterForm asks for a code.
func (r *Room) EnterForm(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	return r.showEnter(w, q, v, enterForm{}, nil)
}

func (r *Room) showEnter(w http.ResponseWriter, q *http.Request, v visit, f enterForm, wrong error) error {
	view := enterView{CitizenView: r.task(v, v.p.T("behalf.enter.title"), "/me/family"), enterForm: f}
	view.errs = ui.Errors(v.p, wrong, "phone", v.p.T("behalf.enter.phone"), "code", v.p.T("behalf.enter.code"))
	return web.Show(w, q, wrong, enterPage(view))
}

// Enter takes a code; the mandate then waits for the reader's yes. A wrong code and an unknown phone give the same answer.
func (r *Room) Enter(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	var f enterForm
	if err = web.Decode(q, &f); err == nil {
		err = r.enter(v, f)
	}
	if err != nil && web.Again(err) {
		return r.showEnter(w, q, v, f, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/family")
}

func (r *Room) enter(v visit, f enterForm) error {
	phone, err := person.ParsePhone(f.Phone)
	if err != nil {
		return err
	}
	var right bool
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		giver, _, err := r.People.Find(tx, phone)
		if err == nil {
			_, right, err = r.Mandates.EnterTx(tx, v.actor.ID, giver, f.Code)
		}
		return err
	})
	if err == nil && !right {
		err = fault.Field("code", "mandate.refuse.code")
	}
	return err
}

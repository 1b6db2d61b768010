package level

import (
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/assure"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// checkForm is what a clerk writes. The phone travels in the form, never in an address.
type checkForm struct {
	Do       string `form:"do" max:"10"` // find, check or end
	Phone    string `form:"phone" max:"40"`
	Name     string `form:"name" max:"40"`
	Document string `form:"document" max:"20"`
	Seen     bool   `form:"seen"`
	ID       string `form:"id" max:"26"` // the proof to end
}

// What the form's buttons do.
const (
	doFind  = "find"
	doCheck = "check"
	doEnd   = "end"
)

type checkView struct {
	Desk         ui.DeskView
	in           checkForm
	errs         []ui.FieldError
	found, known bool
	checks       bool // this post may note a check
	done         string
	who          string
	proofs       []proofView
	documents    []ui.Option
}

// Nav is the navigation of the room for a post that checks who people are.
func Nav(policy *access.Policy, p web.Page, actor access.Actor, active string) []ui.NavGroup {
	if !policy.May(actor, access.AssureEnd, at(actor)).Allow {
		return nil
	}
	return []ui.NavGroup{{Title: p.T("level.nav"), Items: []ui.NavItem{{Label: p.T("level.desk.title"), Href: "/desk/checks", Icon: "card", Active: active == "checks"}}}}
}

// at is the counter of a post, as the policies see it.
func at(actor access.Actor) access.Resource {
	return access.Resource{Kind: "person", AreaPath: actor.Area}
}

// clerk is the visit of somebody who checks who people are, or oversees it.
func (r *Room) clerk(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, err
	}
	return v, r.Policy.Check(v.actor, access.AssureEnd, at(v.actor))
}

// Checks asks who is here.
func (r *Room) Checks(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	return r.showChecks(w, q, v, checkForm{}, nil)
}

// Check finds somebody, notes that their document was seen, or ends a proof.
func (r *Room) Check(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	var in checkForm
	if err = web.Decode(q, &in); err == nil {
		_, err = person.ParsePhone(in.Phone)
	}
	if err == nil {
		switch in.Do {
		case doCheck:
			err = r.check(v, in)
		case doEnd:
			err = r.endFor(v, in)
		}
	}
	if err != nil && !web.Again(err) {
		return err
	}
	return r.showChecks(w, q, v, in, err)
}

func (r *Room) check(v visit, in checkForm) error {
	if err := r.Policy.Check(v.actor, access.AssureCheck, at(v.actor)); err != nil {
		return err
	}
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		id, err := r.People.Ensure(tx, person.Contact{Phone: in.Phone, Name: in.Name})
		if err != nil {
			return err
		}
		if _, err := r.People.Called(tx, reader(v), id); err != nil {
			return err
		}
		_, err = r.Assure.CheckTx(tx, v.actor, id, in.Document, in.Seen)
		return err
	})
}

func reader(v visit) trail.Reader { return trail.Reader{Actor: v.actor, Purpose: trail.ForCheck} }

func (r *Room) endFor(v visit, in checkForm) error {
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		id, err := r.People.Typed(tx, in.Phone)
		if err != nil {
			return err
		}
		if id == "" {
			return fault.New(fault.NotFound, "assure.no_proof")
		}
		return r.Assure.EndTx(tx, v.actor, id, in.ID)
	})
}

func (r *Room) showChecks(w http.ResponseWriter, q *http.Request, v visit, in checkForm, wrong error) error {
	t := v.p.T
	view := checkView{Desk: r.desk(v, t("level.desk.title")), in: in, checks: r.Policy.May(v.actor, access.AssureCheck, at(v.actor)).Allow}
	view.errs = ui.Errors(v.p, wrong, "phone", t("level.desk.phone"), "document", t("level.document"), "seen", t("level.desk.seen"), "name", t("level.desk.name"))
	if wrong == nil && in.Do != doFind {
		view.done = in.Do
		view.in.Document, view.in.Seen = "", false
	}
	for _, d := range assure.Documents() {
		view.documents = append(view.documents, ui.Option{Value: d.ID, Label: t("level.document." + d.ID)})
	}
	if _, bad := person.ParsePhone(in.Phone); bad == nil {
		view.found = true
		if err := r.foundPerson(v, &view); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, wrong, checksPage(view))
}

// foundPerson shows who has the phone, masked, and what their level rests on.
func (r *Room) foundPerson(v visit, view *checkView) error {
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		view.proofs = nil
		id, err := r.People.Typed(tx, view.in.Phone)
		if err != nil || id == "" {
			return err
		}
		called, err := r.People.Called(tx, reader(v), id)
		if err != nil {
			return err
		}
		view.known, view.who = true, called.Words()
		list, err := r.Assure.ProofsTx(tx, id)
		for _, p := range list {
			if p.Counts(v.now) {
				view.proofs = append(view.proofs, r.proofView(v, p))
			}
		}
		return err
	})
}

func (r *Room) desk(v visit, title string) ui.DeskView {
	nav := Nav(r.Policy, v.p, v.actor, "checks")
	if r.Also != nil {
		nav = append(nav, r.Also(v.p, v.actor)...)
	}
	who := r.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		who = v.p.Visitor.Name + " · " + who
	}
	return ui.DeskView{Page: v.p, Title: title, Room: v.p.T("level.nav"), Nav: nav, Who: who}
}

package wallet

import (
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/credential"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// giveForm is what a clerk writes. The phone travels in the form, never in an address.
type giveForm struct {
	Do       string   `form:"do" max:"10"` // find, give or end
	Phone    string   `form:"phone" max:"40"`
	Name     string   `form:"name" max:"40"`
	Kind     string   `form:"kind" max:"40"`
	Facts    []string `form:"facts" max:"40"`
	District string   `form:"district" max:"20"`
	Evidence string   `form:"evidence" max:"40"`
	Seen     bool     `form:"seen"`
	ID       string   `form:"id" max:"40"` // the credential to end
	Reason   string   `form:"reason" max:"20"`
}

// What the form's buttons do.
const (
	doFind = "find"
	doGive = "give"
	doEnd  = "end"
)

type giveView struct {
	Desk    ui.DeskView
	In      giveForm
	FormID  string
	errs    []ui.FieldError
	found   bool
	known   bool
	named   bool
	who     string
	done    string
	held    []heldView
	kinds   []kindView
	reasons []ui.Option
}

// kindView is the form of one kind.
type kindView struct {
	id, name, about, days string
	holds                 []ui.CheckboxView
	district              *ui.SelectView
	evidence              []ui.Option
	renews                bool
	open                  bool // its form was sent and comes back
}

// heldView is a credential of the person at the counter.
type heldView struct {
	cardView
	show []ui.CheckboxView
	mine bool // of the post's area
}

// clerk is the visit of somebody who gives credentials.
func (r *Room) clerk(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, err
	}
	return v, r.Policy.Check(v.actor, access.CredentialIssue, access.Resource{Kind: "person", AreaPath: v.actor.Area})
}

// Give asks who is here.
func (r *Room) Give(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	return r.showGive(w, q, v, giveForm{}, nil)
}

// GiveSend finds somebody, states something about them, or takes a credential back.
func (r *Room) GiveSend(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	var in giveForm
	if err = web.Decode(q, &in); err == nil {
		_, err = person.ParsePhone(in.Phone)
	}
	if err == nil {
		switch in.Do {
		case doGive:
			err = r.give(q, v, in)
		case doEnd:
			err = r.endFor(v, in)
		}
	}
	if err != nil && !web.Again(err) {
		return err
	}
	return r.showGive(w, q, v, in, err)
}

func (r *Room) give(q *http.Request, v visit, in giveForm) error {
	g := credential.Giving{Form: web.FormID(q), Kind: in.Kind, Facts: credential.Facts{}, Evidence: in.Evidence, Seen: in.Seen}
	kind, _ := r.Credentials.Kinds.Get(in.Kind)
	for _, name := range in.Facts {
		g.Facts[name] = true
	}
	for _, f := range kind.Facts {
		if f.Type == credential.District && in.District != "" {
			g.Facts[f.ID] = in.District
		}
	}
	return r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		if g.Person, err = r.People.Ensure(tx, person.Contact{Phone: in.Phone, Name: in.Name}); err != nil {
			return err
		}
		_, err = r.Credentials.IssueTx(tx, v.actor, g)
		return err
	})
}

func (r *Room) endFor(v visit, in giveForm) error {
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		if err := r.theirs(tx, in.Phone, in.ID); err != nil {
			return err
		}
		return r.Credentials.TakeBackTx(tx, v.actor, in.ID, in.Reason)
	})
}

// theirs refuses a credential that is not of the person with that phone.
func (r *Room) theirs(tx *db.Tx, phone, id string) error {
	person, err := r.People.Typed(tx, phone)
	if err != nil {
		return err
	}
	ok, err := r.Credentials.OfPersonTx(tx, id, person)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "credential.unknown")
	}
	return err
}

func (r *Room) showGive(w http.ResponseWriter, q *http.Request, v visit, in giveForm, wrong error) error {
	t := v.p.T
	view := giveView{Desk: r.desk(v, t("wallet.give.title"), "give"), In: in, FormID: web.FormID(q)}
	view.errs = ui.Errors(v.p, wrong, "phone", t("wallet.give.phone"), "facts", t("wallet.give.facts"), "evidence", t("wallet.evidence"), "seen", t("wallet.give.seen"), "reason", t("wallet.give.reason"), "name", t("wallet.give.name"))
	if wrong == nil && (in.Do == doGive || in.Do == doEnd) {
		view.done, view.In = in.Do, giveForm{Do: doFind, Phone: in.Phone}
		view.FormID = web.FormID(&http.Request{})
	}
	if _, bad := person.ParsePhone(in.Phone); bad == nil {
		view.found = true
		if err := r.found(v, &view); err != nil {
			return err
		}
		r.forms(v, &view)
	}
	for _, x := range credential.Reasons() {
		view.reasons = append(view.reasons, ui.Option{Value: x, Label: t("credential.reason." + x)})
	}
	return web.Show(w, q, wrong, givePage(view))
}

// found shows who has the phone, masked, and what was stated about them.
func (r *Room) found(v visit, view *giveView) error {
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		view.held = nil
		id, err := r.People.Typed(tx, view.In.Phone)
		if err != nil || id == "" {
			return err
		}
		reader := trail.Reader{Actor: v.actor, Purpose: trail.ForCredential}
		called, err := r.People.Called(tx, reader, id)
		if err != nil {
			return err
		}
		view.known, view.who, view.named = true, called.Words(), called.Name != ""
		list, err := r.Credentials.Of(tx, reader, id)
		for _, c := range list {
			view.held = append(view.held, r.heldView(v, c))
		}
		return err
	})
}

func (r *Room) heldView(v visit, c credential.Credential) heldView {
	h := heldView{cardView: r.card(v, c)}
	h.mine = r.Policy.May(v.actor, access.CredentialEnd, access.Resource{Kind: "person", AreaPath: c.Area, Unit: c.Unit}).Allow
	kind, _ := r.Credentials.Kinds.Get(c.Kind)
	for _, f := range kind.Facts {
		if value, ok := c.Facts[f.ID]; ok {
			h.show = append(h.show, ui.CheckboxView{Name: "show", Value: f.ID, Label: r.Credentials.Kinds.Words(f, value, v.p.Lang), Checked: true})
		}
	}
	return h
}

// forms are the kinds that can be given.
func (r *Room) forms(v visit, view *giveView) {
	for _, kind := range r.Credentials.Kinds.All() {
		k := kindView{id: kind.ID, name: kind.Name.In(v.p.Lang), about: kind.About.In(v.p.Lang), days: v.p.T("wallet.give.days", "N", kind.Days), open: view.In.Do == doGive && view.In.Kind == kind.ID}
		for _, h := range view.held {
			k.renews = k.renews || h.open && h.title == k.name
		}
		for _, f := range kind.Facts {
			if f.Type == credential.Holds {
				box := ui.CheckboxView{Name: "facts", Value: f.ID, Label: f.Name.In(v.p.Lang)}
				for _, had := range view.In.Facts {
					box.Checked = box.Checked || k.open && had == f.ID
				}
				k.holds = append(k.holds, box)
				continue
			}
			k.district = r.districts(v, f)
			if k.open {
				k.district.Value = view.In.District
			}
		}
		for _, e := range kind.Evidence {
			k.evidence = append(k.evidence, ui.Option{Value: e.ID, Label: e.Name.In(v.p.Lang)})
		}
		view.kinds = append(view.kinds, k)
	}
}

func (r *Room) districts(v visit, f credential.Fact) *ui.SelectView {
	s := &ui.SelectView{Name: "district", Label: f.Name.In(v.p.Lang), Empty: v.p.T("wallet.give.district.none"), Value: lastDistrict(v.actor.Area)}
	for _, a := range r.Credentials.Kinds.Districts() {
		s.Options = append(s.Options, ui.Option{Value: a.Code, Label: a.Name.In(v.p.Lang)})
	}
	return s
}

// lastDistrict is the district of a post's area: the second of its path.
func lastDistrict(path string) string {
	if len(path) < len("/3501/350102/") {
		return ""
	}
	return path[len("/3501/") : len("/3501/350102/")-1]
}

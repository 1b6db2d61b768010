package behalf

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// noteForm is what somebody said at the counter or on the phone. The phone travels in the form, never in an address.
type noteForm struct {
	Do        string   `form:"do" max:"10"` // find, note or end
	Phone     string   `form:"phone" max:"40"`
	Name      string   `form:"name" max:"40"`
	Way       string   `form:"way" max:"10"`
	Holder    string   `form:"holder" max:"60"` // relative, unit, or a colleague's staff id
	Relation  string   `form:"relation" max:"20"`
	Their     string   `form:"their" max:"40"` // the relative's phone
	TheirName string   `form:"their_name" max:"40"`
	Scope     []string `form:"scope" max:"20"`
	Days      string   `form:"days" max:"5"`
	Basis     string   `form:"basis" max:"20"`
	Proof     string   `form:"proof" max:"20"`
	Seen      bool     `form:"seen"`
	ID        string   `form:"id" max:"40"` // the mandate to end
}

// What the form's buttons do.
const (
	doFind = "find"
	doNote = "note"
	doEnd  = "end"
)

// Holders of the form who are not a colleague.
const (
	relative = "relative"
	counter  = "unit"
)

type noteView struct {
	Desk      ui.DeskView
	In        noteForm
	FormID    string
	Errors    []ui.FieldError
	Held      []heldView
	Found     bool
	Known     bool
	Who       string
	Mandates  []cardView
	Ways      []ui.Option
	Holders   []ui.Option
	Relations []ui.Option
	Days      []ui.Option
	Bases     []ui.Option
	Proofs    []ui.Option
	Scopes    []ui.CheckboxView
	Ended     bool
}

// heldView is a mandate that the own unit or oneself holds.
type heldView struct{ Href, Name, Text string }

// clerk is the visit of somebody at a counter or on the phone.
func (r *Room) clerk(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, err
	}
	return v, r.Policy.Check(v.actor, access.MandateNote, access.Resource{Kind: "person", AreaPath: v.actor.Area})
}

// Nav is the navigation of the room for a post that serves people.
func Nav(p web.Page, actor access.Actor, active string) []ui.NavGroup {
	if !actor.Is(access.CallTaker, access.Community) {
		return nil
	}
	return []ui.NavGroup{{Title: p.T("behalf.nav"), Items: []ui.NavItem{{Label: p.T("behalf.nav.desk"), Href: "/desk/mandates", Icon: "users", Active: active == "desk"}}}}
}

func (r *Room) desk(v visit, title string) ui.DeskView {
	nav := Nav(v.p, v.actor, "desk")
	if r.Also != nil {
		nav = append(nav, r.Also(v.p, v.actor)...)
	}
	who := r.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		who = v.p.Visitor.Name + " · " + who
	}
	return ui.DeskView{Page: v.p, Title: title, Room: v.p.T("behalf.desk.room"), Nav: nav, Who: who}
}

// Desk asks who is here or calls, and lists for whom the post may act.
func (r *Room) Desk(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	return r.showDesk(w, q, v, noteForm{}, nil)
}

// DeskSend finds somebody, notes what they allow, or ends a mandate of theirs.
func (r *Room) DeskSend(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	var in noteForm
	if err = web.Decode(q, &in); err == nil {
		_, err = person.ParsePhone(in.Phone)
	}
	if err == nil {
		switch in.Do {
		case doNote:
			var m mandate.Mandate
			if m, err = r.note(q, v, in); err == nil {
				return web.Redirect(w, q, "/desk/mandates/"+m.ID+"/slip")
			}
		case doEnd:
			err = r.endFor(v, in)
		}
	}
	if err != nil && !web.Again(err) {
		return err
	}
	return r.showDesk(w, q, v, in, err)
}

// note writes a mandate down, with the people it is about.
func (r *Room) note(q *http.Request, v visit, in noteForm) (m mandate.Mandate, err error) {
	days, _ := strconv.Atoi(in.Days) // anything else is no choice
	g := mandate.Giving{
		Form: web.FormID(q), Relation: in.Relation, Scope: scopesOf(in.Scope), Days: days, Way: mandate.Way(in.Way), Basis: in.Basis, Proof: in.Proof, Seen: in.Seen,
	}
	switch in.Holder {
	case relative:
		g.Kind = mandate.Person
	case counter:
		g.Kind, g.Holder = mandate.Unit, v.actor.Unit
	case "":
	default:
		g.Kind, g.Holder, g.Unit = mandate.Staff, in.Holder, v.actor.Unit
	}
	if g.Kind == "" {
		return m, fault.Field("holder", "mandate.need.holder")
	}
	if g.Kind == mandate.Person {
		if _, err := person.ParsePhone(in.Their); err != nil {
			return m, fault.Field("their", "person.phone_invalid")
		}
	}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		if g.Giver, err = r.giver(tx, in); err != nil {
			return err
		}
		if g.Kind == mandate.Person {
			if g.Holder, err = r.People.Ensure(tx, person.Contact{Phone: in.Their, Name: in.TheirName}); err != nil {
				return err
			}
		}
		m, err = r.Mandates.NoteTx(tx, v.actor, g)
		return err
	})
	return m, err
}

// giver is who stands here or calls. On the phone only a number counts that was known before: the call proves nothing else.
func (r *Room) giver(tx *db.Tx, in noteForm) (string, error) {
	id, err := r.People.Typed(tx, in.Phone)
	if err != nil {
		return "", err
	}
	if id == "" && mandate.Way(in.Way) == mandate.Phone {
		return "", fault.Field("phone", "behalf.desk.unknown_phone")
	}
	return r.People.Ensure(tx, person.Contact{Phone: in.Phone, Name: in.Name})
}

// endFor ends a mandate on its giver's word.
func (r *Room) endFor(v visit, in noteForm) error {
	if !in.Seen {
		return fault.Field("seen", "mandate.need.seen")
	}
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		id, err := r.People.Typed(tx, in.Phone)
		if err != nil {
			return err
		}
		return r.Mandates.EndNotedTx(tx, v.actor, id, in.ID)
	})
}

func (r *Room) showDesk(w http.ResponseWriter, q *http.Request, v visit, in noteForm, wrong error) error {
	t := v.p.T
	view := noteView{Desk: r.desk(v, t("behalf.desk.title")), In: in, FormID: web.FormID(q), Ended: in.Do == doEnd && wrong == nil}
	view.Errors = ui.Errors(v.p, wrong, "phone", t("behalf.desk.phone"), "way", t("behalf.way"), "holder", t("behalf.desk.holder"), "relation", t("behalf.desk.relation"),
		"their", t("behalf.desk.their"), "scope", t("behalf.give.scope"), "days", t("behalf.give.days"), "basis", t("behalf.basis"), "proof", t("behalf.desk.proof"), "seen", t("behalf.desk.seen"))
	var err error
	if view.Held, err = r.heldHere(v); err != nil {
		return err
	}
	if _, bad := person.ParsePhone(in.Phone); bad == nil {
		view.Found = true
		if err := r.foundPerson(v, in, &view); err != nil {
			return err
		}
		if err := r.choices(v, &view); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, wrong, deskPage(view))
}

// foundPerson shows who has the phone, masked, and what they have allowed.
func (r *Room) foundPerson(v visit, in noteForm, view *noteView) error {
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		view.Mandates = nil
		id, err := r.People.Typed(tx, in.Phone)
		if err != nil || id == "" {
			return err
		}
		called, err := r.People.Called(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForMandate}, id)
		if err != nil {
			return err
		}
		view.Known, view.Who = true, called.Words()
		list, err := r.Mandates.GivenBy(tx, id)
		for _, m := range list {
			if st := m.State(v.now); st == mandate.Holds || st == mandate.Waiting {
				view.Mandates = append(view.Mandates, r.deskCard(v, m))
			}
		}
		return err
	})
}

// deskCard is a mandate as staff see it: what the holder is to the giver, no name.
func (r *Room) deskCard(v visit, m mandate.Mandate) cardView {
	return cardView{
		id: m.ID, title: r.holderWords(v, m), chip: chip(v, m), scope: scopeWords(v.p, m.Scope), end: v.p.T("behalf.desk.end"),
		meta: []ui.MetaItem{{Term: v.p.T("behalf.until"), Text: v.p.T("behalf.until.day", "Day", lastDay(v, m)), Num: true}, {Term: v.p.T("behalf.way"), Text: v.p.T("mandate.way." + string(m.Way))}},
	}
}

func (r *Room) holderWords(v visit, m mandate.Mandate) string {
	switch m.Kind {
	case mandate.Unit:
		return r.Orgs.Name(m.Holder, v.p.Lang)
	case mandate.Staff:
		return v.p.T("behalf.staff", "Unit", r.Orgs.Name(m.Unit, v.p.Lang))
	}
	return v.p.T("mandate.relation." + m.Relation)
}

// heldHere lists for whom the post may act.
func (r *Room) heldHere(v visit) (out []heldView, err error) {
	list, err := r.Mandates.HeldAt(v.ctx, v.actor)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		out = nil
		for _, m := range list {
			called, err := r.People.Called(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForMandate, Subject: m.ID}, m.Giver)
			if err != nil {
				return err
			}
			text := strings.Join([]string{v.p.T("behalf.until.day", "Day", lastDay(v, m)), v.p.T("behalf.desk.by." + string(m.Kind))}, " · ")
			out = append(out, heldView{Href: "/desk/mandates/" + m.ID, Name: called.Words(), Text: text})
		}
		return nil
	})
	return out, err
}

// choices are what the form offers.
func (r *Room) choices(v visit, view *noteView) error {
	t := v.p.T
	option := func(value, label string) ui.Option { return ui.Option{Value: value, Label: label} }
	view.Ways = []ui.Option{option(string(mandate.Paper), t("mandate.way.paper")), option(string(mandate.Phone), t("mandate.way.phone"))}
	view.Holders = []ui.Option{
		{Value: relative, Label: t("behalf.desk.holder.relative"), Hint: t("behalf.desk.holder.relative.hint")},
		{Value: counter, Label: t("behalf.desk.holder.unit", "Unit", r.Orgs.Name(v.actor.Unit, v.p.Lang)), Hint: t("behalf.desk.holder.unit.hint")},
	}
	colleagues, err := r.colleagues(v)
	if err != nil {
		return err
	}
	view.Holders = append(view.Holders, colleagues...)
	for _, x := range append(mandate.Relations(), mandate.Guardian) {
		view.Relations = append(view.Relations, option(x, t("mandate.relation."+x)))
	}
	for _, n := range append(mandate.Days(mandate.Unit), mandate.Days(mandate.Person)...) {
		view.Days = append(view.Days, option(strconv.Itoa(n), t("mandate.days", "N", n)))
	}
	for _, x := range mandate.Bases() {
		view.Bases = append(view.Bases, option(x, t("mandate.basis."+x)))
	}
	for _, x := range mandate.Proofs() {
		view.Proofs = append(view.Proofs, option(x, t("mandate.proof."+x)))
	}
	view.Scopes = scopeOptions(v.p, view.In.Scope)
	return nil
}

// colleagues are the others at the own counter.
func (r *Room) colleagues(v visit) (out []ui.Option, err error) {
	var ids []string
	for _, role := range []org.Role{org.CallTaker, org.Neighbour} {
		posts, err := r.Staff.Holders(v.ctx, v.actor.Unit, role, v.now)
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			if p.Staff != v.actor.ID && !slices.Contains(ids, p.Staff) {
				ids = append(ids, p.Staff)
			}
		}
	}
	for _, id := range ids[:min(len(ids), 20)] {
		s, err := r.Staff.Staff(v.ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, ui.Option{Value: id, Label: v.p.T("behalf.desk.holder.colleague", "Name", s.Name), Hint: v.p.T("behalf.desk.holder.unit.hint")})
	}
	return out, nil
}

type slipView struct {
	Desk                        ui.DeskView
	Number, Giver, Holder, Done string
	Scope                       []string
	Meta                        []ui.MetaItem
	Unit                        string
	Waits                       bool
}

// Slip is what the giver takes home: who may do what, until when, and how to end it. It names both, with a row in the trail of each.
func (r *Room) Slip(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	view := slipView{Desk: r.desk(v, v.p.T("behalf.slip.title"))}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		m, err := r.Mandates.NotedTx(tx, v.actor, q.PathValue("id"))
		if err != nil {
			return err
		}
		reader := trail.Reader{Actor: v.actor, Purpose: trail.ForMandate, Subject: m.ID}
		view.Number, view.Scope, view.Unit = m.ID[len(m.ID)-8:], scopeWords(v.p, m.Scope), r.Orgs.Name(m.NotedUnit, v.p.Lang)
		view.Waits = m.State(v.now) == mandate.Waiting
		if view.Giver, err = r.named(tx, reader, m.Giver); err != nil {
			return err
		}
		view.Holder = r.holderWords(v, m)
		if m.Kind == mandate.Person {
			name, err := r.named(tx, reader, m.Holder)
			if err != nil {
				return err
			}
			view.Holder = v.p.T("behalf.slip.holder", "Name", name, "As", v.p.T("mandate.relation."+m.Relation))
		}
		view.Meta = []ui.MetaItem{
			{Term: v.p.T("behalf.until"), Text: v.p.T("behalf.slip.period", "From", v.p.Lang.Date(m.From), "Day", lastDay(v, m)), Num: true},
			{Term: v.p.T("behalf.way"), Text: v.p.T("mandate.way." + string(m.Way))}, {Term: v.p.T("behalf.slip.unit"), Text: view.Unit},
		}
		if m.Basis != "" {
			view.Meta = append(view.Meta, ui.MetaItem{Term: v.p.T("behalf.basis"), Text: v.p.T("mandate.basis." + m.Basis)}, ui.MetaItem{Term: v.p.T("behalf.desk.proof"), Text: v.p.T("mandate.proof." + m.Proof)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, nil, slipPage(view))
}

// named is a person's whole name, or what is left of the phone where there is none.
func (r *Room) named(tx *db.Tx, reader trail.Reader, id string) (string, error) {
	p, err := r.People.HandOver(tx, reader, id, trail.Name)
	if err == nil && p.Name != "" {
		return p.Name, nil
	}
	called, other := r.People.Called(tx, reader, id)
	return called.Words(), errors.Join(err, other)
}

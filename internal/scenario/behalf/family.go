package behalf

import (
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// pastMost is how many mandates that are over are listed.
const pastMost = 10

type familyView struct {
	ui.CitizenView
	offers, held, given, past []cardView
	begun                     bool // there is something to list
}

// cardView is one mandate as one side of it sees it.
type cardView struct {
	id, title, as string
	chip          ui.ChipView
	meta          []ui.MetaItem
	scope         []string
	accept, act   bool
	end           string // label of the button that ends it
	sure          string
	href          string
}

// Family lists whom the reader lets act for them and for whom they may act.
func (r *Room) Family(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	view := familyView{CitizenView: r.task(v, v.p.T("behalf.title"), "/me")}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		view.offers, view.held, view.given, view.past = nil, nil, nil, nil
		given, err := r.Mandates.GivenBy(tx, v.actor.ID)
		if err != nil {
			return err
		}
		held, err := r.Mandates.HeldBy(tx, v.actor.ID)
		if err != nil {
			return err
		}
		for _, m := range append(given, held...) {
			if err := r.file(tx, v, m, &view); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	view.begun = len(view.offers)+len(view.held)+len(view.given)+len(view.past) > 0
	return web.Show(w, q, nil, family(view))
}

// file puts a mandate on its place of the page.
func (r *Room) file(tx *db.Tx, v visit, m mandate.Mandate, view *familyView) error {
	state := m.State(v.now)
	if state != mandate.Holds && state != mandate.Waiting {
		if state != mandate.Lapsed && len(view.past) < pastMost {
			card, err := r.card(tx, v, m)
			view.past = append(view.past, card)
			return err
		}
		return nil
	}
	card, err := r.card(tx, v, m)
	switch {
	case m.Giver == v.actor.ID:
		view.given = append(view.given, card)
	case state == mandate.Waiting:
		view.offers = append(view.offers, card)
	default:
		view.held = append(view.held, card)
	}
	return err
}

// card writes one mandate for one side of it.
func (r *Room) card(tx *db.Tx, v visit, m mandate.Mandate) (c cardView, err error) {
	mine := m.Giver == v.actor.ID
	c = cardView{id: m.ID, chip: chip(v, m), scope: scopeWords(v.p, m.Scope), href: "/me/family/" + m.ID}
	if c.title, err = r.other(tx, v, m); err != nil {
		return c, err
	}
	relation := v.p.T("mandate.relation." + m.Relation)
	c.as = v.p.T("behalf.as.yours", "As", relation)
	if !mine {
		c.as = v.p.T("behalf.as.mine", "As", relation)
	}
	c.meta = []ui.MetaItem{
		{Term: v.p.T("behalf.until"), Text: v.p.T("behalf.until.day", "Day", lastDay(v, m)), Num: true},
		{Term: v.p.T("behalf.way"), Text: v.p.T("mandate.way." + string(m.Way))},
	}
	if m.Basis != "" {
		c.meta = append(c.meta, ui.MetaItem{Term: v.p.T("behalf.basis"), Text: v.p.T("mandate.basis." + m.Basis)})
	}
	switch state := m.State(v.now); {
	case state != mandate.Holds && state != mandate.Waiting:
	case mine:
		c.end, c.sure = v.p.T("behalf.takeback"), v.p.T("behalf.takeback.sure")
	case state == mandate.Waiting:
		c.accept, c.end = true, v.p.T("behalf.decline")
	default:
		c.act, c.end, c.sure = true, v.p.T("behalf.laydown"), v.p.T("behalf.laydown.sure")
	}
	return c, nil
}

// other is what the other side is called: a person masked, once both have said yes; the giver also before, to whom they offer it.
func (r *Room) other(tx *db.Tx, v visit, m mandate.Mandate) (string, error) {
	who := m.Giver
	if m.Giver == v.actor.ID {
		who = m.Holder
		switch {
		case m.Kind == mandate.Unit:
			return r.Orgs.Name(m.Holder, v.p.Lang), nil
		case m.Kind == mandate.Staff:
			return v.p.T("behalf.staff", "Unit", r.Orgs.Name(m.Unit, v.p.Lang)), nil
		case m.Accepted.IsZero():
			return v.p.T("behalf.unknown." + waitsFor(m)), nil
		}
	}
	called, err := r.People.Called(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForMandate, Subject: m.ID}, who)
	if fault.KindOf(err) == fault.NotFound {
		return v.p.T("behalf.gone"), nil
	}
	return called.Words(), err
}

// waitsFor says whether a mandate waits for a code or for the yes of whoever was named.
func waitsFor(m mandate.Mandate) string {
	if m.Holder == "" {
		return "code"
	}
	return "yes"
}

type oneView struct {
	ui.CitizenView
	cardView
	mine bool
	acts []ui.LinkRow
}

// One shows a mandate with what was handed in by it.
func (r *Room) One(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	view := oneView{CitizenView: r.task(v, v.p.T("behalf.one.title"), "/me/family")}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		m, err := r.Mandates.OfTx(tx, v.actor, q.PathValue("id"))
		if err != nil {
			return err
		}
		if view.cardView, err = r.card(tx, v, m); err != nil {
			return err
		}
		view.mine = m.Giver == v.actor.ID
		view.acts, err = r.filed(tx, v, m)
		return err
	})
	if err != nil {
		return err
	}
	return web.Show(w, q, nil, onePage(view))
}

// filed lists what was handed in by a mandate, for its giver alone.
func (r *Room) filed(tx *db.Tx, v visit, m mandate.Mandate) (rows []ui.LinkRow, err error) {
	if m.Giver != v.actor.ID {
		return nil, nil
	}
	heads, err := r.Requests.OfPersonTx(tx, m.Giver)
	for _, h := range heads {
		if h.Acted.Mandate == m.ID {
			rows = append(rows, ui.LinkRow{Icon: "doc", Title: h.Text, Text: strings.Join([]string{h.Number, v.p.Lang.Stamp(h.ReceivedAt, v.now)}, " · "), Href: "/mine/" + h.ID})
		}
	}
	return rows, err
}

// Accept is the holder's yes.
func (r *Room) Accept(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	if _, err := r.Mandates.Accept(v.ctx, v.actor, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/family")
}

// End takes a mandate back, lays it down or declines it.
func (r *Room) End(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	if err := r.Mandates.End(v.ctx, v.actor, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/family")
}

// Act begins to act for the giver of a mandate, in this session.
func (r *Room) Act(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	if err := r.Mandates.Switch(v.ctx, v.actor, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/family/acting")
}

// Leave acts for oneself again.
func (r *Room) Leave(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	if err := r.Mandates.Leave(v.ctx, v.actor.Session); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/family")
}

type actingView struct {
	ui.CitizenView
	name  string
	doors []ui.LinkRow
}

// Acting is where somebody who acts for another begins: what may be done, and until when.
func (r *Room) Acting(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(w, q)
	if err != nil || !ok {
		return err
	}
	a := v.p.Visitor.Acting
	if a == nil {
		return web.Redirect(w, q, "/me/family")
	}
	view := actingView{CitizenView: r.task(v, v.p.T("behalf.acting.title"), "/"), name: a.Name}
	for _, d := range []struct{ scope, icon, href string }{{"report", "camera", "/report"}, {"follow", "list", "/mine"}, {"messages", "bell", "/messages"}} {
		if slices.Contains(a.Scopes, d.scope) {
			view.doors = append(view.doors, ui.LinkRow{Icon: d.icon, Title: v.p.T("behalf.acting." + d.scope), Text: v.p.T("mandate.scope." + d.scope + ".hint"), Href: d.href})
		}
	}
	return web.Show(w, q, nil, actingPage(view))
}

package trust

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/web/ui"
)

// deskVisit is one member of staff's request to the room.
type deskVisit struct {
	p     web.Page
	actor access.Actor
	now   time.Time
	ctx   context.Context
}

// desk finds out who of the staff acts.
func (r *Room) desk(q *http.Request) (deskVisit, error) {
	actor, err := r.Actor(q)
	if err == nil && actor.Kind != access.Staff {
		err = fault.New(fault.Forbidden, "access.refused")
	}
	return deskVisit{p: web.PageOf(q), actor: actor, now: r.Clock.Now(), ctx: q.Context()}, err
}

// frame is a page of the room for a desk.
func (r *Room) frame(v deskVisit, title, active string) ui.DeskView {
	nav := append(Nav(r.Policy, v.p, v.actor, active), r.Also(v.p, v.actor)...)
	who := r.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		who = v.p.Visitor.Name + " · " + who
	}
	return ui.DeskView{Page: v.p, Title: title, Room: v.p.T("trust.room"), Nav: nav, Who: who, Fresh: v.p.T("brain.fresh", "At", v.p.Lang.DateTime(v.now))}
}

// Nav is the desk's navigation in this room: what the post may open.
func Nav(policy *access.Policy, p web.Page, actor access.Actor, active string) []ui.NavGroup {
	var items []ui.NavItem
	if policy.May(actor, access.ConsentRead, access.Resource{Kind: "purpose", Unit: actor.Unit, AreaPath: actor.Area}).Allow {
		items = append(items, ui.NavItem{Label: p.T("trust.nav.purposes"), Href: "/desk/purposes", Icon: "shield", Active: active == "purposes"})
	}
	if policy.May(actor, access.GrantRead, grantAt(actor.Area)).Allow {
		items = append(items, ui.NavItem{Label: p.T("trust.nav.grants"), Href: "/desk/grants", Icon: "lock", Active: active == "grants"})
	}
	if policy.May(actor, access.TrailDelay, access.Resource{Kind: "delay", AreaPath: actor.Area}).Allow {
		items = append(items, ui.NavItem{Label: p.T("trust.nav.delays"), Href: "/desk/delays", Icon: "clock", Active: active == "delays"})
	}
	if len(items) == 0 {
		return nil
	}
	return []ui.NavGroup{{Title: p.T("trust.room"), Items: items}}
}

type purposesView struct {
	Desk ui.DeskView
	Rows []ui.TableRow
}

// Purposes lists the purposes that the post's area answers for, with how they stand.
func (r *Room) Purposes(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(v.actor, access.ConsentRead, access.Resource{Kind: "purpose", Unit: v.actor.Unit, AreaPath: v.actor.Area}); err != nil {
		return err
	}
	view := purposesView{Desk: r.frame(v, v.p.T("trust.nav.purposes"), "purposes")}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		view.Rows = nil
		for _, one := range r.Consents.Purposes.All() {
			if !r.Policy.May(v.actor, access.ConsentRead, one.Resource()).Allow {
				continue
			}
			row, err := r.row(tx, v, one)
			if err != nil {
				return err
			}
			view.Rows = append(view.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Show(w, q, nil, purposesPage(view))
}

func (r *Room) row(tx *db.Tx, v deskVisit, one consent.Purpose) (ui.TableRow, error) {
	text, err := r.Consents.Live(tx, one.ID)
	state := v.p.T("trust.purpose.live")
	if f, ok := fault.As(err); ok && consent.Refused(err) {
		state, err = v.p.T(f.Key+".chip"), nil
	}
	kinds := kindsIn(v.p, text)
	if kinds == "" {
		kinds = v.p.T("trust.purpose.kind.ordinary")
	}
	return ui.TableRow{Href: "/desk/purposes/" + one.ID, Cells: []string{
		one.Name.In(v.p.Lang), state, kinds, v.p.T("trust.basis." + string(text.Basis)), strconv.Itoa(text.Version), r.Orgs.Short(one.Owner, v.p.Lang),
	}}, err
}

// assessForm is an assessment as it is typed.
type assessForm struct {
	Version   string `form:"version" max:"6"`
	Necessity string `form:"necessity" max:"4000"`
	Risks     string `form:"risks" max:"4000"`
	Measures  string `form:"measures" max:"4000"`
	Until     string `form:"until" max:"10"`
}

type approveForm struct {
	ID  string `form:"id" max:"26" required:"true"`
	Rev string `form:"rev" max:"9" required:"true"`
}

type assessView struct {
	Desk     ui.DeskView
	ID       string
	Errors   []ui.FieldError
	Form     assessForm
	FormID   string
	State    ui.ChipView
	Risky    bool
	Writes   bool // this post may write
	Texts    []textView
	Versions []ui.Option
	All      []assessmentView
}

// assessmentView is one assessment as it is read.
type assessmentView struct {
	id, rev, title             string
	chip                       ui.ChipView
	meta                       []ui.MetaItem
	approves                   bool
	why                        string // why this reader cannot approve it
	necessity, risks, measures string
}

// PurposeDesk shows one purpose to those who answer for it: versions side by side, assessments, the form of a new one.
func (r *Room) PurposeDesk(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	return r.showPurpose(w, q, v, nil, nil)
}

// Assess writes or changes the draft of an assessment.
func (r *Room) Assess(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	var f assessForm
	if err = web.Decode(q, &f); err == nil {
		_, err = r.Consents.Assess(v.ctx, v.actor, f.assessment(q.PathValue("purpose")))
	}
	if web.Again(err) {
		return r.showPurpose(w, q, v, &f, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/purposes/"+q.PathValue("purpose"))
}

func (f assessForm) assessment(purpose string) consent.Assessment {
	version, err := strconv.Atoi(f.Version)
	if err != nil {
		version = -1 // told as a version that is not there
	}
	until, _ := time.ParseInLocation(time.DateOnly, f.Until, clock.City) // what is no day is told as a wrong one
	return consent.Assessment{Purpose: purpose, Version: version, Necessity: f.Necessity, Risks: f.Risks, Measures: f.Measures, Until: until}
}

// Approve puts an assessment into force.
func (r *Room) Approve(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	var f approveForm
	if err = web.Decode(q, &f); err == nil {
		rev, _ := strconv.Atoi(f.Rev) // what is no number is no revision
		err = r.Consents.Approve(v.ctx, v.actor, f.ID, rev)
	}
	if web.Again(err) {
		return r.showPurpose(w, q, v, nil, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/purposes/"+q.PathValue("purpose"))
}

func (r *Room) showPurpose(w http.ResponseWriter, q *http.Request, v deskVisit, typed *assessForm, failed error) error {
	all, err := r.Consents.Assessments(v.ctx, v.actor, q.PathValue("purpose"))
	if err != nil {
		return err
	}
	one, _ := r.Consents.Purposes.Get(q.PathValue("purpose")) // Assessments knows it
	text, _ := one.InForce(v.now)
	view := assessView{
		Desk: r.frame(v, one.Name.In(v.p.Lang), "purposes"), ID: one.ID, FormID: web.FormID(q), Risky: text.Risky(), Texts: r.texts(v.p, one),
		Errors: ui.Errors(v.p, failed, "necessity", v.p.T("trust.assess.necessity"), "risks", v.p.T("trust.assess.risks"), "measures", v.p.T("trust.assess.measures"), "until", v.p.T("trust.assess.until")),
		Writes: r.Policy.May(v.actor, access.ConsentAssess, one.Resource()).Allow,
	}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		card, err := r.card(tx, v.p, one)
		view.State = card.chip
		return err
	})
	if view.State.Text == "" {
		view.State = ui.ChipView{Kind: "ok", Text: v.p.T("trust.purpose.live")}
	}
	view.Form = assessForm{Version: strconv.Itoa(text.Version), Until: v.now.In(clock.City).AddDate(1, 0, 0).Format(time.DateOnly)}
	for _, t := range one.Texts {
		view.Versions = append(view.Versions, ui.Option{Value: strconv.Itoa(t.Version), Label: v.p.T("trust.purpose.version", "N", strconv.Itoa(t.Version), "Day", v.p.Lang.Date(t.Begins()))})
	}
	for _, a := range all {
		view.All = append(view.All, r.assessment(v, one, a))
		if a.State == consent.Draft {
			view.Form = assessForm{strconv.Itoa(a.Version), a.Necessity, a.Risks, a.Measures, a.Until.In(clock.City).Format(time.DateOnly)}
		}
	}
	if typed != nil {
		view.Form = *typed
	}
	if err != nil {
		return err
	}
	return web.Show(w, q, failed, assessPage(view))
}

func (r *Room) assessment(v deskVisit, one consent.Purpose, a consent.Assessment) assessmentView {
	out := assessmentView{
		id: a.ID, rev: strconv.Itoa(a.Rev), title: v.p.T("trust.assess.of", "N", strconv.Itoa(a.Version)), necessity: a.Necessity, risks: a.Risks, measures: a.Measures,
		meta: []ui.MetaItem{
			{Term: v.p.T("trust.assess.written"), Text: r.signed(v, a.Written)},
			{Term: v.p.T("trust.assess.until"), Text: v.p.Lang.Date(a.Until)},
		},
	}
	if a.State != consent.Draft {
		out.meta = append(out.meta, ui.MetaItem{Term: v.p.T("trust.assess.approved"), Text: r.signed(v, a.Approved)})
	}
	switch {
	case a.Holds(v.now):
		out.chip = ui.ChipView{Kind: "ok", Text: v.p.T("trust.assess.state.approved")}
	case a.State == consent.Approved:
		out.chip = ui.ChipView{Kind: "warn", Text: v.p.T("trust.assess.state.lapsed")}
	case a.State == consent.Draft:
		out.chip = ui.ChipView{Kind: "info", Text: v.p.T("trust.assess.state.draft")}
		out.approves = r.Policy.May(v.actor, access.ConsentApprove, one.Resource()).Allow
		if a.Written.By == v.actor.ID {
			out.approves, out.why = false, v.p.T("consent.assess.own")
		}
	default:
		out.chip = ui.ChipView{Text: v.p.T("trust.assess.state.replaced")}
	}
	return out
}

func (r *Room) signed(v deskVisit, s consent.Signed) string {
	return r.Name(v.ctx, s.By) + " · " + r.Orgs.Short(s.Unit, v.p.Lang) + " · " + v.p.Lang.DateTime(s.At)
}

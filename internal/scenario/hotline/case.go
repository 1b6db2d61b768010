package hotline

import (
	"net/http"
	"strings"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// wholeView is what only the case's own page shows.
type wholeView struct {
	Orders   []ui.OrderView
	Clocks   ui.TableView
	Calls    []ui.OrderView
	Changes  []cardView
	Rulings  []ui.TimelineItem
	Asked    []ui.MetaItem
	Requests []ui.LinkRow
	Answer   []ui.MetaItem
}

// cardView is a titled list of terms.
type cardView struct {
	Title, Aside string
	Items        []ui.MetaItem
}

// Case is the whole page of one case.
func (r *Room) Case(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	query := q.URL.Query()
	return r.casePage(w, q, v, q.PathValue("id"), form{Act: query.Get("act"), Request: query.Get("request")}, nil)
}

func (r *Room) casePage(w http.ResponseWriter, q *http.Request, v visit, id string, typed form, failed error) error {
	b := board{query: q.URL.Query()}
	d, err := r.detail(v, b, id, typed, failed)
	if err != nil {
		return err
	}
	f, err := r.Cases.Get(v.ctx, v.actor, id)
	if err != nil {
		return err
	}
	journal, err := r.Cases.Journal(v.ctx, id)
	if err != nil {
		return err
	}
	d.Whole, d.Timeline = r.whole(v, f), r.timeline(v, f, journal)
	did, err := r.did(v, b.query)
	if err != nil {
		return err
	}
	frame, err := r.frame(v, d.Title, "cases")
	if err != nil {
		return err
	}
	if typed.Shown != nil {
		w.Header().Set("Cache-Control", "no-store")
	}
	return web.Show(w, q, failed, casePage(frame, d, did))
}

func (r *Room) whole(v visit, f *casework.File) *wholeView {
	out := &wholeView{Clocks: r.clocks(v, f), Answer: r.answered(v, f), Requests: r.linked(v, f)}
	for _, o := range f.Orders {
		out.Orders = append(out.Orders, r.order(v, f, o))
	}
	for _, c := range f.Calls {
		out.Calls = append(out.Calls, r.call(v, c))
	}
	for _, c := range f.Changes {
		out.Changes = append(out.Changes, cardView{
			Title: v.p.T("casework.change." + string(c.Kind)), Items: r.changeFacts(v, c),
			Aside: v.p.T("hotline.change.asked", "Unit", r.City.Orgs.Short(c.Unit, v.p.Lang), "At", v.p.Lang.Stamp(c.AskedAt, v.now)),
		})
	}
	for _, x := range f.Rulings {
		out.Rulings = append(out.Rulings, ui.TimelineItem{At: v.p.Lang.Stamp(x.At, v.now), Who: r.City.Orgs.Short(x.Unit, v.p.Lang), What: r.dutyName(v, x.Duty), Words: x.Why})
	}
	for _, u := range f.FollowUps {
		text := v.p.T("hotline.attempts", "N", len(u.Attempts), "Of", r.City.Rules.FollowUpAttempts)
		if u.Done {
			text += " · " + v.p.T("hotline.solved."+u.Solved)
			if u.Satisfied != "" {
				text += " · " + v.p.T("hotline.satisfied."+u.Satisfied)
			}
		}
		out.Asked = append(out.Asked, ui.MetaItem{Term: v.p.T("hotline.cycle", "N", u.Cycle), Text: text})
	}
	return out
}

func (r *Room) order(v visit, f *casework.File, o casework.Order) ui.OrderView {
	out := ui.OrderView{
		Title: r.City.Orgs.Short(o.Unit, v.p.Lang), Role: v.p.T("casework.role." + string(o.Role)), Note: o.Instruction,
		Unit: v.p.Lang.Stamp(o.OfferedAt, v.now), State: ui.ChipView{Text: v.p.T("casework.order_state." + string(o.State))},
	}
	for _, c := range f.Clocks {
		if c.Live() && c.Order == o.ID && out.Due == nil {
			due := ui.Due(v.p, c.DueAt, v.now, c.Provisional)
			out.Due = &due
		}
	}
	add := func(label, text string) {
		out.Meta = append(out.Meta, ui.MetaItem{Term: v.p.T("hotline.order." + label), Text: text})
	}
	if !o.SignedAt.IsZero() {
		add("signed", v.p.Lang.Stamp(o.SignedAt, v.now))
	}
	if !o.ContactedAt.IsZero() {
		add("contacted", v.p.Lang.Stamp(o.ContactedAt, v.now))
	}
	if o.CheckIn != nil {
		add("arrived", v.p.Lang.Stamp(o.CheckIn.At, v.now))
	}
	if o.Result != "" {
		add("result", o.Result)
	}
	for _, reply := range o.Replies {
		add("reply", v.p.Lang.Stamp(reply.At, v.now)+" · "+reply.Public)
	}
	return out
}

func (r *Room) call(v visit, c casework.Call) ui.OrderView {
	out := ui.OrderView{Title: r.City.Orgs.Short(c.Unit, v.p.Lang), Number: v.p.Lang.Stamp(c.OpenedAt, v.now), Unit: r.place(v, c.Area), Note: c.Result, State: ui.ChipView{Kind: "info", Text: v.p.T("hotline.call_open")}}
	if !c.Open {
		out.State = ui.ChipView{Kind: "ok", Text: v.p.T("hotline.call_ended")}
	}
	out.Meta = []ui.MetaItem{{Term: v.p.T("hotline.change.words"), Text: c.Words}}
	return out
}

// clocks says every time limit in words.
func (r *Room) clocks(v visit, f *casework.File) ui.TableView {
	t := ui.TableView{Caption: v.p.T("hotline.clocks")}
	for _, name := range []string{"kind", "unit", "limit", "due", "state"} {
		t.Columns = append(t.Columns, ui.Column{Label: v.p.T("hotline.clock." + name)})
	}
	for _, c := range f.Clocks {
		unit := v.p.T("hotline.clock.desk")
		if c.Unit != "" {
			unit = r.City.Orgs.Short(c.Unit, v.p.Lang)
		}
		due := v.p.Lang.Due(c.DueAt, v.now)
		if c.Provisional {
			due += " " + v.p.T("ui.due.provisional")
		}
		t.Rows = append(t.Rows, ui.TableRow{Cells: []string{
			v.p.T("casework.clock." + string(c.Kind)), unit, limit(v, c.Limit), due, v.p.T("casework.clock_state." + string(c.State)),
		}})
	}
	return t
}

// answered is what the requester and the public were told.
func (r *Room) answered(v visit, f *casework.File) []ui.MetaItem {
	var out []ui.MetaItem
	add := func(label, text string) {
		if text != "" {
			out = append(out, ui.MetaItem{Term: v.p.T("hotline." + label), Text: text})
		}
	}
	c := f.Case
	if c.Answer != nil {
		add("field.public", c.Answer.Public)
		add("field.article", c.Answer.Article)
	}
	if c.Decline != nil {
		x, _ := r.City.Duties.Reason(c.Decline.Reason)
		add("field.reason", r.City.Duties.ReasonName(c.Decline.Reason, v.p.Lang))
		add("where_to", x.Where.In(v.p.Lang))
		add("field.words", c.Decline.Words)
	}
	if c.Ending != "" {
		add("ending", v.p.T("casework.ending."+string(c.Ending)))
	}
	if c.Published {
		add("published", v.p.T("hotline.yes"))
	}
	return out
}

// linked lists the requests of a case, also those taken out again, and the case
// it was merged into.
func (r *Room) linked(v visit, f *casework.File) []ui.LinkRow {
	var out []ui.LinkRow
	if f.Case.MergedInto != "" {
		out = append(out, ui.LinkRow{Icon: "merge", Title: v.p.T("hotline.merged_into"), Href: caseHref(f.Case.MergedInto)})
	}
	if r.Policy.May(v.actor, access.ConsentGive, access.Resource{Kind: "person", AreaPath: f.Case.Path}).Allow {
		for _, l := range f.Case.Links {
			if l.LeftAt.IsZero() && !l.Anonymous {
				out = append(out, ui.LinkRow{Icon: "check", Title: v.p.T("hotline.consents", "Number", l.Number), Text: v.p.T("hotline.consents.text"), Href: "/desk/consents/" + l.Request})
			}
		}
	}
	if len(f.Case.Links) < 2 {
		return out
	}
	for _, l := range f.Case.Links {
		parts := []string{v.p.Lang.Stamp(l.At, v.now)}
		if !l.LeftAt.IsZero() {
			parts = append(parts, v.p.T("hotline.left", "At", v.p.Lang.Stamp(l.LeftAt, v.now)))
		}
		href := caseHref(f.Case.ID)
		if l.Origin != "" {
			href = caseHref(l.Origin)
		}
		out = append(out, ui.LinkRow{Icon: "user", Title: l.Number, Text: strings.Join(parts, " · "), Href: href})
	}
	return out
}

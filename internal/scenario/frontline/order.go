package frontline

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"

	"banyan/internal/platform/geo"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

// Order shows one order of the reader's unit.
func (r *Room) Order(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	return r.showOrder(w, q, s, nil, nil)
}

// showOrder draws the order: with a refusal in words, or with the contact that
// was just asked for.
func (r *Room) showOrder(w http.ResponseWriter, q *http.Request, s sheet, refused error, shown []contact) error {
	matter, err := r.matter(s.visit, s.file, s.order)
	if err != nil {
		return err
	}
	view := orderView{
		Desk: r.desk(s.visit, matter.Title, navWork), Matter: matter, Errors: ui.Errors(s.p, refused),
		State: orderChip(s.visit, s.order.State), Role: s.p.T("casework.role." + string(s.order.Role)),
		Facts: r.orderFacts(s), Why: r.why(s), Acts: acts(s), Simple: simple(s),
		Contacts: shown, Contact: r.contactForm(s),
	}
	if due := s.file.OrderDue(s.order); !due.IsZero() && s.order.EndedAt.IsZero() {
		d := ui.Due(s.p, due, s.now, provisional(s.file, s.order))
		view.Due = &d
	}
	return web.Show(w, q, refused, orderPage(view))
}

// matter is what an order's page and a case's page tell alike.
func (r *Room) matter(v visit, f *casework.File, o casework.Order) (matterView, error) {
	h, err := r.hear(v, f, purpose(o, v))
	if err != nil {
		return matterView{}, err
	}
	entries, err := r.Cases.Journal(v.ctx, f.Case.ID)
	if err != nil {
		return matterView{}, err
	}
	c := f.Case
	m := matterView{
		Title: h.title(f), Number: c.Number, Case: c.ID, State: caseChip(v, c.State), Urgent: c.Urgent,
		Place: r.City.Areas.FullName(c.Area, v.p.Lang), Geo: geoHref(c.Point), Point: pointText(c.Point), Kind: r.City.Duties.KindName(c.Kind, v.p.Lang),
		Requests: r.said(v, f, h), Closed: h.Closed, Clocks: clocksOf(v, f, o), Units: r.unitsIn(v, f),
		Calls: r.calls(v, f), Changes: r.changes(v, f), Replies: r.replies(v, f), Story: r.story(v, entries), Flags: flags(v, f),
	}
	if d, ok := r.City.Duties.Get(c.Duty); ok {
		m.Duty, m.DutyCode, m.Basis, m.Subdistrict = d.Name.In(v.p.Lang), d.Code, d.Basis, d.Subdistrict.In(v.p.Lang)
	}
	return m, nil
}

// said is what each request says, with its photos.
func (r *Room) said(v visit, f *casework.File, h heard) []saidView {
	var out []saidView
	for _, head := range h.Heads {
		one := saidView{Number: head.Number, At: v.p.Lang.Stamp(head.ReceivedAt, v.now), Words: head.Text, Anonymous: head.Anonymous}
		one.Channel = r.City.Duties.ChannelName(head.Channel, v.p.Lang)
		if as := head.Acted.As; as != "" {
			one.Channel += " · " + v.p.T("hotline.behalf", "As", v.p.T("mandate.relation."+as))
		}
		if s, ok := h.Said[head.ID]; ok {
			one.Subject, one.Words, one.Address = s.Subject, s.Words, s.Address
			for i, p := range s.Photos {
				one.Photos = append(one.Photos, photo(f.Case.ID, p.Key, v.p.T("frontline.photo", "N", i+1)))
			}
			for _, m := range s.Remarks {
				one.Later = append(one.Later, laterView{v.p.T("frontline.later."+m.Occasion, "At", v.p.Lang.Stamp(m.At, v.now)), m.Words})
			}
		}
		if head.Erased {
			one.Words = v.p.T("request.erased")
		}
		out = append(out, one)
	}
	return out
}

func photo(caseID, key, alt string) ui.Photo {
	href := "/work/files/" + caseID + "/" + key
	return ui.Photo{Src: href + "?size=320", Alt: alt, Href: href}
}

// orderFacts are the order's own facts.
func (r *Room) orderFacts(s sheet) []ui.MetaItem {
	o := s.order
	items := []ui.MetaItem{{Term: s.p.T("frontline.order.offered"), Text: s.p.Lang.Stamp(o.OfferedAt, s.now), Num: true}}
	if o.Instruction != "" {
		items = append(items, ui.MetaItem{Term: s.p.T("frontline.order.instruction"), Text: o.Instruction})
	}
	if o.Assignee != "" {
		items = append(items, ui.MetaItem{Term: s.p.T("frontline.order.assignee"), Text: r.staffName(s.visit, o.Assignee)})
	}
	if o.CheckIn != nil {
		items = append(items, ui.MetaItem{Term: s.p.T("frontline.checkin.title"), Text: checkInText(s.visit, *o.CheckIn)})
	}
	if o.Result != "" {
		items = append(items, ui.MetaItem{Term: s.p.T("frontline.report.title"), Text: o.Result})
	}
	return items
}

// staffName is the name of a colleague; somebody who left keeps the id.
func (r *Room) staffName(v visit, id string) string {
	p, err := r.Staff.Staff(v.ctx, id)
	if err != nil {
		return id
	}
	return p.Name
}

// why reads the reasons that dispatch stored with the order. What cannot be
// read as a suggestion has no reasons to show.
func (r *Room) why(s sheet) []ui.Candidate {
	var e struct {
		triage.Candidate
		Candidates []triage.Candidate `json:"candidates"`
	}
	if json.Unmarshal(s.order.Explanation, &e) != nil {
		return nil
	}
	if len(e.Reasons) > 0 {
		e.Candidates = append(e.Candidates, e.Candidate)
	}
	var out []ui.Candidate
	for _, c := range e.Candidates {
		chosen := c.Duty == s.file.Case.Duty
		if !chosen && len(out) >= 2 {
			continue
		}
		one := ui.Candidate{Name: r.City.Orgs.Short(c.Lead, s.p.Lang), Role: r.City.Duties.Name(c.Duty, s.p.Lang), Part: c.Score, Chosen: chosen}
		one.Score = strconv.Itoa(int(math.Round(c.Score*100))) + "%"
		for _, reason := range c.Reasons {
			one.Reasons = append(one.Reasons, s.p.T(reason.Key, reason.Values()...))
		}
		out = append(out, one)
	}
	return out
}

func provisional(f *casework.File, o casework.Order) bool {
	for _, c := range f.Clocks {
		if c.Live() && c.Provisional && (c.Order == o.ID || c.Kind == casework.ClockResolve) {
			return true
		}
	}
	return false
}

// geoHref opens the place in a phone's own map.
func geoHref(p geo.Point) string {
	if p == (geo.Point{}) {
		return ""
	}
	return "geo:" + degrees(p.Lat) + "," + degrees(p.Lon)
}

func pointText(p geo.Point) string {
	if p == (geo.Point{}) {
		return ""
	}
	return degrees(p.Lat) + ", " + degrees(p.Lon)
}

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', 5, 64) }

func flags(v visit, f *casework.File) []string {
	var out []string
	for _, fl := range f.Case.Flags {
		out = append(out, v.p.T("casework.flag."+string(fl)))
	}
	return out
}

// refuseOrder shows the order again with the refusal, or hands the error on.
func (r *Room) refuseOrder(w http.ResponseWriter, q *http.Request, s sheet, err error) error {
	if !web.Again(err) {
		return err
	}
	f, getErr := r.Cases.Get(s.ctx, s.actor, s.file.Case.ID)
	if getErr != nil {
		return getErr
	}
	s.file, s.allowed = f, r.Cases.Allowed(s.actor, f)
	s.order, _ = f.Order(s.order.ID) // an order never leaves its case
	return r.showOrder(w, q, s, err, nil)
}

// back leads to the order after something was done to it.
func (s sheet) back(w http.ResponseWriter, q *http.Request) error {
	return web.Redirect(w, q, s.href(""))
}

package hotline

import (
	"cmp"
	"slices"
	"strings"

	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

// detailView is one case open beside a list or on its own page.
type detailView struct {
	ID, Title, Number string
	Due               *ui.DueView
	Chips             []ui.ChipView
	Here              string // who else has it open
	Errors            []ui.FieldError
	Conflict          *conflictView

	Said   []saidView
	More   string // how many requests are not shown
	Closed bool
	Meta   []ui.MetaItem
	Phones []phoneView
	Like   []alike
	Map    *mapView

	Panel    panel
	Timeline []ui.TimelineItem
	Acts     []ui.LinkView
	Whole    *wholeView // only on the case's own page
}

// saidView is what one requester said, with the signals marked.
type saidView struct {
	Number, Subject, Address, At string
	Words                        []piece
	Photos                       []ui.Photo
	Later                        []laterView // what was said after the request
	Behalf                       string      // who handed it in for the requester
}

// laterView is one thing a requester said later.
type laterView struct{ When, Words string }

// phoneView is one requester, masked, with the form that asks for the number.
type phoneView struct {
	Request, Name, Phone string
	Shown                bool
	Link                 string // tel: or mailto: of what is shown
	Purposes             []ui.Option
	Error                string
}

// detail loads a case as a board shows it.
func (r *Room) detail(v visit, b board, id string, typed form, failed error) (detailView, error) {
	m, err := r.matter(v, id, purposeOn(b.name, v.actor))
	if err != nil {
		return detailView{}, err
	}
	s, err := r.suggestion(m)
	if err != nil {
		return detailView{}, err
	}
	like, err := r.alikeTo(m, s.Candidates)
	if err != nil {
		return detailView{}, err
	}
	journal, err := r.Cases.Journal(v.ctx, id)
	if err != nil {
		return detailView{}, err
	}
	d := r.head(m, typed)
	d.Errors = r.errorsOf(v, failed)
	if isChanged(failed) {
		d.Conflict, d.Errors = r.conflict(m, journal, typed), nil
	}
	d.Said, d.Closed, d.Meta, d.Like = r.said(m, s.Candidates), m.closed, r.meta(m), like
	handed, err := r.handed(m)
	if err != nil {
		return detailView{}, err
	}
	d.Meta = append(d.Meta, handed...)
	if n := len(m.heads) - len(d.Said); n > 0 && !m.closed {
		d.More = v.p.T("hotline.more_requests", "N", n)
	}
	d.Phones = r.phones(m, typed, d.Errors)
	d.Map = r.maps.of(r.City.Areas, m.p.Lang, m.file.Case.Area, m.file.Case.Point, like)
	d.Timeline = lastOf(r.timeline(v, m.file, journal), 12)
	d.Panel, err = r.panel(m, b, typed, s, like)
	d.Panel.Errors = d.Errors
	d.Acts = r.links(m, b, d.Panel.Name)
	return d, err
}

// head is the line above a case.
func (r *Room) head(m matter, _ form) detailView {
	c := m.file.Case
	d := detailView{ID: c.ID, Title: m.title(), Number: c.Number}
	row := rowOf(m.file)
	if !row.DueAt.IsZero() && !c.State.Ended() {
		due := ui.Due(m.p, row.DueAt, m.now, row.Provisional)
		d.Due = &due
	}
	chip := func(kind, text string) { d.Chips = append(d.Chips, ui.ChipView{Kind: kind, Text: text}) }
	if c.Urgent {
		chip("danger", m.p.T("hotline.urgent"))
	}
	state := stateChip(m.visit, c.State)
	chip(state.Kind, state.Text)
	chip("", r.City.Duties.KindName(c.Kind, m.p.Lang))
	for _, f := range c.Flags {
		chip("warn", m.p.T("casework.flag."+string(f)))
	}
	if others := r.here.look(c.ID, m.actor.ID, m.p.Visitor.Name, m.now); len(others) > 0 {
		d.Here = m.p.T("hotline.here", "Names", strings.Join(others, m.p.T("hotline.comma")))
	}
	return d
}

// errorsOf puts a refusal into words, with the labels of the fields.
func (r *Room) errorsOf(v visit, failed error) []ui.FieldError {
	var labels []string
	for _, name := range []string{
		"duty", "unit", "more", "instruction", "public", "article", "reason", "words", "into", "number", "order", "grant", "decline", "close",
		"channel", "reached", "solved", "purpose", "phone", "name", "kind", "subject", "where", "address", "request",
	} {
		labels = append(labels, name, v.p.T("hotline.field."+name))
	}
	return ui.Errors(v.p, failed, labels...)
}

// said shows what the first requesters said.
func (r *Room) said(m matter, list []triage.Candidate) []saidView {
	var out []saidView
	for i, h := range m.heads {
		one, ok := m.said[h.ID]
		if !ok {
			continue
		}
		s := saidView{Number: h.Number, Subject: one.Subject, Address: one.Address, At: m.p.Lang.Stamp(h.ReceivedAt, m.now), Words: []piece{{Text: one.Words}}}
		s.Behalf = behalf(m.visit, h.Acted.As)
		if i == 0 {
			s.Words = marked(one.Words, false, list)
		}
		if one.Erased {
			s.Words = []piece{{Text: m.p.T("request.erased")}}
		}
		for _, photo := range one.Photos {
			src := "/desk/photos/" + photo.Key
			s.Photos = append(s.Photos, ui.Photo{Src: src, Href: src, Alt: m.p.T("hotline.photo")})
		}
		for _, later := range one.Remarks {
			s.Later = append(s.Later, laterView{strings.Join(slices.DeleteFunc([]string{m.p.T("hotline.later."+later.Occasion, "At", m.p.Lang.Stamp(later.At, m.now)), behalf(m.visit, later.Acted.As)}, func(s string) bool { return s == "" }), " · "), later.Words})
		}
		out = append(out, s)
	}
	return out
}

// behalf says who did something for the requester, by what they are to them; "" for the requester themselves.
func behalf(v visit, as string) string {
	if as == "" {
		return ""
	}
	return v.p.T("hotline.behalf", "As", v.p.T("mandate.relation."+as))
}

// meta is where, by which way, and what the requester wants published.
func (r *Room) meta(m matter) []ui.MetaItem {
	c := m.file.Case
	item := func(label, text string) ui.MetaItem {
		return ui.MetaItem{Term: m.p.T("hotline.meta." + label), Text: text}
	}
	place := r.place(m.visit, c.Area)
	if len(m.heads) > 0 && m.said[m.heads[0].ID].Address != "" {
		place += " · " + m.said[m.heads[0].ID].Address
	}
	out := []ui.MetaItem{item("place", place), item("came", r.City.Duties.ChannelName(c.Channel, m.p.Lang)+" · "+m.p.Lang.DateTime(c.OpenedAt))}
	if c.Duty != "" {
		out = append(out, item("duty", r.dutyName(m.visit, c.Duty)))
	}
	if c.Lead != "" {
		out = append(out, item("lead", r.City.Orgs.Short(c.Lead, m.p.Lang)))
	}
	wish := "hotline.wish.private"
	if c.Consent {
		wish = "hotline.wish.public"
	}
	return append(out, item("wish", m.p.T(wish)))
}

// phones are the requesters whose words are shown.
func (r *Room) phones(m matter, typed form, errs []ui.FieldError) []phoneView {
	if m.closed || !r.Policy.May(m.actor, access.PersonContact, resource(m.file)).Allow {
		return nil
	}
	var options []ui.Option
	for _, p := range purposes(m.actor) {
		options = append(options, ui.Option{Value: p, Label: m.p.T(p)})
	}
	var out []phoneView
	for _, h := range m.heads {
		if _, ok := m.said[h.ID]; !ok {
			continue
		}
		p := phoneView{Request: h.ID, Name: m.p.T("hotline.anonymous_name"), Purposes: options}
		if hidden, ok := m.masked[h.PersonID]; ok {
			p.Name, p.Phone = hidden.Name, cmp.Or(hidden.Phone, hidden.Email)
			if hidden.WeChat && p.Phone == "" {
				p.Phone = m.p.T("hotline.by_wechat")
			}
		} else {
			p.Purposes = nil
		}
		if typed.Request == h.ID {
			p.Error = ui.ErrorOf(errs, "purpose")
			if typed.Shown != nil {
				p.Name, p.Phone, p.Shown = typed.Shown.Name, cmp.Or(string(typed.Shown.Phone), typed.Shown.Email, p.Phone), true
				p.Link = linkTo(*typed.Shown)
			}
		}
		out = append(out, p)
	}
	return out
}

// linkTo is where a press on a shown contact leads: a call or a letter, or nowhere.
func linkTo(p person.Person) string {
	switch {
	case p.Phone != "":
		return "tel:" + string(p.Phone)
	case p.Email != "":
		return "mailto:" + p.Email
	}
	return ""
}

// alikeTo finds cases that may be the same matter.
func (r *Room) alikeTo(m matter, list []triage.Candidate) ([]alike, error) {
	c := m.file.Case
	if c.State.Ended() || !m.actor.Is(access.Dispatcher, access.CallTaker, access.Supervisor) {
		return nil, nil
	}
	duties := dutiesOf(list)
	if c.Duty != "" {
		duties = []string{c.Duty}
	}
	return r.alike(m.visit, likeness{not: c.ID, area: c.Area, point: c.Point, duties: duties})
}

func lastOf[T any](list []T, n int) []T { return list[max(len(list)-n, 0):] }

// conflictView is what happened since somebody opened a form, and what that
// somebody had typed.
type conflictView struct {
	Since []ui.TimelineItem
	Typed []ui.MetaItem // only where no form is left that keeps it
}

func (r *Room) conflict(m matter, journal []casework.Entry, typed form) *conflictView {
	i := slices.IndexFunc(journal, func(e casework.Entry) bool { return e.Seq > typed.Version })
	if i < 0 {
		i = max(len(journal)-1, 0)
	}
	v := &conflictView{Since: r.timeline(m.visit, m.file, journal[i:])}
	if _, ok := m.may(acts()[typed.Act].action); !ok {
		v.Typed = typed.typed(m.visit)
	}
	return v
}

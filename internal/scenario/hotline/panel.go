package hotline

import (
	"slices"
	"strconv"

	"banyan/internal/register/duty"
	"banyan/internal/work/casework"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

// panel is the form beside a case: one at a time, named by the address.
type panel struct {
	Name   string // "" for none
	Action string // where it is sent
	Title  string
	Aside  string
	Submit string
	Key    string
	Danger bool
	Typed  form
	Errors []ui.FieldError

	Candidates *ui.CandidatesView
	Ticks      []tick
	Duties     []string
	Units      []string
	Reasons    []ui.Option
	Like       []alike
	Options    []ui.Option // requests, orders or units to choose from
	Facts      []ui.MetaItem
	Past       []ui.TimelineItem // precedents or attempts
	Change     casework.Change
	Ends       bool   // the case can end with it
	None       string // why there is no form
}

// panelOf is which form a board opens by itself.
func panelOf(name string, m matter) string {
	switch name {
	case boardQueue:
		return "dispatch"
	case boardChanges:
		return "decide"
	case boardRulings:
		return "rule"
	case boardFollowUp:
		return "followup"
	case boardContested:
		if m.file.Case.State == casework.Overseen {
			return "direct"
		}
		return "rework"
	}
	return ""
}

// panel fills the form that is open, if the reader may use it now.
func (r *Room) panel(m matter, b board, typed form, s triage.Stored, like []alike) (panel, error) {
	name := typed.Act
	if _, ok := acts()[name]; !ok {
		name = panelOf(b.name, m)
	}
	if name == "" {
		return panel{}, nil
	}
	if _, ok := m.may(acts()[name].action); !ok && name == "dispatch" {
		if _, ok := m.may(casework.ActAnswer); ok && m.file.Case.State == casework.Received {
			return panel{Candidates: pointer(r.candidates(m.visit, "", s.Candidates, "")), None: m.p.T("hotline.none.dispatch")}, nil
		}
	}
	_, ok := m.may(acts()[name].action)
	if name == "police" {
		ok = r.mayHand(m) // the case may go on, so it need not be one that can be declined
	}
	if !ok {
		return panel{None: m.p.T("hotline.none")}, nil
	}
	p := panel{Name: name, Action: caseHref(m.file.Case.ID) + "/" + name, Typed: typed, Title: m.p.T("hotline.act." + name), Submit: m.p.T("hotline.submit." + name), Key: "E"}
	p.Typed.Act, p.Typed.Version, p.Typed.Board = name, m.file.Case.Version, b.name
	p.Typed.List, p.Typed.Next = b.keep().Encode(), b.next(m.file.Case.ID)
	return p, r.fill(&p, m, s, like)
}

func pointer[T any](x T) *T { return &x }

// fill gives a form what it offers.
func (r *Room) fill(p *panel, m matter, s triage.Stored, like []alike) error {
	v, place := m.visit, m.file.Case.Area
	switch p.Name {
	case "dispatch":
		c := r.candidates(v, "pick", s.Candidates, p.Typed.Pick)
		p.Candidates, p.Ticks = &c, r.assistants(v, s.Candidates, p.Typed)
		p.Title = "" // the legend of the choice is the title
	case "other":
		p.Duties, p.Units = r.dutyOptions(v), r.unitOptions(v, place)
	case "reassign", "assist":
		p.Units = r.unitOptions(v, place)
	case "decline":
		p.Reasons, p.Danger = r.reasons(v, duty.Decline, ""), true
	case "merge":
		p.Like = like
	case "unmerge", "contest":
		p.Options = requests(m)
		p.Danger = p.Name == "unmerge"
	case "police":
		p.Options, p.Danger = requests(m), true
		p.Ends = m.file.Case.State == casework.Received
		if p.Typed.Request == "" && len(p.Options) == 1 {
			p.Typed.Request = p.Options[0].Value
		}
	case "overrule":
		p.Options, p.Danger = r.helpers(m), true
	case "decide", "rule":
		return r.fillChange(p, m)
	case "followup":
		r.fillFollowUp(p, m)
	case "rework", "direct":
		p.Facts = r.replyFacts(m)
	}
	return nil
}

// reasons are the pack's reasons for a decision with where they send people.
func (r *Room) reasons(v visit, decision, not string) []ui.Option {
	var out []ui.Option
	for _, x := range r.City.Duties.Reasons(decision) {
		if x.Code != not {
			out = append(out, ui.Option{Value: x.Code, Label: x.Name.In(v.p.Lang), Hint: x.Where.In(v.p.Lang)})
		}
	}
	return out
}

// requests are the requests of a case by number and headline.
func requests(m matter) []ui.Option {
	var out []ui.Option
	for _, h := range m.heads {
		out = append(out, ui.Option{Value: h.ID, Label: h.Number + " · " + h.Text})
	}
	return out
}

// helpers are the units that have not reported yet.
func (r *Room) helpers(m matter) []ui.Option {
	var out []ui.Option
	for _, a := range m.allowed {
		if o, ok := m.file.Order(a.Order); ok && a.Action == casework.ActOverrule {
			out = append(out, ui.Option{Value: o.ID, Label: r.City.Orgs.Short(o.Unit, m.p.Lang) + " · " + m.p.T("casework.role."+string(o.Role))})
		}
	}
	return out
}

// fillChange shows what a unit asks for, or the two sides of a dispute.
func (r *Room) fillChange(p *panel, m matter) error {
	a, _ := m.may(acts()[p.Name].action)
	c, _ := m.file.Change(a.Change)
	v := m.visit
	p.Change, p.Typed.Change = c, c.ID
	p.Title = v.p.T("casework.change." + string(c.Kind))
	p.Aside = v.p.T("hotline.change.asked", "Unit", r.City.Orgs.Short(c.Unit, v.p.Lang), "At", v.p.Lang.Stamp(c.AskedAt, v.now))
	p.Facts = r.changeFacts(v, c)
	p.Units = r.unitOptions(v, m.file.Case.Area)
	if c.Kind == casework.OutOfScope {
		p.Reasons = r.reasons(v, duty.Decline, "")
	}
	if c.Kind == casework.Return && !p.Typed.Sent && c.Proposed != "" {
		p.Typed.Unit = r.City.Orgs.Name(c.Proposed, v.p.Lang)
	}
	if p.Name != "rule" {
		return nil
	}
	for _, id := range slices.Compact([]string{c.Unit, c.Proposed}) {
		if id != "" {
			p.Options = append(p.Options, ui.Option{Value: id, Label: r.City.Orgs.Name(id, v.p.Lang)})
		}
	}
	var err error
	p.Past, err = r.precedents(m)
	return err
}

// changeFacts are the words of a change.
func (r *Room) changeFacts(v visit, c casework.Change) []ui.MetaItem {
	var out []ui.MetaItem
	add := func(label, text string) {
		if text != "" {
			out = append(out, ui.MetaItem{Term: v.p.T("hotline.change." + label), Text: text})
		}
	}
	add("reason", r.City.Duties.ReasonName(c.Reason, v.p.Lang))
	add("words", c.Words)
	add("extra", limit(v, c.Extra))
	add("plan", c.Plan)
	if !c.ReviewAt.IsZero() {
		add("review", v.p.Lang.Date(c.ReviewAt))
	}
	if c.Proposed != "" {
		add("proposed", r.City.Orgs.Name(c.Proposed, v.p.Lang))
	}
	if c.State != casework.Asked {
		add("state", v.p.T("casework.change_state."+string(c.State)))
		add("decision", c.Decision)
	}
	return out
}

// fillFollowUp is the call sheet: what the requester was told, and the tries so far.
func (r *Room) fillFollowUp(p *panel, m matter) {
	v := m.visit
	p.Facts = r.replyFacts(m)
	p.Options = requests(m)
	n := 0
	for _, u := range m.file.FollowUps {
		for _, a := range u.Attempts {
			n++
			what := "hotline.attempt.no"
			if a.Reached {
				what = "hotline.attempt.yes"
			}
			p.Past = append(p.Past, ui.TimelineItem{At: v.p.Lang.Stamp(a.At, v.now), Who: r.means(v, a.Channel), What: v.p.T(what)})
		}
	}
	p.Aside = v.p.T("hotline.attempts", "N", strconv.Itoa(n), "Of", strconv.Itoa(r.City.Rules.FollowUpAttempts))
	if p.Typed.Channel == "" {
		p.Typed.Channel = "phone"
	}
}

// replyFacts are what the lead unit answered last.
func (r *Room) replyFacts(m matter) []ui.MetaItem {
	v := m.visit
	reply, ok := m.file.LastReply()
	if !ok {
		return nil
	}
	out := []ui.MetaItem{{Term: v.p.T("hotline.reply.public"), Text: reply.Public}, {Term: v.p.T("hotline.reply.solved"), Text: v.p.T("hotline.answer." + reply.Solved)}}
	if reply.WhyNot != "" {
		out = append(out, ui.MetaItem{Term: v.p.T("hotline.reply.why_not"), Text: reply.WhyNot})
	}
	if reply.Next != "" {
		out = append(out, ui.MetaItem{Term: v.p.T("hotline.reply.next"), Text: reply.Next})
	}
	if reply.Internal != "" {
		out = append(out, ui.MetaItem{Term: v.p.T("hotline.reply.internal"), Text: reply.Internal})
	}
	return append(out, ui.MetaItem{Term: v.p.T("hotline.reply.by"), Text: r.City.Orgs.Short(m.file.Case.Lead, v.p.Lang) + " · " + v.p.Lang.Stamp(reply.At, v.now)})
}

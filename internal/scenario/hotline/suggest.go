package hotline

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/web"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

// suggestion gives the candidates of a case: those stored when it came in, or
// fresh ones while the reaction that stores them has not run.
func (r *Room) suggestion(m matter) (triage.Stored, error) {
	c := m.file.Case
	of, err := r.Triage.Of(m.ctx, []string{c.ID})
	if err != nil {
		return triage.Stored{}, err
	}
	if s, ok := of[c.ID]; ok && len(s.Candidates) > 0 {
		return s, nil
	}
	in := triage.Input{Area: c.Area, Kind: c.Kind, Urgent: c.Urgent, At: c.OpenedAt}
	if len(m.heads) > 0 {
		in.Subject, in.Text = m.said[m.heads[0].ID].Subject, m.said[m.heads[0].ID].Words
	}
	s := r.Triage.Suggest(in)
	return triage.Stored{CaseID: c.ID, At: m.now, Version: s.Version, Candidates: s.Candidates}, nil
}

// leastScore is the share below which a candidate is noise: any duty can be
// chosen by hand all the same.
const leastScore = 0.01

// candidates draws ranked duties. With a name they are a choice.
func (r *Room) candidates(v visit, name string, list []triage.Candidate, chosen string) ui.CandidatesView {
	out := ui.CandidatesView{Name: name, Legend: v.p.T("hotline.candidates.legend", "Version", r.City.Duties.Version())}
	for i, c := range list {
		if i > 0 && noise(c, chosen) {
			continue
		}
		row := ui.Candidate{
			Value: c.Duty, Name: r.City.Orgs.Short(c.Lead, v.p.Lang), Score: fmt.Sprintf("%.0f%%", 100*c.Score), Part: c.Score,
			Chosen: c.Duty != "" && (chosen == c.Duty || chosen == "" && i == 0),
		}
		if c.Duty != "" {
			row.Reasons = append(row.Reasons, v.p.T("hotline.candidates.duty", "Duty", r.dutyName(v, c.Duty)))
			if d, ok := r.City.Duties.Get(c.Duty); ok && d.Direct {
				row.Role = v.p.T("hotline.candidates.direct")
			}
		}
		for _, reason := range c.Reasons {
			if reason.Kind == triage.Class && i > 0 {
				continue // the class is the message's, not the candidate's: said once
			}
			row.Reasons = append(row.Reasons, strings.TrimRight(v.p.T(reason.Key, reason.Values()...), "。."))
		}
		if len(c.Assisting) > 0 {
			row.Reasons = append(row.Reasons, v.p.T("hotline.candidates.assisting", "Units", r.unitNames(v, c.Assisting)))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// noise is a candidate that is not worth a line, unless it was chosen.
func noise(c triage.Candidate, chosen string) bool { return c.Score < leastScore && c.Duty != chosen }

func (r *Room) unitNames(v visit, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = r.City.Orgs.Short(id, v.p.Lang)
	}
	return strings.Join(names, v.p.T("hotline.comma"))
}

// assistants are the units that any candidate calls in; those of the chosen one
// are ticked.
func (r *Room) assistants(v visit, list []triage.Candidate, typed form) []tick {
	var out []tick
	for i, c := range list {
		if i > 0 && noise(c, typed.Pick) {
			continue
		}
		on := typed.Pick == c.Duty || typed.Pick == "" && i == 0
		for _, id := range c.Assisting {
			if typed.Sent {
				on = slices.Contains(typed.Assisting, id)
			}
			if j := slices.IndexFunc(out, func(t tick) bool { return t.Value == id }); j < 0 {
				out = append(out, tick{Value: id, Label: r.City.Orgs.Short(id, v.p.Lang), On: on})
			}
		}
	}
	return out
}

// explanation is what is kept with the dispatch: what was proposed and whether
// the dispatcher followed it. Its reasons hold words of the duty list alone.
func explanation(s triage.Stored, duty, lead string) json.RawMessage {
	follows := slices.ContainsFunc(s.Candidates, func(c triage.Candidate) bool { return c.Duty == duty && c.Lead == lead })
	body, err := json.Marshal(map[string]any{"version": s.Version, "followed": follows, "duty": duty, "unit": lead, "candidates": s.Candidates})
	if err != nil {
		return nil // plain values always marshal
	}
	return body
}

// Suggest is the live part of the call form: ranked duties with their reasons,
// and open cases that sound alike. It is a POST because the words must not
// stand in an address.
func (r *Room) Suggest(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in callForm
	if err := web.Decode(q, &in); err != nil && !web.Again(err) {
		return err
	}
	s, err := r.hints(v, in)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, q, http.StatusOK, hintsPart(s))
}

// hints is what the call form proposes for the words typed so far.
func (r *Room) hints(v visit, in callForm) (hintsView, error) {
	if len([]rune(in.Words)) < 4 {
		return hintsView{}, nil
	}
	given := r.input(v, in)
	s := r.Triage.Suggest(given)
	out := hintsView{Candidates: r.candidates(v, "", s.Candidates[:min(3, len(s.Candidates))], "")}
	if d, ok := r.City.Duties.Get(s.Best().Duty); ok {
		out.Direct, out.Basis = d.Direct, d.Basis
	}
	for _, word := range r.City.Rules.UrgentWords {
		if strings.Contains(in.Subject+"\n"+in.Words, word) {
			out.Urgent = append(out.Urgent, word)
		}
	}
	alike, err := r.alike(v, likeness{area: given.Area, duties: dutiesOf(s.Candidates)})
	out.Similar = alike
	return out, err
}

// dutiesOf are the duties of the best candidates: what two matters must share.
func dutiesOf(list []triage.Candidate) []string {
	var out []string
	for _, c := range list[:min(2, len(list))] {
		if c.Duty != "" {
			out = append(out, c.Duty)
		}
	}
	return out
}

func (r *Room) input(v visit, in callForm) triage.Input {
	return triage.Input{Subject: in.Subject, Text: in.Words, Area: r.areaOf(in), Kind: in.Kind, Urgent: in.Urgent, At: v.now}
}

package triage

import (
	"fmt"
	"time"

	"banyan/internal/platform/pack"
)

// routingExample is a row of examples/routing.yaml.
type routingExample struct {
	Name  string `yaml:"name"`
	Given struct {
		Subject string `yaml:"subject"`
		Text    string `yaml:"text"`
		Area    string `yaml:"area"`
		Kind    string `yaml:"kind"`
	} `yaml:"given"`
	Expect struct {
		Duty   string `yaml:"duty"`
		Within int    `yaml:"within"` // among the first so many candidates; 0 means 1
		Lead   string `yaml:"lead"`
	} `yaml:"expect"`
}

// CheckExamples runs the pack's routing examples on the day given, by signals alone: a pack must
// route its own examples without a trained classifier.
func CheckExamples(p *pack.Pack, lists *Lists, at time.Time) pack.Problems {
	rows, src, err := pack.Section(p, "examples/routing", func(e routingExample) string { return e.Name })
	problems := pack.AsProblems(err)
	s := NewSuggester(lists, nil, nil)
	for _, e := range rows {
		got := s.Suggest(Input{Subject: e.Given.Subject, Text: e.Given.Text, Area: e.Given.Area, Kind: e.Given.Kind, At: at})
		for _, a := range got.Alarms {
			problems = append(problems, src.Problem(e.Name, "expect", "rule of duty "+a.Duty+": "+a.What))
		}
		if field, what := e.differs(got); what != "" {
			problems = append(problems, src.Problem(e.Name, field, what))
		}
	}
	return problems
}

func (e routingExample) differs(got Suggestion) (field, what string) {
	within := min(max(e.Expect.Within, 1), len(got.Candidates))
	for _, c := range got.Candidates[:within] {
		if c.Duty != e.Expect.Duty {
			continue
		}
		if e.Expect.Lead != "" && c.Lead != e.Expect.Lead {
			return "expect.lead", fmt.Sprintf("duty %s goes to %s, not to %s", c.Duty, c.Lead, e.Expect.Lead)
		}
		return "", ""
	}
	return "expect.duty", fmt.Sprintf("%s is not among the first %d; they are %s", e.Expect.Duty, within, listed(got.Candidates))
}

func listed(cs []Candidate) string {
	out := ""
	for _, c := range cs {
		out += fmt.Sprintf("%s (%.2f) ", c.Duty, c.Score)
	}
	return out
}

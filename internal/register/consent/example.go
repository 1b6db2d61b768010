package consent

import (
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/pack"
)

// example is a row of examples/purposes.yaml.
type example struct {
	Name  string `yaml:"name"`
	Given struct {
		Purpose  string `yaml:"purpose"`
		On       string `yaml:"on"`       // a day
		Assessed bool   `yaml:"assessed"` // an approved assessment of the text in force holds
		Agreed   int    `yaml:"agreed"`   // version the person agreed to; 0: they did not
	} `yaml:"given"`
	Expect struct {
		Version int    `yaml:"version"` // in force; 0 for none
		Refused string `yaml:"refused"` // not_yet, not_assessed, not_given, renewed, unknown; "" when it may be pursued
	} `yaml:"expect"`
}

// CheckExamples runs the pack's examples of purposes.
func CheckExamples(p *pack.Pack, r *Register) pack.Problems {
	rows, from, err := pack.Section(p, "examples/purposes", func(e example) string { return e.Name })
	problems := pack.AsProblems(err)
	for _, e := range rows {
		if field, what := e.differs(r); what != "" {
			problems = append(problems, from.Problem(e.Name, field, what))
		}
	}
	return problems
}

func (e example) differs(r *Register) (field, what string) {
	day, err := time.ParseInLocation(time.DateOnly, e.Given.On, clock.City)
	if err != nil {
		return "given.on", fmt.Sprintf("is a day such as 2026-12-01, not %q", e.Given.On)
	}
	version, refused := 0, Unknown
	if p, ok := r.Get(e.Given.Purpose); ok {
		text, inForce := p.InForce(day)
		version = text.Version
		refused = standing{asked: p.Asked, text: text, inForce: inForce, assessed: e.Given.Assessed, agreed: e.Given.Agreed}.refusal()
	}
	want := e.Expect.Refused
	if want != "" {
		want = "consent.refuse." + want
	}
	switch {
	case version != e.Expect.Version:
		return "expect.version", fmt.Sprintf("version %d is in force, not %d", version, e.Expect.Version)
	case refused != want:
		return "expect.refused", fmt.Sprintf("the answer is %q, not %q", refused, want)
	}
	return "", ""
}

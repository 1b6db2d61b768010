package calendar

import (
	"fmt"
	"strconv"
	"time"

	"banyan/internal/platform/pack"
)

// FromPack reads the sections calendar/years and calendar/hours. All that is wrong comes back as pack.Problems.
func FromPack(p *pack.Pack) (*Calendar, error) {
	years, src, err := pack.Section(p, "calendar/years", func(y Year) string { return strconv.Itoa(y.Year) })
	ps := pack.AsProblems(err)
	hours, err := pack.Object[Hours](p, "calendar/hours")
	ps = append(ps, pack.AsProblems(err)...)
	if _, err := New(nil, hours); err != nil && len(ps) == 0 {
		ps = append(ps, pack.Problem{File: p.Name + "/calendar/hours.yaml", What: err.Error()})
	}
	if len(ps) > 0 {
		return nil, ps
	}
	for _, y := range years {
		if _, err := New([]Year{y}, hours); err != nil {
			ps = append(ps, src.Problem(strconv.Itoa(y.Year), "", err.Error()))
		}
	}
	c, err := New(years, hours)
	if err != nil && len(ps) == 0 { // the years are fine alone and contradict each other
		ps = append(ps, pack.Problem{File: p.Name + "/calendar/years.yaml", What: err.Error()})
	}
	return c, ps.Err()
}

// Example is one line of examples/clocks: a limit from an instant must run out at another.
type Example struct {
	Name  string `yaml:"name"`
	Given struct {
		From  string `yaml:"from"` // RFC 3339
		Limit Limit  `yaml:"limit"`
	} `yaml:"given"`
	Expect struct {
		Due         string `yaml:"due"`
		Provisional bool   `yaml:"provisional"`
	} `yaml:"expect"`
}

// Check loads the calendar and the profiles of a pack and runs its examples: what `banyan pack check` shows.
func Check(p *pack.Pack) pack.Problems {
	_, err := LoadProfiles(p)
	ps := pack.AsProblems(err)
	c, err := FromPack(p)
	ps = append(ps, pack.AsProblems(err)...)
	examples, src, err := pack.Section(p, "examples/clocks", func(e Example) string { return e.Name })
	ps = append(ps, pack.AsProblems(err)...)
	if c == nil {
		return ps
	}
	for _, e := range examples {
		if err := e.run(c); err != nil {
			ps = append(ps, src.Problem(e.Name, "expect", err.Error()))
		}
	}
	return ps
}

// run tells how the calendar differs from what the example expects.
func (e Example) run(c *Calendar) error {
	from, err := time.Parse(time.RFC3339, e.Given.From)
	if err != nil {
		return fmt.Errorf("given.from %q is not a time such as 2026-09-24T10:00:00+08:00", e.Given.From)
	}
	want, err := time.Parse(time.RFC3339, e.Expect.Due)
	if err != nil {
		return fmt.Errorf("due %q is not a time such as 2026-10-09T17:30:00+08:00", e.Expect.Due)
	}
	if err := e.Given.Limit.Check(); err != nil {
		return fmt.Errorf("given.limit: %w", err)
	}
	due, provisional := c.Due(from, e.Given.Limit)
	if !due.Equal(want) || provisional != e.Expect.Provisional {
		return fmt.Errorf("due %s, provisional %v", due.In(want.Location()).Format(time.RFC3339), provisional)
	}
	return nil
}

package oversee

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/rule"
	"banyan/internal/register/calendar"
)

// Indicator is one rate: which events count for it and which of those are good.
type Indicator struct {
	Code   string    `yaml:"code"`
	Name   i18n.Text `yaml:"name"`
	Weight int       `yaml:"weight"`
	Counts string    `yaml:"counts"` // CEL over the event's fields
	Good   string    `yaml:"good"`   // CEL over the event's fields
}

// Ranking says who may be ranked with whom.
type Ranking struct {
	MinCases int    `yaml:"min_cases"` // units with fewer assessed events are shown, not ranked
	Groups   string `yaml:"groups"`    // "same": only units of one group are compared
}

// Cards says when supervision steps in by itself.
type Cards struct {
	OversightAfter calendar.Limit `yaml:"oversight_after"` // after a breach
	Yellow         string         `yaml:"yellow"`
	Red            string         `yaml:"red"`
}

// Version is one dated set of rules.
type Version struct {
	Version    string      `yaml:"version"`
	ValidFrom  string      `yaml:"valid_from"` // yyyy-mm-dd, city time
	Indicators []Indicator `yaml:"indicators"`
	Ranking    Ranking     `yaml:"ranking"`
	Cards      Cards       `yaml:"cards"`
	Rounding   int         `yaml:"rounding"` // decimals of a percentage
	Exclusions string      `yaml:"exclusions"`
}

// Rules are all versions, oldest first, compiled.
type Rules struct{ versions []compiled }

type compiled struct {
	Version
	from        time.Time
	exclude     *rule.Rule
	yellow, red *rule.Rule
	counts      []*rule.Rule
	good        []*rule.Rule
}

// fields is what a rule may speak of.
func fields() rule.Fields {
	return rule.Fields{
		"kind": rule.String, "in_time": rule.Bool, "solved": rule.Bool, "satisfied": rule.Bool, "asked": rule.Bool,
		"overdue_days": rule.Int, "returns": rule.Int, "disputes_lost": rule.Int, "oversight_count": rule.Int, "unit_group": rule.String,
	}
}

// LoadRules reads assess/rates of a pack. All that is wrong comes back as
// pack.Problems.
func LoadRules(p *pack.Pack) (*Rules, error) {
	env, err := rule.NewEnv(fields())
	if err != nil {
		return nil, fmt.Errorf("declare the fields of an event: %w", err)
	}
	rows, src, err := pack.Section(p, "assess/rates", func(v Version) string { return v.Version })
	ps := pack.AsProblems(err)
	r := new(Rules)
	for _, v := range rows {
		c, wrong := compile(env, v)
		for _, field := range slices.Sorted(maps.Keys(wrong)) {
			ps = append(ps, src.Problem(v.Version, field, wrong[field]))
		}
		if slices.ContainsFunc(r.versions, func(o compiled) bool { return o.ValidFrom == v.ValidFrom }) {
			ps = append(ps, src.Problem(v.Version, "valid_from", "another version is valid from the same day"))
		}
		r.versions = append(r.versions, c)
	}
	if len(rows) == 0 && len(ps) == 0 {
		ps = append(ps, pack.Problem{File: p.Name + "/assess/rates.yaml", What: "there is no version of the rates"})
	}
	slices.SortFunc(r.versions, func(a, b compiled) int { return a.from.Compare(b.from) })
	return r, ps.Err()
}

func compile(env *rule.Env, v Version) (compiled, map[string]string) {
	c, wrong := compiled{Version: v}, map[string]string{}
	one := func(field, expr string) *rule.Rule {
		if expr == "" {
			expr = "false"
		}
		r, err := env.Compile(expr)
		if err != nil {
			wrong[field] = err.Error()
		}
		return r
	}
	from, err := time.ParseInLocation(time.DateOnly, v.ValidFrom, clock.City)
	if err != nil {
		wrong["valid_from"] = "not a date such as 2026-01-01"
	}
	c.from = from
	c.exclude = one("exclusions", v.Exclusions)
	c.yellow, c.red = one("cards.yellow", v.Cards.Yellow), one("cards.red", v.Cards.Red)
	if err := v.Cards.OversightAfter.Check(); err != nil {
		wrong["cards.oversight_after"] = err.Error()
	}
	if v.Ranking.Groups != "same" {
		wrong["ranking.groups"] = `only "same" is known: units of one group are compared`
	}
	if v.Rounding < 0 || v.Rounding > 4 {
		wrong["rounding"] = "want 0 to 4 decimals"
	}
	weights(v.Indicators, wrong)
	for _, in := range v.Indicators {
		c.counts = append(c.counts, one("indicators."+in.Code+".counts", in.Counts))
		c.good = append(c.good, one("indicators."+in.Code+".good", in.Good))
	}
	return c, wrong
}

// weights makes sure that the indicators can be told apart and make a score.
func weights(list []Indicator, wrong map[string]string) {
	sum, seen := 0, map[string]bool{}
	for _, in := range list {
		switch {
		case in.Code == "":
			wrong["indicators"] = "one has no code"
		case seen[in.Code]:
			wrong["indicators."+in.Code] = "it is there twice"
		case in.Weight < 0:
			wrong["indicators."+in.Code+".weight"] = "less than 0"
		}
		seen[in.Code] = true
		sum += max(in.Weight, -in.Weight) // a negative one is told above
	}
	if sum <= 0 && wrong["indicators"] == "" {
		wrong["indicators"] = "there is none with a weight"
	}
}

// at is the version in force at an instant; before the first one the first.
func (r *Rules) at(t time.Time) compiled {
	for i := len(r.versions) - 1; i > 0; i-- {
		if !t.Before(r.versions[i].from) {
			return r.versions[i]
		}
	}
	return r.versions[0]
}

// Current is the version in force at an instant, for pages that explain it.
func (r *Rules) Current(t time.Time) Version { return r.at(t).Version }

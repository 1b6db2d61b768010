package duty

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/pack"
	"banyan/internal/platform/rule"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
)

// key is the key of a row in the section: the code while it is in force, with its first day once it has ended.
func (d Duty) key() string {
	if d.ValidTo == "" {
		return d.Code
	}
	return d.Code + "@" + d.ValidFrom
}

// New reads the responsibility list and its words over the areas and units of the same pack; hasClock tells
// whether there is a clock profile of a code. All that is wrong comes back as pack.Problems.
func New(p *pack.Pack, areas *area.Register, units *org.Register, hasClock func(code string) bool) (*Register, error) {
	r := &Register{areas: areas, units: units, byCode: map[string][]int{}, rules: map[string]*rule.Rule{}}
	ps := r.readWords(p)
	rows, src, err := pack.Section(p, "duties", Duty.key)
	ps = append(ps, pack.AsProblems(err)...)
	r.list, r.version = rows, p.Version+"-"+digest(rows)
	env, err := rule.NewEnv(rule.Fields{"text": rule.Words, "area": rule.String, "kind": rule.String, "urgent": rule.Bool})
	if err != nil {
		return nil, fmt.Errorf("declare the facts of duties: %w", err)
	}
	c := checker{r: r, src: src, env: env, hasClock: hasClock, stands: map[Party]string{}}
	for i, d := range rows {
		c.row(d)
		r.byCode[d.Code] = append(r.byCode[d.Code], i)
	}
	c.versions()
	if ps = append(ps, c.problems...); len(ps) > 0 {
		return nil, ps
	}
	r.divide()
	return r, nil
}

// digest names the list by its content.
func digest(rows []Duty) string {
	data, _ := json.Marshal(rows) // plain structs of texts always encode
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}

// checker looks at every row of the list.
type checker struct {
	r        *Register
	src      pack.Sources
	env      *rule.Env
	hasClock func(string) bool
	stands   map[Party]string // what is wrong with a department at a level, "" for nothing
	problems pack.Problems
}

func (c *checker) problem(d Duty, field, what string) {
	c.problems = append(c.problems, c.src.Problem(d.key(), field, what))
}

// row checks one duty alone.
func (c *checker) row(d Duty) {
	if d.Code == "" || strings.Contains(d.Code, "@") {
		c.problem(d, "code", "needs a code without @")
	}
	if d.Name.Hans == "" {
		c.problem(d, "name", "is missing")
	}
	c.class(d)
	c.days(d)
	if len(d.Basis) == 0 {
		c.problem(d, "basis", "is missing: on which rule does it rest?")
	}
	if !c.hasClock(d.Clock) {
		c.problem(d, "clock", "there is no clock profile "+d.Clock)
	}
	c.party(d, "lead", d.Lead)
	if d.Lead.When != "" {
		c.problem(d, "lead.when", "a lead has no condition: write a duty of its own")
	}
	for i, p := range d.Assisting {
		c.party(d, fmt.Sprintf("assisting[%d]", i), p)
	}
	for _, w := range append(slices.Clone(d.Words), d.Strong...) {
		if strings.TrimSpace(w) != w || w == "" {
			c.problem(d, "words", fmt.Sprintf("%q is no word", w))
		}
	}
}

// class checks category, topic and kinds.
func (c *checker) class(d Duty) {
	if _, ok := c.r.Category(d.Category); !ok {
		c.problem(d, "category", "there is no category "+d.Category)
	}
	topic, ok := c.r.Topic(d.Topic)
	switch {
	case !ok:
		c.problem(d, "topic", "there is no topic "+d.Topic)
	case topic.Category != d.Category:
		c.problem(d, "topic", d.Topic+" is a topic of "+topic.Category)
	}
	if len(d.Kinds) == 0 {
		c.problem(d, "kinds", "is missing: for which kinds of request is it?")
	}
	for _, k := range d.Kinds {
		if _, ok := c.r.Kind(k); !ok {
			c.problem(d, "kinds", "there is no kind "+k)
		}
	}
}

// days checks from when until when the row is valid.
func (c *checker) days(d Duty) {
	for _, x := range [][2]string{{"valid_from", d.ValidFrom}, {"valid_to", d.ValidTo}} {
		if x == [2]string{"valid_to", ""} {
			continue
		}
		if _, err := time.Parse(time.DateOnly, x[1]); err != nil {
			c.problem(d, x[0], fmt.Sprintf("%q is not a date such as 2026-01-01", x[1]))
		}
	}
	if d.ValidTo != "" && d.ValidTo < d.ValidFrom {
		c.problem(d, "valid_to", "is before valid_from")
	}
}

// party checks that the department stands at its level everywhere in reach, and compiles the condition.
func (c *checker) party(d Duty, field string, p Party) {
	if what := c.standing(Party{Dept: p.Dept, Level: p.Level}); what != "" {
		c.problem(d, field, what)
	}
	if p.When == "" || c.r.rules[p.When] != nil {
		return
	}
	x, err := c.env.Compile(p.When)
	if err != nil {
		c.problem(d, field+".when", err.Error())
		return
	}
	c.r.rules[p.When] = x
}

// standing tells what is wrong with a department at a level.
func (c *checker) standing(p Party) string {
	what, known := c.stands[p]
	if !known {
		what = c.stand(p)
		c.stands[p] = what
	}
	return what
}

// stand looks for the department's unit in every place of the level.
func (c *checker) stand(p Party) string {
	places, kind, known := c.level(p.Level)
	if !known {
		return p.Level + " is none of city, district, subdistrict, community"
	}
	for _, a := range places {
		u, ok := c.r.units.Office(p.Dept, a.Code)
		if !a.Outside && (!ok || kind != "" && u.Kind != kind) {
			return "no unit of " + p.Dept + " stands at the level " + p.Level + " for " + a.Code
		}
	}
	return ""
}

// level gives the places of a level, and the kind of unit that must stand there if only one kind may.
func (c *checker) level(name string) (places []area.Area, kind org.Kind, known bool) {
	city := c.r.areas.City()
	switch name {
	case CityLevel:
		return []area.Area{city}, "", true
	case DistrictLevel:
		return append(c.r.areas.All(area.District), city), "", true
	case SubdistrictLevel:
		return c.r.areas.All(area.Subdistrict), org.Subdistrict, true
	case CommunityLevel:
		return c.r.areas.All(area.Community), org.Community, true
	}
	return nil, "", false
}

// versions puts the rows of each code in order and finds those valid on the same day.
func (c *checker) versions() {
	list := c.r.list
	for _, rows := range c.r.byCode {
		slices.SortStableFunc(rows, func(a, b int) int { return strings.Compare(list[a].ValidFrom, list[b].ValidFrom) })
	}
	for i, d := range list {
		for _, j := range c.r.byCode[d.Code] {
			if j < i && list[j].ValidOn(max(d.ValidFrom, list[j].ValidFrom)) && d.ValidOn(max(d.ValidFrom, list[j].ValidFrom)) {
				at := c.src[list[j].key()]
				c.problem(d, "valid_from", fmt.Sprintf("is valid together with the row at %s:%d", at.File, at.Line))
			}
		}
	}
}

package open311

import (
	"regexp"
	"slices"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/duty"
)

// Types of service: how its requests are answered.
const (
	Realtime = "realtime" // with the number at once
	Batch    = "batch"    // with a token, which is exchanged for the number
	Blackbox = "blackbox" // with a receipt alone: nothing can be followed
)

// Datatypes of an attribute.
const (
	String          = "string"
	Number          = "number"
	Datetime        = "datetime"
	LongText        = "text"
	SingleValueList = "singlevaluelist"
	MultiValueList  = "multivaluelist"
)

// Service is what a resident chooses in a client, a row of the pack's open311.yaml.
type Service struct {
	Code       string      `yaml:"code"`
	Name       i18n.Text   `yaml:"name"`
	Text       i18n.Text   `yaml:"text"` // what belongs here
	Kind       string      `yaml:"kind"` // kind of request it makes
	Category   string      `yaml:"category"`
	Topics     []string    `yaml:"topics"` // cases of these topics are listed under it
	Keywords   []string    `yaml:"keywords"`
	Type       string      `yaml:"type"` // realtime when empty
	Rest       bool        `yaml:"rest"` // takes what no other service does
	Attributes []Attribute `yaml:"attributes"`
}

// Attribute is a question of a service.
type Attribute struct {
	Code     string    `yaml:"code"`
	Type     string    `yaml:"type"`
	Required bool      `yaml:"required"`
	Text     i18n.Text `yaml:"text"`
	Hint     i18n.Text `yaml:"hint"`   // how to answer
	Notice   bool      `yaml:"notice"` // a sentence to read, no question
	Values   []Value   `yaml:"values"`
}

// Value is one answer of a list.
type Value struct {
	Key  string    `yaml:"key"`
	Name i18n.Text `yaml:"name"`
}

// Name is what the key means, the key itself where the list does not have it.
func (a Attribute) name(key string, l i18n.Lang) string {
	for _, v := range a.Values {
		if v.Key == key {
			return v.Name.In(l)
		}
	}
	return key
}

// Catalogue is the services of a city. It never changes after Load.
type Catalogue struct {
	list    []Service
	byCode  map[string]int
	byTopic map[string]int
	rest    string
	duties  *duty.Register
}

// Load reads open311.yaml; a pack without one has no services. The error is pack.Problems.
func Load(p *pack.Pack, duties *duty.Register) (*Catalogue, error) {
	rows, from, err := pack.Section(p, "open311", func(s Service) string { return s.Code })
	c := &Catalogue{list: rows, byCode: map[string]int{}, byTopic: map[string]int{}, duties: duties}
	ps := pack.AsProblems(err)
	for i := range c.list {
		for _, wrong := range c.take(i) {
			ps = append(ps, from.Problem(c.list[i].Code, wrong[0], wrong[1]))
		}
	}
	if len(rows) > 0 && c.rest == "" && len(ps) == 0 {
		ps = append(ps, from.Problem(rows[0].Code, "rest", "one service must take the rest"))
	}
	return c, ps.Err()
}

// take checks one row and puts it into the indexes.
func (c *Catalogue) take(i int) (wrong [][2]string) {
	s := &c.list[i]
	bad := func(when bool, field, what string) {
		if when {
			wrong = append(wrong, [2]string{field, what})
		}
	}
	if s.Type == "" {
		s.Type = Realtime
	}
	_, kind := c.duties.Kind(s.Kind)
	_, category := c.duties.Category(s.Category)
	bad(!codeShape().MatchString(s.Code), "code", "is not made of 1 to 40 letters, digits, - and _")
	bad(!s.Name.Complete(), "name", "is not there in every language")
	bad(!s.Text.Complete(), "text", "is not there in every language")
	bad(!kind, "kind", "is no kind of kinds.yaml")
	bad(!category, "category", "is no category of categories.yaml")
	bad(!slices.Contains([]string{Realtime, Batch, Blackbox}, s.Type), "type", "is not realtime, batch or blackbox")
	bad(s.Rest && c.rest != "", "rest", "a second service takes the rest")
	if s.Rest {
		c.rest = s.Code
	}
	c.byCode[s.Code] = i
	for _, t := range s.Topics {
		_, known := c.duties.Topic(t)
		_, twice := c.byTopic[t]
		bad(!known, "topics", t+" is no topic of topics.yaml")
		bad(twice, "topics", t+" is already at another service")
		c.byTopic[t] = i
	}
	seen := map[string]bool{}
	for _, a := range s.Attributes {
		wrong = append(wrong, a.check()...)
		bad(seen[a.Code], "attributes", "the code "+a.Code+" is there twice")
		seen[a.Code] = true
	}
	return wrong
}

func (a Attribute) check() (wrong [][2]string) {
	bad := func(when bool, what string) {
		if when {
			wrong = append(wrong, [2]string{"attributes", a.Code + " " + what})
		}
	}
	types := []string{String, Number, Datetime, LongText, SingleValueList, MultiValueList}
	bad(!codeShape().MatchString(a.Code), "is not made of 1 to 40 letters, digits, - and _")
	bad(!slices.Contains(types, a.Type), "has the type "+a.Type+", which Open311 does not know")
	bad(!a.Text.Complete(), "has no text in every language")
	bad(a.listed() != (len(a.Values) > 0), "is a list without values, or has values without being a list")
	bad(a.Notice && a.Required, "is a notice and cannot be required")
	for _, v := range a.Values {
		bad(v.Key == "" || !v.Name.Complete(), "has a value without key or name")
	}
	return wrong
}

func (a Attribute) listed() bool { return a.Type == SingleValueList || a.Type == MultiValueList }

func codeShape() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`) }

// All lists the services in the pack's order.
func (c *Catalogue) All() []Service { return c.list }

// Get gives the service of a code.
func (c *Catalogue) Get(code string) (Service, bool) {
	i, ok := c.byCode[code]
	if !ok {
		return Service{}, false
	}
	return c.list[i], true
}

// Of gives the service under which a case is listed: that of its duty's topic, else the one that takes the rest.
func (c *Catalogue) Of(dutyCode string) string {
	if d, ok := c.duties.Get(dutyCode); ok {
		if i, ok := c.byTopic[d.Topic]; ok {
			return c.list[i].Code
		}
	}
	return c.rest
}

// group is the heading of a service in a client's list.
func (c *Catalogue) group(s Service, l i18n.Lang) string {
	category, _ := c.duties.Category(s.Category) // known since Load
	return category.Name.In(l)
}

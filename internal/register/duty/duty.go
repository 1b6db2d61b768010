package duty

import (
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/rule"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
)

// Levels at which a party of a duty stands.
const (
	CityLevel        = "city"
	DistrictLevel    = "district"
	SubdistrictLevel = "subdistrict"
	CommunityLevel   = "community"
)

// Duty is one line of the responsibility list.
type Duty struct {
	Code        string    `yaml:"code"`
	Name        i18n.Text `yaml:"name"`
	Category    string    `yaml:"category"`
	Topic       string    `yaml:"topic"`
	Kinds       []string  `yaml:"kinds"` // kinds of request it is for
	Lead        Party     `yaml:"lead"`
	Assisting   []Party   `yaml:"assisting"`
	Subdistrict i18n.Text `yaml:"subdistrict"` // what the subdistrict does meanwhile
	Basis       []string  `yaml:"basis"`       // laws and rules it rests on
	Clock       string    `yaml:"clock"`       // code of a calendar.Profile
	Words       []string  `yaml:"words"`       // signals in citizens' words
	Strong      []string  `yaml:"strong"`      // words that nearly decide
	OnSite      bool      `yaml:"on_site"`     // somebody has to go there
	Direct      bool      `yaml:"direct"`      // the desk can usually answer it
	ValidFrom   string    `yaml:"valid_from"`  // "2026-01-01"
	ValidTo     string    `yaml:"valid_to"`    // the last day; empty: until further notice
}

// Party is a department at a level, for assisting ones perhaps only when a CEL condition holds over text,
// area, kind and urgent.
type Party struct {
	Dept  string `yaml:"dept"`
	Level string `yaml:"level"`
	When  string `yaml:"when"`
}

// ValidOn tells whether the duty holds on a day written like 2026-01-31.
func (d Duty) ValidOn(day string) bool {
	return d.ValidFrom <= day && (d.ValidTo == "" || day <= d.ValidTo)
}

// Register is the list. It never changes after New and is safe for concurrent use.
type Register struct {
	areas   *area.Register
	units   *org.Register
	version string
	list    []Duty
	byCode  map[string][]int // versions of a duty, oldest first
	periods []period
	rules   map[string]*rule.Rule // by expression

	categories table[Category]
	topics     table[Topic]
	kinds      table[Kind]
	channels   table[Channel]
	reasons    table[Reason]
}

// period is a stretch of days in which the list does not change.
type period struct {
	from   string // its first day
	duties []Duty
}

// Version names the list: the pack's version and a digest, "2026.11-8c04ead0". Two registers with one version have
// the same duties.
func (r *Register) Version() string { return r.version }

// All lists every row, also those no longer or not yet valid, in the pack's order.
func (r *Register) All() []Duty { return slices.Clone(r.list) }

// Get gives the newest row of that code, valid now or not; ok is false when there is none.
func (r *Register) Get(code string) (d Duty, ok bool) {
	rows := r.byCode[code]
	if len(rows) == 0 {
		return Duty{}, false
	}
	return r.list[rows[len(rows)-1]], true
}

// Name is a duty's name in a language; a duty that left the list keeps its code.
func (r *Register) Name(code string, l i18n.Lang) string {
	if d, ok := r.Get(code); ok {
		return d.Name.In(l)
	}
	return code
}

// GetAt gives the row of that code that is valid on the city's day of an instant.
func (r *Register) GetAt(code string, at time.Time) (d Duty, ok bool) {
	day := dayOf(at)
	for _, i := range r.byCode[code] {
		if r.list[i].ValidOn(day) {
			return r.list[i], true
		}
	}
	return Duty{}, false
}

// At lists the duties valid on the city's day of an instant, in the pack's order. The slice is shared: it must
// not be changed.
func (r *Register) At(at time.Time) []Duty {
	day := dayOf(at)
	for i := len(r.periods) - 1; i >= 0; i-- {
		if r.periods[i].from <= day {
			return r.periods[i].duties
		}
	}
	return nil
}

// divide cuts time where a duty begins or ends.
func (r *Register) divide() {
	var cuts []string
	for _, d := range r.list {
		cuts = append(cuts, d.ValidFrom)
		if d.ValidTo != "" {
			cuts = append(cuts, nextDay(d.ValidTo))
		}
	}
	slices.Sort(cuts)
	for _, from := range slices.Compact(cuts) {
		p := period{from: from}
		for _, d := range r.list {
			if d.ValidOn(from) {
				p.duties = append(p.duties, d)
			}
		}
		p.duties = slices.Clip(p.duties)
		r.periods = append(r.periods, p)
	}
}

func dayOf(at time.Time) string { return at.In(clock.City).Format(time.DateOnly) }

// nextDay gives the day after one that was checked at load.
func nextDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

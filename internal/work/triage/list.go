package triage

import (
	"time"

	"banyan/internal/platform/i18n"
)

// maxWord is the longest signal in characters that is looked for.
const maxWord = 48

// Duty is one line of the duty list as triage reads it.
type Duty struct {
	Code     string
	Category string
	Kinds    []string // kinds of request it takes; empty for all
	Words    []string // signals
	Strong   []string // signals that nearly decide
	From, To time.Time
}

// validOn tells whether the line holds on that day; a zero bound is open, To is the last day.
func (d Duty) validOn(at time.Time) bool {
	return !at.Before(d.From) && (d.To.IsZero() || at.Before(d.To.AddDate(0, 0, 1)))
}

// Parties are the units a duty means at a place.
type Parties struct {
	Lead      string
	Assisting []string
}

// Lists are the registers as triage reads them: one version of the duty list and what it stands on.
type Lists struct {
	Version    string
	Duties     []Duty
	Categories map[string]string // classifier label -> category code
	General    map[string]string // category code -> the duty that takes what no other does
	Centre     string            // unit id of the hotline centre
	City       string            // area code

	// Resolve gives the units for a duty at a place; an error is a rule that cannot be evaluated.
	Resolve func(duty, area string, facts map[string]any) (Parties, error)
	// District gives the district of an area, "" for the city itself or an unknown area.
	District func(area string) string
	// Names for the sentences of reasons.
	AreaName, UnitName func(code string) i18n.Text
}

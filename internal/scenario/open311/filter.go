package open311

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
)

// Limits of a list. Span and rows are those of GeoReport v2.
const (
	rowsMost   = 1000
	spanMost   = 90 * 24 * time.Hour
	offsetMost = 10_000
	idsMost    = 1000
	radiusMost = 5000 // metres
)

// Filter narrows a list of requests; empty fields do not.
type Filter struct {
	Numbers  []string
	Services []string
	Open     *bool
	From, To time.Time // requested; To is not in the span
	Since    time.Time // updated
	Until    time.Time
	Near     geo.Point
	Radius   float64 // metres
	Key      string  // the reader's key: its own requests come too
	Realm    string
	Limit    int
	Offset   int
	After    place
}

// place is where the page before ended: the time the list runs by, and the id.
type place struct {
	At time.Time
	ID string
}

// byUpdate tells that the list runs by the time of the last change.
func (f Filter) byUpdate() bool { return !f.Since.IsZero() || !f.Until.IsZero() }

// runsBy is the moment by which a row is sorted in this list.
func (f Filter) runsBy(r Record) time.Time {
	if f.byUpdate() {
		return r.UpdatedAt
	}
	return r.RequestedAt
}

// ParseFilter reads a list's query. All wrong fields come back at once.
func ParseFilter(q url.Values, now time.Time) (Filter, error) {
	p := &parser{values: q}
	f := Filter{
		Numbers: p.list("service_request_id", idsMost), Services: p.list("service_code", 100), Open: p.status(),
		From: p.time("start_date"), To: p.time("end_date"), Since: p.time("updated_after"), Until: p.time("updated_before"),
		After: p.place("after"),
	}
	p.page(&f)
	p.circle(&f)
	if len(f.Numbers) == 0 {
		p.span(&f, now)
	} else {
		f = Filter{Numbers: f.Numbers, Limit: idsMost} // a list of ids overrides everything else
	}
	return f, p.wrong.OrNil()
}

// parser reads values and gathers what is wrong with them.
type parser struct {
	values url.Values
	wrong  fault.Fields
}

func (p *parser) bad(field, key string, args ...any) {
	p.wrong = append(p.wrong, fault.Field(field, key, append([]any{"Field", field}, args...)...))
}

// one is a value without blanks around it.
func (p *parser) one(field string) string { return strings.TrimSpace(p.values.Get(field)) }

// list reads a comma-delimited list, also of a field that was given several times.
func (p *parser) list(field string, most int) []string {
	var out []string
	for _, v := range p.values[field] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" && len(part) <= 100 && !slices.Contains(out, part) {
				out = append(out, part)
			}
			if len(out) > most {
				p.bad(field, "open311.wrong.many", "Most", most)
				return nil
			}
		}
	}
	return out
}

func (p *parser) status() *bool {
	var open, closed bool
	for _, s := range p.list("status", 10) {
		switch strings.ToLower(s) {
		case "open":
			open = true
		case "closed":
			closed = true
		default:
			p.bad("status", "open311.wrong.status")
		}
	}
	if open == closed {
		return nil
	}
	return &open
}

func (p *parser) time(field string) time.Time {
	text := p.one(field)
	if text == "" {
		return time.Time{}
	}
	at, ok := parseTime(text)
	if !ok {
		p.bad(field, "open311.wrong.time")
	}
	return at
}

// parseTime reads the W3C's profile of ISO 8601 (NOTE-datetime), as strict and careless clients write it: with or
// without seconds and fractions, with a space for the plus sign of the zone, with no zone, which is city time.
func parseTime(text string) (time.Time, bool) {
	if len(text) > 40 {
		return time.Time{}, false
	}
	if i := len(text) - 6; i > 10 && text[i] == ' ' {
		text = text[:i] + "+" + text[i+1:]
	}
	text = strings.Replace(text, " ", "T", 1)
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(form, text, clock.City); err == nil && at.Year() >= 1970 && at.Year() < 3000 {
			return at, true
		}
	}
	return time.Time{}, false
}

func (p *parser) count(field string, least, most int) int {
	text := p.one(field)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		p.bad(field, "open311.wrong.count", "Least", least, "Most", most)
		return 0
	}
	return n
}

// page reads page and page_size. A page far down costs what is above it: then the place of the last row is the way.
func (p *parser) page(f *Filter) {
	f.Limit = p.count("page_size", 1, rowsMost)
	if f.Limit == 0 {
		f.Limit = rowsMost
	}
	if n := p.count("page", 1, 1_000_000); n > 1 {
		if f.Offset = (n - 1) * f.Limit; f.Offset > offsetMost {
			p.bad("page", "open311.wrong.deep", "Most", offsetMost)
		}
	}
}

func (p *parser) circle(f *Filter) {
	lat, long, radius := p.one("lat"), p.one("long"), p.one("radius")
	if lat == "" && long == "" && radius == "" {
		return
	}
	at, err := geo.Parse(lat, long)
	if err != nil {
		p.bad("lat", "open311.wrong.point")
		return
	}
	f.Near, f.Radius = at, 500
	if radius != "" {
		metres, err := strconv.ParseFloat(radius, 64)
		if err != nil || !(metres > 0 && metres <= radiusMost) {
			p.bad("radius", "open311.wrong.count", "Least", 1, "Most", radiusMost)
			return
		}
		f.Radius = metres
	}
}

// span fills in the days of a list: the last 90 without any, 90 from the one that is given. GeoReport allows no longer span;
// here it is only the rows that are limited, except around a place, where all that is found has to be sorted. A list by
// update has no span.
func (p *parser) span(f *Filter, now time.Time) {
	if f.byUpdate() && f.From.IsZero() && f.To.IsZero() {
		return
	}
	switch {
	case f.From.IsZero() && f.To.IsZero():
		f.From = now.Add(-spanMost)
	case f.From.IsZero():
		f.From = f.To.Add(-spanMost)
	case f.To.IsZero() && now.Sub(f.From) > spanMost:
		f.To = f.From.Add(spanMost)
	case f.To.IsZero():
	case f.To.Before(f.From):
		p.bad("end_date", "open311.wrong.order")
	case f.To.Sub(f.From) > spanMost && f.Near.Valid():
		p.bad("end_date", "open311.wrong.span", "Days", 90)
	}
	if !f.To.IsZero() {
		f.To = f.To.Add(time.Millisecond) // the end itself is in the span
	}
}

// place reads the cursor of a next page: milliseconds and an id.
func (p *parser) place(field string) place {
	text := p.one(field)
	if text == "" {
		return place{}
	}
	at, id, found := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !found || id == "" || len(id) > 60 {
		p.bad(field, "open311.wrong.cursor")
		return place{}
	}
	return place{clock.FromMs(ms), id}
}

func (c place) String() string { return strconv.FormatInt(clock.Ms(c.At), 10) + "." + c.ID }

package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
)

// Year is one year's official notice. Its days may belong to the year before.
type Year struct {
	Year      int      `yaml:"year" json:"year"`
	Published bool     `yaml:"published" json:"published"`
	Off       []string `yaml:"off" json:"off"`   // days off, "2026-10-01"
	Work      []string `yaml:"work" json:"work"` // make-up working days
	Paper     []string `yaml:"paper" json:"-"`   // where the notice stands
}

// Calendar answers questions about working days and working time. It never changes after New and is safe for
// concurrent use.
type Calendar struct {
	version   string
	full      day            // the windows of an ordinary working day
	days      []day          // one for each day of the noted years
	sums      []int64        // working ms from the first noted day to the start of day i; one more than days
	first     int64          // day number of days[0], counted from 1970-01-01
	published map[int]bool   // by year
	named     map[int64]bool // days a notice names: true works, false is off
}

// New makes a calendar of all years' notices and the working hours. A day that one notice calls off and another
// working, a date that is none and hours that overlap are errors.
func New(years []Year, hours Hours) (*Calendar, error) {
	full, half, err := hours.parse()
	if err != nil {
		return nil, err
	}
	c := &Calendar{version: digest(years, hours), full: full, published: map[int]bool{}, named: map[int64]bool{}}
	for _, y := range years {
		if err := c.note(y); err != nil {
			return nil, fmt.Errorf("calendar of %d: %w", y.Year, err)
		}
	}
	c.build(years, half)
	return c, nil
}

// Version is a digest of notices and hours: two calendars with one version give the same due times.
func (c *Calendar) Version() string { return c.version }

// IsWorkday tells whether the city works on the day of this instant; known is false when only the rule Monday
// to Friday speaks, because the year's notice is not out.
func (c *Calendar) IsWorkday(at time.Time) (work, known bool) {
	n := dayOf(ms(at))
	named, ok := c.named[n]
	if ok {
		return named, true
	}
	return weekday(n), c.published[yearOf(n)]
}

// Published tells whether the notice of this year is out.
func (c *Calendar) Published(year int) bool { return c.published[year] }

// note merges one year's notice.
func (c *Calendar) note(y Year) error {
	if _, twice := c.published[y.Year]; twice {
		return fmt.Errorf("the year stands there twice")
	}
	c.published[y.Year] = y.Published
	for _, list := range []struct {
		dates []string
		works bool
	}{{y.Off, false}, {y.Work, true}} {
		for _, date := range list.dates {
			n, err := parseDay(date)
			if err != nil {
				return err
			}
			if was, ok := c.named[n]; ok && was != list.works {
				return fmt.Errorf("%s is called off and working", date)
			}
			if at := yearOf(n); at != y.Year && at != y.Year-1 {
				return fmt.Errorf("%s is neither in the year nor in the one before", date)
			}
			c.named[n] = list.works
		}
	}
	return nil
}

// build lays out the table from the year before the first notice to the year after the last one.
func (c *Calendar) build(years []Year, half map[int64]day) {
	if len(years) == 0 {
		return
	}
	list := make([]int, len(years))
	for i, y := range years {
		list[i] = y.Year
	}
	c.first = newYear(slices.Min(list) - 1)
	n := newYear(slices.Max(list)+2) - c.first
	c.days, c.sums = make([]day, n), make([]int64, n+1)
	for i := range c.days {
		c.days[i] = c.windows(c.first+int64(i), half)
		c.sums[i+1] = c.sums[i] + c.days[i].total()
	}
}

// windows gives what is worked on day n.
func (c *Calendar) windows(n int64, half map[int64]day) day {
	work, named := c.named[n]
	if !named {
		work = weekday(n)
	}
	if !work {
		return nil
	}
	if d, ok := half[n]; ok {
		return d
	}
	return c.full
}

// digest names the data by its content; the order of the years does not matter.
func digest(years []Year, hours Hours) string {
	years = slices.Clone(years)
	slices.SortFunc(years, func(a, b Year) int { return a.Year - b.Year })
	data, _ := json.Marshal(struct { // plain structs of texts and numbers always encode
		Years []Year
		Hours Hours
	}{years, hours})
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Day numbers count the city's days from 1970-01-01, a Thursday.
const (
	msMinute = int64(time.Minute / time.Millisecond)
	msHour   = int64(time.Hour / time.Millisecond)
	msDay    = 24 * msHour
)

// ms gives an instant as milliseconds of the city's wall clock.
func ms(t time.Time) int64 {
	_, east := t.In(clock.City).Zone()
	return t.UnixMilli() + int64(east)*1000
}

// instant is the reverse of ms, in UTC like everything stored; the city's zone has no summer time.
func instant(ms int64) time.Time {
	_, east := time.UnixMilli(ms).In(clock.City).Zone()
	return time.UnixMilli(ms - int64(east)*1000).UTC()
}

// dayOf gives the day number of a wall-clock instant, rounding down before 1970 too.
func dayOf(ms int64) int64 {
	n := ms / msDay
	if ms%msDay < 0 {
		n--
	}
	return n
}

func newYear(year int) int64 { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400 }

func yearOf(n int64) int { return time.Unix(n*86400, 0).UTC().Year() }

func weekday(n int64) bool { return mod7(n+3) < 5 } // day 0 is a Thursday: Monday is 0

func mod7(n int64) int64 { return (n%7 + 7) % 7 }

func parseDay(date string) (int64, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date such as 2026-10-01", date)
	}
	return t.Unix() / 86400, nil
}

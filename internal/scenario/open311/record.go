package open311

import (
	"math"
	"time"

	"banyan/internal/platform/geo"
	"banyan/internal/register/calendar"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// Realms of a record.
const (
	public = "public" // everybody may see it
	own    = "own"    // the key that handed it in may
	trial  = "test"   // made at the test endpoint
)

// Record is what may be told of a request.
type Record struct {
	ID          string
	Number      string // service_request_id
	Case        string
	Realm       string
	Key         string // id of the key that handed it in, or empty
	Service     string
	Open        bool
	State       casework.State
	Reason      string // why the city did not take it, a reason of the pack
	Answer      string // the public answer, once there is one
	Agency      string // unit that leads or led
	Area        string
	Point       geo.Point
	Description string // redacted headline; empty unless public
	Media       string // blob key of the first photo; empty unless public
	RequestedAt time.Time
	UpdatedAt   time.Time
	ExpectedAt  time.Time // zero: nobody owes anything by a date
}

// Update is one thing that happened to a request.
type Update struct {
	ID      string
	Request string
	Number  string
	Realm   string
	Key     string
	At      time.Time
	Open    bool
	State   casework.State
	Reason  string
	Answer  string
	Agency  string
	DueAt   time.Time
}

// told is what an update says; two that say the same are one.
func (r Record) told(id string, at time.Time) Update {
	return Update{
		ID: id, Request: r.ID, Number: r.Number, Realm: r.Realm, Key: r.Key, At: at, Open: r.Open, State: r.State,
		Reason: r.Reason, Answer: r.Answer, Agency: r.Agency, DueAt: r.ExpectedAt,
	}
}

// standing brings a record to how its case stands now: a pure function of the case's file and the request's headline.
// Consent and publication together make a request public; without them only its key keeps it.
func standing(r Record, f *casework.File, h request.Headline, photos []string, dues dues) Record {
	c := f.Case
	r.ID, r.Number, r.Case, r.Area, r.Point, r.RequestedAt = h.ID, h.Number, c.ID, h.Area, h.Point, h.ReceivedAt
	r.State, r.Open, r.Agency, r.ExpectedAt = c.State, !c.State.Ended(), lead(f), dues.of(f)
	r.Reason, r.Answer = "", answer(f)
	if c.State == casework.Declined && c.Decline != nil {
		r.Reason = c.Decline.Reason
	}
	r.Realm, r.Description, r.Media = own, "", ""
	if h.Publish && c.Published {
		r.Realm, r.Description = public, h.Text
		if len(photos) > 0 {
			r.Media = photos[0]
		}
	}
	return r
}

// answer is what the public may read of the outcome.
func answer(f *casework.File) string {
	c := f.Case
	switch {
	case c.State == casework.Received || c.State == casework.Merged:
		return ""
	case c.State == casework.Declined && c.Decline != nil:
		return c.Decline.Words
	case c.Answer != nil && len(f.Orders) == 0:
		return c.Answer.Public
	}
	reply, _ := f.LastReply()
	return reply.Public
}

// lead is the unit that leads, or led until the end.
func lead(f *casework.File) string {
	if f.Case.Lead != "" {
		return f.Case.Lead
	}
	for i := len(f.Orders) - 1; i >= 0; i-- {
		if o := f.Orders[i]; o.Role == casework.Lead && len(o.Replies) > 0 {
			return o.Unit
		}
	}
	return ""
}

// dues knows by when a case is promised to be answered.
type dues struct {
	calendar *calendar.Calendar
	profiles *calendar.Profiles
}

// of is the end of the resolve clock; before dispatch, what it will be if the desk takes its whole time.
func (d dues) of(f *casework.File) time.Time {
	for _, c := range f.Clocks {
		if !c.Live() {
			continue
		}
		switch profile, ok := d.profiles.Get(f.Case.Profile); {
		case c.Kind == casework.ClockResolve:
			return c.DueAt
		case c.Kind == casework.ClockDispatch && ok:
			due, _ := d.calendar.Due(c.DueAt, profile.Resolve)
			return due
		}
	}
	return time.Time{}
}

// cellDegrees is the side of a cell of the place index, about a kilometre.
const cellDegrees = 0.01

// cell numbers the square of the grid in which a point lies; the zero point has none.
func cell(p geo.Point) int64 {
	if !p.Valid() {
		return -1
	}
	return cellAt(row(p.Lat), column(p.Lon))
}

func row(lat float64) int64          { return int64(math.Floor((lat + 90) / cellDegrees)) }
func column(lon float64) int64       { return int64(math.Floor((lon + 180) / cellDegrees)) }
func cellAt(row, column int64) int64 { return row*100_000 + column }

// cellsAround lists the cells that a circle touches.
func cellsAround(p geo.Point, metres float64) []int64 {
	const metresPerDegree = 111_195.0
	dLat := metres / metresPerDegree
	dLon := dLat / max(math.Cos(p.Lat*math.Pi/180), 0.01)
	var list []int64
	for r := row(p.Lat - dLat); r <= row(p.Lat+dLat); r++ {
		for c := column(p.Lon - dLon); c <= column(p.Lon+dLon); c++ {
			list = append(list, cellAt(r, c))
		}
	}
	return list
}

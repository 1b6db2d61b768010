package casework

import (
	"time"

	"banyan/internal/register/access"
)

// Entry is one journal row: who did what, when, why, and the records as they
// became. It is written once and never edited.
type Entry struct {
	Case   string    `json:"case"`
	Seq    int       `json:"seq"` // 1, 2, 3 … without gaps; equals the case's version after it
	At     time.Time `json:"at"`
	Actor  By        `json:"actor"`
	Action Action    `json:"action"`
	Order  string    `json:"order,omitempty"`
	Call   string    `json:"call,omitempty"`
	Change string    `json:"change,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Words  string    `json:"words,omitempty"`
	Clocks []Effect  `json:"clocks,omitempty"`
	Delta  Delta     `json:"delta"`
}

// By is an actor as the journal keeps it: ids only.
type By struct {
	Kind string `json:"kind"` // system, staff, citizen, guest
	ID   string `json:"id,omitempty"`
	Unit string `json:"unit,omitempty"`
	For  string `json:"for,omitempty"` // the person for whom it was done, by a mandate
	As   string `json:"as,omitempty"`  // what the actor is to that person
}

func by(a access.Actor) By {
	return By{Kind: string(a.Kind), ID: a.ID, Unit: a.Unit, For: a.For.Person, As: a.For.As}
}

// Effect tells in the journal what happened to a clock.
type Effect struct {
	Kind        ClockKind  `json:"kind"`
	Unit        string     `json:"unit,omitempty"`
	Was         ClockState `json:"was,omitempty"` // empty: the clock is new
	Now         ClockState `json:"now"`
	Ended       bool       `json:"ended,omitempty"`
	Cycle       int        `json:"cycle,omitempty"`
	DueAt       time.Time  `json:"due_at"`
	Provisional bool       `json:"provisional,omitempty"`
}

// Delta holds the records that a transition made or changed, as they became.
type Delta struct {
	Case      Case       `json:"case"`
	Orders    []Order    `json:"orders,omitempty"`
	Clocks    []Clock    `json:"clocks,omitempty"`
	Calls     []Call     `json:"calls,omitempty"`
	Changes   []Change   `json:"changes,omitempty"`
	Rulings   []Ruling   `json:"rulings,omitempty"`
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
}

// Apply folds one entry into the File. Folding all entries of a case in order
// gives the File that the store holds.
func (f *File) Apply(e Entry) {
	d := e.Delta
	f.Case = d.Case
	for _, o := range d.Orders {
		f.Orders = put(f.Orders, o, func(o Order) string { return o.ID })
	}
	for _, c := range d.Clocks {
		f.Clocks = put(f.Clocks, c, func(c Clock) string { return c.ID })
	}
	for _, c := range d.Calls {
		f.Calls = put(f.Calls, c, func(c Call) string { return c.ID })
	}
	for _, c := range d.Changes {
		f.Changes = put(f.Changes, c, func(c Change) string { return c.ID })
	}
	for _, r := range d.Rulings {
		f.Rulings = put(f.Rulings, r, func(r Ruling) string { return r.ID })
	}
	for _, u := range d.FollowUps {
		f.FollowUps = put(f.FollowUps, u, func(u FollowUp) string { return u.ID })
	}
}

// put replaces the row with the same key on a copy, or appends it.
func put[T any](rows []T, row T, key func(T) string) []T {
	for i := range rows {
		if key(rows[i]) == key(row) {
			out := append([]T(nil), rows...)
			out[i] = row
			return out
		}
	}
	return append(rows[:len(rows):len(rows)], row)
}

package leak

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// Deps is what the service stands on.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	People *person.Service
	Trail  *trail.Log
	Policy *access.Policy
	Also   []person.Source // people in lists who are not in the register
	City   string          // area path of the whole city: a list may come from anywhere in it

	Key   []byte                   // draws canaries
	Check func(number string) byte // the check digit that a number of a case would have: a canary has another
}

// Service traces lists.
type Service struct{ Deps }

// New makes the service over a store that has its schema.
func New(d Deps) *Service { return &Service{d} }

// May refuses whoever may not trace with Forbidden.
func (s *Service) May(actor access.Actor) error {
	return s.Policy.Check(actor, access.LeakTrace, access.Resource{Kind: "list", AreaPath: s.City})
}

// Sources of a list.
const (
	Pasted  = "text"
	Picture = "picture"
	File    = "file"
)

// Ask is a question whose screen a list came from.
type Ask struct {
	Reason string // why it is asked, 5 to 300 characters
	Source string // how the list came: Pasted, Picture or File
	Text   string
}

// Trace is an answer.
type Trace struct {
	ID      string
	At      time.Time
	Rows    int // rows with a number
	Matched int // of these, whose person was found

	Controls []Control // recipients whose canaries the list holds, the most first
	Verdict
}

// suspectsMost is how many suspects an answer shows.
const suspectsMost = 5

// Trace finds out whose screen a list came from and keeps who asked, why and what came of it. Invalid on "reason" or "text";
// Forbidden for whoever may not ask.
func (s *Service) Trace(ctx context.Context, actor access.Actor, in Ask) (Trace, error) {
	in.Reason = strings.Join(strings.Fields(in.Reason), " ")
	if err := s.May(actor); err != nil {
		return Trace{}, err
	}
	numbers := numbersOf(in.Text)
	rows := Read(in.Text)
	var wrong fault.Fields
	if n := utf8.RuneCountInString(in.Reason); n < 5 || n > 300 {
		wrong = append(wrong, fault.Field("reason", "leak.reason"))
	}
	if len(rows) == 0 && len(numbers) == 0 {
		wrong = append(wrong, fault.Field("text", "leak.no_rows"))
	}
	if err := wrong.OrNil(); err != nil {
		return Trace{}, err
	}
	t := Trace{ID: db.NewID(s.Clock.Now()), At: s.Clock.Now(), Rows: len(rows)}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { return s.compare(tx, &t, rows, numbers) }); err != nil {
		return Trace{}, fmt.Errorf("trace a list of %d rows: %w", len(rows), err)
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error { return insertTrace(tx, actor, in, t) })
	if err != nil {
		return Trace{}, fmt.Errorf("keep trace %s: %w", t.ID, err)
	}
	return t, nil
}

// compare matches rows with people and viewers with rows.
func (s *Service) compare(tx *db.Tx, t *Trace, rows []Row, numbers []string) error {
	found, made, err := countCanaries(tx, numbers)
	if err != nil {
		return err
	}
	t.Controls = controls(found, made, len(numbers))
	seen := make([]person.Seen, len(rows))
	for i, r := range rows {
		seen[i] = r.Seen
	}
	matches, err := s.People.Match(tx, seen, s.Also...)
	if err != nil {
		return err
	}
	var people []string
	for _, m := range matches {
		if m.Person != "" {
			people = append(people, m.Person)
		}
	}
	t.Matched = len(people)
	saw, err := s.Trail.Sawers(tx, trail.Masked, slices.Compact(slices.Sorted(slices.Values(people))))
	if err != nil {
		return err
	}
	if err := addCopied(tx, saw, slices.Compact(slices.Sorted(slices.Values(people)))); err != nil {
		return err
	}
	t.Verdict = Compare(matches, saw, s.People.Mark, suspectsMost)
	return nil
}

// Names gives whom a trace names: by the marks of the rows, or else by canaries. ok is false when nobody may be named.
func (t Trace) Names() (viewer string, bound float64, ok bool) {
	if t.Named {
		return t.Suspects[0].Viewer, t.Bound, true
	}
	if len(t.Controls) > 0 && t.Controls[0].Bound <= FalseMost {
		return t.Controls[0].Viewer, t.Controls[0].Bound, true
	}
	return "", t.Bound, false
}

// Asked is a trace as it is kept.
type Asked struct {
	ID, Actor, Unit, Reason, Source, Named, Bound string

	At                     time.Time
	Rows, Matched, Viewers int
}

// Asked lists who asked, newest first, for those who may ask themselves.
func (s *Service) Asked(ctx context.Context, actor access.Actor, limit int) (list []Asked, err error) {
	if err := s.May(actor); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectAsked(tx, limit)
		return err
	})
	return list, err
}

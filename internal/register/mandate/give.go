package mandate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Giving is a mandate to be given.
type Giving struct {
	Form     string // id of the form; the same form is one mandate
	Giver    string // person
	Kind     HolderKind
	Holder   string // person, staff or unit; "" for a person who will enter a code
	Unit     string // of staff: the unit in which they hold it
	Relation string
	Scope    []Scope
	Days     int // one of Days
	Way      Way
	Basis    string
	Proof    string
	Seen     bool // staff: the giver is here and was recognised, or calls from their known phone
}

// check gives every wrong field at once.
func (n Giving) check(by access.Actor) error {
	var wrong fault.Fields
	add := func(bad bool, field, key string) {
		if bad {
			wrong = append(wrong, fault.Field(field, key))
		}
	}
	guardian := n.Relation == Guardian
	add(n.Kind == Person && !slices.Contains(Relations(), n.Relation) && !(guardian && by.Kind == access.Staff), "relation", "mandate.need.relation")
	add(len(n.Scope) == 0 || slices.ContainsFunc(n.Scope, func(s Scope) bool { return !slices.Contains(Scopes(), s) }), "scope", "mandate.need.scope")
	add(slices.Contains(n.Scope, Rate) && !slices.Contains(n.Scope, Follow), "scope", "mandate.need.follow")
	add(n.Kind != Person && slices.ContainsFunc(n.Scope, func(s Scope) bool { return s != Report && s != Follow }), "scope", "mandate.refuse.staff_scope")
	add(!slices.Contains(Days(n.Kind), n.Days), "days", "mandate.need.days")
	add(n.Holder != "" && n.Kind == Person && n.Holder == n.Giver, "phone", "mandate.refuse.oneself")
	add(guardian && !slices.Contains(Bases(), n.Basis), "basis", "mandate.need.basis")
	add(guardian && !slices.Contains(Proofs(), n.Proof), "proof", "mandate.need.proof")
	if by.Kind == access.Staff {
		add(n.Way != Paper && n.Way != Phone, "way", "mandate.need.way")
		add(guardian && n.Way == Phone, "way", "mandate.refuse.guardian_phone")
		add(n.Kind == Staff && n.Holder == by.ID, "holder", "mandate.refuse.to_oneself")
		add(n.Holder == "", "holder", "mandate.need.holder")
		add(!n.Seen, "seen", "mandate.need.seen")
	}
	return wrong.OrNil()
}

// made is the mandate as it begins.
func (n Giving) made(by access.Actor, now time.Time) Mandate {
	m := Mandate{
		ID: db.NewID(now), Giver: n.Giver, Kind: n.Kind, Holder: n.Holder, Relation: n.Relation, Scope: ordered(n.Scope), Way: n.Way,
		From: now, Until: dayEnd(now, n.Days), Given: now,
	}
	switch n.Kind {
	case Staff:
		m.Relation, m.Unit, m.Accepted = Worker, n.Unit, now
	case Unit:
		m.Relation, m.Unit, m.Accepted = Counter, n.Holder, now
	}
	if n.Relation == Guardian {
		m.Basis, m.Proof = n.Basis, n.Proof
	}
	if by.Kind == access.Staff {
		m.NotedBy, m.NotedUnit = by.ID, by.Unit
	} else {
		m.Way = Own
	}
	if n.Form != "" {
		m.form = by.ID + ":" + n.Form
	}
	return m
}

// ordered are the scopes in one order, each once.
func ordered(list []Scope) (out []Scope) {
	for _, s := range Scopes() {
		if slices.Contains(list, s) {
			out = append(out, s)
		}
	}
	return out
}

// dayEnd is the midnight that ends the last of so many days in the city.
func dayEnd(now time.Time, days int) time.Time {
	y, m, d := now.In(clock.City).Date()
	return time.Date(y, m, d+days+1, 0, 0, 0, 0, clock.City)
}

// Give keeps what a person allows another in their own account. Without a holder it gives the code that the holder enters, which cannot
// be shown again: "" for a form that came before. Invalid with every wrong field; Forbidden for somebody who acts for another;
// Conflict when there are too many.
func (s *Service) Give(ctx context.Context, by access.Actor, n Giving) (m Mandate, code string, err error) {
	if by.Kind != access.Citizen || by.Acts() {
		return m, "", fault.New(fault.Forbidden, "mandate.never.onward")
	}
	n.Giver, n.Kind = by.ID, Person
	if err := n.check(by); err != nil {
		return m, "", err
	}
	if n.Holder == "" {
		if code, err = newCode(); err != nil {
			return m, "", err
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		m = n.made(by, s.Clock.Now())
		if code != "" {
			m.code, m.CodeUntil = s.digest(m.ID, code), m.Given.Add(codeLives)
		}
		again, err := s.keep(tx, &m)
		if again {
			code = ""
		}
		return err
	})
	return m, code, wrapped(err, "keep a mandate of person "+n.Giver)
}

// NoteTx keeps what a person said at the counter or on the phone. The caller has asked the policy for mandate.note and knows who the
// giver is. Refusals are those of Give; nobody writes down a mandate for themselves.
func (s *Service) NoteTx(tx *db.Tx, by access.Actor, n Giving) (m Mandate, err error) {
	if by.Kind != access.Staff {
		return m, fault.New(fault.Forbidden, "mandate.never.onward")
	}
	if err := n.check(by); err != nil {
		return m, err
	}
	m = n.made(by, s.Clock.Now())
	if m.Kind == Staff {
		if ok, err := s.Serves(tx, m.Holder, m.Unit, m.Given); err != nil || !ok {
			return m, firstOf(err, fault.Field("holder", "mandate.need.holder"))
		}
	}
	again, err := s.keep(tx, &m)
	if err != nil || again {
		return m, wrapped(err, "note a mandate of person "+n.Giver)
	}
	return m, s.Tell(tx, m.Giver, m.ID+":noted", NoteNoted)
}

// keep stores a new mandate, or finds the one that came by the same form.
func (s *Service) keep(tx *db.Tx, m *Mandate) (again bool, err error) {
	if m.form != "" {
		if before, err := selectByForm(tx, m.form); err == nil {
			*m = before
			return true, nil
		} else if !missing(err) {
			return false, err
		}
	}
	if err := s.room(tx, *m); err != nil {
		return false, err
	}
	if err := insertMandate(tx, *m); err != nil {
		return false, err
	}
	if m.Kind == Person && m.Holder != "" {
		return false, s.Tell(tx, m.Holder, m.ID+":offered", NoteOffered)
	}
	return false, nil
}

// room refuses when giver or holder have too many mandates: nobody makes a trade of it.
func (s *Service) room(tx *db.Tx, m Mandate) error {
	given, err := selectBy(tx, "giver", m.Giver)
	if err != nil {
		return err
	}
	if now := s.Clock.Now(); live(given, now) >= most || recent(given, now) >= most {
		return fault.New(fault.Conflict, "mandate.refuse.many", "Most", most)
	}
	return s.hands(tx, m)
}

// hands refuses a person who holds too many.
func (s *Service) hands(tx *db.Tx, m Mandate) error {
	if m.Kind != Person || m.Holder == "" {
		return nil
	}
	held, err := selectHeld(tx, Person, m.Holder)
	if err == nil && live(held, s.Clock.Now()) >= most {
		err = fault.New(fault.Conflict, "mandate.refuse.holds_many", "Most", most)
	}
	return err
}

// recent counts what was given within a day, whatever became of it: each offer is a message to somebody.
func recent(list []Mandate, at time.Time) (n int) {
	for _, m := range list {
		if at.Sub(m.Given) < 24*time.Hour {
			n++
		}
	}
	return n
}

func live(list []Mandate, at time.Time) (n int) {
	for _, m := range list {
		if st := m.State(at); st == Holds || st == Waiting {
			n++
		}
	}
	return n
}

func firstOf(err error, other error) error {
	if err != nil {
		return err
	}
	return other
}

// wrapped says what was being done; a refusal stays as it is.
func wrapped(err error, doing string) error {
	if err == nil || fault.Refused(err) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

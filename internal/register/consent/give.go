package consent

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Way is how somebody agreed or took it back.
type Way string

// Ways.
const (
	Page    Way = "page"    // on a page, by themselves
	Phone   Way = "phone"   // on the phone; the text was read to them
	Counter Way = "counter" // in person, with staff
	System  Way = "system"  // another system passed it on
	Newer   Way = "newer"   // ended by a newer consent
)

// Consent is that somebody agreed to a text.
type Consent struct {
	ID      string
	Person  string // empty for somebody unknown, in a matter of theirs
	Purpose string
	Version int
	Hash    string // SHA-256 of the text
	Matter  string // a request's id; empty for a standing one
	Given   Act
	Ended   Act // its At is zero while it was not taken back
}

// Act is how a consent was given or ended.
type Act struct {
	At    time.Time
	Way   Way
	Lang  string // the text was read in
	Kind  access.Kind
	Actor string // who noted it: the person, or the member of staff
	Unit  string
	Row   string // id of its row in the trail
}

// Holds tells whether it was not taken back.
func (c Consent) Holds() bool { return c.Ended.At.IsZero() }

// Said is somebody's word about a purpose, and who notes it.
type Said struct {
	Person  string
	Purpose string
	Matter  string
	Version int // the text they saw; 0 for the one in force
	Way     Way
	Lang    string
	By      access.Actor
	At      time.Time // zero: now. Only an import gives another time
	Fresh   bool      // the matter is made in this transaction, so nothing of it is here yet
}

// Agree gives consent after asking the policy: place is the path of the area in which staff act for the person.
func (s *Service) Agree(ctx context.Context, in Said, place string) (c Consent, err error) {
	err = s.may(in, place)
	if err == nil {
		err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			c, err = s.Give(tx, in)
			return err
		})
	}
	return c, err
}

// TakeBack withdraws after asking the policy, as Agree does.
func (s *Service) TakeBack(ctx context.Context, in Said, place string) error {
	if err := s.may(in, place); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.Withdraw(tx, in) })
}

func (s *Service) may(in Said, place string) error {
	return s.Policy.Check(in.By, access.ConsentGive, access.Resource{Kind: "person", ID: in.Person, Owner: in.Person, AreaPath: place})
}

// Give keeps that somebody agrees, and writes it into their trail. Who agreed to this text already has the consent they gave. Refusals:
// those of Live; Invalid where nobody is asked; Conflict when another text is in force than they saw. The caller has asked the policy.
func (s *Service) Give(tx *db.Tx, in Said) (Consent, error) {
	p, text, err := s.askable(tx, in)
	if err != nil {
		return Consent{}, err
	}
	var held []Consent
	if !in.Fresh {
		if held, err = s.held(tx, in.Person, in.Purpose, in.Matter); err != nil {
			return Consent{}, err
		}
	}
	for _, c := range held {
		if c.Version == text.Version || p.Asked == InMatter {
			return c, nil
		}
		if err := s.end(tx, c, in, Newer); err != nil {
			return Consent{}, err
		}
	}
	at := s.at(in)
	c := Consent{ID: db.NewID(at), Person: in.Person, Purpose: p.ID, Version: text.Version, Hash: text.Hash(p.ID), Matter: in.Matter, Given: act(in, in.Way, at)}
	if c.Given.Row, err = s.note(tx, c, in, trail.ForConsent, c.digest(c.Given, given)); err != nil {
		return Consent{}, err
	}
	if err := insertGiven(tx, c); err != nil {
		return Consent{}, fmt.Errorf("keep the consent of person %s to %s: %w", in.Person, in.Purpose, err)
	}
	return c, nil
}

// askable gives the text that is agreed to.
func (s *Service) askable(tx *db.Tx, in Said) (Purpose, Text, error) {
	text, err := s.Live(tx, in.Purpose)
	if err != nil {
		return Purpose{}, text, err
	}
	p, _ := s.Purposes.Get(in.Purpose) // Live knows it
	switch {
	case text.Basis != Agreed || p.Asked == InApp:
		return p, text, fault.New(fault.Invalid, "consent.not_asked")
	case (p.Asked == InMatter) != (in.Matter != ""), p.Asked == Standing && in.Person == "":
		return p, text, fault.New(fault.Invalid, "consent.no_matter").Wrap(fmt.Errorf("purpose %s is asked by %s, matter %q", p.ID, p.Asked, in.Matter))
	case in.Version != 0 && in.Version != text.Version:
		return p, text, fault.New(fault.Conflict, "consent.changed")
	}
	return p, text, nil
}

// Withdraw takes a consent back and writes it into the trail; from then on Need refuses. What does not hold is taken back without
// effect, and a purpose that is no more live, or gone from the pack, can be taken back like any. The caller has asked the policy.
func (s *Service) Withdraw(tx *db.Tx, in Said) error {
	held, err := s.held(tx, in.Person, in.Purpose, in.Matter)
	if err != nil {
		return err
	}
	for _, c := range held {
		if err := s.end(tx, c, in, in.Way); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) end(tx *db.Tx, c Consent, in Said, way Way) (err error) {
	c.Ended = act(in, way, s.at(in))
	if c.Ended.Row, err = s.note(tx, c, in, trail.ForWithdrawal, c.digest(c.Ended, withdrawn)); err != nil {
		return err
	}
	if err := endGiven(tx, c); err != nil {
		return fmt.Errorf("end consent %s: %w", c.ID, err)
	}
	return nil
}

func (s *Service) at(in Said) time.Time {
	if in.At.IsZero() {
		return clock.FromMs(clock.Ms(s.Clock.Now()))
	}
	return clock.FromMs(clock.Ms(in.At))
}

func act(in Said, way Way, at time.Time) Act {
	return Act{At: at, Way: way, Lang: in.Lang, Kind: in.By.Kind, Actor: in.By.ID, Unit: in.By.Unit}
}

// note writes an act into the person's trail, with the digest of its receipt.
func (s *Service) note(tx *db.Tx, c Consent, in Said, purpose, digest string) (string, error) {
	return s.Trail.Note(tx, trail.Reader{Actor: in.By, Purpose: purpose, Subject: digest}, trail.Agreed, c.Person)
}

// Of lists what a person agreed to, the newest first, also what they took back.
func (s *Service) Of(tx *db.Tx, person string) ([]Consent, error) {
	ids, err := s.same(tx, person)
	if err != nil || person == "" {
		return nil, err
	}
	list, err := selectOf(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("list what person %s agreed to: %w", person, err)
	}
	return list, nil
}

// One gives a consent of a person. NotFound for one of somebody else.
func (s *Service) One(tx *db.Tx, person, id string) (Consent, error) {
	c, err := selectGiven(tx, id)
	if err != nil {
		return c, none(err, "read consent "+id)
	}
	ids, err := s.same(tx, person)
	if err != nil {
		return c, err
	}
	for _, one := range ids {
		if one != "" && one == c.Person {
			return c, nil
		}
	}
	return Consent{}, none(sql.ErrNoRows, "read consent "+id)
}

// none makes NotFound of a row that is not there.
func none(err error, doing string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fault.New(fault.NotFound, "consent.unknown")
	}
	return fmt.Errorf("%s: %w", doing, err)
}

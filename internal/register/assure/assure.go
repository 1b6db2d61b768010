package assure

import (
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Level is how surely somebody is known.
type Level int

// Levels.
const (
	Unverified Level = 0
	Phone      Level = 1 // a code reached the phone
	RealName   Level = 2 // a name was checked
	Certain    Level = 3 // network certificate, or a document at a counter with the person present
)

// Method is how a proof was made.
type Method string

// Methods.
const (
	Counter  Method = "counter"
	NetCert  Method = "netcert"
	Province Method = "province"
)

// Documents lists the kinds a counter accepts, with the level each gives: one with a photograph shows that the person present is its owner.
func Documents() []Document {
	return []Document{
		{"id_card", Certain}, {"passport", Certain}, {"travel_permit", Certain}, {"residence_permit", Certain}, {"social_card", RealName}, {"household", RealName},
	}
}

// Document is a kind of document.
type Document struct {
	ID    string
	Level Level
}

// Lasts is how long a proof counts: a year.
const Lasts = 366 * 24 * time.Hour

// Kept is how long a proof that counts no more stays, for whoever asks why something was done then.
const Kept = 365 * 24 * time.Hour

// Proof is one proof.
type Proof struct {
	ID       string
	Person   string
	Level    Level
	Method   Method
	Issuer   string // of a service's assertion
	Subject  string // pairwise id there
	Document string // kind that a counter saw
	By       string // staff
	Unit     string
	At       time.Time
	Until    time.Time
	Ended    time.Time
	EndedBy  string // own, staff or renewed
	EndedWho string // the member of staff
}

// Counts tells whether the proof holds at an instant.
func (p Proof) Counts(at time.Time) bool { return p.Ended.IsZero() && at.Before(p.Until) }

// Deps is what the service stands on.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock

	// Same gives all ids of a person who was known under several.
	Same func(tx *db.Tx, person string) ([]string, error)
	// Tell leaves the person a note: a proof was added, or ended by staff.
	Tell func(tx *db.Tx, person, key, what string) error
}

// What the person is told.
const (
	ToldProved = "proved"
	ToldEnded  = "ended"
)

// Service keeps proofs.
type Service struct{ Deps }

// New makes the service over a store that has its schema.
func New(d Deps) *Service { return &Service{d} }

// ProofsTx gives a person's proofs, newest first, also those that count no more.
func (s *Service) ProofsTx(tx *db.Tx, person string) ([]Proof, error) {
	ids, err := s.Same(tx, person)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	list, err := selectProofs(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read the proofs of a person: %w", err)
	}
	return list, nil
}

// LevelTx gives the level of somebody who signed in, or of whom a phone is known: at least Phone. "" has Unverified.
func (s *Service) LevelTx(tx *db.Tx, person string) (Level, error) {
	if person == "" {
		return Unverified, nil
	}
	list, err := s.ProofsTx(tx, person)
	level, now := Phone, s.Clock.Now()
	for _, p := range list {
		if p.Counts(now) {
			level = max(level, p.Level)
		}
	}
	return level, err
}

// NeedTx refuses somebody whose level is lower: Forbidden assure.refuse.level.
func (s *Service) NeedTx(tx *db.Tx, person string, least Level) error {
	level, err := s.LevelTx(tx, person)
	if err == nil && level < least {
		err = fault.New(fault.Forbidden, "assure.refuse.level", "Level", int(least))
	}
	return err
}

// LinkedTx gives the person of a service's pairwise id; "" when nobody has it now.
func (s *Service) LinkedTx(tx *db.Tx, issuer, subject string) (string, error) {
	p, ok, err := s.linked(tx, issuer, subject)
	if !ok {
		return "", err
	}
	return p.Person, err
}

func (s *Service) linked(tx *db.Tx, issuer, subject string) (p Proof, ok bool, err error) {
	list, err := selectLinked(tx, issuer, subject)
	if err != nil {
		return p, false, fmt.Errorf("find whose proof it is: %w", err)
	}
	for _, p := range list {
		if p.Counts(s.Clock.Now()) {
			return p, true, nil
		}
	}
	return p, false, nil
}

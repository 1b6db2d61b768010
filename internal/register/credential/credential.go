package credential

import (
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Deps is what the service stands on.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Trail  *trail.Log
	Vault  *vault.Vault // of the register of people
	Policy *access.Policy
	Kinds  *Kinds
	Key    []byte // kept outside the database, at least 32 bytes, the same for the life of the data

	// Tell leaves a person a note: what is Issued, Ended or Moved.
	Tell func(tx *db.Tx, person, key string, what Note) error
}

// Note is what a person is told about a credential.
type Note string

// Notes.
const (
	NoteIssued Note = "issued"
	NoteEnded  Note = "ended"
	NoteMoved  Note = "moved" // it is now on another device than before
)

// Service keeps credentials.
type Service struct{ Deps }

// New makes the service over a store that has its schema.
func New(d Deps) (*Service, error) {
	if len(d.Key) < 32 {
		return nil, fmt.Errorf("credential: the key has %d bytes, at least 32 are needed", len(d.Key))
	}
	return &Service{d}, nil
}

// State is how a credential stands.
type State string

// States of a credential.
const (
	Waiting State = "waiting" // it has no copy yet
	Valid   State = "valid"
	Expired State = "expired"
	Ended   State = "ended"
)

// Ways in which a credential ends before its time.
const (
	ByHolder = "holder"
	ByStaff  = "staff"
	Renewed  = "renewed" // by the next one of its kind
)

// Credential is what the city stated about a person.
type Credential struct {
	ID       string
	Person   string
	Kind     string
	Facts    Facts
	Evidence string // the kind that was seen
	Issued   time.Time
	Until    time.Time
	By       string // staff
	Unit     string
	Area     string
	EndedAt  time.Time // zero while it was not taken back
	EndedBy  string
	EndedWho string
	Reason   string
	Copies   []Copy // that count

	form, sealed string
}

// Medium is what a copy is on.
type Medium string

// Media.
const (
	Wallet Medium = "wallet"
	Paper  Medium = "paper"
)

// Copy is a credential in a browser or on paper.
type Copy struct {
	List, Place int64
	Credential  string
	Medium      Medium
	Holder      string // thumbprint of the key
	Made        time.Time
	MadeBy      string
	Until       time.Time
	Ended       time.Time
}

// State tells how the credential stands at an instant.
func (c Credential) State(at time.Time) State {
	switch {
	case !c.EndedAt.IsZero():
		return Ended
	case !at.Before(c.Until):
		return Expired
	case len(c.Copies) == 0:
		return Waiting
	default:
		return Valid
	}
}

// On gives the copy on a medium that counts.
func (c Credential) On(m Medium) (Copy, bool) {
	for _, one := range c.Copies {
		if one.Medium == m {
			return one, true
		}
	}
	return Copy{}, false
}

// dayEnd is the midnight that ends the last of so many days in the city.
func dayEnd(now time.Time, days int) time.Time {
	y, m, d := now.In(clock.City).Date()
	return time.Date(y, m, d+days+1, 0, 0, 0, 0, clock.City)
}

func unknown() error { return fault.New(fault.NotFound, "credential.unknown") }

// wrapped says what was being done; a refusal stays as it is.
func wrapped(err error, doing string) error {
	if err == nil || fault.Refused(err) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

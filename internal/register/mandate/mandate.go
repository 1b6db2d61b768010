package mandate

import (
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Scope is one thing that a mandate can allow.
type Scope string

// The scopes. Nothing else is done for another.
const (
	Report   Scope = "report"   // hand requests in
	Follow   Scope = "follow"   // read requests and their progress, say whether they are solved, take the consent to publish back
	Rate     Scope = "rate"     // rate the service
	Messages Scope = "messages" // read what the city wrote to the person
)

// Scopes lists what a mandate can allow.
func Scopes() []Scope { return []Scope{Report, Follow, Rate, Messages} }

// HolderKind says who holds a mandate.
type HolderKind string

// Kinds of holder.
const (
	Person HolderKind = "person"
	Staff  HolderKind = "staff" // one member of staff, for as long as they have a post at the unit
	Unit   HolderKind = "unit"  // whoever stands at a unit's counter
)

// Relations of a holder to the giver. The last three are never chosen by the giver in their own account.
const (
	Spouse   = "spouse"
	Child    = "child"
	Parent   = "parent"
	Sibling  = "sibling"
	Kin      = "kin"    // another relative
	Friend   = "friend" // a neighbour or friend
	Guardian = "guardian"
	Worker   = "worker"  // a member of staff
	Counter  = "counter" // a unit
)

// Relations lists what a person can be to the giver, guardians not among them.
func Relations() []string { return []string{Spouse, Child, Parent, Sibling, Kin, Friend} }

// AllRelations lists every relation.
func AllRelations() []string { return append(Relations(), Guardian, Worker, Counter) }

// Way is how a mandate was given.
type Way string

// The ways.
const (
	Own   Way = "own"   // by the giver in their account
	Paper Way = "paper" // at a counter, the giver being there
	Phone Way = "phone" // by a call from the giver's known phone
)

// Bases on which somebody is a guardian (Civil Code, articles 27, 28, 31), and Proofs: what staff may have seen of it.
func Bases() []string { return []string{"kin", "court", "committee"} }

// Proofs lists what staff may have seen; its number is never kept.
func Proofs() []string { return []string{"register", "judgment", "certificate"} }

// Days lists for how many days a mandate can be given to a kind of holder; the last is the longest.
func Days(kind HolderKind) []int {
	if kind == Person {
		return []int{30, 90, 180, 365}
	}
	return []int{1, 3, 7}
}

const (
	most         = 10 // mandates that hold or wait, of one giver, and for one person as holder
	acceptWithin = 7 * 24 * time.Hour
)

// Kept is how long a mandate is kept after its end.
const Kept = 3 * 365 * 24 * time.Hour

// Mandate lets somebody act for a person.
type Mandate struct {
	ID        string
	Giver     string // person
	Kind      HolderKind
	Holder    string // person, staff or unit; "" until somebody enters the code
	Unit      string // of staff and units
	Relation  string // what the holder is to the giver
	Scope     []Scope
	Way       Way
	Basis     string // of a guardian
	Proof     string
	NotedBy   string // staff who wrote it down; "" when the giver did
	NotedUnit string
	From      time.Time
	Until     time.Time
	Given     time.Time
	Accepted  time.Time // zero while the holder has not said yes
	Ended     time.Time // zero while nobody has ended it
	EndedBy   string    // giver, holder, staff or erasure
	CodeUntil time.Time // zero without a code that waits

	form, code string
	tries      int
	endedStaff string
}

// State is how a mandate stands at an instant.
type State string

// The states.
const (
	Waiting State = "waiting" // for the holder's yes
	Lapsed  State = "lapsed"  // nobody accepted it in time
	Holds   State = "holds"
	Over    State = "over"
	Ended   State = "ended"
)

// State tells how the mandate stands.
func (m Mandate) State(at time.Time) State {
	switch {
	case !m.Ended.IsZero():
		return Ended
	case !at.Before(m.Until):
		return Over
	case m.Accepted.IsZero() && !at.Before(m.acceptUntil()):
		return Lapsed
	case m.Accepted.IsZero():
		return Waiting
	}
	return Holds
}

// acceptUntil is until when the holder can say yes: a mandate for which only a code leads nowhere without it.
func (m Mandate) acceptUntil() time.Time {
	if m.Holder == "" {
		return m.CodeUntil
	}
	return m.Given.Add(acceptWithin)
}

// Allows tells whether the mandate holds for a scope at an instant.
func (m Mandate) Allows(s Scope, at time.Time) bool {
	return m.State(at) == Holds && !at.Before(m.From) && slices.Contains(m.Scope, s)
}

// ScopeWords are the scopes as an actor carries them.
func (m Mandate) ScopeWords() []string {
	words := make([]string, len(m.Scope))
	for i, s := range m.Scope {
		words[i] = string(s)
	}
	return words
}

// Deps are what the service stands on.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	// Serves tells whether a member of staff has a post at a unit now in which people are served.
	Serves func(tx *db.Tx, staff, unit string, at time.Time) (bool, error)
	Key    []byte // at least 32 bytes, kept outside the database, the same for the life of the data
	// Tell puts a note on its way to a person, inside the transaction it tells of. key names the note: the same key is told once.
	Tell func(tx *db.Tx, person, key string, what Note) error
}

// Note is what a person is told of a mandate.
type Note string

// The notes.
const (
	NoteOffered   Note = "offered"   // to the holder: somebody wants them to act for them
	NoteAccepted  Note = "accepted"  // to the giver
	NoteNoted     Note = "noted"     // to the giver: a counter or call-taker wrote a mandate down
	NoteTakenBack Note = "takenback" // to the holder
	NoteLaidDown  Note = "laiddown"  // to the giver
	NoteEnded     Note = "ended"     // to the giver: staff ended it on their word
	NoteGone      Note = "gone"      // to the other side of somebody who was erased
	NoteFiled     Note = "filed"     // to the giver: a request was handed in for them
)

// Notes lists every note.
func Notes() []Note {
	return []Note{NoteOffered, NoteAccepted, NoteNoted, NoteTakenBack, NoteLaidDown, NoteEnded, NoteGone, NoteFiled}
}

// Service keeps mandates.
type Service struct{ Deps }

// New makes the service over a store that has its schema.
func New(d Deps) (*Service, error) {
	if len(d.Key) < 32 {
		return nil, fmt.Errorf("mandate: the key has %d bytes, at least 32 are needed", len(d.Key))
	}
	return &Service{Deps: d}, nil
}

package casework

import (
	"time"

	"banyan/internal/register/calendar"
)

// ChangeKind names what a unit asks for.
type ChangeKind string

// Kinds of change. A return after the last allowed one is a dispute: it can
// only be ended by a ruling.
const (
	Extension  ChangeKind = "extension"
	Park       ChangeKind = "park"
	Return     ChangeKind = "return"
	Dispute    ChangeKind = "dispute"
	OutOfScope ChangeKind = "out_of_scope"
)

// ChangeState is asked until somebody decides.
type ChangeState string

// States of a change.
const (
	Asked   ChangeState = "asked"
	Granted ChangeState = "granted"
	Refused ChangeState = "refused"
	Void    ChangeState = "void" // the order ended before a decision
)

// Change is one approval: who asks, for what and why; who decided and why.
type Change struct {
	ID       string         `json:"id"`
	Kind     ChangeKind     `json:"kind"`
	State    ChangeState    `json:"state"`
	Order    string         `json:"order"`
	Unit     string         `json:"unit"`
	Reason   string         `json:"reason"` // reason code of the pack
	Words    string         `json:"words"`
	Proposed string         `json:"proposed,omitempty"` // unit that should lead instead
	Extra    calendar.Limit `json:"extra,omitzero"`     // time asked for
	Plan     string         `json:"plan,omitempty"`
	ReviewAt time.Time      `json:"review_at,omitzero"`
	AskedBy  string         `json:"asked_by"`
	AskedAt  time.Time      `json:"asked_at"`
	By       string         `json:"by,omitempty"`
	At       time.Time      `json:"at,omitzero"`
	Decision string         `json:"decision,omitempty"` // the decider's words
}

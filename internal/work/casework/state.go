package casework

// State of a case or an order.
type State string

// States of a case. Answered, declined, closed and merged are ends.
const (
	Received    State = "received"
	Answered    State = "answered"
	Declined    State = "declined"
	Dispatched  State = "dispatched"
	Working     State = "working" // also a state of an order
	Replied     State = "replied" // also a state of an order
	FollowingUp State = "following_up"
	Contested   State = "contested"
	Overseen    State = "overseen"
	Closed      State = "closed"
	Merged      State = "merged"
)

// States of an order.
const (
	Offered   State = "offered"
	Signed    State = "signed"
	Accepted  State = "accepted"
	Returned  State = "returned"
	Disputed  State = "disputed"
	Withdrawn State = "withdrawn"
)

// CaseStates lists the states of a case in the order of a normal life.
func CaseStates() []State {
	return []State{Received, Dispatched, Working, Replied, FollowingUp, Contested, Overseen, Answered, Declined, Closed, Merged}
}

// Ended says that no clock runs and no unit owes anything in this state.
func (s State) Ended() bool {
	return s == Answered || s == Declined || s == Closed || s == Merged
}

// orderOpen says that a unit still owes work in this order state. A replied
// order waits for the requester's word and may be worked again.
func (s State) orderOpen() bool {
	return s == Offered || s == Signed || s == Working || s == Disputed || s == Replied
}

// owing says that a unit has not yet reported in this order state.
func (s State) owing() bool {
	return s == Offered || s == Signed || s == Working || s == Disputed
}

// Role of a unit in a case.
type Role string

// Roles of an order.
const (
	Lead      Role = "lead"
	Assisting Role = "assisting"
	Called    Role = "called"
)

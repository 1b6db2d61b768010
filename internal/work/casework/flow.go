package casework

import (
	"fmt"
	"slices"
	"sync"
)

// Action names one transition; the journal and the pages use the same word.
type Action string

// Actions of the loop.
const (
	ActOpen      Action = "open"
	ActJoin      Action = "join"
	ActAnswer    Action = "answer"
	ActDecline   Action = "decline"
	ActDispatch  Action = "dispatch"
	ActReassign  Action = "reassign"
	ActAssist    Action = "assist"
	ActSign      Action = "sign"
	ActAssign    Action = "assign"
	ActRespond   Action = "respond"
	ActCall      Action = "call"
	ActCheckIn   Action = "check_in"
	ActReport    Action = "report"
	ActScore     Action = "score"
	ActEndCall   Action = "end_call"
	ActOverrule  Action = "overrule"
	ActAsk       Action = "ask"
	ActDecide    Action = "decide"
	ActRule      Action = "rule"
	ActReply     Action = "reply"
	ActAttempt   Action = "attempt"
	ActFollowUp  Action = "follow_up"
	ActConfirm   Action = "confirm"
	ActContest   Action = "contest"
	ActRework    Action = "rework"
	ActDirect    Action = "direct"
	ActExpire    Action = "expire"
	ActMerge     Action = "merge"
	ActUnmerge   Action = "unmerge"
	ActPublish   Action = "publish"
	ActUnpublish Action = "unpublish"
	ActWarn      Action = "warn"
	ActBreach    Action = "breach"
	ActUnpark    Action = "unpark"
	ActRecount   Action = "recount"
	ActConsent   Action = "consent"
)

// Subject says what an action is done to.
type Subject string

// Subjects of actions.
const (
	OnCase   Subject = "case"
	OnOrder  Subject = "order"
	OnCall   Subject = "call"
	OnChange Subject = "change"
)

// Step is one row of the state table. From and To are states of the subject
// for case and order; calls and changes are open or not, so their rows speak of
// the case. To empty means that the state stays.
type Step struct {
	Action Action
	On     Subject
	From   []State
	To     []State
	Roles  []Role   // for orders: which roles of an order it applies to
	May    string   // action of the access policy; "" is the system itself
	Needs  []string // fields a person must give
	Clocks string   // what it does to clocks, in words
}

var openCase = []State{Received, Dispatched, Working, Replied, FollowingUp, Contested, Overseen}

// Steps is the state table of the loop. It is to be read only.
func Steps() []Step { return table() }

var table = sync.OnceValue(func() []Step {
	inWork := []State{Dispatched, Working}
	afterDispatch := openCase[1:]
	owed := []State{Offered, Signed, Working}
	anyCase := append(slices.Clone(openCase), Answered, Declined, Closed, Merged)
	helper := []Role{Assisting, Called}
	return []Step{
		{ActOpen, OnCase, nil, []State{Received}, nil, "request.receive", nil, "starts dispatch"},
		{ActJoin, OnCase, openCase, nil, nil, "request.receive", nil, ""},
		{ActAnswer, OnCase, []State{Received}, []State{Answered}, nil, "case.answer", []string{"public"}, "ends dispatch"},
		{ActDecline, OnCase, []State{Received}, []State{Declined}, nil, "case.decline", []string{"reason"}, "ends dispatch"},
		{ActDispatch, OnCase, []State{Received}, []State{Dispatched}, nil, "case.dispatch", []string{"duty", "unit"}, "ends dispatch; starts sign, first, resolve"},
		{ActReassign, OnCase, inWork, []State{Dispatched}, nil, "order.reassign", []string{"unit", "words"}, "new sign; resolve and first run on"},
		{ActAssist, OnCase, inWork, nil, nil, "order.assist", []string{"unit"}, "starts sign of the assisting unit"},
		{ActSign, OnOrder, []State{Offered}, []State{Signed}, nil, "order.sign", nil, "ends sign"},
		{ActAssign, OnOrder, owed, nil, nil, "order.sign", []string{"staff"}, ""},
		{ActRespond, OnOrder, []State{Signed}, []State{Working}, []Role{Lead}, "order.reply", []string{"means"}, "ends first"},
		{ActCheckIn, OnOrder, []State{Signed, Working}, nil, nil, "call.checkin", nil, "ends arrive"},
		{ActReport, OnOrder, owed[1:], []State{Replied}, helper, "order.reply", []string{"result"}, ""},
		{ActOverrule, OnOrder, owed, []State{Withdrawn}, helper, "order.overrule", []string{"words"}, "voids its clocks"},
		{ActReply, OnOrder, owed[1:], []State{Replied}, []Role{Lead}, "order.reply", []string{"reply"}, "ends first and resolve; starts confirm, and follow_up when somebody can be asked"},
		{ActCall, OnCase, inWork, nil, nil, "call.open", []string{"units", "words"}, "starts sign and arrive of each called unit"},
		{ActScore, OnOrder, []State{Replied}, []State{Accepted}, []Role{Called}, "call.score", []string{"score"}, ""},
		{ActEndCall, OnCall, afterDispatch, nil, nil, "call.result", []string{"result"}, ""},
		{ActAsk, OnOrder, owed, nil, []Role{Lead}, "change.ask", []string{"kind", "reason", "words"}, "starts decide"},
		{ActDecide, OnChange, inWork, nil, nil, "change.decide", []string{"grant", "words"}, "ends decide; park pauses, extension extends resolve"},
		{ActRule, OnChange, inWork, nil, nil, "dispute.rule", []string{"unit", "words"}, "ends decide; resolve runs on"},
		{ActAttempt, OnCase, []State{Replied, FollowingUp}, []State{FollowingUp}, nil, "followup.do", []string{"channel"}, ""},
		{ActFollowUp, OnCase, []State{Replied, FollowingUp}, []State{Closed, Contested}, nil, "followup.do", []string{"solved"}, "ends follow_up and confirm; unsolved starts decide"},
		{ActConfirm, OnCase, []State{Replied, FollowingUp}, []State{Closed, FollowingUp}, nil, "case.confirm", nil, "ends follow_up and confirm"},
		{ActContest, OnCase, []State{Replied, FollowingUp, Answered}, []State{Contested, Received, Overseen}, nil, "case.contest", []string{"words"}, "ends follow_up and confirm; starts decide or dispatch"},
		{ActRework, OnCase, []State{Contested}, []State{Working}, nil, "case.rework", []string{"words"}, "ends decide; starts resolve of the next cycle"},
		{ActDirect, OnCase, []State{Overseen}, []State{Working, Closed}, nil, "case.direct", []string{"close", "words"}, "ends decide"},
		{ActExpire, OnCase, []State{Replied, FollowingUp}, []State{Closed}, nil, "", nil, "ends confirm and follow_up"},
		{ActMerge, OnCase, openCase, []State{Merged}, nil, "case.merge", []string{"into"}, "voids all"},
		{ActUnmerge, OnCase, []State{Merged}, []State{Received}, nil, "case.merge", []string{"request", "words"}, "starts dispatch"},
		{ActPublish, OnCase, []State{Replied, FollowingUp, Closed, Answered}, nil, nil, "case.publish", nil, ""},
		{ActUnpublish, OnCase, anyCase, nil, nil, "case.publish", nil, ""},
		{ActConsent, OnCase, anyCase, nil, nil, "", nil, ""},
		{ActWarn, OnCase, openCase, nil, nil, "", nil, "marks the reminder"},
		{ActBreach, OnCase, openCase, nil, nil, "", nil, "marks the breach"},
		{ActUnpark, OnCase, inWork, nil, nil, "", nil, "resumes resolve"},
		{ActRecount, OnCase, openCase, nil, nil, "", nil, "recomputes provisional due times"},
	}
})

// clockOf names the clock that watches each state in which somebody owes
// something.
func clockOf(s State) ClockKind {
	switch s {
	case Received:
		return ClockDispatch
	case Dispatched, Working:
		return ClockResolve
	case Replied, FollowingUp:
		return ClockFollowUp
	case Contested, Overseen:
		return ClockDecide
	}
	return ""
}

// Check proves the state table: every state of a case can be reached, none but
// an end is a dead end, every other state has a clock, every step a person
// takes names its permission. A program with a broken table does not start.
func Check() error {
	reached, leaves := map[State]bool{}, map[State]bool{}
	for _, s := range Steps() {
		if s.On != OnCase {
			continue
		}
		if s.May == "" && len(s.Needs) > 0 {
			return fmt.Errorf("step %s needs %v from nobody", s.Action, s.Needs)
		}
		for _, to := range s.To {
			reached[to] = true
			for _, from := range s.From {
				leaves[from] = leaves[from] || from != to
			}
		}
	}
	reached[Working], reached[Replied] = true, true // by an order's respond and reply
	leaves[Dispatched], leaves[Working] = true, true
	for _, st := range CaseStates() {
		switch {
		case !reached[st]:
			return fmt.Errorf("state %s is never reached", st)
		case !st.Ended() && !leaves[st]:
			return fmt.Errorf("state %s is a dead end", st)
		case !st.Ended() && clockOf(st) == "":
			return fmt.Errorf("state %s has no clock", st)
		}
	}
	return nil
}

// step finds the row of an action.
func step(a Action) Step {
	for _, s := range Steps() {
		if s.Action == a {
			return s
		}
	}
	return Step{}
}

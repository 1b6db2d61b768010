package api

import (
	"banyan/internal/platform/web/openapi"
	"banyan/internal/work/casework"
)

// describe says in the document which words casework's own records use: that floor knows nothing of documents.
func describe(a *openapi.API) {
	a.Values("Case", "state", list(casework.CaseStates())...)
	a.Values("Case", "ending", "", string(casework.ByFollowUp), string(casework.ByRequester), string(casework.ByTimeout), string(casework.ByOversight))
	a.Values("Order", "state", list([]casework.State{
		casework.Offered, casework.Signed, casework.Working, casework.Replied, casework.Accepted, casework.Returned, casework.Disputed, casework.Withdrawn,
	})...)
	a.Values("Order", "role", list([]casework.Role{casework.Lead, casework.Assisting, casework.Called})...)
	a.Values("Change", "kind", list([]casework.ChangeKind{casework.Extension, casework.Park, casework.Return, casework.Dispute, casework.OutOfScope})...)
	a.Values("Change", "state", list([]casework.ChangeState{casework.Asked, casework.Granted, casework.Refused, casework.Void})...)
	a.Values("Clock", "kind", list([]casework.ClockKind{
		casework.ClockDispatch, casework.ClockSign, casework.ClockFirst, casework.ClockArrive, casework.ClockResolve, casework.ClockFollowUp,
		casework.ClockConfirm, casework.ClockDecide, casework.ClockReview,
	})...)
	a.Values("Clock", "state", list([]casework.ClockState{
		casework.ClockRunning, casework.ClockPaused, casework.ClockMet, casework.ClockBreached, casework.ClockVoid,
	})...)
	var actions []casework.Action
	for _, s := range casework.Steps() {
		actions = append(actions, s.Action)
	}
	a.Values("Entry", "action", list(actions)...)
	a.Values("Allowed", "action", list(actions)...)
}

func list[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

package access

import (
	"slices"
	"strings"
)

// Scope is what an actor may see in lists of cases, as three alternatives for SQL: the row's area path
// begins with Area, or the actor's unit has or had an order in it, or Owner said one of its requests.
// An empty alternative matches nothing.
type Scope struct {
	Area  string // path prefix "/3501/350102/"
	Unit  string
	Owner string
}

// ScopeOf gives the scope of case.list and case.read for actor.
func ScopeOf(a Actor) Scope {
	var s Scope
	switch a.Kind {
	case Staff, Partner:
		if a.Is(CallTaker, Dispatcher, FollowUp, Caller, Community, Arbiter, Supervisor, Brain) {
			s.Area = a.Area
		}
		if a.Is(Handler, Caller, Community) {
			s.Unit = a.Unit
		}
	case Citizen, Guest:
		s.Owner = a.ID
	case System:
		s.Area = "/"
	}
	return s
}

// Empty says that no row can be seen.
func (s Scope) Empty() bool { return s == Scope{} }

// Has tells whether a row described by res is in the scope.
func (s Scope) Has(res Resource) bool {
	return s.Area != "" && strings.HasPrefix(res.AreaPath, s.Area) ||
		s.Unit != "" && (res.Unit == s.Unit || slices.Contains(res.Units, s.Unit)) ||
		s.Owner != "" && res.Owner == s.Owner
}

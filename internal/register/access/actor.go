package access

import (
	"cmp"
	"slices"
)

// Kind tells what sort of actor somebody is.
type Kind string

// Kinds of actor.
const (
	System  Kind = "system"  // the program itself: clocks, import, reactions
	Staff   Kind = "staff"   // somebody in a post
	Citizen Kind = "citizen" // signed in by phone code
	Guest   Kind = "guest"   // not signed in; with an ID when number and phone were proven for one request
	Partner Kind = "partner" // another system with a key, in the post the key was made for
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{System, Staff, Citizen, Guest, Partner} }

// Roles of staff. The register of posts uses the same words.
const (
	CallTaker  = "call_taker" // takes calls at a hotline centre
	Dispatcher = "dispatcher" // sends cases to units
	FollowUp   = "followup"   // asks requesters whether it is solved
	Handler    = "handler"    // works on orders of the own unit
	Caller     = "caller"     // summons units for a subdistrict
	Community  = "community"  // works in a community or village
	Arbiter    = "arbiter"    // rules disputes over who is responsible
	Supervisor = "supervisor" // oversees cases and units of an area
	Brain      = "brain"      // reads the city's numbers
	Data       = "data"       // prepares reports and open data
	Admin      = "admin"      // keeps accounts, packs and the machine
)

// Roles lists every role of staff.
func Roles() []string {
	return []string{CallTaker, Dispatcher, FollowUp, Handler, Caller, Community, Arbiter, Supervisor, Brain, Data, Admin}
}

// Actor is who acts, in one post. Somebody with two posts is two actors, one at a time.
type Actor struct {
	Kind    Kind
	ID      string   // staff id or person id; of system the name of the part that acts
	Unit    string   // unit of the post: "350102.cgj"
	Area    string   // path of the area the post reaches: "/3501/350102/"
	Roles   []string // roles of the post
	Session string   // session id, for the trail
	Purpose string   // why personal data is read: a message key, for the trail
	For     Behalf   // for whom, by a mandate; zero for oneself
}

// Behalf is for whom an actor acts, and by what right.
type Behalf struct {
	Person  string   // who gave the mandate
	Mandate string   // its id
	As      string   // what the actor is to the person: a relation of package mandate
	Scope   []string // what the mandate allows
}

// Whose is the person whose things the actor deals with: the actor, or who gave them a mandate.
func (a Actor) Whose() string { return cmp.Or(a.For.Person, a.ID) }

// Acts tells whether the actor acts for another.
func (a Actor) Acts() bool { return a.For.Person != "" }

// Acted is the mark on what was done for another; zero on what people did themselves.
type Acted struct {
	By      string `json:"by,omitempty"` // person id, or staff id
	As      string `json:"as,omitempty"` // what they are to the person
	Mandate string `json:"mandate,omitempty"`
}

// Mark is what a record keeps of an act of the actor for another.
func (a Actor) Mark() Acted {
	if !a.Acts() {
		return Acted{}
	}
	return Acted{By: a.ID, As: a.For.As, Mandate: a.For.Mandate}
}

// Program is the actor of work that no person started, named after the part that does it.
func Program(part string) Actor { return Actor{Kind: System, ID: part} }

// Posted tells whether the actor acts in a post: a member of staff, or another system with a key.
func (a Actor) Posted() bool { return a.Kind == Staff || a.Kind == Partner }

// Is tells whether the actor's post has one of the roles.
func (a Actor) Is(roles ...string) bool {
	return a.Posted() && slices.ContainsFunc(a.Roles, func(r string) bool { return slices.Contains(roles, r) })
}

// Resource describes the thing acted on, as far as the caller knows it.
type Resource struct {
	Kind     string   // request, case, order, call, change, person, unit, list
	ID       string   // may be empty for something not yet made
	Unit     string   // the unit it belongs to: an order's or change's unit, a case's lead, a call's caller
	Units    []string // every unit that has or had an order in the case; for call.score the units scored
	Open     []string // units whose order is open now: they may read words and contact
	AreaPath string   // path of its place: "/3501/350102/350102001/"
	Owner    string   // the person who said it, or whom it is about
	State    string   // its state, as the owner of the record spells it
}

package org

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/fault"
)

// Role is what a post lets somebody do; the policies of module access say what exactly.
type Role string

// The roles.
const (
	CallTaker  Role = "call_taker" // takes requests at the hotline
	Dispatcher Role = "dispatcher" // gives cases to units
	FollowUp   Role = "followup"   // asks requesters whether it is solved
	Handler    Role = "handler"    // works orders of a unit
	Caller     Role = "caller"     // calls units to the spot, for a subdistrict
	Neighbour  Role = "community"  // receives and works at a community's service point
	Arbiter    Role = "arbiter"    // decides changes and rules disputes
	Supervisor Role = "supervisor" // oversees cases of others
	Brain      Role = "brain"      // reads the city's numbers
	Data       Role = "data"       // keeps packs, imports and exports
	Admin      Role = "admin"      // keeps staff and posts
)

// Roles lists every role.
func Roles() []Role {
	return []Role{CallTaker, Dispatcher, FollowUp, Handler, Caller, Neighbour, Arbiter, Supervisor, Brain, Data, Admin}
}

// Staff is a person who works in a unit.
type Staff struct {
	ID      string
	Name    string
	Unit    string
	Account string // login of module identity, "" while there is none
	Active  bool
}

// Post is a role held at a unit over an area.
type Post struct {
	ID      string
	Staff   string
	Role    Role
	Unit    string // empty on AddPost: the unit of the staff
	Area    string // empty on AddPost: the area of the unit
	From    time.Time
	To      time.Time // zero: until further notice
	GivenBy string    // staff id or "system"
	EndedBy string
}

// ValidAt tells whether the post is held at an instant; on its last instant it no longer is.
func (p Post) ValidAt(at time.Time) bool {
	return !at.Before(p.From) && (p.To.IsZero() || at.Before(p.To))
}

// overlaps tells whether two posts are held at the same time.
func (p Post) overlaps(q Post) bool {
	return (q.To.IsZero() || p.From.Before(q.To)) && (p.To.IsZero() || q.From.Before(p.To))
}

// checkStaff looks at what AddStaff is given.
func (r *Register) checkStaff(s Staff) error {
	var wrong fault.Fields
	if n := utf8.RuneCountInString(s.Name); n == 0 || n > 60 || s.Name != strings.TrimSpace(s.Name) {
		wrong = append(wrong, fault.Field("name", "org.error.name"))
	}
	if _, ok := r.Get(s.Unit); !ok {
		wrong = append(wrong, fault.Field("unit", "org.error.unit", "Unit", s.Unit))
	}
	return wrong.OrNil()
}

// checkPost fills unit and area of a new post and refuses what cannot be.
func (r *Register) checkPost(s Staff, p Post, held []Post) (Post, error) {
	if !s.Active {
		return p, fault.New(fault.Conflict, "org.error.left")
	}
	if p.Unit == "" {
		p.Unit = s.Unit
	}
	u, known := r.Get(p.Unit)
	if p.Area == "" {
		p.Area = u.Area
	}
	var wrong fault.Fields
	if !slices.Contains(Roles(), p.Role) {
		wrong = append(wrong, fault.Field("role", "org.error.role", "Role", string(p.Role)))
	}
	if !known {
		wrong = append(wrong, fault.Field("unit", "org.error.unit", "Unit", p.Unit))
	}
	if known && !r.areas.Within(p.Area, u.Area) {
		wrong = append(wrong, fault.Field("area", "org.error.area", "Area", p.Area))
	}
	if p.From.IsZero() || (!p.To.IsZero() && !p.To.After(p.From)) {
		wrong = append(wrong, fault.Field("to", "org.error.period"))
	}
	if len(wrong) > 0 {
		return p, wrong
	}
	for _, h := range held {
		if h.Role == p.Role && h.Unit == p.Unit && h.Area == p.Area && h.overlaps(p) {
			return p, fault.New(fault.Conflict, "org.error.held")
		}
	}
	return p, nil
}

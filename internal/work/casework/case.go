package casework

import (
	"encoding/json"
	"slices"
	"time"

	"banyan/internal/platform/geo"
)

// Case is the matter in the world. It holds ids and facts about the matter,
// never a requester's name, number or words.
type Case struct {
	ID      string `json:"id"`
	Number  string `json:"number"` // the number of the request that opened it
	State   State  `json:"state"`
	Version int    `json:"version"` // grows by one with every transition
	Kind    string `json:"kind"`
	Channel string `json:"channel,omitempty"`
	Pack    string `json:"pack"` // pack version under which it was opened

	Area        string    `json:"area"` // the finest area known
	Path        string    `json:"path"` // its path from the city down
	District    string    `json:"district,omitempty"`
	Subdistrict string    `json:"subdistrict,omitempty"`
	Community   string    `json:"community,omitempty"`
	Point       geo.Point `json:"point,omitzero"`

	Duty        string `json:"duty,omitempty"`
	DutyVersion string `json:"duty_version,omitempty"`
	Profile     string `json:"profile"` // clock profile of the pack
	Urgent      bool   `json:"urgent,omitempty"`
	OnSite      bool   `json:"on_site,omitempty"` // the duty needs a visit
	Lead        string `json:"lead,omitempty"`    // unit of the open lead order

	Links      []Link `json:"links"`
	HasContact bool   `json:"has_contact,omitempty"` // at least one requester can be reached
	Consent    bool   `json:"consent,omitempty"`     // a requester agreed to publication
	Published  bool   `json:"published,omitempty"`
	MergedInto string `json:"merged_into,omitempty"`

	Returns    int `json:"returns,omitempty"` // returns asked so far
	Reworks    int `json:"reworks,omitempty"`
	Extensions int `json:"extensions,omitempty"`

	Answer      *Answer   `json:"answer,omitempty"`
	Decline     *Decline  `json:"decline,omitempty"`
	ParkedUntil time.Time `json:"parked_until,omitzero"`
	Flags       []Flag    `json:"flags,omitempty"`
	Ending      Ending    `json:"ending,omitempty"`
	OpenedAt    time.Time `json:"opened_at"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
}

// Link ties one request to the case. A request taken out keeps its row with
// LeftAt, so no link is ever lost.
type Link struct {
	Request    string    `json:"request"`
	Number     string    `json:"number"`
	Origin     string    `json:"origin,omitempty"` // case it came from by merging
	Anonymous  bool      `json:"anonymous,omitempty"`
	HasContact bool      `json:"has_contact,omitempty"`
	Consent    bool      `json:"consent,omitempty"`
	At         time.Time `json:"at"`
	LeftAt     time.Time `json:"left_at,omitzero"`
}

// Answer is a direct answer at the desk.
type Answer struct {
	Public  string `json:"public"`
	Article string `json:"article,omitempty"` // knowledge article cited
}

// Decline says why the city does not take the matter and where to go.
type Decline struct {
	Reason string `json:"reason"` // reason code of the pack; its text says where to go
	Words  string `json:"words,omitempty"`
}

// Flag marks something a supervisor should look at.
type Flag string

// Flags raised by rule, never by hand.
const (
	FlagRecast      Flag = "recast"       // a complaint was answered as an inquiry
	FlagNoVisit     Flag = "no_visit"     // the duty needs a visit and none was made
	FlagDeskOnSite  Flag = "desk_on_site" // answered at the desk although it needs a visit
	FlagNoContact   Flag = "no_contact"   // replied without speaking with the requester
	FlagNotBySelf   Flag = "overruled"    // an assisting unit was overruled
	FlagClosedByDue Flag = "timeout"      // closed by the timeout rule
)

// Ending says by which right a case was closed.
type Ending string

// The only four rights to close a case, and the supervisor's decision after a
// follow-up that said unsolved.
const (
	ByFollowUp  Ending = "follow_up"
	ByRequester Ending = "requester"
	ByTimeout   Ending = "timeout"
	ByOversight Ending = "oversight"
)

// Order is one unit's task in a case.
type Order struct {
	ID          string          `json:"id"`
	Parent      string          `json:"parent,omitempty"` // order it was sub-dispatched from
	Call        string          `json:"call,omitempty"`
	Unit        string          `json:"unit"`
	Role        Role            `json:"role"`
	State       State           `json:"state"`
	Assignee    string          `json:"assignee,omitempty"` // staff id inside the unit
	Instruction string          `json:"instruction,omitempty"`
	Explanation json.RawMessage `json:"explanation,omitempty"` // why this unit: the suggestion with its reasons
	OfferedAt   time.Time       `json:"offered_at"`
	SignedAt    time.Time       `json:"signed_at,omitzero"`
	ContactedAt time.Time       `json:"contacted_at,omitzero"`
	RepliedAt   time.Time       `json:"replied_at,omitzero"`
	EndedAt     time.Time       `json:"ended_at,omitzero"`
	CheckIn     *CheckIn        `json:"check_in,omitempty"`
	Replies     []Reply         `json:"replies,omitempty"` // one per cycle, the last one counts
	Result      string          `json:"result,omitempty"`  // report of an assisting or called unit
	Score       int             `json:"score,omitempty"`   // 1 to 5 by the caller, 0 = not scored
}

// CheckIn says that a unit reached the spot.
type CheckIn struct {
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Point    geo.Point `json:"point,omitzero"`
	Distance int       `json:"distance"` // metres from the place, -1 when unknown
	Far      bool      `json:"far,omitempty"`
	Late     bool      `json:"late,omitempty"`
}

// Reply is the form a lead unit answers with; see casework.md for why it is
// not a text box.
type Reply struct {
	At          time.Time    `json:"at"`
	By          string       `json:"by"`
	True        string       `json:"true"`      // yes, partly, no
	Ours        string       `json:"ours"`      // yes, no
	Contacted   bool         `json:"contacted"` // was the requester spoken with
	ContactedAt time.Time    `json:"contacted_at,omitzero"`
	Means       string       `json:"means,omitempty"` // phone, visit, message
	Visited     bool         `json:"visited,omitempty"`
	Solved      string       `json:"solved"` // yes, partly, no
	WhyNot      string       `json:"why_not,omitempty"`
	Next        string       `json:"next,omitempty"`
	NextAt      time.Time    `json:"next_at,omitzero"`
	Kind        string       `json:"kind,omitempty"` // the kind as handled, when recast
	Internal    string       `json:"internal,omitempty"`
	Public      string       `json:"public"`
	Files       []Attachment `json:"files,omitempty"`
}

// Attachment is a stored file with its purpose: before, after, document.
type Attachment struct {
	Key     string `json:"key"`
	Purpose string `json:"purpose"`
}

// Call is a subdistrict or community summoning units to a place.
type Call struct {
	ID       string    `json:"id"`
	Unit     string    `json:"unit"` // the caller
	Area     string    `json:"area"`
	Point    geo.Point `json:"point,omitzero"`
	Words    string    `json:"words"`
	Orders   []string  `json:"orders"`
	Open     bool      `json:"open"`
	OpenedAt time.Time `json:"opened_at"`
	EndedAt  time.Time `json:"ended_at,omitzero"`
	Result   string    `json:"result,omitempty"`
}

// FollowUp is the centre's contact with the requester after one reply.
type FollowUp struct {
	ID        string    `json:"id"`
	Request   string    `json:"request"`
	Cycle     int       `json:"cycle"`
	Attempts  []Attempt `json:"attempts,omitempty"`
	Done      bool      `json:"done"`
	Solved    string    `json:"solved,omitempty"`    // yes, no, "" unknown
	Satisfied string    `json:"satisfied,omitempty"` // yes, no, "" unknown
	By        string    `json:"by,omitempty"`        // staff id, or "requester"
	At        time.Time `json:"at,omitzero"`
}

// Attempt is one try to reach the requester.
type Attempt struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Channel string    `json:"channel"`
	Reached bool      `json:"reached"`
}

// Ruling says who leads after a dispute, and why.
type Ruling struct {
	ID     string    `json:"id"`
	Change string    `json:"change"`
	Duty   string    `json:"duty"`
	Unit   string    `json:"unit"`
	Why    string    `json:"why"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// File is everything about one case: what a use case loads, decides on and
// stores.
type File struct {
	Case      Case       `json:"case"`
	Orders    []Order    `json:"orders,omitempty"`
	Clocks    []Clock    `json:"clocks,omitempty"`
	Calls     []Call     `json:"calls,omitempty"`
	Changes   []Change   `json:"changes,omitempty"`
	Rulings   []Ruling   `json:"rulings,omitempty"`
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
}

// LeadOrder returns the open lead order.
func (f *File) LeadOrder() (Order, bool) {
	for _, o := range f.Orders {
		if o.Role == Lead && o.State.orderOpen() {
			return o, true
		}
	}
	return Order{}, false
}

// Order returns the order with this id.
func (f *File) Order(id string) (Order, bool) {
	return find(f.Orders, id, func(o Order) string { return o.ID })
}

// Call returns the call with this id.
func (f *File) Call(id string) (Call, bool) {
	return find(f.Calls, id, func(c Call) string { return c.ID })
}

// Change returns the change with this id.
func (f *File) Change(id string) (Change, bool) {
	return find(f.Changes, id, func(c Change) string { return c.ID })
}

// Requests lists the requests that belong to the case now.
func (f *File) Requests() []string {
	var ids []string
	for _, l := range f.Case.Links {
		if l.LeftAt.IsZero() {
			ids = append(ids, l.Request)
		}
	}
	return ids
}

// LastReply returns the lead unit's newest reply.
func (f *File) LastReply() (Reply, bool) {
	var last Reply
	for _, o := range f.Orders {
		if n := len(o.Replies); o.Role == Lead && n > 0 && o.Replies[n-1].At.After(last.At) {
			last = o.Replies[n-1]
		}
	}
	return last, !last.At.IsZero()
}

// Units lists every unit that has or had an order in the case.
func (f *File) Units() []string {
	var units []string
	for _, o := range f.Orders {
		if !slices.Contains(units, o.Unit) {
			units = append(units, o.Unit)
		}
	}
	return units
}

func find[T any](rows []T, id string, key func(T) string) (T, bool) {
	for _, r := range rows {
		if key(r) == id {
			return r, true
		}
	}
	var none T
	return none, false
}

// ConfirmDue is until when the requester may contest the reply; zero when no
// such clock runs.
func (f *File) ConfirmDue() time.Time {
	for _, c := range f.Clocks {
		if c.Kind == ClockConfirm && c.Live() {
			return c.DueAt
		}
	}
	return time.Time{}
}

package casework

import "time"

// FactPrefix begins the name of every fact of this package; the rest is the
// action in the journal: "casework.reply".
const FactPrefix = "casework."

// Happened is the body of every fact: what a reaction needs to know about one
// journal entry without opening the case. It holds ids only.
type Happened struct {
	Case     string    `json:"case"`
	Number   string    `json:"number"`
	Seq      int       `json:"seq"`
	At       time.Time `json:"at"`
	Action   Action    `json:"action"`
	Actor    By        `json:"actor"`
	Reason   string    `json:"reason,omitempty"`
	Was      State     `json:"was,omitempty"`
	State    State     `json:"state"`
	Kind     string    `json:"kind"`
	Area     string    `json:"area"`
	Path     string    `json:"path"`
	Duty     string    `json:"duty,omitempty"`
	Lead     string    `json:"lead,omitempty"` // the unit that leads, or led until now
	Urgent   bool      `json:"urgent,omitempty"`
	Reach    bool      `json:"reach,omitempty"`   // a requester can be reached
	Consent  bool      `json:"consent,omitempty"` // a requester agreed to publication
	Requests []string  `json:"requests"`
	Joined   []string  `json:"joined,omitempty"` // requests that came with this entry
	Left     []string  `json:"left,omitempty"`   // requests that left with this entry
	Clocks   []Effect  `json:"clocks,omitempty"`

	Order  string `json:"order,omitempty"`
	Unit   string `json:"unit,omitempty"` // the unit of that order
	Role   Role   `json:"role,omitempty"`
	Call   string `json:"call,omitempty"`
	Change string `json:"change,omitempty"`

	ChangeKind  ChangeKind  `json:"change_kind,omitempty"`
	ChangeState ChangeState `json:"change_state,omitempty"`
	Late        bool        `json:"late,omitempty"` // a check-in after its time
	Score       int         `json:"score,omitempty"`
	Solved      string      `json:"solved,omitempty"`
	Satisfied   string      `json:"satisfied,omitempty"`
	Ending      Ending      `json:"ending,omitempty"`
	MergedInto  string      `json:"merged_into,omitempty"`
	Rulings     []Ruling    `json:"rulings,omitempty"`
	Units       []string    `json:"units,omitempty"` // units that were offered an order by this entry
	Flags       []Flag      `json:"flags,omitempty"`
}

// happened tells what an entry did: a pure function of the file before and the
// entry, so replaying a journal says the same facts again.
func happened(before *File, e Entry) Happened {
	after := File{Case: before.Case, Orders: before.Orders, Changes: before.Changes}
	after.Apply(e)
	c := after.Case
	h := Happened{
		Case: c.ID, Number: c.Number, Seq: e.Seq, At: e.At, Action: e.Action, Actor: e.Actor, Reason: e.Reason,
		Was: before.Case.State, State: c.State, Kind: c.Kind, Area: c.Area, Path: c.Path, Duty: c.Duty, Lead: c.Lead,
		Urgent: c.Urgent, Reach: c.HasContact, Consent: c.Consent, Requests: after.Requests(), Clocks: e.Clocks, Order: e.Order, Call: e.Call, Change: e.Change,
		Ending: c.Ending, MergedInto: c.MergedInto, Rulings: e.Delta.Rulings, Flags: c.Flags,
	}
	if h.Lead == "" {
		h.Lead = before.Case.Lead
	}
	h.aboutOrder(&after, e)
	for _, u := range e.Delta.FollowUps {
		if u.Done {
			h.Solved, h.Satisfied = u.Solved, u.Satisfied
		}
	}
	for i, l := range c.Links {
		switch was := before.Case.Links; {
		case i >= len(was):
			h.Joined = append(h.Joined, l.Request)
		case was[i].LeftAt.IsZero() && !l.LeftAt.IsZero():
			h.Left = append(h.Left, l.Request)
		}
	}
	return h
}

func (h *Happened) aboutOrder(after *File, e Entry) {
	if o, ok := after.Order(e.Order); ok {
		h.Unit, h.Role, h.Score = o.Unit, o.Role, o.Score
		h.Late = e.Action == ActCheckIn && o.CheckIn != nil && o.CheckIn.Late
	}
	if ch, ok := after.Change(e.Change); ok {
		h.ChangeKind, h.ChangeState = ch.Kind, ch.State
	}
	for _, o := range e.Delta.Orders {
		if o.State == Offered {
			h.Units = append(h.Units, o.Unit)
		}
	}
}

package casework

import (
	"slices"
	"time"

	"banyan/internal/platform/fault"
)

// FollowingUpWith records what the requester said to the centre.
type FollowingUpWith struct {
	Case      string
	Request   string // whose word it is; empty: the first requester who can be reached
	Channel   string
	Solved    string // yes or no
	Satisfied string // yes, no, or "" when not asked
}

// Directing is the supervisor's decision on an overseen case.
type Directing struct {
	Case  string
	Close bool
	Words string
}

// followUp finds the open follow-up of this cycle or begins one.
func (t *turn) followUpRecord(request string) FollowUp {
	for _, u := range t.FollowUps {
		if !u.Done && u.Cycle == t.cycle() && (request == "" || u.Request == request) {
			return u
		}
	}
	if request == "" {
		request = t.reachable()
	}
	return FollowUp{ID: t.newID(t.now), Request: request, Cycle: t.cycle()}
}

// reachable is the first linked requester with a contact, else the first one.
func (t *turn) reachable() string {
	first := ""
	for _, l := range t.Case.Links {
		if l.LeftAt.IsZero() && l.HasContact {
			return l.Request
		}
		if l.LeftAt.IsZero() && first == "" {
			first = l.Request
		}
	}
	return first
}

// attemptPause is the least time between two tries: a form sent twice is one.
const attemptPause = time.Minute

// attempt records a try that did not end the follow-up.
func (t *turn) attempt(channel string, reached bool) error {
	if err := t.must(ActAttempt); err != nil {
		return err
	}
	if channel == "" {
		return lacks("channel")
	}
	u := t.followUpRecord("")
	if n := len(u.Attempts); n > 0 && t.now.Sub(u.Attempts[n-1].At) < attemptPause {
		return refuse("attempt_soon")
	}
	u.Attempts = append(slices.Clone(u.Attempts), Attempt{At: t.now, By: t.actor.ID, Channel: channel, Reached: reached})
	t.setFollowUp(u)
	t.Case.State = FollowingUp
	t.entry.Reason = channel
	if t.exhausted() {
		t.stopKind(ClockFollowUp) // the centre did what it owes
	}
	return nil
}

// exhausted says that the centre tried as often as the pack asks and reached
// nobody. Who answered at a bad time was reached, and is asked again.
func (t *turn) exhausted() bool {
	n := 0
	for _, u := range t.FollowUps {
		for _, a := range u.Attempts {
			if u.Cycle == t.cycle() && !a.Reached {
				n++
			}
		}
	}
	return n >= t.rules.FollowUpAttempts
}

func (t *turn) followUp(in FollowingUpWith) error {
	if err := t.must(ActFollowUp); err != nil {
		return err
	}
	if in.Solved != "yes" && in.Solved != "no" {
		return lacks("solved")
	}
	if in.Request != "" && !slices.Contains(t.Requests(), in.Request) {
		return fault.New(fault.NotFound, "casework.link.missing")
	}
	u := t.followUpRecord(in.Request)
	if in.Channel != "" {
		u.Attempts = append(slices.Clone(u.Attempts), Attempt{At: t.now, By: t.actor.ID, Channel: in.Channel, Reached: true})
	}
	t.heard(u, in.Solved, in.Satisfied, t.actor.ID)
	t.entry.Reason = "solved_" + in.Solved
	if in.Solved == "yes" {
		return t.close(ByFollowUp)
	}
	t.unsolved()
	return nil
}

func (t *turn) heard(u FollowUp, solved, satisfied, who string) {
	u.Done, u.Solved, u.Satisfied, u.By, u.At = true, solved, satisfied, who, t.now
	t.setFollowUp(u)
}

// confirm is the requester's own yes. Who joined after the reply cannot give it
// for those who had waited, and one of several cannot close it for the others:
// then the centre still asks.
func (t *turn) confirm(request, satisfied string) error {
	if err := t.must(ActConfirm); err != nil {
		return err
	}
	if t.joinedLate(request) {
		return refuse("joined_late")
	}
	t.heard(t.followUpRecord(request), "yes", satisfied, "requester")
	if t.unheard() {
		t.Case.State = FollowingUp
		return nil
	}
	return t.close(ByRequester)
}

// unheard says that a requester who can be reached has not said in this cycle
// whether it is solved.
func (t *turn) unheard() bool {
	return slices.ContainsFunc(t.Case.Links, func(l Link) bool {
		return l.LeftAt.IsZero() && l.HasContact && !slices.ContainsFunc(t.FollowUps, func(u FollowUp) bool {
			return u.Request == l.Request && u.Cycle == t.cycle() && u.Done
		})
	})
}

// joinedLate says that a request joined by itself after the reply.
func (t *turn) joinedLate(request string) bool {
	reply, _ := t.LastReply()
	return slices.ContainsFunc(t.Case.Links, func(l Link) bool {
		return l.Request == request && l.LeftAt.IsZero() && l.Origin == "" && l.At.After(reply.At)
	})
}

// contest is the requester's own no. An answer at the desk goes back to the
// desk; a reply goes back to the unit, or up when it was reworked too often.
func (t *turn) contest(request, words string) error {
	if err := t.must(ActContest); err != nil {
		return err
	}
	if blank(words) {
		return lacks("words")
	}
	if t.Case.State == Answered {
		if t.now.After(t.contestUntil()) {
			return refuse("contest_late")
		}
		t.Case.State, t.Case.ClosedAt, t.Case.Published = Received, time.Time{}, false
		t.start(ClockDispatch, t.lim.Dispatch, Clock{})
		return nil
	}
	t.heard(t.followUpRecord(request), "no", "no", "requester")
	t.unsolved()
	return nil
}

// contestUntil is how long an answer at the desk can be contested.
func (t *turn) contestUntil() time.Time {
	due, _ := t.cal.Due(t.Case.ClosedAt, t.lim.Confirm)
	return due
}

// unsolved sends the case back, or up after too many reworks.
func (t *turn) unsolved() {
	t.stopKind(ClockFollowUp)
	t.each(ofKind(ClockConfirm), func(c Clock) Clock { return c.void(t.now) })
	t.Case.State = Contested
	if t.Case.Reworks >= t.rules.ReworksMax {
		t.Case.State = Overseen
	}
	t.start(ClockDecide, t.lim.Decide, Clock{})
}

// rework sends a contested case back to its lead with a resolve clock of the
// next cycle; the first cycle's result stays judged.
func (t *turn) rework(words string) error {
	if err := t.must(ActRework); err != nil {
		return err
	}
	if blank(words) {
		return lacks("words")
	}
	t.entry.Words = words
	return t.workAgain()
}

func (t *turn) workAgain() error {
	lead, ok := t.LeadOrder()
	if !ok {
		return refuse("no_lead")
	}
	t.stopKind(ClockDecide)
	t.Case.Reworks++
	t.Case.State = Working
	lead.State = Working
	t.setOrder(lead)
	t.start(ClockResolve, t.lim.Resolve, Clock{Unit: lead.Unit, Cycle: t.cycle()})
	return nil
}

// direct is the supervisor's decision after the follow-up said unsolved again:
// work on, or end it with an explanation that the public can read.
func (t *turn) direct(in Directing) error {
	if err := t.must(ActDirect); err != nil {
		return err
	}
	if blank(in.Words) {
		return lacks("words")
	}
	t.entry.Words = in.Words
	if in.Close {
		return t.close(ByOversight)
	}
	return t.workAgain()
}

// expire closes by the timeout rule: the time to contest has passed, and the
// requester either left no contact or could not be reached as often as the
// pack asks. A centre that never tried gets no closed case from it.
func (t *turn) expire() error {
	if err := t.must(ActExpire); err != nil {
		return err
	}
	confirm, ok := t.clock(ClockConfirm)
	if !ok || !t.now.After(confirm.DueAt) || (t.Case.HasContact && !t.exhausted()) {
		return refuse("not_expired")
	}
	t.each(ofKind(ClockConfirm, ClockFollowUp), func(c Clock) Clock { return c.void(t.now) })
	t.flag(FlagClosedByDue)
	return t.close(ByTimeout)
}

package casework

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/calendar"
)

// walker plays random actions on one case, as people might, and keeps the
// journal. Refusals are part of the play; broken invariants are not.
type walker struct {
	cal     *calendar.Calendar
	file    File
	entries []Entry
	now     time.Time
	ids     int
}

var testUnits = []string{"3501.a", "350102.b", "350102.c", "350102001.jd"}

func testProfile() calendar.Profile {
	l := func(n int, unit string) calendar.Limit { return calendar.Limit{Amount: n, Unit: unit, From: "now"} }
	return calendar.Profile{Code: "general", Dispatch: l(2, "hours"), Sign: l(2, "workhours"), First: l(1, "workdays"), Arrive: l(2, "hours"),
		Resolve: l(5, "workdays"), FollowUp: l(2, "workdays"), Decide: l(1, "workdays"), Confirm: l(5, "days"), Rectify: l(15, "workdays")}
}

func testRules() Rules {
	return Rules{ReturnsMax: 2, ReworksMax: 2, FollowUpAttempts: 3, ExtensionsMax: 1, ArriveRadius: 300, PublishAfter: "replied"}
}

// try decides one action and keeps it when it was not refused.
func (w *walker) try(unit string, decide func(*turn) error) error {
	t := &turn{File: w.file, now: w.now, actor: access.Actor{Kind: access.Staff, ID: "s1", Unit: unit}, cal: w.cal, lim: testProfile(),
		rules: testRules(), newID: func(time.Time) string { w.ids++; return fmt.Sprintf("id%03d", w.ids) }}
	if err := decide(t); err != nil {
		return err
	}
	w.entries = append(w.entries, t.finish())
	w.file = t.File
	return nil
}

func (w *walker) open(contact bool) {
	_ = w.try("", func(t *turn) error { // opening has no refusal
		t.open(Opening{Request: "r1", Number: "N1", Kind: "complaint", HasContact: contact, Anonymous: !contact, Consent: true,
			Area: "350102001", Path: "/3501/350102/350102001/", District: "350102", Point: geo.Point{Lat: 26.08, Lon: 119.3}})
		return nil
	})
}

func anyOf[T any](t *rapid.T, rows []T, key func(T) string) string {
	if len(rows) == 0 {
		return "none"
	}
	return key(rapid.SampledFrom(rows).Draw(t, "which"))
}

// step plays random actions until one is not refused, at most twelve.
func (w *walker) step(t *rapid.T) {
	for range 12 {
		if w.act(t) == nil {
			break
		}
	}
	w.now = w.now.Add(time.Duration(rapid.Int64Range(1, 30*3600*1000).Draw(t, "wait")) * time.Millisecond)
}

// weighted picks actions by their place in the list below; those that lead on
// stand in it more often, or walks would end in endless passing on.
var weighted = []int{0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14, 14, 14, 15, 16, 16, 17, 18, 19, 19, 19, 20, 20, 21, 22, -1, -1, -1}

func (w *walker) clear(unit string, grant bool) error {
	for _, c := range w.file.Changes {
		if c.State == Asked && c.Kind == Dispute {
			return w.try(unit, func(x *turn) error { return x.rule(RulingOn{Change: c.ID, Unit: c.Unit, Why: "w"}) })
		}
		if c.State == Asked {
			return w.try(unit, func(x *turn) error {
				return x.decide(Deciding{Change: c.ID, Grant: grant && c.Kind == Park, Words: "w"})
			})
		}
	}
	for _, o := range w.file.Orders {
		if o.Role != Lead && o.State.owing() {
			return w.try(unit, func(x *turn) error { return x.overrule(o.ID, "w") })
		}
	}
	return refuse("state")
}

func (w *walker) act(t *rapid.T) error {
	unit := rapid.SampledFrom(testUnits).Draw(t, "unit")
	order := anyOf(t, w.file.Orders, func(o Order) string { return o.ID })
	if lead, ok := w.file.LeadOrder(); ok && rapid.IntRange(0, 2).Draw(t, "lead") > 0 {
		order = lead.ID
	}
	call := anyOf(t, w.file.Calls, func(c Call) string { return c.ID })
	change := anyOf(t, w.file.Changes, func(c Change) string { return c.ID })
	yes := rapid.Bool().Draw(t, "yes")
	yesno := map[bool]string{true: "yes", false: "no"}[yes]
	kind := rapid.SampledFrom([]ChangeKind{Extension, Park, Return, Dispute, OutOfScope}).Draw(t, "kind")
	actions := []func(*turn) error{
		func(x *turn) error {
			return x.dispatch(Dispatch{Duty: "C-1", Lead: unit, Assisting: []string{"3501.z"}})
		},
		func(x *turn) error { return x.sign(order) },
		func(x *turn) error { return x.respond(order, "phone", "") },
		func(x *turn) error { return x.report(order, "done") },
		func(x *turn) error { return x.overrule(order, "silent") },
		func(x *turn) error { return x.reassign(Reassigning{Lead: unit, Words: "w"}) },
		func(x *turn) error { return x.assist(Assist{Unit: unit}) },
		func(x *turn) error { return x.call(Calling{Units: []string{unit}, Words: "come"}) },
		func(x *turn) error { return x.checkIn(CheckingIn{Order: order}) },
		func(x *turn) error { return x.score(order, 4, "") },
		func(x *turn) error { return x.endCall(call, "ended") },
		func(x *turn) error {
			return x.ask(Asking{Order: order, Kind: kind, Reason: "r", Words: "w", Proposed: unit, Plan: "p", ReviewAt: w.now.Add(72 * time.Hour),
				Extra: calendar.Limit{Amount: 2, Unit: "workdays", From: "now"}})
		},
		func(x *turn) error {
			return x.decide(Deciding{Change: change, Grant: yes, Words: "w", Unit: unit, Decline: "court"})
		},
		func(x *turn) error { return x.rule(RulingOn{Change: change, Unit: unit, Why: "w"}) },
		func(x *turn) error {
			return x.reply(order, Reply{True: "yes", Ours: "yes", Solved: "yes", Public: "p", Contacted: yes, Means: "phone", ContactedAt: w.now})
		},
		func(x *turn) error { return x.attempt("phone", yes) },
		func(x *turn) error { return x.followUp(FollowingUpWith{Channel: "phone", Solved: yesno}) },
		func(x *turn) error { return x.confirm("r1", "yes") },
		func(x *turn) error { return x.contest("r1", "no") },
		func(x *turn) error { return x.rework("again") },
		func(x *turn) error { return x.direct(Directing{Close: yes, Words: "w"}) },
		func(x *turn) error { return x.publish() },
		func(x *turn) error {
			if !x.due() {
				return refuse("not_expired")
			}
			return nil
		},
	}
	i := rapid.SampledFrom(weighted).Draw(t, "action")
	if i < 0 { // clear the way for the lead: its helpers are overruled, its wishes decided
		return w.clear(unit, yes)
	}
	return w.try(unit, actions[i])
}

// Whatever people do, in whatever order, the invariants of casework hold.
func TestInvariantsHoldOnRandomWalks(t *testing.T) {
	t.Parallel()
	cal := testCalendar(t)
	seen := map[State]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := &walker{cal: cal, now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
		w.open(rapid.Bool().Draw(t, "contact"))
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.step(t)
			if why := broken(&w.file); why != "" {
				t.Fatalf("%s\nafter %s", why, trace(w.entries))
			}
		}
		seen[w.file.Case.State]++
		rebuilt, err := rebuild(w.entries, func(Happened) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(w.file)
		b, _ := json.Marshal(rebuilt)
		if string(a) != string(b) {
			t.Fatalf("the journal rebuilds\n%s\ninstead of\n%s", b, a)
		}
	})
	t.Logf("walks ended in %v", seen)
	if seen[Closed] == 0 || len(seen) < 3 {
		t.Errorf("the walks ended only in %v: they prove little", seen)
	}
}

// broken names the first invariant that does not hold.
func broken(f *File) string {
	leads, live := 0, map[ClockKind]int{}
	for _, o := range f.Orders {
		if o.Role == Lead && o.State.orderOpen() {
			leads++
		}
	}
	for _, c := range f.Clocks {
		if c.Live() {
			live[c.Kind]++
		}
	}
	_, replied := f.LastReply()
	c := f.Case
	inUnits := c.State == Dispatched || c.State == Working || c.State == Replied || c.State == FollowingUp || c.State == Contested || c.State == Overseen
	switch {
	case inUnits && leads != 1:
		return fmt.Sprintf("a %s case has %d open lead orders", c.State, leads)
	case !inUnits && leads != 0:
		return fmt.Sprintf("a %s case has %d open lead orders", c.State, leads)
	case c.State.Ended() && len(live) > 0:
		return fmt.Sprintf("a %s case has live clocks %v", c.State, live)
	case c.State == Closed && (!replied || c.Ending == ""):
		return "closed without a reply and a right to close"
	case c.State == Closed && c.Ending == ByTimeout && c.HasContact && attempts(f) < testRules().FollowUpAttempts:
		return "closed by timeout although nobody tried to reach the requester"
	case (c.State == Dispatched || c.State == Working) && live[ClockResolve] != 1:
		return fmt.Sprintf("a %s case has %d resolve clocks", c.State, live[ClockResolve])
	case c.State == Received && live[ClockDispatch] != 1:
		return "a received case has no dispatch clock"
	case (c.State == Contested || c.State == Overseen) && live[ClockDecide] == 0:
		return "nobody has to decide on a contested case"
	case c.Returns > testRules().ReturnsMax+1 && openDispute(f) == 0 && len(f.Rulings) == 0:
		return "returned too often without a ruling"
	case (live[ClockReview] == 1) == c.ParkedUntil.IsZero() || live[ClockReview] > 1:
		return fmt.Sprintf("parked until %v with %d reviews", c.ParkedUntil, live[ClockReview])
	case live[ClockFirst] > 1 || live[ClockFollowUp] > 1 || live[ClockConfirm] > 1:
		return fmt.Sprintf("a limit runs twice: %v", live)
	case c.State.Ended() && slices.ContainsFunc(f.Calls, func(c Call) bool { return c.Open }):
		return "a call is open in an ended case"
	case c.Published && !c.Consent:
		return "published without consent"
	}
	return ""
}

func attempts(f *File) (n int) {
	for _, u := range f.FollowUps {
		n += len(u.Attempts)
	}
	return n
}

func openDispute(f *File) (n int) {
	for _, c := range f.Changes {
		if c.Kind == Dispute {
			n++
		}
	}
	return n
}

func trace(es []Entry) string {
	s := ""
	for _, e := range es {
		s += fmt.Sprintf("%d %s %s %s -> %s\n", e.Seq, e.Action, e.Order, e.Change, e.Delta.Case.State)
	}
	return s
}

func TestStateTable(t *testing.T) {
	t.Parallel()
	if err := Check(); err != nil {
		t.Error(err)
	}
}

package casework_test

import (
	"slices"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/calendar"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

func wantState(h *house, f *casework.File, want casework.State) {
	h.Helper()
	if f.Case.State != want {
		h.Fatalf("case is %s, want %s", f.Case.State, want)
	}
}

func wantKind(h *house, err error, want fault.Kind) {
	h.Helper()
	if err == nil || fault.KindOf(err) != want {
		h.Fatalf("error %v, want kind %v", err, want)
	}
}

// The whole mechanism once: collect, call, respond, supervise, follow up.
func TestTheLoop(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open(), "350102.jsj")
		f = h.ok(h.cases.Sign(ctx, lamps, h.Lead(f).ID))
		f = h.ok(h.cases.Call(ctx, caller, casework.Calling{Case: f.Case.ID, Area: "350102004", Point: geo.Point{Lat: 26.08, Lon: 119.3},
			Units: []string{"350102.cgj", "350102.sthj"}, Words: "夜里有人摔倒，请到现场"}))
		call := f.Calls[0]
		h.ok(h.cases.Sign(ctx, streets, call.Orders[0]))
		h.clock.Advance(48 * time.Hour)
		f = h.ok(h.cases.CheckIn(ctx, streets, casework.CheckingIn{Order: call.Orders[0], Point: geo.Point{Lat: 26.0801, Lon: 119.3001}}))
		o, _ := f.Order(call.Orders[0])
		if o.CheckIn == nil || !o.CheckIn.Late || o.CheckIn.Far {
			h.Errorf("check-in %+v, want late and near", o.CheckIn)
		}
		if _, err := h.cases.Reply(ctx, lamps, h.Lead(f).ID, casework.Reply{True: "yes", Ours: "yes", Solved: "yes", Public: "p"}); err == nil {
			h.Error("the lead replied while helpers still owe their part")
		}
		h.ok(h.cases.Report(ctx, streets, call.Orders[0], "已设警示"))
		h.ok(h.cases.Score(ctx, caller, call.Orders[0], 4, ""))
		f = h.ok(h.cases.EndCall(ctx, caller, call.ID, "一家到场，一家未到"))
		helper := f.Orders[slices.IndexFunc(f.Orders, func(o casework.Order) bool { return o.Role == casework.Assisting })]
		h.ok(h.cases.Sign(ctx, builders, helper.ID))
		f = h.ok(h.cases.Report(ctx, builders, helper.ID, "台阶已加扶手"))
		f = h.Reply(f, lamps)
		wantState(h, f, casework.Replied)

		f = h.ok(h.cases.FollowUp(ctx, asker, casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "no"}))
		wantState(h, f, casework.Contested)
		f = h.ok(h.cases.Rework(ctx, desk, f.Case.ID, "再修"))
		wantState(h, f, casework.Working)
		f = h.Reply(f, lamps)
		f = h.ok(h.cases.FollowUp(ctx, asker, casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "yes", Satisfied: "yes"}))
		wantState(h, f, casework.Closed)
		if f.Case.Ending != casework.ByFollowUp || f.Case.Reworks != 1 {
			h.Errorf("ended by %q after %d reworks", f.Case.Ending, f.Case.Reworks)
		}
		es, err := h.cases.Journal(ctx, f.Case.ID)
		if err != nil || len(es) != f.Case.Version {
			h.Errorf("journal has %d entries for version %d: %v", len(es), f.Case.Version, err)
		}
		_, differ, err := h.cases.Replay(ctx, func(casework.Happened) error { return nil })
		if err != nil || len(differ) > 0 {
			h.Errorf("replay differs in %v: %v", differ, err)
		}
	})
}

// Passing on ends in a ruling, and the resolve clock never starts anew.
func TestReturnsEndInARuling(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open())
		due := resolve(h, f).DueAt
		units := []string{"350102.cgj", "3501.zmzx"}
		for i := range 2 {
			h.clock.Advance(time.Hour)
			by := lamps
			if i == 1 {
				by = streets
			}
			f = h.ok(h.cases.Ask(ctx, by, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Return, Reason: "not_ours", Words: "不是我们的", Proposed: units[i]}))
			f = h.ok(h.cases.Decide(ctx, desk, casework.Deciding{Change: f.Changes[i].ID, Grant: true, Words: "同意"}))
			if got := resolve(h, f); !got.DueAt.Equal(due) || got.Unit != units[i] {
				h.Errorf("after return %d the resolve clock is due %v for %s, want %v for %s", i+1, got.DueAt, got.Unit, due, units[i])
			}
		}
		f = h.ok(h.cases.Ask(ctx, lamps, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Return, Reason: "not_ours", Words: "第三次", Proposed: "350102.cgj"}))
		third := f.Changes[2]
		if third.Kind != casework.Dispute {
			h.Errorf("the third return is a %s, want a dispute", third.Kind)
		}
		_, err := h.cases.Decide(ctx, desk, casework.Deciding{Change: third.ID, Grant: true, Words: "同意"})
		wantKind(h, err, fault.Conflict)
		f = h.ok(h.cases.Rule(ctx, arbiter, casework.RulingOn{Change: third.ID, Unit: "3501.zmzx", Why: "路灯由照明中心管护"}))
		if len(f.Rulings) != 1 || h.Lead(f).Unit != "3501.zmzx" || !resolve(h, f).DueAt.Equal(due) {
			h.Errorf("rulings %d, lead %s, due %v (want %v)", len(f.Rulings), h.Lead(f).Unit, resolve(h, f).DueAt, due)
		}
	})
}

func resolve(h *house, f *casework.File) casework.Clock {
	h.Helper()
	for _, c := range f.Clocks {
		if c.Kind == casework.ClockResolve && c.Live() {
			return c
		}
	}
	h.Fatal("no resolve clock runs")
	return casework.Clock{}
}

func TestParkingStopsTheClockInTheOpen(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open())
		f = h.ok(h.cases.Sign(ctx, lamps, h.Lead(f).ID))
		before := resolve(h, f)
		review := h.clock.Now().Add(30 * 24 * time.Hour)
		f = h.ok(h.cases.Ask(ctx, lamps, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Park, Reason: "budget", Words: "等预算", Plan: "明年一季度改造", ReviewAt: review}))
		f = h.ok(h.cases.Decide(ctx, desk, casework.Deciding{Change: f.Changes[0].ID, Grant: true, Words: "同意挂账"}))
		if c := resolve(h, f); c.State != casework.ClockPaused || f.Case.ParkedUntil.IsZero() {
			h.Fatalf("parked: resolve is %s until %v", c.State, f.Case.ParkedUntil)
		}
		h.clock.Set(review.Add(time.Minute))
		drainScan(h)
		f = h.ok(h.cases.Get(ctx, desk, f.Case.ID))
		if c := resolve(h, f); c.State != casework.ClockRunning || !c.DueAt.After(before.DueAt) {
			h.Errorf("after the review the clock is %s, due %v (before %v)", c.State, c.DueAt, before.DueAt)
		}
	})
}

func drainScan(h *house) {
	h.Helper()
	for range 20 {
		n, err := h.cases.Scan(h.Context(), 100)
		if err != nil {
			h.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	h.Fatal("scan never comes to an end")
}

func TestExtensionIsAskedInTimeAndOnce(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open())
		ask := func(unit string) (*casework.File, error) {
			return h.cases.Ask(ctx, lamps, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Extension, Reason: "complex", Words: "要开挖", Extra: calendar.Limit{Amount: 8, Unit: unit}})
		}
		other := "workdays"
		if resolve(h, f).Base == calendar.WorkTime {
			other = "hours"
		}
		_, err := ask(other)
		wantKind(h, err, fault.Invalid)
		same := map[string]string{"workdays": "hours", "hours": "workdays"}[other]
		before := resolve(h, f)
		f = h.ok(ask(same))
		f = h.ok(h.cases.Decide(ctx, desk, casework.Deciding{Change: f.Changes[0].ID, Grant: true, Words: "同意"}))
		if got := resolve(h, f); !got.DueAt.After(before.DueAt) {
			h.Errorf("extended due %v is not after %v", got.DueAt, before.DueAt)
		}
		_, err = ask(same)
		wantKind(h, err, fault.Conflict)
	})
}

func TestTimeoutNeedsAttempts(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.Reply(h.ok(h.cases.Sign(ctx, lamps, h.Lead(h.dispatch(h.open())).ID)), lamps)
		h.clock.Advance(60 * 24 * time.Hour)
		drainScan(h)
		f = h.ok(h.cases.Get(ctx, desk, f.Case.ID))
		wantState(h, f, casework.Replied) // nobody tried, so nothing closes by itself
		for range 3 {
			f = h.ok(h.cases.Attempt(ctx, asker, f.Case.ID, "phone", false))
			_, err := h.cases.Attempt(ctx, asker, f.Case.ID, "phone", false) // the same form again
			wantKind(h, err, fault.Conflict)
			h.clock.Advance(time.Hour)
		}
		drainScan(h)
		f = h.ok(h.cases.Get(ctx, desk, f.Case.ID))
		wantState(h, f, casework.Closed)
		if f.Case.Ending != casework.ByTimeout || !slices.Contains(f.Case.Flags, casework.FlagClosedByDue) {
			h.Errorf("ended by %q with flags %v", f.Case.Ending, f.Case.Flags)
		}
	})
}

func TestOwnWorkAndForeignUnits(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open())
		order := h.Lead(f).ID
		_, err := h.cases.Sign(ctx, streets, order)
		wantKind(h, err, fault.Forbidden)
		_, err = h.cases.Sign(ctx, requester, order)
		wantKind(h, err, fault.Forbidden)
		_, err = h.cases.Sign(ctx, lamps, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
		wantKind(h, err, fault.NotFound)
		f = h.Reply(h.ok(h.cases.Sign(ctx, lamps, order)), lamps)
		self := worktest.Staff("self", "3501.zmzx", "followup")
		_, err = h.cases.FollowUp(ctx, self, casework.FollowingUpWith{Case: f.Case.ID, Solved: "yes"})
		wantKind(h, err, fault.Forbidden)
		_, err = h.cases.Confirm(ctx, requester, "somebody-elses", "yes")
		wantKind(h, err, fault.NotFound)
		f = h.ok(h.cases.Confirm(ctx, requester, f.Case.Links[0].Request, "yes"))
		wantState(h, f, casework.Closed)
	})
}

func TestTwoDispatchersOnOneCase(t *testing.T) {
	each(t, func(h *house) {
		f := h.open()
		in := casework.Dispatch{Case: f.Case.ID, Version: f.Case.Version, Duty: lampDuty(h), Lead: "3501.zmzx"}
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := h.cases.Dispatch(h.Context(), desk, in)
				errs <- err
			}()
		}
		a, b := <-errs, <-errs
		if (a == nil) == (b == nil) {
			h.Fatalf("one of two dispatchers should succeed: %v, %v", a, b)
		}
		if a == nil {
			a = b
		}
		wantKind(h, a, fault.Conflict)
		after := h.ok(h.cases.Get(h.Context(), desk, f.Case.ID))
		if after.Case.Version != f.Case.Version+1 || len(after.Orders) != 1 {
			h.Errorf("version %d with %d orders after one dispatch", after.Case.Version, len(after.Orders))
		}
	})
}

func TestMergeAndUnmergeLoseNothing(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		a, b := h.open(), h.open()
		into := h.ok(h.cases.Merge(ctx, desk, b.Case.ID, a.Case.ID, "同一盏灯"))
		if got := into.Requests(); len(got) != 2 {
			h.Fatalf("merged case has requests %v", got)
		}
		wantState(h, h.ok(h.cases.Get(ctx, desk, b.Case.ID)), casework.Merged)
		_, err := h.cases.Dispatch(ctx, desk, casework.Dispatch{Case: b.Case.ID, Duty: lampDuty(h), Lead: "3501.zmzx"})
		wantKind(h, err, fault.Conflict)
		back := h.ok(h.cases.Unmerge(ctx, desk, a.Case.ID, b.Case.Links[0].Request, "不是同一处"))
		if back.Case.ID != b.Case.ID || back.Case.State != casework.Received || len(back.Requests()) != 1 {
			h.Errorf("taken out: case %s in state %s with %v", back.Case.ID, back.Case.State, back.Requests())
		}
		left := h.ok(h.cases.Get(ctx, desk, a.Case.ID))
		if len(left.Requests()) != 1 || len(left.Case.Links) != 2 {
			h.Errorf("left: requests %v, links %d (the link that left must stay)", left.Requests(), len(left.Case.Links))
		}
		_, err = h.cases.Unmerge(ctx, desk, a.Case.ID, a.Case.Links[0].Request, "x")
		wantKind(h, err, fault.Conflict)
		_, differ, err := h.cases.Replay(ctx, func(casework.Happened) error { return nil })
		if err != nil || len(differ) > 0 {
			h.Errorf("replay differs in %v: %v", differ, err)
		}
	})
}

func TestWithdrawnConsentUnpublishes(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.Reply(h.ok(h.cases.Sign(ctx, lamps, h.Lead(h.dispatch(h.open())).ID)), lamps)
		f = h.ok(h.cases.Confirm(ctx, requester, f.Case.Links[0].Request, "yes"))
		f = h.ok(h.cases.Publish(ctx, desk, f.Case.ID))
		if rows, err := h.cases.Published(ctx, casework.Filter{}); err != nil || len(rows) != 1 {
			h.Fatalf("published list %v: %v", rows, err)
		}
		if err := h.db.Write(ctx, func(tx *db.Tx) error { return h.cases.WithdrawConsentTx(tx, f.Case.Links[0].Request) }); err != nil {
			h.Fatal(err)
		}
		if rows, err := h.cases.Published(ctx, casework.Filter{}); err != nil || len(rows) != 0 {
			h.Errorf("still published: %v: %v", rows, err)
		}
		_, err := h.cases.Publish(ctx, desk, f.Case.ID)
		wantKind(h, err, fault.Conflict)
	})
}

func TestListsAreScoped(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open())
		h.open()
		for _, tt := range []struct {
			name string
			list func() ([]casework.Row, error)
			want int
			kind fault.Kind
		}{
			{"the desk sees the city", func() ([]casework.Row, error) { return h.cases.List(ctx, desk, casework.Filter{}) }, 2, 0},
			{"the queue", func() ([]casework.Row, error) {
				return h.cases.List(ctx, desk, casework.Filter{States: []casework.State{casework.Received}})
			}, 1, 0},
			{"a subdistrict sees its own", func() ([]casework.Row, error) {
				return h.cases.List(ctx, caller, casework.Filter{Subdistrict: "350102004"})
			}, 2, 0},
			{"a subdistrict does not see its sibling", func() ([]casework.Row, error) {
				return h.cases.List(ctx, caller, casework.Filter{Subdistrict: "350102005"})
			}, 0, fault.Forbidden},
			{"a unit sees its orders", func() ([]casework.Row, error) { return h.cases.OrdersOf(ctx, lamps, "3501.zmzx", true, 10) }, 1, 0},
			{"a unit does not see another's orders", func() ([]casework.Row, error) {
				return h.cases.OrdersOf(ctx, streets, "3501.zmzx", true, 10)
			}, 0, fault.Forbidden},
			{"a citizen sees no list", func() ([]casework.Row, error) { return h.cases.List(ctx, requester, casework.Filter{}) }, 0, fault.Forbidden},
		} {
			rows, err := tt.list()
			if tt.kind != 0 {
				wantKind(h, err, tt.kind)
				continue
			}
			if err != nil || len(rows) != tt.want {
				h.Errorf("%s: %d rows, want %d: %v", tt.name, len(rows), tt.want, err)
			}
		}
		_, err := h.cases.Get(ctx, streets, f.Case.ID)
		wantKind(h, err, fault.Forbidden)
	})
}

// One of several requesters cannot close the case for the others: the centre
// still asks. When all have said yes it closes.
func TestOneYesDoesNotCloseForTheOthers(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		a, b := h.open(), h.open()
		f := h.ok(h.cases.Merge(ctx, desk, b.Case.ID, a.Case.ID, "同一盏灯"))
		f = h.Reply(h.ok(h.cases.Sign(ctx, lamps, h.Lead(h.dispatch(f)).ID)), lamps)
		f = h.ok(h.cases.Confirm(ctx, requester, a.Case.Links[0].Request, "yes"))
		wantState(h, f, casework.FollowingUp)
		f = h.ok(h.cases.Confirm(ctx, requester, b.Case.Links[0].Request, "yes"))
		wantState(h, f, casework.Closed)
	})
}

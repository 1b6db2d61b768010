package casework_test

import (
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/register/calendar"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// ended is the newest clock of a kind that has ended.
func ended(h *house, f *casework.File, kind casework.ClockKind) casework.Clock {
	h.Helper()
	for i := len(f.Clocks) - 1; i >= 0; i-- {
		if c := f.Clocks[i]; c.Kind == kind && !c.Live() {
			return c
		}
	}
	h.Fatalf("no %s clock has ended", kind)
	return casework.Clock{}
}

func live(f *casework.File, kind casework.ClockKind) (n int) {
	for _, c := range f.Clocks {
		if c.Kind == kind && c.Live() {
			n++
		}
	}
	return n
}

// signed is a dispatched case whose lead has signed.
func (h *house) signed(assisting ...string) *casework.File {
	h.Helper()
	f := h.dispatch(h.open(), assisting...)
	return h.ok(h.cases.Sign(h.Context(), lamps, h.Lead(f).ID))
}

func (h *house) get(id string) *casework.File {
	h.Helper()
	return h.ok(h.cases.Get(h.Context(), desk, id))
}

// The first response is speaking with the requester, as the clock saw it.
func TestFirstResponseIsAContact(t *testing.T) {
	each(t, func(h *house) {
		silent := casework.Reply{True: "yes", Ours: "yes", Solved: "yes", Public: "已修好"}
		early := silent
		early.Contacted, early.Means, early.ContactedAt = true, "phone", h.clock.Now().Add(-24*time.Hour)
		for _, tt := range []struct {
			name  string
			reply casework.Reply
			wait  time.Duration
			want  casework.ClockState
		}{
			{"never spoken with, replied in time", silent, time.Minute, casework.ClockBreached},
			{"a contact before the order was there, told late", early, 20 * 24 * time.Hour, casework.ClockMet},
		} {
			f := h.signed()
			o := h.Lead(f)
			h.clock.Advance(tt.wait)
			f = h.ok(h.cases.Reply(h.Context(), lamps, o.ID, tt.reply))
			c := ended(h, f, casework.ClockFirst)
			if c.State != tt.want {
				h.Errorf("%s: the first response is %s, want %s", tt.name, c.State, tt.want)
			}
			if c.EndedAt.Before(o.OfferedAt) {
				h.Errorf("%s: it ended at %v, before the order was offered at %v", tt.name, c.EndedAt, o.OfferedAt)
			}
		}
	})
}

// A summoned unit that reports from its desk did not arrive.
func TestReportingIsNotArriving(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.signed()
		f = h.ok(h.cases.Call(ctx, caller, casework.Calling{Case: f.Case.ID, Area: "350102004", Units: []string{"350102.cgj"}, Words: "请到现场"}))
		h.ok(h.cases.Sign(ctx, streets, f.Calls[0].Orders[0]))
		f = h.ok(h.cases.Report(ctx, streets, f.Calls[0].Orders[0], "电话里处理了"))
		if c := ended(h, f, casework.ClockArrive); c.State != casework.ClockBreached {
			h.Errorf("the arrive clock is %s, want breached", c.State)
		}
	})
}

// Whether the scan came by before or after makes no breach undone.
func TestLeavingAnOverdueOrderIsABreach(t *testing.T) {
	each(t, func(h *house) {
		f := h.dispatch(h.open())
		h.clock.Advance(10 * 24 * time.Hour)
		f = h.ok(h.cases.Reassign(h.Context(), desk, casework.Reassigning{Case: f.Case.ID, Lead: "350102.cgj", Words: "改派"}))
		if c := ended(h, f, casework.ClockSign); c.State != casework.ClockBreached {
			h.Errorf("the sign clock of the unit that never signed is %s, want breached", c.State)
		}
	})
}

// An extension asked in time and granted late gives the time back, reminder
// and second breach included.
func TestExtensionGrantedLate(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.signed()
		extra := calendar.Limit{Amount: 30, Unit: calendar.Days}
		if resolve(h, f).Base == calendar.WorkTime {
			extra.Unit = calendar.WorkDays
		}
		f = h.ok(h.cases.Ask(ctx, lamps, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Extension, Reason: "complex", Words: "要开挖", Extra: extra}))
		h.clock.Set(resolve(h, f).DueAt.Add(time.Hour))
		drainScan(h)
		if c := resolve(h, h.get(f.Case.ID)); c.State != casework.ClockBreached {
			h.Fatalf("the resolve clock is %s before the decision", c.State)
		}
		f = h.ok(h.cases.Decide(ctx, desk, casework.Deciding{Change: f.Changes[0].ID, Grant: true, Words: "同意"}))
		c := resolve(h, f)
		if c.State != casework.ClockRunning || c.Warned || !c.DueAt.After(h.clock.Now()) {
			h.Fatalf("extended: %s, warned %v, due %v", c.State, c.Warned, c.DueAt)
		}
		if due := orderDue(h, h.Lead(f).ID); !due.Equal(c.DueAt) {
			h.Errorf("the unit's list sorts the order at %v, it is due %v", due, c.DueAt)
		}
		h.clock.Set(c.DueAt.Add(time.Hour))
		drainScan(h)
		if c := resolve(h, h.get(f.Case.ID)); c.State != casework.ClockBreached {
			h.Errorf("past the extended time the clock is %s", c.State)
		}
	})
}

// Nobody judges the own work from another seat.
func TestOwnWorkFromAnotherSeat(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.signed()
		f = h.ok(h.cases.Ask(ctx, lamps, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Park, Reason: "budget", Words: "等预算", Plan: "p", ReviewAt: h.clock.Now().Add(time.Hour)}))
		_, err := h.cases.Decide(ctx, worktest.Staff("lamps", "3501.12345", "dispatcher"), casework.Deciding{Change: f.Changes[0].ID, Grant: true, Words: "同意"})
		wantKind(h, err, fault.Forbidden)
		h.ok(h.cases.Decide(ctx, desk, casework.Deciding{Change: f.Changes[0].ID, Words: "不同意"}))
		f = h.Reply(f, lamps)
		self := worktest.Staff("lamps", "3501.12345", "followup")
		_, err = h.cases.FollowUp(ctx, self, casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "yes"})
		wantKind(h, err, fault.Forbidden)
		_, err = h.cases.Attempt(ctx, self, f.Case.ID, "phone", false)
		wantKind(h, err, fault.Forbidden)
		for _, a := range h.cases.Allowed(self, f) {
			if a.Action == casework.ActFollowUp || a.Action == casework.ActAttempt {
				h.Errorf("%s is offered to the one who replied", a.Action)
			}
		}
	})
}

// A unit whose order has ended asks nobody to assist.
func TestAssistFromAnEndedOrder(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.open())
		old := h.Lead(f).ID
		h.ok(h.cases.Reassign(ctx, desk, casework.Reassigning{Case: f.Case.ID, Lead: "350102.cgj", Words: "改派"}))
		_, err := h.cases.Assist(ctx, lamps, casework.Assist{Case: f.Case.ID, Parent: old, Unit: "350102.jsj"})
		wantKind(h, err, fault.Conflict)
	})
}

// Speaking with somebody three times without asking is not "could not be reached".
func TestReachedIsNotUnreachable(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.Reply(h.signed(), lamps)
		for range 3 {
			h.clock.Advance(time.Hour)
			f = h.ok(h.cases.Attempt(ctx, asker, f.Case.ID, "phone", true))
		}
		h.clock.Advance(60 * 24 * time.Hour)
		drainScan(h)
		wantState(h, h.get(f.Case.ID), casework.FollowingUp)
	})
}

// A call that is still open ends with its case, and its caller may end it
// after the reply.
func TestCallsEndWithTheCase(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		called := func() *casework.File {
			f := h.signed()
			f = h.ok(h.cases.Call(ctx, caller, casework.Calling{Case: f.Case.ID, Area: "350102004", Units: []string{"350102.cgj"}, Words: "请到现场"}))
			h.ok(h.cases.Sign(ctx, streets, f.Calls[0].Orders[0]))
			h.ok(h.cases.CheckIn(ctx, streets, casework.CheckingIn{Order: f.Calls[0].Orders[0]}))
			f = h.ok(h.cases.Report(ctx, streets, f.Calls[0].Orders[0], "已处理"))
			return h.Reply(f, lamps)
		}
		f := h.ok(h.cases.EndCall(ctx, caller, called().Calls[0].ID, "已处理"))
		if f.Calls[0].Open {
			h.Error("the call is open after it was ended")
		}
		f = called()
		h.ok(h.cases.FollowUp(ctx, asker, casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "yes"}))
		if rows, err := h.cases.OpenCalls(ctx, desk, "", 10); err != nil || len(rows) != 0 {
			h.Errorf("%d calls are open after their cases ended: %v", len(rows), err)
		}
		_, err := h.cases.EndCall(ctx, caller, f.Calls[0].ID, "x")
		wantKind(h, err, fault.Conflict)
	})
}

func TestFollowUpAsksARequesterOfTheCase(t *testing.T) {
	each(t, func(h *house) {
		f := h.Reply(h.signed(), lamps)
		_, err := h.cases.FollowUp(h.Context(), asker, casework.FollowingUpWith{Case: f.Case.ID, Request: "somebody-elses", Channel: "phone", Solved: "yes"})
		wantKind(h, err, fault.NotFound)
	})
}

func TestCallingNobodyIsRefused(t *testing.T) {
	each(t, func(h *house) {
		f := h.signed()
		_, err := h.cases.Call(h.Context(), caller, casework.Calling{Case: f.Case.ID, Units: []string{""}, Words: "来"})
		wantKind(h, err, fault.Invalid)
	})
}

package casework_test

import (
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/work/casework"
)

// another opens a case, or joins one, with a request made by change.
func (h *house) another(into string, change func(*casework.Opening)) *casework.File {
	h.Helper()
	h.n++
	in := casework.Opening{Request: request(h.n), Number: "FZ" + request(h.n), Kind: "complaint", Channel: "web", Area: "350102004", HasContact: true}
	if change != nil {
		change(&in)
	}
	err := h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		if into != "" {
			return h.cases.JoinTx(tx, desk, into, in)
		}
		into, err = h.cases.OpenTx(tx, desk, in)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return h.get(into)
}

func anonymous(in *casework.Opening) { in.HasContact, in.Anonymous = false, true }

// Who joins after the reply cannot say for the others that it is solved.
func TestALateJoinerDoesNotClose(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.Reply(h.signed(), lamps)
		h.clock.Advance(time.Minute)
		f = h.another(f.Case.ID, nil)
		late := f.Case.Links[1].Request
		_, err := h.cases.Confirm(ctx, requester, late, "yes")
		wantKind(h, err, fault.Conflict)
		wantState(h, h.ok(h.cases.Contest(ctx, requester, late, "我这边还没亮")), casework.Contested)
	})
}

// Merging and taking out again gives nobody new time.
func TestUnmergingKeepsTheTimeUsed(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		a, b := h.open(), h.dispatch(h.open())
		due := resolve(h, b).DueAt
		h.clock.Set(due.Add(-30 * time.Minute))
		h.ok(h.cases.Merge(ctx, desk, b.Case.ID, a.Case.ID, "同一件"))
		back := h.ok(h.cases.Unmerge(ctx, desk, a.Case.ID, b.Case.Links[0].Request, "不是同一件"))
		back = h.dispatch(back)
		if got := resolve(h, back); got.DueAt.After(due.Add(time.Minute)) {
			h.Errorf("dispatched again it is due %v, it was due %v", got.DueAt, due)
		}
	})
}

func TestTheOpeningRequestStays(t *testing.T) {
	each(t, func(h *house) {
		f := h.another(h.open().Case.ID, nil)
		_, err := h.cases.Unmerge(h.Context(), desk, f.Case.ID, f.Case.Links[0].Request, "拆出")
		wantKind(h, err, fault.Conflict)
		own := h.ok(h.cases.Unmerge(h.Context(), desk, f.Case.ID, f.Case.Links[1].Request, "拆出"))
		if own.Case.ID == f.Case.ID || own.Case.Number != f.Case.Links[1].Number {
			h.Errorf("the joined request got case %s number %s", own.Case.ID, own.Case.Number)
		}
	})
}

// Whether somebody can be spoken with decides which limits run, whenever they come.
func TestContactThatComesAndGoes(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.dispatch(h.another("", anonymous))
		if n := live(f, casework.ClockFirst); n != 0 {
			h.Errorf("%d first-response clocks run for nobody", n)
		}
		b := h.open()
		f = h.ok(h.cases.Merge(ctx, desk, b.Case.ID, f.Case.ID, "同一件"))
		if n := live(f, casework.ClockFirst); n != 1 {
			h.Errorf("%d first-response clocks run after somebody with a phone came in", n)
		}
		h.ok(h.cases.Unmerge(ctx, desk, f.Case.ID, b.Case.Links[0].Request, "不是同一件"))
		if f = h.get(f.Case.ID); live(f, casework.ClockFirst) != 0 || ended(h, f, casework.ClockFirst).State != casework.ClockVoid {
			h.Errorf("the clock for who left: %+v", ended(h, f, casework.ClockFirst))
		}
		f = h.ok(h.cases.Sign(ctx, lamps, h.Lead(f).ID))
		f = h.Reply(f, lamps)
		if n := live(f, casework.ClockFollowUp); n != 0 {
			h.Errorf("the centre owes %d follow-ups to nobody", n)
		}
		f = h.another(f.Case.ID, nil)
		if n := live(f, casework.ClockFollowUp); n != 1 {
			h.Errorf("the centre owes %d follow-ups to the one who joined", n)
		}
	})
}

func TestAnAnonymousCaseClosesByItself(t *testing.T) {
	each(t, func(h *house) {
		f := h.dispatch(h.another("", anonymous))
		f = h.Reply(h.ok(h.cases.Sign(h.Context(), lamps, h.Lead(f).ID)), lamps)
		h.clock.Advance(3 * 24 * time.Hour)
		drainScan(h)
		rows, err := h.cases.List(h.Context(), desk, casework.Filter{States: []casework.State{casework.Replied}})
		if err != nil || len(rows) != 1 || rows[0].Overdue || !rows[0].DueAt.Equal(f.ConfirmDue()) {
			h.Errorf("waiting for the time to contest: %+v: %v", rows, err)
		}
		h.clock.Advance(5 * 24 * time.Hour)
		drainScan(h)
		f = h.get(f.Case.ID)
		wantState(h, f, casework.Closed)
		if c := ended(h, f, casework.ClockConfirm); c.State != casework.ClockVoid {
			h.Errorf("the time to contest ended %s", c.State)
		}
	})
}

func TestUrgencyComesWithTheRequest(t *testing.T) {
	each(t, func(h *house) {
		urgent := func(in *casework.Opening) { in.Urgent = true }
		if f := h.another(h.open().Case.ID, urgent); !f.Case.Urgent {
			h.Error("an urgent request joined and the case is not urgent")
		}
		a, b := h.open(), h.another("", urgent)
		if f := h.ok(h.cases.Merge(h.Context(), desk, b.Case.ID, a.Case.ID, "同一件")); !f.Case.Urgent {
			h.Error("an urgent case was merged in and the case is not urgent")
		}
	})
}

// A contested answer leaves public view with the case.
func TestAContestedAnswerIsNotPublic(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.ok(h.cases.Answer(ctx, desk, casework.Answering{Case: h.open().Case.ID, Public: "请打供电热线"}))
		h.ok(h.cases.Publish(ctx, desk, f.Case.ID))
		f = h.ok(h.cases.Contest(ctx, requester, f.Case.Links[0].Request, "打不通"))
		wantState(h, f, casework.Received)
		if f.Case.Published {
			h.Error("the contested answer is still public")
		}
	})
}

// One of two withdraws: what the other agreed to stays, until nobody agrees.
func TestOneOfTwoWithdraws(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.another(h.open().Case.ID, func(in *casework.Opening) { in.Consent = true })
		h.ok(h.cases.Answer(ctx, desk, casework.Answering{Case: f.Case.ID, Public: "请打供电热线"}))
		h.ok(h.cases.Publish(ctx, desk, f.Case.ID))
		for i, want := range []bool{true, false} {
			err := h.db.Write(ctx, func(tx *db.Tx) error { return h.cases.WithdrawConsentTx(tx, f.Case.Links[i].Request) })
			if err != nil {
				h.Fatal(err)
			}
			if got := h.get(f.Case.ID).Case.Published; got != want {
				h.Errorf("after %d withdrawals published is %v", i+1, got)
			}
		}
	})
}

func TestConsentGivenLater(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		f := h.ok(h.cases.Answer(ctx, desk, casework.Answering{Case: h.another("", nil).Case.ID, Public: "请打供电热线"}))
		_, err := h.cases.Publish(ctx, desk, f.Case.ID)
		wantKind(h, err, fault.Conflict)
		if err := h.db.Write(ctx, func(tx *db.Tx) error { return h.cases.GiveConsentTx(tx, f.Case.Links[0].Request) }); err != nil {
			h.Fatal(err)
		}
		h.ok(h.cases.Publish(ctx, desk, f.Case.ID))
	})
}

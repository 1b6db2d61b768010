package casework_test

import (
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/work/casework"
)

// park asks for a parking until then and grants it.
func (h *house) park(f *casework.File, until time.Time) *casework.File {
	h.Helper()
	ctx := h.Context()
	f = h.ok(h.cases.Ask(ctx, lamps, casework.Asking{Order: h.Lead(f).ID, Kind: casework.Park, Reason: "budget", Words: "等预算", Plan: "明年改造", ReviewAt: until}))
	return h.ok(h.cases.Decide(ctx, desk, casework.Deciding{Change: f.Changes[len(f.Changes)-1].ID, Grant: true, Words: "同意挂账"}))
}

// A parking ends with its reason: nothing of it is left where the case goes on.
func TestParkingEndsWithItsOwner(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(h *house, f *casework.File) *casework.File
		want casework.ClockState // of the resolve clock
	}{
		{"replied", func(h *house, f *casework.File) *casework.File { return h.Reply(f, lamps) }, casework.ClockMet},
		{"reassigned", func(h *house, f *casework.File) *casework.File {
			return h.ok(h.cases.Reassign(h.Context(), desk, casework.Reassigning{Case: f.Case.ID, Lead: "350102.cgj", Words: "改派"}))
		}, casework.ClockRunning},
		{"merged", func(h *house, f *casework.File) *casework.File {
			h.ok(h.cases.Merge(h.Context(), desk, f.Case.ID, h.open().Case.ID, "同一件"))
			return h.get(f.Case.ID)
		}, casework.ClockVoid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(h *house) {
				f := h.park(h.signed(), h.clock.Now().Add(90*24*time.Hour))
				h.clock.Advance(24 * time.Hour)
				f = tt.do(h, f)
				if !f.Case.ParkedUntil.IsZero() || live(f, casework.ClockReview) != 0 {
					h.Errorf("parked until %v with %d review clocks", f.Case.ParkedUntil, live(f, casework.ClockReview))
				}
				for _, c := range f.Clocks {
					if c.Kind == casework.ClockResolve && c.State != tt.want {
						h.Errorf("the resolve clock is %s, want %s", c.State, tt.want)
					}
				}
			})
		})
	}
}

func TestParkingAnewKeepsOneReview(t *testing.T) {
	each(t, func(h *house) {
		f := h.park(h.signed(), h.clock.Now().Add(30*24*time.Hour))
		later := h.clock.Now().Add(60 * 24 * time.Hour)
		f = h.park(f, later)
		if n := live(f, casework.ClockReview); n != 1 {
			h.Errorf("%d review clocks run", n)
		}
		h.clock.Advance(40 * 24 * time.Hour)
		drainScan(h)
		if f = h.get(f.Case.ID); resolve(h, f).State != casework.ClockPaused {
			h.Errorf("between the two reviews the clock is %s", resolve(h, f).State)
		}
		h.clock.Set(later.Add(time.Minute))
		drainScan(h)
		if f = h.get(f.Case.ID); resolve(h, f).State != casework.ClockRunning || ended(h, f, casework.ClockReview).State != casework.ClockMet {
			h.Errorf("after the review: resolve %s, review %s", resolve(h, f).State, ended(h, f, casework.ClockReview).State)
		}
	})
}

// One case that cannot be read does not stop the time of the others.
func TestScanGoesOnBehindABrokenCase(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		broken, good := h.dispatch(h.open()), h.dispatch(h.open())
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE casework_case SET file = '{', next_at = 1 WHERE id = $1`, broken.Case.ID)
			return err
		})
		if err != nil {
			h.Fatal(err)
		}
		h.clock.Advance(60 * 24 * time.Hour)
		if _, err := h.cases.Scan(ctx, 1); err == nil {
			h.Error("the broken case is not told of")
		}
		drainScan(h)
		if c := resolve(h, h.get(good.Case.ID)); c.State != casework.ClockBreached {
			h.Errorf("the case behind it is %s, want breached", c.State)
		}
	})
}

// orderDue is the due time a unit's list sorts an order by.
func orderDue(h *house, id string) time.Time {
	h.Helper()
	var at int64
	err := h.db.Read(h.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT due_at FROM casework_order WHERE id = $1`, id).Scan(&at)
	})
	if err != nil {
		h.Fatal(err)
	}
	return clock.FromMs(at)
}

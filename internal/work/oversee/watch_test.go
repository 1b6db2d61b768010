package oversee_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/work/oversee"
)

// breached is a case of the lamp centre found overdue on Monday morning.
func breached(seq int) oversee.Overdue {
	return oversee.Overdue{Case: "c", Number: "FZ1", Unit: "3501.zmzx", Path: "/3501/350102/", Seq: seq, DueAt: monday, At: monday}
}

func (h *house) watch(o oversee.Overdue) {
	h.Helper()
	h.write(func(tx *db.Tx) error { return h.WatchTx(tx, o) })
}

func (h *house) unwatch(seq int) {
	h.Helper()
	h.write(func(tx *db.Tx) error { return h.UnwatchTx(tx, "c", seq) })
}

// until lets the days pass, looking every few hours as the running program does.
func (h *house) until(day time.Time) (issued int) {
	h.Helper()
	for !h.clock.Now().After(day) {
		n, err := h.Scan(h.Context(), 100)
		if err != nil {
			h.Fatal(err)
		}
		issued += n
		h.clock.Advance(3 * time.Hour)
	}
	return issued
}

func day(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 18, 0, 0, 0, clock.City)
}

// After a working day of patience comes an order, after five a yellow card,
// after ten a red one, then nothing more.
func TestCardsRise(t *testing.T) {
	each(t, func(h *house) {
		h.watch(breached(4))
		for _, tc := range []struct {
			until time.Time
			want  []oversee.Level
		}{
			{monday, nil},
			{day(11, 24), []oversee.Level{oversee.Oversight}},
			{day(11, 29), []oversee.Level{oversee.Oversight}}, // a weekend is no working day
			{day(12, 1), []oversee.Level{oversee.Oversight, oversee.Yellow}},
			{day(12, 6), []oversee.Level{oversee.Oversight, oversee.Yellow}},
			{day(12, 8), []oversee.Level{oversee.Oversight, oversee.Yellow, oversee.Red}},
			{day(12, 30), []oversee.Level{oversee.Oversight, oversee.Yellow, oversee.Red}},
		} {
			h.until(tc.until)
			if got := h.levels("c"); !slices.Equal(got, tc.want) {
				h.Fatalf("by %s: %v, want %v", tc.until.Format(time.DateOnly), got, tc.want)
			}
		}
		orders, err := h.OrdersOf(h.Context(), lamps, "3501.zmzx", 10)
		if err != nil || len(orders) != 3 || orders[0].Rule != "2026-1/red" || orders[0].State != "open" || orders[0].Number != "FZ1" {
			h.Errorf("orders %+v, %v", orders, err)
		}
	})
}

// The holidays of spring stop the count: 2026-02-15 to 02-23 are free, and two
// weekend days before and after are worked instead.
func TestHolidaysGiveNoCards(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(time.Date(2026, 2, 13, 9, 0, 0, 0, clock.City))
		o := breached(4)
		o.DueAt, o.At = h.clock.Now(), h.clock.Now()
		h.watch(o)
		h.until(time.Date(2026, 2, 23, 18, 0, 0, 0, clock.City))
		if got := h.levels("c"); !slices.Equal(got, []oversee.Level{oversee.Oversight}) {
			h.Errorf("after the holidays %v, want one order", got)
		}
	})
}

func TestWatchEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(h *house)
		want []oversee.Level
	}{
		"replied in time":              {func(h *house) { h.watch(breached(4)); h.unwatch(5) }, nil},
		"told in the wrong order":      {func(h *house) { h.unwatch(5); h.watch(breached(4)) }, nil},
		"told twice":                   {func(h *house) { h.watch(breached(4)); h.unwatch(5); h.watch(breached(4)) }, nil},
		"ended before it was watched":  {func(h *house) { h.unwatch(3); h.watch(breached(4)) }, []oversee.Level{oversee.Oversight}},
		"overdue again after a rework": {func(h *house) { h.watch(breached(4)); h.unwatch(5); h.watch(breached(9)) }, []oversee.Level{oversee.Oversight}},
		"replied after the order": {func(h *house) {
			h.watch(breached(4))
			h.until(day(11, 24))
			h.unwatch(5)
		}, []oversee.Level{oversee.Oversight}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				tc.do(h)
				h.until(day(11, 26))
				if got := h.levels("c"); !slices.Equal(got, tc.want) {
					h.Errorf("orders %v, want %v", got, tc.want)
				}
			})
		})
	}
}

// A new lead unit gets the next card, and no new patience.
func TestAnotherUnitTakesOver(t *testing.T) {
	each(t, func(h *house) {
		h.watch(breached(4))
		h.clock.Set(day(11, 23))
		o := breached(6)
		o.Unit, o.At = "350102.cgj", h.clock.Now()
		h.watch(o)
		h.until(day(11, 24))
		list, err := h.OrdersOn(h.Context(), "c")
		if err != nil || len(list) != 1 || list[0].Unit != "350102.cgj" {
			h.Errorf("orders %+v, %v; want one on the new unit", list, err)
		}
	})
}

// Returns and lost disputes bring cards earlier, to the unit that made them,
// also when they were before the limit passed.
func TestReturnsBringCards(t *testing.T) {
	t.Parallel()
	ev := func(seq int, kind, unit string) oversee.Event {
		return oversee.Event{Case: "c", Seq: seq, Kind: kind, Unit: unit, At: monday}
	}
	for name, tc := range map[string]struct {
		before []oversee.Event
		want   oversee.Level
	}{
		"none":             {nil, oversee.Oversight},
		"one return":       {[]oversee.Event{ev(1, oversee.Returned, "3501.zmzx")}, oversee.Oversight},
		"told twice":       {[]oversee.Event{ev(1, oversee.Returned, "3501.zmzx"), ev(1, oversee.Returned, "3501.zmzx")}, oversee.Oversight},
		"two returns":      {[]oversee.Event{ev(1, oversee.Returned, "3501.zmzx"), ev(2, oversee.Returned, "3501.zmzx")}, oversee.Yellow},
		"another's":        {[]oversee.Event{ev(1, oversee.Returned, "350102.cgj"), ev(2, oversee.Returned, "350102.cgj")}, oversee.Oversight},
		"two lost":         {[]oversee.Event{ev(1, oversee.DisputeLost, "3501.zmzx"), ev(2, oversee.DisputeLost, "3501.zmzx")}, oversee.Red},
		"of nobody at all": {[]oversee.Event{ev(1, oversee.Returned, ""), ev(2, oversee.Returned, "")}, oversee.Oversight},
	} {
		t.Run(name, func(t *testing.T) {
			h := small(t)
			h.assess(tc.before...)
			h.watch(breached(4))
			h.until(day(11, 24))
			if got := h.levels("c"); !slices.Equal(got, []oversee.Level{tc.want}) {
				h.Errorf("orders %v, want %v", got, tc.want)
			}
		})
	}
}

// Several processes look at the same time; each order is issued once.
func TestScanTogether(t *testing.T) {
	each(t, func(h *house) {
		for _, id := range []string{"a", "b", "d", "e"} {
			o := breached(4)
			o.Case = id
			h.watch(o)
		}
		h.clock.Set(day(11, 24))
		var all sync.WaitGroup
		errs := make([]error, 4)
		counts := make([]int, 4)
		for i := range errs {
			all.Go(func() { counts[i], errs[i] = h.Scan(h.Context(), 100) })
		}
		all.Wait()
		sum := 0
		for i := range errs {
			if errs[i] != nil {
				h.Error(errs[i])
			}
			sum += counts[i]
		}
		for _, id := range []string{"a", "b", "d", "e"} {
			if got := h.levels(id); len(got) != 1 {
				h.Errorf("case %s has orders %v", id, got)
			}
		}
		if sum != 4 {
			h.Errorf("%d issued, want 4", sum)
		}
	})
}

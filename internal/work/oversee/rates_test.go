package oversee_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/work/oversee"
	"banyan/internal/work/worktest"
)

// What each event adds to the three rates under the pack's rules of its day.
func TestAssess(t *testing.T) {
	t.Parallel()
	type want map[string][2]int // indicator -> good, counts
	at := func(ev oversee.Event, day time.Time) oversee.Event { ev.At = day; return ev }
	unit := "3501.zmzx"
	for name, tc := range map[string]struct {
		ev      oversee.Event
		want    want
		version string
	}{
		"contacted in time":          {first("c", unit, true), want{"response": {1, 1}}, "2026-1"},
		"contacted late":             {first("c", unit, false), want{"response": {0, 1}}, "2026-1"},
		"solved and satisfied":       {asked("c", unit, true, true), want{"resolution": {1, 1}, "satisfaction": {1, 1}}, "2026-1"},
		"solved, not satisfied":      {asked("c", unit, true, false), want{"resolution": {1, 1}, "satisfaction": {0, 1}}, "2026-1"},
		"unsolved":                   {asked("c", unit, false, false), want{"resolution": {0, 1}, "satisfaction": {0, 1}}, "2026-1"},
		"the last moment of 2025":    {at(first("c", unit, true), time.Date(2025, 12, 31, 23, 59, 59, 0, clock.City)), want{"response": {1, 1}}, "2010-1"},
		"the first moment of 2026":   {at(first("c", unit, true), time.Date(2026, 1, 1, 0, 0, 0, 0, clock.City)), want{"response": {1, 1}}, "2026-1"},
		"before the first version":   {at(first("c", unit, true), time.Date(2001, 5, 1, 0, 0, 0, 0, clock.City)), want{"response": {1, 1}}, "2010-1"},
		"a signature":                {oversee.Event{Case: "c", Seq: 2, Kind: oversee.Signed, Unit: unit, At: monday, InTime: true}, want{}, ""},
		"the centre is not assessed": {first("c", "3501.12345", false), want{}, ""},
		"nor a district's":           {first("c", "350102.zx", false), want{}, ""},
		"nobody":                     {first("c", "", false), want{}, ""},
		"a unit that left the pack":  {first("c", "350102.gone", true), want{"response": {1, 1}}, "2026-1"},
	} {
		t.Run(name, func(t *testing.T) {
			h := small(t)
			h.assess(tc.ev)
			h.assess(tc.ev, tc.ev) // told again it adds nothing
			got := h.rates(tc.ev.Unit)
			for _, code := range []string{"response", "resolution", "satisfaction"} {
				if r := got.Rates[code]; [2]int{r.Good, r.Counts} != tc.want[code] {
					h.Errorf("%s is %d of %d, want %v", code, r.Good, r.Counts, tc.want[code])
				}
			}
			lines, err := h.Entries(h.Context(), chief, tc.ev.Unit, oversee.Period{}, 10)
			if tc.ev.Unit == "3501.zmzx" && (err != nil || len(lines) != len(tc.want) || len(lines) > 0 && lines[0].Version != tc.version) {
				h.Errorf("lines %+v, %v; want %d of version %s", lines, err, len(tc.want), tc.version)
			}
		})
	}
}

// The totals are always the sum of the lines, and a recount from the same
// events agrees, whatever is told and how often.
func TestTotalsAreTheSumOfLines(t *testing.T) {
	t.Parallel()
	event := rapid.Custom(func(t *rapid.T) oversee.Event {
		return oversee.Event{
			Case: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "case"), Seq: rapid.IntRange(1, 4).Draw(t, "seq"),
			Kind:   rapid.SampledFrom([]string{oversee.FirstResponse, oversee.FollowedUp, oversee.Resolved, oversee.Returned}).Draw(t, "kind"),
			Unit:   rapid.SampledFrom([]string{"3501.zmzx", "350102.cgj", "3501.12345", "gone", ""}).Draw(t, "unit"),
			At:     monday.AddDate(0, -rapid.IntRange(0, 14).Draw(t, "months"), 0),
			InTime: rapid.Bool().Draw(t, "in time"),
			Solved: rapid.Bool().Draw(t, "solved"),
			Score:  rapid.IntRange(1, 5).Draw(t, "score"),
			DueAt:  monday,
			Number: "FZ",
			Path:   "/3501/",
			Group:  "told by nobody",
		}
	})
	h := worktest.Fresh(t)
	store, s := h.DB, h.Oversee
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		told := rapid.SliceOfN(event, 1, 12).Draw(rt, "events")
		again := s.Replay()
		seen := map[string]bool{}
		for i := range told {
			told[i].Case = fmt.Sprintf("%s%d", told[i].Case, round)
			k := fmt.Sprint(told[i].Case, told[i].Seq)
			if !seen[k] { // a journal has one entry of a number
				if err := again.Add(told[i : i+1]); err != nil {
					rt.Fatal(err)
				}
			}
			if seen[k] {
				told[i].Unit = ""
			}
			seen[k] = true
		}
		before, err := s.AllRates(t.Context(), oversee.Period{})
		if err != nil {
			rt.Fatal(err)
		}
		for range 2 {
			if err := store.Write(t.Context(), func(tx *db.Tx) error { return s.AssessTx(tx, told) }); err != nil {
				rt.Fatal(err)
			}
		}
		after, err := s.AllRates(t.Context(), oversee.Period{})
		if err != nil {
			rt.Fatal(err)
		}
		got, want := counted(after), counted(before)
		for k, n := range counted(again.Rates()) {
			want[k] = [2]int{want[k][0] + n[0], want[k][1] + n[1]}
		}
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("totals %v, want %v", got, want)
		}
		if sum := lines(rt, store); !reflect.DeepEqual(sum, got) {
			rt.Fatalf("lines add up to %v, totals to %v", sum, got)
		}
	})
}

func counted(list []oversee.UnitRates) map[string][2]int {
	out := map[string][2]int{}
	for _, u := range list {
		for code, r := range u.Rates {
			if r.Counts > 0 {
				out[u.Unit+" "+code] = [2]int{r.Good, r.Counts}
			}
		}
	}
	return out
}

func lines(t *rapid.T, d *db.DB) map[string][2]int {
	out := map[string][2]int{}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT unit, indicator, sum(good), sum(counts) FROM oversee_entry GROUP BY unit, indicator`)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var unit, code string
			var n [2]int
			if err := rows.Scan(&unit, &code, &n[0], &n[1]); err != nil {
				return err
			}
			out[unit+" "+code] = n
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// served is a unit's month: first responses and follow-ups, so many good.
func served(unit string, n, inTime, solved int) []oversee.Event {
	var out []oversee.Event
	for i := range n {
		id := fmt.Sprint(unit, i)
		out = append(out, first(id, unit, i < inTime))
		if solved >= 0 {
			out = append(out, asked(id, unit, i < solved, i < solved))
		}
	}
	return out
}

func TestRanking(t *testing.T) {
	each(t, func(h *house) {
		for _, events := range [][]oversee.Event{
			served("350102.cgj", 5, 5, 4),      // 10 + 0.9 * 80 = 82
			served("350103.cgj", 10, 10, 8),    // the same score
			served("350104.cgj", 2, 2, 2),      // too few, although the best
			served("350105.cgj", 6, 6, 3),      // 55
			served("350111.cgj", 9, 9, -1),     // nobody was followed up
			served("3501.zmzx", 5, 0, 5),       // another group, alone in it
			served("3501.12345", 9, 9, 9),      // excluded
			served("350102.gone", 9, 9, 9),     // left the pack
			served("350103004.jd", 20, 10, 10), // another group
			served("350103005.jd", 20, 12, 10),
		} {
			h.assess(events...)
		}
		list, err := h.Rates(h.Context(), chief, oversee.Period{})
		if err != nil {
			h.Fatal(err)
		}
		want := map[string]int{
			"350102.cgj": 1, "350103.cgj": 1, "350104.cgj": 0, "350105.cgj": 3, "350111.cgj": 0,
			"3501.zmzx": 1, "350102.gone": 0, "350103004.jd": 2, "350103005.jd": 1,
		}
		for _, u := range list {
			if rank, ok := want[u.Unit]; !ok || u.Rank != rank {
				h.Errorf("%s of group %q with score %v has place %d, want %d", u.Unit, u.Group, deref(u.Score), u.Rank, rank)
			}
			if u.Partial != (u.Unit == "350111.cgj") || u.Name == "" {
				h.Errorf("%s %q is partial %v", u.Unit, u.Name, u.Partial)
			}
		}
		if len(list) != len(want) {
			h.Errorf("%d units, want %d", len(list), len(want))
		}
		if got := deref(h.rates("350102.cgj").Score); got != 82 {
			h.Errorf("score %v, want 82", got)
		}
		if r := h.rates("350111.cgj").Rates["resolution"]; r.Percent != nil || r.Counts != 0 {
			h.Errorf("a rate of nothing is %v", deref(r.Percent))
		}
	})
}

func deref(p *float64) float64 {
	if p == nil {
		return -1
	}
	return *p
}

func TestRatesOfAPeriod(t *testing.T) {
	each(t, func(h *house) {
		for i, month := range []time.Month{9, 10, 11} {
			ev := first(fmt.Sprint("c", i), "3501.zmzx", true)
			ev.At = time.Date(2026, month, 1, 0, 30, 0, 0, clock.City) // the day before in UTC
			h.assess(ev)
		}
		for _, tc := range []struct {
			p    oversee.Period
			want int
		}{
			{oversee.Period{}, 3}, {oversee.Period{From: "2026-10"}, 2}, {oversee.Period{To: "2026-10"}, 2},
			{oversee.Period{From: "2026-10", To: "2026-10"}, 1}, {oversee.Period{From: "2027-01"}, 0},
		} {
			list, err := h.AllRates(h.Context(), tc.p)
			got := 0
			for _, u := range list {
				got += u.Rates["response"].Counts
			}
			if err != nil || got != tc.want {
				h.Errorf("%+v: %d, %v; want %d", tc.p, got, err, tc.want)
			}
		}
	})
}

func TestWhoReadsNumbers(t *testing.T) {
	each(t, func(h *house) {
		h.assess(first("c", "350102.cgj", true))
		if _, err := h.Rates(h.Context(), lamps, oversee.Period{}); fault.KindOf(err) != fault.Forbidden {
			h.Errorf("a handler reads the ranking: %v", err)
		}
		if _, err := h.Entries(h.Context(), streets, "350102.cgj", oversee.Period{}, 9); err != nil {
			h.Errorf("a handler does not see the own unit's lines: %v", err)
		}
		if _, err := h.Entries(h.Context(), lamps, "350102.cgj", oversee.Period{}, 9); fault.KindOf(err) != fault.Forbidden {
			h.Errorf("a handler sees another unit's lines: %v", err)
		}
		if _, err := h.Entries(h.Context(), minqing, "350102.cgj", oversee.Period{}, 9); fault.KindOf(err) != fault.Forbidden {
			h.Errorf("another county's supervisor sees the lines: %v", err)
		}
	})
}

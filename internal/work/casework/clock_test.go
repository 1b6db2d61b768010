package casework

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"banyan/internal/register/calendar"
)

// testCalendar is 2026 as published: National Day with its make-up days, and
// the weekend of the Spring Festival's make-up work. 2027 is not published.
func testCalendar(t interface{ Fatal(...any) }) *calendar.Calendar {
	cal, err := calendar.New([]calendar.Year{
		{Year: 2026, Published: true,
			Off:  []string{"2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-09-25", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"},
			Work: []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"}},
		{Year: 2027},
	}, calendar.Hours{Windows: []calendar.Window{{From: "08:00", To: "12:00"}, {From: "14:30", To: "17:30"}}})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func limits() *rapid.Generator[calendar.Limit] {
	return rapid.Custom(func(t *rapid.T) calendar.Limit {
		return calendar.Limit{
			Amount: rapid.IntRange(1, 40).Draw(t, "amount"),
			Unit:   rapid.SampledFrom([]string{"minutes", "hours", "days", "workhours", "workdays"}).Draw(t, "unit"),
			From:   rapid.SampledFrom([]string{"now", "next_day"}).Draw(t, "from"),
		}
	})
}

func instant(t *rapid.T) time.Time {
	return ms(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 400*24*3600*1000).Draw(t, "at")) * time.Millisecond))
}

// Whatever is done to a clock, the time it consumed is the time of its base
// between start and stop less the pauses, and at its due time exactly the
// allowed time has been consumed.
func TestConsumedTimeIsConserved(t *testing.T) {
	t.Parallel()
	cal := testCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		at := instant(t)
		limit := limits().Draw(t, "limit")
		c := startClock(cal, "c", ClockResolve, limit, at)
		begin := c.Segments[0].From
		var paused time.Duration
		var pausedAt time.Time
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.Int64Range(1, 5*24*3600*1000).Draw(t, "wait")) * time.Millisecond)
			switch rapid.SampledFrom([]string{"pause", "resume", "extend", "transfer"}).Draw(t, "step") {
			case "pause":
				if was := c.State; was == ClockRunning {
					if c = c.pause(cal, at, "plan", "x"); c.State == ClockPaused {
						pausedAt = at
					}
				}
			case "resume":
				if c.State == ClockPaused {
					paused += cal.Consumed(c.Base, later(begin, pausedAt), later(begin, at))
					c = c.resume(cal, at, "review", "")
				}
			case "extend":
				before := c.Allowed
				c = c.extend(cal, limit, at)
				if c.Allowed != before+cal.Span(limit).Amount {
					t.Fatalf("extension gave %v, want %v more", c.Allowed-before, cal.Span(limit).Amount)
				}
			case "transfer":
				c.Unit = "another" // a new unit gets the same clock
			}
			if c.State == ClockRunning && c.DueAt.After(at) {
				if got := c.Consumed(cal, c.DueAt); got != c.Allowed {
					t.Fatalf("at its due time %v the clock has consumed %v of %v", c.DueAt, got, c.Allowed)
				}
			}
		}
		if c.State == ClockPaused {
			paused += cal.Consumed(c.Base, later(begin, pausedAt), later(begin, at))
		}
		total := cal.Consumed(c.Base, begin, later(begin, at))
		c = c.stop(at)
		if got := c.Consumed(cal, at); got+paused != total {
			t.Fatalf("consumed %v + paused %v is not the %v that passed", got, paused, total)
		}
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestClock(t *testing.T) {
	t.Parallel()
	cal := testCalendar(t)
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04 -0700", s+" +0800")
		if err != nil {
			t.Fatal(err)
		}
		return v.UTC()
	}
	five := calendar.Limit{Amount: 5, Unit: "workdays", From: "next_day"}
	for _, tt := range []struct {
		name        string
		from        string
		limit       calendar.Limit
		due         string
		provisional bool
	}{
		{"over National Day", "2026-09-24 10:00", five, "2026-10-09 17:30", false},
		{"a make-up Sunday counts", "2026-01-02 09:00", calendar.Limit{Amount: 1, Unit: "workdays", From: "next_day"}, "2026-01-04 17:30", false},
		{"an emergency counts at night", "2026-10-01 23:30", calendar.Limit{Amount: 2, Unit: "hours", From: "now"}, "2026-10-02 01:30", false},
		{"a year without a calendar is provisional", "2026-12-30 10:00", five, "2027-01-06 17:30", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := startClock(cal, "c", ClockResolve, tt.limit, at(tt.from))
			if !c.DueAt.Equal(at(tt.due)) || c.Provisional != tt.provisional {
				t.Errorf("due %v provisional %v, want %v %v", c.DueAt.In(time.FixedZone("", 8*3600)), c.Provisional, tt.due, tt.provisional)
			}
		})
	}
}

func TestClockEnds(t *testing.T) {
	t.Parallel()
	cal := testCalendar(t)
	start := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	hour := calendar.Limit{Amount: 1, Unit: "hours", From: "now"}
	fresh := func() Clock { return startClock(cal, "c", ClockSign, hour, start) }
	after := func(d time.Duration) time.Time { return start.Add(d) }
	for _, tt := range []struct {
		name string
		c    Clock
		want ClockState
	}{
		{"in time", fresh().stop(after(time.Hour)), ClockMet},
		{"too late", fresh().stop(after(time.Hour + time.Millisecond)), ClockBreached},
		{"void", fresh().void(after(time.Minute)), ClockVoid},
		{"voided when its time had passed", fresh().void(after(2 * time.Hour)), ClockBreached},
		{"failed in time", fresh().fail(after(time.Minute)), ClockBreached},
		{"a breach stays when voided", fresh().breach().void(after(2 * time.Hour)), ClockBreached},
		{"a stopped clock cannot stop again", fresh().stop(after(time.Minute)).stop(after(9 * time.Hour)), ClockMet},
		{"an overdue clock cannot be paused back", fresh().pause(cal, after(2*time.Hour), "", ""), ClockRunning},
		{"paused time does not count", fresh().pause(cal, after(time.Minute), "", "").resume(cal, after(9*time.Hour), "", "").stop(after(9*time.Hour + 59*time.Minute)), ClockMet},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.c.State != tt.want {
				t.Errorf("state %s, want %s", tt.c.State, tt.want)
			}
		})
	}
}

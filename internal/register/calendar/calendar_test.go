package calendar_test

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/register/calendar"
)

func TestIsWorkday(t *testing.T) {
	t.Parallel()
	tests := []struct {
		date        string
		work, known bool
	}{
		{"2026-01-04", true, true},  // a Sunday made up for
		{"2026-02-23", false, true}, // a Monday of the Spring Festival
		{"2026-10-10", true, true},  // a Saturday made up for
		{"2026-10-09", true, true},
		{"2026-10-11", false, true},  // a plain Sunday
		{"2022-12-31", false, true},  // off by the notice of the year after
		{"2022-12-30", true, false},  // the notice of 2022 is not among these
		{"2027-02-08", true, false},  // will be a holiday, but nobody has said so
		{"2027-02-07", false, false}, // a Sunday, perhaps made up for
		{"1969-12-29", true, false},
		{"2400-02-29", true, false},
	}
	c := city(t)
	for _, tt := range tests {
		t.Run(tt.date, func(t *testing.T) {
			t.Parallel()
			for _, hour := range []string{" 00:00", " 23:59"} {
				work, known := c.IsWorkday(at(t, tt.date+hour))
				if work != tt.work || known != tt.known {
					t.Errorf("IsWorkday(%s) = %v, %v, want %v, %v", tt.date+hour, work, known, tt.work, tt.known)
				}
			}
		})
	}
}

func TestWorkdaysOfAYear(t *testing.T) {
	t.Parallel()
	c := city(t)
	for year, want := range map[int]int{2024: 251, 2025: 248, 2026: 248} {
		if got := workdays(c, year); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	limit := func(n int, unit, from string) calendar.Limit {
		return calendar.Limit{Amount: n, Unit: unit, From: from}
	}
	tests := []struct {
		name        string
		from        string
		limit       calendar.Limit
		due         string
		provisional bool
	}{
		{"5 workdays over two festivals", "2026-09-24 10:00", limit(5, "workdays", "next_day"), "2026-10-09 17:30", false},
		{"15 workdays with make-up days", "2026-09-18 09:00", limit(15, "workdays", "next_day"), "2026-10-15 17:30", false},
		{"late in the evening is still that day", "2026-09-24 23:59", limit(5, "workdays", "next_day"), "2026-10-09 17:30", false},
		{"1 workday from now", "2026-09-23 10:00", limit(1, "workdays", "now"), "2026-09-24 10:00", false},
		{"1 workday from before the office opens", "2026-09-23 06:00", limit(1, "workdays", "now"), "2026-09-23 17:30", false},
		{"2 workhours over noon", "2026-09-23 11:00", limit(2, "workhours", "now"), "2026-09-23 15:30", false},
		{"1 workhour that fills the morning", "2026-09-23 11:00", limit(1, "workhours", ""), "2026-09-23 12:00", false},
		{"4 workhours from Friday evening", "2026-10-16 18:00", limit(4, "workhours", "now"), "2026-10-19 12:00", false},
		{"2 hours in the night", "2026-10-01 23:00", limit(2, "hours", "now"), "2026-10-02 01:00", false},
		{"30 minutes", "2026-10-01 23:45", limit(30, "minutes", "now"), "2026-10-02 00:15", false},
		{"15 calendar days", "2026-10-01 23:45", limit(15, "days", "next_day"), "2026-10-17 00:00", false},
		{"the last instant of a published year", "2026-12-30 12:00", limit(1, "workdays", "next_day"), "2026-12-31 17:30", false},
		{"into an unpublished year", "2026-12-31 12:00", limit(1, "workdays", "next_day"), "2027-01-01 17:30", true},
		{"24x7 needs no calendar", "2026-12-31 12:00", limit(3, "days", "now"), "2027-01-03 12:00", false},
		{"a year nobody has noted", "2031-05-05 12:00", limit(2, "workdays", "next_day"), "2031-05-07 17:30", true},
		{"long before the first notice", "2001-05-03 12:00", limit(2, "workdays", "next_day"), "2001-05-07 17:30", true},
	}
	c := city(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			due, provisional := c.Due(at(t, tt.from), tt.limit)
			if !due.Equal(at(t, tt.due)) || provisional != tt.provisional {
				t.Errorf("Due = %s, %v, want %s, %v", due.In(clock.City), provisional, tt.due, tt.provisional)
			}
		})
	}
}

func TestHalfDay(t *testing.T) {
	t.Parallel()
	h := hours
	h.HalfDays = []calendar.HalfDay{{Date: "2026-09-24", Windows: hours.Windows[:1]}}
	c, err := calendar.New(notices, h)
	if err != nil {
		t.Fatal(err)
	}
	due, _ := c.Due(at(t, "2026-09-23 10:00"), calendar.Limit{Amount: 1, Unit: "workdays", From: "next_day"})
	if want := at(t, "2026-09-28 11:00"); !due.Equal(want) {
		t.Errorf("due %s, want %s: four hours before the festival, three after it", due.In(clock.City), want)
	}
	if c.Version() == city(t).Version() {
		t.Error("other hours have the same version")
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, from, unit, start, want string }{
		{"now in a window", "2026-09-23 10:00", "workdays", "now", "2026-09-23 10:00"},
		{"now at noon", "2026-09-23 12:00", "workhours", "now", "2026-09-23 14:30"},
		{"now on a holiday", "2026-10-01 10:00", "workhours", "now", "2026-10-08 08:00"},
		{"next day before a festival", "2026-09-30 10:00", "workdays", "next_day", "2026-10-08 08:00"},
		{"hours from the next day", "2026-09-30 10:00", "hours", "next_day", "2026-10-01 00:00"},
		{"hours from now", "2026-10-01 03:07", "hours", "now", "2026-10-01 03:07"},
	}
	c := city(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := c.Start(at(t, tt.from), calendar.Limit{Amount: 1, Unit: tt.unit, From: tt.start})
			if !got.Equal(at(t, tt.want)) {
				t.Errorf("Start = %s, want %s", got.In(clock.City), tt.want)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		unit string
		want calendar.Work
	}{
		{"minutes", calendar.Work{Base: calendar.AllTime, Amount: 2 * time.Minute}},
		{"hours", calendar.Work{Base: calendar.AllTime, Amount: 2 * time.Hour}},
		{"days", calendar.Work{Base: calendar.AllTime, Amount: 48 * time.Hour}},
		{"workhours", calendar.Work{Base: calendar.WorkTime, Amount: 2 * time.Hour}},
		{"workdays", calendar.Work{Base: calendar.WorkTime, Amount: 14 * time.Hour}},
	}
	c := city(t)
	for _, tt := range tests {
		if got := c.Span(calendar.Limit{Amount: 2, Unit: tt.unit}); got != tt.want {
			t.Errorf("Span of 2 %s = %v, want %v", tt.unit, got, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	year := func(off, work []string) []calendar.Year {
		return []calendar.Year{{Year: 2026, Published: true, Off: off, Work: work}}
	}
	windows := func(w ...calendar.Window) calendar.Hours { return calendar.Hours{Windows: w} }
	tests := []struct {
		name  string
		years []calendar.Year
		hours calendar.Hours
		want  string
	}{
		{"no date", year([]string{"2026-02-30"}, nil), hours, "is not a date"},
		{"off and working", year([]string{"2026-01-04"}, []string{"2026-01-04"}), hours, "off and working"},
		{"another year's day", year([]string{"2024-12-31"}, nil), hours, "neither in the year"},
		{"a year twice", append(year(nil, nil), year(nil, nil)...), hours, "twice"},
		{"no hours", nil, calendar.Hours{}, "no window"},
		{"hours that overlap", nil, windows(calendar.Window{From: "08:00", To: "12:00"}, calendar.Window{From: "11:00", To: "17:00"}), "not after"},
		{"an hour like 8:00", nil, windows(calendar.Window{From: "8:00", To: "12:00"}), "not an hour"},
		{"an hour past the day", nil, windows(calendar.Window{From: "08:00", To: "24:01"}), "not an hour"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := calendar.New(tt.years, tt.hours)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func BenchmarkDue(b *testing.B) {
	c := city(b)
	from, limit := at(b, "2026-09-24 10:00"), calendar.Limit{Amount: 15, Unit: "workdays", From: "next_day"}
	for b.Loop() {
		c.Due(from, limit)
	}
}

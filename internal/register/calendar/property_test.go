package calendar_test

import (
	"testing"
	"time"

	"banyan/internal/register/calendar"
	"pgregory.net/rapid"
)

// instants lie before, inside and after the noted years, on every millisecond.
func instants() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		from := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
		to := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
		ms := rapid.Int64Range(from, to).Draw(t, "ms")
		if rapid.Bool().Draw(t, "on the half hour") {
			ms -= ms % (30 * 60 * 1000)
		}
		return time.UnixMilli(ms).UTC()
	})
}

func bases() *rapid.Generator[calendar.Base] {
	return rapid.SampledFrom([]calendar.Base{calendar.AllTime, calendar.WorkTime})
}

func amounts() *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration {
		ms := rapid.Int64Range(0, 3000*3600*1000).Draw(t, "amount")
		if rapid.Bool().Draw(t, "whole hours") {
			ms -= ms % (3600 * 1000)
		}
		return time.Duration(ms) * time.Millisecond
	})
}

func limits() *rapid.Generator[calendar.Limit] {
	return rapid.Custom(func(t *rapid.T) calendar.Limit {
		return calendar.Limit{
			Amount: rapid.IntRange(1, 60).Draw(t, "amount"),
			Unit:   rapid.SampledFrom([]string{"minutes", "hours", "days", "workhours", "workdays"}).Draw(t, "unit"),
			From:   rapid.SampledFrom([]string{"now", "next_day"}).Draw(t, "from"),
		}
	})
}

func TestConsumedIsAdditive(t *testing.T) {
	t.Parallel()
	cal := city(t)
	rapid.Check(t, func(t *rapid.T) {
		base := bases().Draw(t, "base")
		a, b, c := instants().Draw(t, "a"), instants().Draw(t, "b"), instants().Draw(t, "c")
		parts := cal.Consumed(base, a, b) + cal.Consumed(base, b, c)
		if whole := cal.Consumed(base, a, c); parts != whole {
			t.Fatalf("the parts are %v, the whole is %v", parts, whole)
		}
	})
}

func TestConsumedIsMonotone(t *testing.T) {
	t.Parallel()
	cal := city(t)
	rapid.Check(t, func(t *rapid.T) {
		base, a := bases().Draw(t, "base"), instants().Draw(t, "a")
		more := time.Duration(rapid.Int64Range(0, 40*24*3600*1000).Draw(t, "more")) * time.Millisecond
		got := cal.Consumed(base, a, a.Add(more))
		if got < 0 || got > more {
			t.Fatalf("in %v passes %v", more, got)
		}
	})
}

func TestAfterIsTheInverseOfConsumed(t *testing.T) {
	t.Parallel()
	cal := city(t)
	rapid.Check(t, func(t *rapid.T) {
		base, from, d := bases().Draw(t, "base"), instants().Draw(t, "from"), amounts().Draw(t, "d")
		due, _ := cal.After(base, from, d)
		if got := cal.Consumed(base, from, due); got != d {
			t.Fatalf("Consumed until %v is %v, want %v", due, got, d)
		}
		if d > 0 && cal.Consumed(base, from, due.Add(-time.Millisecond)) != d-time.Millisecond {
			t.Fatalf("%v is not the first instant", due)
		}
	})
}

// TestStopAndGoOn is what casework stands on: a limit counted in two parts ends where it ends in one.
func TestStopAndGoOn(t *testing.T) {
	t.Parallel()
	cal := city(t)
	rapid.Check(t, func(t *rapid.T) {
		base, from := bases().Draw(t, "base"), instants().Draw(t, "from")
		one, two := amounts().Draw(t, "one"), amounts().Draw(t, "two")
		mid, _ := cal.After(base, from, one)
		parts, _ := cal.After(base, mid, two)
		whole, _ := cal.After(base, from, one+two)
		if !parts.Equal(whole) && one+two > 0 && two > 0 {
			t.Fatalf("in parts %v, whole %v", parts, whole)
		}
	})
}

func TestDueIsMonotoneAndWorks(t *testing.T) {
	t.Parallel()
	cal := city(t)
	rapid.Check(t, func(t *rapid.T) {
		limit, from := limits().Draw(t, "limit"), instants().Draw(t, "from")
		later := from.Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "later")) * time.Millisecond)
		due, _ := cal.Due(from, limit)
		next, _ := cal.Due(later, limit)
		if next.Before(due) {
			t.Fatalf("from %v due %v, from %v due %v", from, due, later, next)
		}
		if work, _ := cal.IsWorkday(due); limit.Base() == calendar.WorkTime && !work {
			t.Fatalf("due on %v, a day off", due)
		}
		if span := cal.Span(limit); cal.Consumed(span.Base, cal.Start(from, limit), due) != span.Amount {
			t.Fatalf("from its start to its due time the limit is not used up")
		}
	})
}

// TestProvisional compares with the plain definition: some day on the way is in an unpublished year.
func TestProvisional(t *testing.T) {
	t.Parallel()
	cal := city(t)
	rapid.Check(t, func(t *rapid.T) {
		from, d := instants().Draw(t, "from"), amounts().Draw(t, "d")+time.Millisecond
		due, got := cal.After(calendar.WorkTime, from, d)
		want := false
		for day := from; !day.After(due.Add(24 * time.Hour)); day = day.Add(24 * time.Hour) {
			if day.After(due) {
				day = due
			}
			want = want || !cal.Published(day.Add(8*time.Hour).UTC().Year())
			if day.Equal(due) {
				break
			}
		}
		if got != want {
			t.Fatalf("provisional %v, want %v", got, want)
		}
		if _, got := cal.After(calendar.AllTime, from, d); got {
			t.Fatal("24x7 is provisional")
		}
	})
}

package calendar

import (
	"sort"
	"time"
)

// Start gives the instant at which a limit begins to count: for next_day 00:00 of the next calendar day, and
// for working time the first working instant from there.
func (c *Calendar) Start(from time.Time, l Limit) time.Time {
	at := ms(from)
	if l.From == FromNextDay {
		at = (dayOf(at) + 1) * msDay
	}
	if l.Base() == WorkTime {
		at = c.firstWork(at)
	}
	return instant(at)
}

// Consumed gives the time of the base that passes between two instants; it is negative when to is before from.
// Consumed(a,b) + Consumed(b,c) is Consumed(a,c) within 292 years.
func (c *Calendar) Consumed(base Base, from, to time.Time) time.Duration {
	if base == AllTime {
		return duration(ms(to) - ms(from))
	}
	return duration(c.worked(ms(to)) - c.worked(ms(from)))
}

// After gives the first instant at which d of the base has passed since from: Consumed(base, from, due) is d. A
// due time that fills a window is the window's end. For d of 0 or less it is from. Provisional tells that the
// way there touched a year whose calendar is not published; for 24x7 no calendar is needed.
func (c *Calendar) After(base Base, from time.Time, d time.Duration) (due time.Time, provisional bool) {
	at, left := ms(from), d.Milliseconds()
	switch {
	case left <= 0:
		return instant(at), false
	case base == AllTime:
		return instant(at + left), false
	}
	end := c.when(c.worked(at) + left)
	return instant(end), c.guessed(at, end)
}

// Due gives the instant at which a limit runs out when its cause happened at from, and whether that is
// provisional.
func (c *Calendar) Due(from time.Time, l Limit) (due time.Time, provisional bool) {
	span := c.Span(l)
	return c.After(span.Base, c.Start(from, l), span.Amount)
}

// guessed tells whether a year between two instants, both included, is unpublished.
func (c *Calendar) guessed(from, to int64) bool {
	for year := yearOf(dayOf(from)); year <= yearOf(dayOf(to)); year++ {
		if !c.published[year] {
			return true
		}
	}
	return false
}

// worked gives the working ms from the first noted day to an instant; negative before it.
func (c *Calendar) worked(at int64) int64 {
	n := dayOf(at)
	return c.before(n) + c.dayAt(n).until(at-n*msDay)
}

// before gives the working ms from the first noted day to the start of day n. Outside the table every Monday to
// Friday counts.
func (c *Calendar) before(n int64) int64 {
	i := n - c.first
	switch last := int64(len(c.days)); {
	case i < 0:
		return -weekdays(n, c.first) * c.full.total()
	case i > last:
		return c.sum(last) + weekdays(c.first+last, n)*c.full.total()
	default:
		return c.sum(i)
	}
}

func (c *Calendar) sum(i int64) int64 {
	if len(c.sums) == 0 {
		return 0
	}
	return c.sums[i]
}

func (c *Calendar) dayAt(n int64) day {
	if i := n - c.first; i >= 0 && i < int64(len(c.days)) {
		return c.days[i]
	}
	if weekday(n) {
		return c.full
	}
	return nil
}

// when gives the first instant by which so much has been worked: the reverse of worked.
func (c *Calendar) when(sum int64) int64 {
	n := c.dayOfSum(sum)
	return n*msDay + c.dayAt(n).when(sum-c.before(n))
}

// dayOfSum gives the day on which the sum is reached. The sums before the days never fall, so it is searched
// for, in a stretch that surely holds it: of seven days outside the table, five are worked.
func (c *Calendar) dayOfSum(sum int64) int64 {
	room := (max(sum, -sum)/c.full.total() + 7) * 2
	from := c.first - room
	long := int(int64(len(c.days)) + 2*room)
	return from + int64(sort.Search(long, func(i int) bool { return c.before(from+int64(i)+1) >= sum }))
}

// firstWork gives the first working instant at or after this one.
func (c *Calendar) firstWork(at int64) int64 {
	for n := dayOf(at); ; n++ {
		if in, ok := c.dayAt(n).next(max(0, at-n*msDay)); ok {
			return n*msDay + in
		}
	}
}

// weekdays counts Monday to Friday from day a up to but without day b.
func weekdays(a, b int64) int64 { return weekdaysBefore(b) - weekdaysBefore(a) }

func weekdaysBefore(n int64) int64 {
	in := mod7(n + 3)
	return (n+3-in)/7*5 + min(in, 5)
}

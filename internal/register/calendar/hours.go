package calendar

import (
	"fmt"
	"time"
)

// Hours says when on a working day the city works.
type Hours struct {
	Windows  []Window  `yaml:"windows" json:"windows"`
	HalfDays []HalfDay `yaml:"half_days" json:"half_days"`
}

// Window is a stretch of a day, "08:00" to "12:00"; "24:00" is the day's end.
type Window struct {
	From string `yaml:"from" json:"from"`
	To   string `yaml:"to" json:"to"`
}

// HalfDay is a working day with hours of its own, such as the morning before a festival.
type HalfDay struct {
	Date    string   `yaml:"date" json:"date"`
	Windows []Window `yaml:"windows" json:"windows"`
}

// span is a window in ms of the day.
type span struct{ from, to int64 }

// day is the windows of one day in order; a day off has none.
type day []span

// total gives the working ms of the day.
func (d day) total() (sum int64) {
	for _, s := range d {
		sum += s.to - s.from
	}
	return sum
}

// until gives the working ms from 00:00 to this ms of the day.
func (d day) until(at int64) (sum int64) {
	for _, s := range d {
		sum += max(0, min(at, s.to)-s.from)
	}
	return sum
}

// when gives the first ms of the day at which so much has been worked; a sum that fills a window ends with it.
func (d day) when(worked int64) int64 {
	for _, s := range d {
		if long := s.to - s.from; worked > long {
			worked -= long
			continue
		}
		return s.from + worked
	}
	return 0
}

// next gives the first working ms of the day at or after this one; ok is false when there is none.
func (d day) next(at int64) (ms int64, ok bool) {
	for _, s := range d {
		if at < s.to {
			return max(at, s.from), true
		}
	}
	return 0, false
}

// parse reads the windows of ordinary and of half days.
func (h Hours) parse() (full day, half map[int64]day, err error) {
	if full, err = parseWindows(h.Windows); err != nil {
		return nil, nil, fmt.Errorf("working hours: %w", err)
	}
	half = map[int64]day{}
	for _, x := range h.HalfDays {
		n, err := parseDay(x.Date)
		if err != nil {
			return nil, nil, fmt.Errorf("half day: %w", err)
		}
		d, err := parseWindows(x.Windows)
		if err != nil {
			return nil, nil, fmt.Errorf("half day %s: %w", x.Date, err)
		}
		half[n] = d
	}
	return full, half, nil
}

// parseWindows reads windows; there must be at least one, in order and apart.
func parseWindows(windows []Window) (day, error) {
	if len(windows) == 0 {
		return nil, fmt.Errorf("no window")
	}
	d, last := make(day, len(windows)), int64(0)
	for i, w := range windows {
		from, err := parseHour(w.From)
		if err != nil {
			return nil, err
		}
		to, err := parseHour(w.To)
		if err != nil {
			return nil, err
		}
		if from < last || to <= from {
			return nil, fmt.Errorf("window %s to %s is empty or not after the one before", w.From, w.To)
		}
		d[i], last = span{from, to}, to
	}
	return d, nil
}

// parseHour reads "08:30" as ms of the day; "24:00" is its end.
func parseHour(s string) (int64, error) {
	if s == "24:00" {
		return msDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, fmt.Errorf("%q is not an hour such as 08:30", s)
	}
	return int64(t.Hour())*msHour + int64(t.Minute())*msMinute, nil
}

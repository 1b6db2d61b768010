package calendar_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/register/calendar"
)

// hours are the summer hours of the city's offices: seven hours a day.
var hours = calendar.Hours{Windows: []calendar.Window{{From: "08:00", To: "12:00"}, {From: "14:30", To: "17:30"}}}

// notices are the State Council's notices from 2023 to 2026; that of 2027 is not out.
var notices = []calendar.Year{
	{Year: 2023, Published: true,
		Off: join("2022-12-31", dates("2023-01-01", 2), dates("2023-01-21", 7), "2023-04-05",
			dates("2023-04-29", 5), dates("2023-06-22", 3), dates("2023-09-29", 8)),
		Work: []string{"2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08"}},
	{Year: 2024, Published: true,
		Off: join("2024-01-01", dates("2024-02-10", 8), dates("2024-04-04", 3), dates("2024-05-01", 5),
			"2024-06-10", dates("2024-09-15", 3), dates("2024-10-01", 7)),
		Work: []string{"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"}},
	{Year: 2025, Published: true,
		Off: join("2025-01-01", dates("2025-01-28", 8), dates("2025-04-04", 3), dates("2025-05-01", 5),
			dates("2025-05-31", 3), dates("2025-10-01", 8)),
		Work: []string{"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"}},
	{Year: 2026, Published: true,
		Off: join(dates("2026-01-01", 3), dates("2026-02-15", 9), dates("2026-04-04", 3), dates("2026-05-01", 5),
			dates("2026-06-19", 3), dates("2026-09-25", 3), dates("2026-10-01", 7)),
		Work: []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}},
	{Year: 2027},
}

func dates(first string, n int) []string {
	t, err := time.Parse(time.DateOnly, first)
	if err != nil {
		panic(err)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = t.AddDate(0, 0, i).Format(time.DateOnly)
	}
	return out
}

func join(parts ...any) (out []string) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			out = append(out, p)
		case []string:
			out = append(out, p...)
		}
	}
	return out
}

func city(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(notices, hours)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads "2026-09-24 10:00" in the city's time.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("2006-01-02 15:04", s, clock.City)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestSharedNotices holds the package against the whole collection of notices, when it is at hand.
func TestSharedNotices(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("BANYAN_DATA")
	if folder == "" {
		folder = "../../../../shared/data"
	}
	data, err := os.ReadFile(filepath.Join(folder, "calendar", "workdays.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("calendar/workdays.json is not there: set BANYAN_DATA to the folder of shared data to run this test")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Years map[string]struct {
			Published bool
			Off, Work []string
			Workdays  *int
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var years []calendar.Year
	for name, y := range file.Years {
		n, err := strconv.Atoi(name)
		if err != nil {
			t.Fatal(err)
		}
		years = append(years, calendar.Year{Year: n, Published: y.Published, Off: y.Off, Work: y.Work})
	}
	c, err := calendar.New(years, hours)
	if err != nil {
		t.Fatal(err)
	}
	for name, y := range file.Years {
		n, _ := strconv.Atoi(name) // read above
		if y.Workdays == nil {
			if c.Published(n) {
				t.Errorf("%d counts as published", n)
			}
			continue
		}
		if got := workdays(c, n); got != *y.Workdays {
			t.Errorf("%d has %d working days, the collection says %d", n, got, *y.Workdays)
		}
	}
}

func workdays(c *calendar.Calendar, year int) (n int) {
	for d := time.Date(year, 1, 1, 12, 0, 0, 0, clock.City); d.Year() == year; d = d.AddDate(0, 0, 1) {
		if work, _ := c.IsWorkday(d); work {
			n++
		}
	}
	return n
}

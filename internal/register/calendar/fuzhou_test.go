package calendar_test

import (
	"os"
	"testing"

	"banyan/internal/platform/pack"
	"banyan/internal/register/calendar"
)

func TestFuzhou(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if ps := calendar.Check(p); len(ps) > 0 {
		t.Fatal(ps)
	}
	c, err := calendar.FromPack(p)
	if err != nil {
		t.Fatal(err)
	}
	for year, want := range map[int]int{2011: 250, 2019: 250, 2024: 251, 2025: 248, 2026: 248} {
		if got := workdays(c, year); got != want || !c.Published(year) {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
	if c.Published(2027) {
		t.Error("the notice of 2027 is not out")
	}
	due, provisional := c.Due(at(t, "2026-09-24 10:00"), calendar.Limit{Amount: 5, Unit: "workdays", From: "next_day"})
	if want := at(t, "2026-10-09 17:30"); !due.Equal(want) || provisional {
		t.Errorf("Due = %v, %v, want %v", due, provisional, want)
	}
}

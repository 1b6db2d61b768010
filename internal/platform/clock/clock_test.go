package clock_test

import (
	"testing"
	"time"

	"banyan/internal/platform/clock"

	"pgregory.net/rapid"
)

func TestManual(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 9, 24, 10, 0, 0, 0, clock.City)
	m := clock.NewManual(start)
	m.Advance(90 * time.Minute)
	if got, want := m.Now(), start.Add(90*time.Minute); !got.Equal(want) {
		t.Errorf("after Advance it is %v, want %v", got, want)
	}
	m.Set(start)
	if got := m.Now(); !got.Equal(start) || got.Location() != time.UTC {
		t.Errorf("after Set it is %v, want %v in UTC", got, start)
	}
}

func TestStorageRoundTrip(t *testing.T) {
	t.Parallel()
	if clock.Ms(time.Time{}) != 0 || !clock.FromMs(0).IsZero() {
		t.Error("zero and 0 are not each other's counterpart")
	}
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(1, 1<<42).Draw(t, "ms")
		back := clock.FromMs(ms)
		if clock.Ms(back.In(clock.City)) != ms || back.Location() != time.UTC {
			t.Fatalf("%d came back as %v", ms, back)
		}
	})
}

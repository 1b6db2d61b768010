package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/register/identity"
	"banyan/internal/scenario/demo"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/survey"
)

// ends is the state of the loop in which a demo request of a kind stands.
func ends() map[string]casework.State {
	return map[string]casework.State{
		"received": casework.Received, "answered": casework.Answered, "declined": casework.Declined, "dispatched": casework.Dispatched,
		"signed": casework.Working, "called": casework.Working, "replied": casework.Replied, "followup": casework.FollowingUp,
		"closed": casework.Closed, "contested": casework.Contested,
	}
}

// Each pack's demo plays through the real use cases to the states it names; all
// states are there, the store is sound, and the journals give the same rates.
func TestDemo(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"fuzhou", "lianjiang"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			c := Config{Data: filepath.Join(t.TempDir(), "data"), Clock: clock.NewManual(monday), Out: &out, readCity: readOnce()}
			if err := Install(t.Context(), c, filepath.Join("..", "..", "packs", name), true); err != nil {
				t.Fatal(err)
			}
			a, err := Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close() //nolint:errcheck // only read
			file, err := demo.Load(a.City.Pack)
			if err != nil {
				t.Fatal(err)
			}
			want := map[casework.State]int{}
			for _, r := range file.Requests {
				state, known := ends()[r.State]
				if !known {
					t.Errorf("request %s is to be %s, which is no stage", r.ID, r.State)
				}
				if r.FollowUp != nil && !r.FollowUp.Solved {
					state = casework.Contested // closing was refused
				}
				if r.Joins == "" {
					want[state]++
				}
			}
			got := map[casework.State]int{}
			if _, _, err := a.Cases.Replay(t.Context(), func(h casework.Happened) error {
				got[h.State]++
				if h.Was != "" {
					got[h.Was]--
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for _, state := range ends() {
				if got[state] != want[state] || got[state] == 0 {
					t.Errorf("%d cases are %s, want %d", got[state], state, want[state])
				}
			}
			if found := ill(t, c); len(found) > 0 {
				t.Errorf("doctor finds %v", found)
			}
			report, err := a.Rates(t.Context(), oversee.Period{}, true)
			if err != nil || !report.Replayed.Agrees || len(report.Units) == 0 {
				t.Errorf("rates of %d units, %+v, %v", len(report.Units), report.Replayed, err)
			}
			public, err := a.Surveys.Public(t.Context(), 10)
			if err != nil || len(file.Surveys) > 0 && len(public) != 2 {
				t.Errorf("%d of %d surveys are public: %v", len(public), len(file.Surveys), err)
			}
			for _, s := range public {
				if _, c, err := a.Surveys.PublicOne(t.Context(), s.ID); err != nil || (c != nil) != (s.State == survey.Destroyed) {
					t.Errorf("survey %s is %s with %+v: %v", s.Title, s.State, c, err)
				}
			}
			if _, err := a.Identity.SignInStaff(t.Context(), file.Staff[0].Login, demo.Password, "", identity.Visit{}); err != nil {
				t.Errorf("login %s: %v", file.Staff[0].Login, err)
			}
			if !strings.Contains(out.String(), "the demo is in") {
				t.Errorf("said %s", &out)
			}
		})
	}
}

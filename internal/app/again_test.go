package app

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/trail"
)

// A city loses what came after its backup. Its witness refuses the restored log, and cosigns it again under its new name; receipts
// from before the loss hold, and so do new ones. Once with each suite, once into another engine.
func TestRestartTheTrailAfterARestore(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		more    string
		address func(t *testing.T) string
	}{
		"standard, into SQLite":  {"", func(*testing.T) string { return "" }},
		"state, into SQLite":     {"crypto: state\n", func(*testing.T) string { return "" }},
		"state, into PostgreSQL": {"crypto: state\n", func(t *testing.T) string { t.Helper(); return dbtest.Empty(t, dbtest.Server(t)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			named := tt.more + "trail: {name: first.example/trail"
			first := townOf(t, named+"}\n")
			oldKeys := first.keys(t)
			second := townOf(t, "trail: {name: second.example/trail, witness_for: ['"+first.Tree.Key()+"']}\n")
			asks := func(w town) string {
				return fmt.Sprintf("%s, witnesses: [{url: '%s/trail/witness', key: '%s'}]}\n", named, w.URL, w.Tree.Key())
			}
			first.looks(t, 4)
			path, _, err := Backup(t.Context(), first.App.Config, BackupOrder{To: t.TempDir() + "/"})
			if err != nil {
				t.Fatal(err)
			}
			first.looks(t, 3)
			settings(t, first.App.Data, "development: true\n"+asks(second))
			if _, err := RestartTrail(t.Context(), first.App.Config, "nothing was lost here", false); !errors.Is(err, ErrStillWitnessed) {
				t.Errorf("a log that its witness cosigns: %v", err)
			}
			lost := first.receipt(t, oldKeys)

			c := Config{Data: filepath.Join(t.TempDir(), "new"), DB: tt.address(t), Clock: first.App.Clock, readCity: first.App.readCity}
			if _, err := Restore(t.Context(), c, RestoreOrder{From: path, KeyFile: first.App.path(keyFile)}); err != nil {
				t.Fatal(err)
			}
			again := townAt(t, c, asks(second))
			again.looks(t, 5)
			witnesses, err := again.Settings.Trail.witnesses()
			if err != nil {
				t.Fatal(err)
			}
			if err := again.Tree.Ask(t.Context(), again.Client(), witnesses); !errors.Is(err, merkle.ErrForked) {
				t.Errorf("its witness says %v", err)
			}
			if text, code := again.read(t, "/trail/restart"); code != http.StatusNotFound {
				t.Errorf("before the restart: %d %s", code, text)
			}
			done, err := RestartTrail(t.Context(), c, "restored, a night was lost", false)
			if err != nil || done.Head.Size != 9 {
				t.Fatalf("ended with %d, %v", done.Head.Size, err)
			}
			told, _ := again.read(t, "/trail/restart")
			if r, err := merkle.CheckRestart([]byte(told), oldKeys); err != nil || strings.Join(r.New, "\n") != again.keys(t) {
				t.Errorf("what witnesses are told: %+v, %v", r, err)
			}
			if err := again.Tree.Ask(t.Context(), again.Client(), witnesses); !errors.Is(err, merkle.ErrUnknownLog) {
				t.Errorf("a witness that was not told says %v", err)
			}

			second.Server.Close()
			witness := townAt(t, second.App.Config, "trail: {name: second.example/trail, witness_for: ['"+first.Tree.Key()+"', '"+done.New[0]+"']}\n")
			settings(t, c.Data, "development: true\n"+asks(witness))
			if _, err := RestartTrail(t.Context(), c, "one restart too many", false); !errors.Is(err, ErrStillWitnessed) {
				t.Errorf("once more: %v", err)
			}
			again.looks(t, 2)
			proof := again.receipt(t, again.keys(t))
			if _, _, err := trail.Verify(lost, oldKeys); err != nil {
				t.Errorf("a receipt of what was lost: %v", err)
			}
			got, err := AuditTrail(t.Context(), c, again.keys(t))
			if err != nil || len(got.Findings) > 0 || got.Witnessed != 10 || got.Logged != 12 || got.Stored != 11 {
				t.Errorf("the audit: %+v, %v", got, err)
			}
			if got, err := AuditTrail(t.Context(), c, oldKeys); err != nil || len(got.Findings) != 1 {
				t.Errorf("the audit by the old keys: %+v, %v", got, err)
			}
			found, err := Doctor(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				if f.What == "trail" && f.Level != Well {
					t.Errorf("doctor says %+v", f)
				}
			}
			if all, err := TrailRestarts(t.Context(), c); err != nil || len(all) != 1 || all[0].Note != told {
				t.Errorf("restarts: %+v, %v", all, err)
			}
			if _, _, err := trail.Verify(proof, oldKeys); !errors.Is(err, merkle.ErrNotProven) {
				t.Errorf("a new receipt by the old keys: %v", err)
			}
		})
	}
}

func (w town) keys(t *testing.T) string {
	t.Helper()
	text, _ := w.read(t, "/trail/key")
	return strings.TrimSpace(text)
}

// receipt proves the newest look at p1.
func (w town) receipt(t *testing.T, keys string) []byte {
	t.Helper()
	rows, err := w.Trail.ForPerson(t.Context(), "p1", "", 1)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := w.Trail.Receipt(t.Context(), rows[0].ID, []string{"p1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := trail.Verify(receipt, keys); err != nil {
		t.Errorf("a receipt by %q: %v", keys, err)
	}
	return receipt
}

// A city that takes the state's algorithms on signs its newest head anew, and doctor says so until then.
func TestDoctorAsksForTheLineOfSM2(t *testing.T) {
	t.Parallel()
	w := townOf(t, "")
	w.looks(t, 2)
	state := townAt(t, w.App.Config, "crypto: state\n")
	say := func() Finding {
		t.Helper()
		found, err := Doctor(t.Context(), state.App.Config)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.What == "trail" {
				return f
			}
		}
		t.Fatal("doctor says nothing of the trail")
		return Finding{}
	}
	if f := say(); f.Level != Warn {
		t.Errorf("before the next head: %+v", f)
	}
	if err := state.fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := say(); f.Level != Well {
		t.Errorf("after it: %+v", f)
	}
	if keys := strings.Fields(state.keys(t)); len(keys) != 2 || keys[0] != w.keys(t) {
		t.Errorf("keys %q", keys)
	}
}

package app

import (
	"os"
	"strings"
	"testing"

	"banyan/internal/platform/db"
)

// ill lists what doctor finds wrong.
func ill(t *testing.T, c Config) map[string]string {
	t.Helper()
	found, err := Doctor(t.Context(), c)
	if err != nil || len(found) == 0 {
		t.Fatalf("doctor: %v, %v", found, err)
	}
	out := map[string]string{}
	for _, f := range found {
		if !f.OK {
			out[f.What] = f.Say
		}
	}
	return out
}

// Doctor finds what somebody did to the store or the folder by hand.
func TestDoctor(t *testing.T) {
	t.Parallel()
	exec := func(query string) func(h *house, id string) {
		return func(h *house, id string) { h.exec(query, id) }
	}
	for name, tc := range map[string]struct {
		harm func(h *house, id string)
		what string
		say  string
	}{
		"nothing":            {func(*house, string) {}, "", ""},
		"a case was changed": {exec(`UPDATE casework_case SET file = replace(file, '"kind":"complaint"', '"kind":"inquiry"') WHERE id = $1`), "journals rebuild the cases", "differ"},
		"an entry was changed": {exec(`UPDATE casework_journal SET entry = replace(entry, '3501.zmzx', '350102.cgj') WHERE case_id = $1 AND action = 'dispatch'`),
			"journals rebuild the cases", "differ"},
		"an entry was taken out":       {exec(`DELETE FROM casework_journal WHERE case_id = $1 AND seq = 2`), "journals rebuild the cases", "entry 3 where 2 belongs"},
		"the last entry was taken out": {exec(`DELETE FROM casework_journal WHERE case_id = $1 AND seq = 3`), "journals rebuild the cases", "differ"},
		"a reaction gave up": {func(h *house, _ string) {
			h.exec(`INSERT INTO fact_pending (reaction, fact_id, due_at, failed) SELECT 'assess', id, 0, TRUE FROM fact_log LIMIT 1`)
		}, "reactions", "1 failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			r := h.receive(lamp())
			h.dispatch(r.CaseID)
			h.drain()
			tc.harm(h, r.CaseID)
			found := ill(t, h.Config)
			if tc.what == "" && len(found) > 0 {
				t.Errorf("finds %v", found)
			}
			if say, ok := found[tc.what]; tc.what != "" && (!ok || !strings.Contains(say, tc.say)) {
				t.Errorf("finds %v, want %s: %s", found, tc.what, tc.say)
			}
		})
	}
}

// What is wrong with the folder is told also when the store cannot be opened.
func TestDoctorLooksAtTheFolder(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		harm func(t *testing.T, c Config)
		what string
		say  string
	}{
		"others can read it": {func(t *testing.T, c Config) {
			if err := os.Chmod(c.Data, 0o755); err != nil {
				t.Fatal(err)
			}
			remove(t, c.path("secret.key"))
		}, "folder", "chmod 700"},
		"a key is missing":  {func(t *testing.T, c Config) { remove(t, c.path("secret.key")) }, "key", "secret.key"},
		"a setting unknown": {func(t *testing.T, c Config) { settings(t, c.Data, "x: 1\n") }, "settings", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := folder(t)
			tc.harm(t, c)
			if say, ok := ill(t, c)[tc.what]; !ok || !strings.Contains(say, tc.say) {
				t.Errorf("%s: %q, want %q", tc.what, say, tc.say)
			}
		})
	}
}

// What doctor looks at it leaves as it was.
func TestDoctorChangesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(lamp())
	count := func() (n int) {
		h.read(func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM fact_log`).Scan(&n) })
		return n
	}
	before := count()
	ill(t, h.Config)
	if after := count(); after != before {
		t.Errorf("%d facts before, %d after", before, after)
	}
}

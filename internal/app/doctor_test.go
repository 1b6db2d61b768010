package app

import (
	"os"
	"strings"
	"testing"
	"time"

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
		if f.What == "database" && strings.Contains(f.Say, "fsync = off") {
			continue // the tests' own server is fast and forgetful on purpose
		}
		if f.Level == Wrong {
			out[f.What] = f.Say + " -> " + f.Do
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
		"an entry was taken out":       {exec(`DELETE FROM casework_journal WHERE case_id = $1 AND seq = 2`), "journals rebuild the cases", "differ"},
		"the last entry was taken out": {exec(`DELETE FROM casework_journal WHERE case_id = $1 AND seq = 3`), "journals rebuild the cases", "differ"},
		"a reaction gave up": {func(h *house, _ string) {
			h.exec(`INSERT INTO fact_pending (reaction, fact_id, due_at, failed) SELECT 'assess', id, 0, TRUE FROM fact_log LIMIT 1`)
		}, "reactions", "1 failed"},
		"a list shows another state": {exec(`UPDATE casework_case SET state = 'closed' WHERE id = $1`), "case lists", "columns of 1"},
		"a file is another case's":   {exec(`UPDATE casework_case SET file = replace(file, id, '00000000000000000000000000') WHERE id = $1`), "case lists", "columns of 1"},
		"an order is another unit's": {exec(`UPDATE casework_order SET unit = '350102.cgj' WHERE case_id = $1`), "case lists", "orders of 1"},
		"an order no case names": {exec(`INSERT INTO casework_order (id, case_id, unit, role, state, owing, open, assignee, call_id, offered_at, due_at, ended_at)
			VALUES ('x', $1, 'u', 'called', 'offered', FALSE, FALSE, '', '', 0, 0, 0)`), "case lists", "orders of 1"},
		"a link says another time":  {exec(`UPDATE casework_link SET at = at + 1 WHERE case_id = $1`), "case lists", "links of 1"},
		"a fact was taken out":      {exec(`DELETE FROM fact_log WHERE subject = $1 AND name = 'casework.sign'`), "facts", "1 cases"},
		"a request left its case":   {exec(`UPDATE request_request SET case_id = 'other' WHERE case_id = $1`), "requests", "1 requests"},
		"a request nobody heard of": {func(h *house, _ string) { h.exec(`DELETE FROM fact_log WHERE name = 'request.Received'`) }, "requests", "without a fact"},
		"a reaction to nothing": {func(h *house, _ string) {
			h.exec(`INSERT INTO fact_pending (reaction, fact_id, due_at) VALUES ('assess', 'gone', 0)`)
		}, "waiting reactions", "not there"},
		"a photo is missing": {func(h *house, _ string) {
			h.exec(`INSERT INTO request_photo (request_id, ordinal, blob_key, type, size) SELECT id, 1, 'aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg', 'image/jpeg', 7 FROM request_request`)
		}, "attachments", "aaaa"},
		"a photo was cut": {func(h *house, _ string) {
			h.exec(`INSERT INTO request_photo (request_id, ordinal, blob_key, type, size) SELECT id, 1, 'aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg', 'image/jpeg', 7 FROM request_request`)
			if err := h.Files.Keep(h.Context(), "aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg", []byte("short")); err != nil {
				h.Fatal(err)
			}
		}, "attachments", "aaaa"},
		"a pack is gone": {func(h *house, _ string) { h.exec(`UPDATE pack_version SET version = 'other'`) }, "packs", "not installed"},
		"a newer store": {func(h *house, _ string) {
			h.exec(`INSERT INTO casework_schema (version_id, is_applied) VALUES (9999, TRUE)`)
		}, "schema", "newer program"},
		"an older store":       {func(h *house, _ string) { h.exec(`DELETE FROM oversee_schema WHERE version_id = 2`) }, "schema", "banyan migrate"},
		"a broken-off restore": {func(h *house, _ string) { write(h.T, h.path(unfinishedFile), nil) }, "restore", "again"},
		"a restore that did not end": {func(h *house, _ string) {
			err := h.DB.Write(h.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`CREATE TABLE db_unfinished (at BIGINT)`); return err })
			if err != nil {
				h.Fatal(err)
			}
		}, "database", "did not finish"},
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

// What only wants attention is a warning, and a store without harm has no other.
func TestDoctorWarns(t *testing.T) {
	t.Parallel()
	h := open(t)
	warned := func() (out []string) {
		found, err := Doctor(t.Context(), h.Config)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.Level == Warn && f.What != "disk" && f.What != "key" { // the machine's; a copied key's mode
				out = append(out, f.What+": "+f.Say)
			}
		}
		return out
	}
	if got := warned(); len(got) != 1 || !strings.Contains(got[0], "none was ever taken") {
		t.Errorf("%v", got)
	}
	if _, _, err := Backup(t.Context(), h.Config, BackupOrder{}); err != nil {
		t.Fatal(err)
	}
	if got := warned(); len(got) != 0 {
		t.Errorf("after a backup: %v", got)
	}
	if err := h.Files.Keep(t.Context(), strings.Repeat("b", 26)+".pdf", []byte("%PDF-")); err != nil {
		t.Fatal(err)
	}
	old := monday.AddDate(-1, 0, 0)
	if err := os.Chtimes(h.path("files", "bb", "bb", strings.Repeat("b", 26)+".pdf"), old, old); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(20 * 24 * time.Hour)
	if got := strings.Join(warned(), ", "); !strings.Contains(got, "1 of 1 files belong to nothing") || !strings.Contains(got, "20 days old") {
		t.Errorf("%v", got)
	}
}

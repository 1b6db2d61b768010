package app

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

// testdata/store-6ed0c56.tar is a backup of the demo as commit 6ed0c56 made it, with the tables of that time
// and everybody in it invented. Its tables come into being as they were, are filled, and brought up to date by
// the present migrations: the store opens, is well, and no row of a table that is still there is lost.
func TestStoreOfAnEarlierCommit(t *testing.T) {
	t.Parallel()
	const file, key = "testdata/store-6ed0c56.tar", "testdata/store-6ed0c56.key"
	old, err := VerifyBackup(file, backup.Key{})
	if err != nil {
		t.Fatal(err)
	}
	if old.Schemas["backup"] != 0 || old.Schemas["casework"] != 1 || old.CountRows() < 300 {
		t.Fatalf("not the store of that commit: %v", old.Schemas)
	}
	try := func(t *testing.T, address string) {
		c := Config{Data: filepath.Join(t.TempDir(), "new"), DB: address, Clock: clock.NewManual(monday), readCity: readOnce()}
		if _, err := Restore(t.Context(), c, RestoreOrder{From: file, KeyFile: key}); err != nil {
			t.Fatal(err)
		}
		if bad := ill(t, c); len(bad) > 0 {
			t.Errorf("doctor finds %v", bad)
		}
		rows := map[string]int64{}
		now := rowsOf(t, c, &rows)
		for _, was := range old.Rows {
			i := slices.IndexFunc(now, func(t db.Table) bool { return t.Name == was.Name })
			if i < 0 || now[i].Native || was.Name == "trail_look" || was.Name == "merkle_waiting" { // a new search index leaves rows in the trail
				continue
			}
			if rows[was.Name] != was.Count {
				t.Errorf("table %s has %d rows, had %d", was.Name, rows[was.Name], was.Count)
			}
		}
		if n := finds(t, c); n == 0 {
			t.Error("search finds nothing")
		}
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); try(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); try(t, dbtest.Empty(t, dbtest.Server(t))) })
}

// rowsOf counts the rows of every table and lists the tables.
func rowsOf(t *testing.T, c Config, rows *map[string]int64) (list []db.Table) {
	t.Helper()
	d, err := db.Open(t.Context(), c.dsn(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // only read
	err = d.Snapshot(t.Context(), scope(), func(s *db.Snapshot) error {
		list = s.Tables
		for _, table := range s.Tables {
			n, err := s.Copy(table, new(bytes.Buffer))
			if err != nil {
				return err
			}
			(*rows)[table.Name] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A store that a later program wrote is refused by every command, with what to do, on both engines.
func TestNewerStoreOnBothEngines(t *testing.T) {
	t.Parallel()
	try := func(t *testing.T, address string) {
		c := lively(t, address)
		file, _, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir() + "/"})
		if err != nil {
			t.Fatal(err)
		}
		d, err := db.Open(t.Context(), c.dsn(), db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO request_schema (version_id, is_applied) VALUES (9999, TRUE)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close() //nolint:errcheck // only read
		for name, do := range map[string]func() error{
			"open":    func() error { _, err := Open(t.Context(), c); return err },
			"install": func() error { return Install(t.Context(), c, filepath.Join("..", "..", "packs", "lianjiang"), false) },
			"migrate": func() error { return Migrate(t.Context(), c, MigrateOrder{}) },
			"look":    func() error { return Migrate(t.Context(), c, MigrateOrder{Check: true}) },
			"backup":  func() error { _, _, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir()}); return err },
		} {
			if err := do(); err == nil || !strings.Contains(err.Error(), "newer") || !strings.Contains(err.Error(), "program") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if bad := ill(t, c); !strings.Contains(bad["schema"], "start the newer program") {
			t.Errorf("doctor finds %v", bad)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM request_schema WHERE version_id = 9999`)
			if err == nil {
				_, err = tx.Exec(`CREATE TABLE tomorrow_schema (version_id BIGINT)`)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), c); !errors.Is(err, db.ErrNewer) || !strings.Contains(err.Error(), "tomorrow") {
			t.Errorf("with a module of a later program: %v", err)
		}
		if _, err := VerifyBackup(file, backup.Key{}); err != nil {
			t.Errorf("the backup from before: %v", err)
		}
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); try(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); try(t, dbtest.Empty(t, dbtest.Server(t))) })
}

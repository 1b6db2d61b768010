package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

// files makes a schema of module "note" from name, text pairs.
func files(pairs ...string) db.Schema {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + pairs[i+1])}
	}
	return db.Schema{Module: "step", Files: fsys}
}

func TestMigrateForwardAndRefuseNewer(t *testing.T) {
	t.Parallel()
	first := files("schema/001_a.sql", "CREATE TABLE step_a (id TEXT PRIMARY KEY);")
	second := files("schema/001_a.sql", "CREATE TABLE step_a (id TEXT PRIMARY KEY);",
		"schema/002_b.sqlite.sql", "ALTER TABLE step_a ADD COLUMN b BLOB;",
		"schema/002_b.postgres.sql", "ALTER TABLE step_a ADD COLUMN b BYTEA;")
	dbtest.Each(t, []db.Schema{notes()}, func(t *testing.T, d *db.DB) {
		tests := []struct {
			name   string
			schema db.Schema
			stored int64
			err    error
		}{
			{"new", first, 1, nil},
			{"again", first, 1, nil},
			{"forward", second, 2, nil},
			{"older program", first, 2, db.ErrNewer},
		}
		for _, tt := range tests {
			err := d.Migrate(t.Context(), notes(), tt.schema)
			if !errors.Is(err, tt.err) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
			}
			if tt.err != nil && !strings.Contains(err.Error(), "start the newer program again") {
				t.Errorf("%s: %q does not say what to do", tt.name, err)
			}
			states, err := d.CheckSchema(t.Context(), tt.schema)
			if err != nil || states[0].Stored != tt.stored {
				t.Errorf("%s: stored version %v (%v), want %d", tt.name, states, err, tt.stored)
			}
		}
	})
}

func TestBrokenMigrationChangesNothing(t *testing.T) {
	t.Parallel()
	broken := files("schema/001_a.sql", "CREATE TABLE step_a (id TEXT PRIMARY KEY);\nCREATE TABLE step_a (id TEXT);")
	dbtest.Each(t, []db.Schema{notes()}, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), broken); err == nil || !strings.Contains(err.Error(), "step") {
			t.Errorf("error %v does not name the module", err)
		}
		err := d.Migrate(t.Context(), files("schema/001_a.sql", "CREATE TABLE step_a (id TEXT PRIMARY KEY);"))
		if err != nil {
			t.Errorf("after the file is put right: %v", err)
		}
	})
}

func TestSchemaFilesAreChecked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		schema db.Schema
		want   string
	}{
		{"module name", db.Schema{Module: "No Such", Files: notes().Files}, "lower case"},
		{"no files", db.Schema{Module: "step", Files: fstest.MapFS{}}, "no migration files"},
		{"nil files", db.Schema{Module: "step"}, "no migration files"},
		{"engine", files("schema/001_a.oracle.sql", "SELECT 1;"), "neither sqlite nor postgres"},
		{"number", files("schema/first.sql", "SELECT 1;"), "begins with its number"},
		{"type word", files("schema/001_a.sql", "CREATE TABLE step_a (b {{.Blob}});"), "Blob"},
	}
	dbtest.Each(t, []db.Schema{notes()}, func(t *testing.T, d *db.DB) {
		for _, tt := range tests {
			if err := d.Migrate(t.Context(), tt.schema); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: error %v, want one about %q", tt.name, err, tt.want)
			}
		}
	})
}

func TestOpenRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ dsn, want string }{
		{"", "address is empty"},
		{"mysql://host/name", `"mysql://"`},
		{":memory:", "plain file path"},
		{"file:x.db", "plain file path"},
		{"x.db?reader=3", `unknown parameter "reader"`},
		{"x.db?readers=none", "whole number"},
		{"x.db?readers=0", "above zero"},
		{"postgres://u:secret@127.0.0.1:1/x?sslmod=disable", `unknown parameter "sslmod"`},
		{"postgres://u:secret@127.0.0.1:1/x?conns=-1", "above zero"},
		{"postgres://u:secret@127.0.0.1:1/x?sslmode=disable", "connect to PostgreSQL"},
		{"postgres://u:secret@127.0.0.1:port/x", "not a valid URL"},
		{garbage, "not a database"},
	}
	for _, tt := range tests {
		d, err := db.Open(t.Context(), tt.dsn, db.Options{})
		if err == nil {
			_ = d.Close()
			t.Errorf("%q was opened", tt.dsn)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error %q, want one about %q and without the password", tt.dsn, err, tt.want)
		}
	}
}

func TestNewFileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "new #1?readers=2")
	open(t, path)
	info, err := os.Stat(strings.TrimSuffix(path, "?readers=2"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info, err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{notes()}, func(t *testing.T, d *db.DB) {
		if err := d.Check(t.Context()); err != nil {
			t.Errorf("a sound store: %v", err)
		}
	})
	path := filepath.Join(t.TempDir(), "damaged.db")
	d := open(t, path)
	if err := errors.Join(d.Migrate(t.Context(), notes()), d.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte(strings.Repeat("\xff", 4096)), 4096)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Check(t.Context()); err == nil {
		t.Error("a damaged file is taken for sound")
	}
}

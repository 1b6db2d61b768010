package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"banyan/internal/platform/db"
)

// OpenSQLite gives a migrated store in a file of the test's own folder.
func OpenSQLite(t testing.TB, schemas ...db.Schema) *db.DB {
	t.Helper()
	template, err := sqliteTemplate(t, schemas)
	if err != nil {
		t.Fatalf("make a SQLite template: %v", err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, path)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the test store: %v", err)
		}
	})
	return d
}

// sqliteTemplate gives the bytes of a migrated, empty store. It is kept in the folder for temporary
// files under a name made from the migrations, and shared by every test process.
func sqliteTemplate(t testing.TB, schemas []db.Schema) ([]byte, error) {
	name := filepath.Join(os.TempDir(), fmt.Sprintf("banyan-dbtest-%d", os.Getuid()), digest(t, schemas)+".db")
	if made, err := os.ReadFile(name); err == nil {
		return made, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(filepath.Dir(name), "new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work) //nolint:errcheck // a leftover in the temporary folder does no harm
	path := filepath.Join(work, "template.db")
	d := open(t, path)
	// Close folds the write-ahead log into the file.
	if err := errors.Join(d.Migrate(context.Background(), schemas...), d.Close()); err != nil {
		return nil, err
	}
	made, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return made, os.Rename(path, name)
}

package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"testing"

	"banyan/internal/platform/db"
)

// Each runs test as parallel subtests "sqlite" and, when a server is given, "postgres", each with
// a store of its own that is removed afterwards.
func Each(t *testing.T, schemas []db.Schema, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, OpenSQLite(t, schemas...))
	})
	server := os.Getenv("BANYAN_TEST_POSTGRES")
	if server == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, OpenPostgres(t, server, schemas...))
	})
}

// small keeps the many stores of a test run from crowding the machine.
func small() db.Options { return db.Options{Readers: 3, CacheMiB: 2, Conns: 6} }

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dsn, small())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// digest names a set of schemas by all their files, so that a changed migration makes a new template.
func digest(t testing.TB, schemas []db.Schema) string {
	t.Helper()
	sum := sha256.New()
	for _, s := range schemas {
		sum.Write([]byte("module " + s.Module + "\n"))
		err := fs.WalkDir(s.Files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(s.Files, path)
			sum.Write([]byte("file " + path + "\n"))
			sum.Write(text)
			return err
		})
		if err != nil {
			t.Fatalf("read schema of %s: %v", s.Module, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

package db_test

import (
	"context"
	"os"
	"runtime"
	"sync"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

func exit() { runtime.Goexit() }

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func inParallel(t *testing.T, callers int, call func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			if err := call(i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func increase(tx *db.Tx) error {
	var n int
	if err := tx.QueryRow("SELECT n FROM note_line WHERE id = 'sum'").Scan(&n); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE note_line SET n = $1 WHERE id = 'sum'", n+1)
	return err
}

func readN(t *testing.T, d *db.DB, id string) int {
	t.Helper()
	var n int
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT n FROM note_line WHERE id = $1", id).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// postgresOrSkip gives a fresh store on the server named by BANYAN_TEST_POSTGRES.
func postgresOrSkip(b *testing.B) *db.DB {
	b.Helper()
	server := os.Getenv("BANYAN_TEST_POSTGRES")
	if server == "" {
		b.Skip("BANYAN_TEST_POSTGRES is not set: no PostgreSQL to measure")
	}
	return dbtest.OpenPostgres(b, server, notes())
}

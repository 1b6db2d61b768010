package db_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
)

// slowCommit makes every commit that added a line wait for whoever holds the advisory lock 4711.
func slowCommit() []string {
	return []string{
		`CREATE FUNCTION note_wait() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER note_wait AFTER INSERT ON note_line DEFERRABLE INITIALLY DEFERRED
			FOR EACH ROW EXECUTE FUNCTION note_wait()`,
	}
}

// Whoever hangs up while the commit is on its way is told how it ended, not that it failed.
func TestHangingUpDuringCommit(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, statement := range slowCommit() {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	held, release, released := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		released <- d.Read(context.Background(), func(tx *db.Tx) error {
			var none string
			err := tx.QueryRow("SELECT pg_advisory_xact_lock(4711)::text").Scan(&none)
			close(held)
			<-release
			return err
		})
	}()
	<-held
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	done := make(chan error, 1)
	go func() { done <- write(ctx, d, "a") }()
	for waiting := 0; waiting == 0; {
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	hangUp()
	if n := count(t, d); n != 0 {
		t.Fatalf("%d rows are there before the commit has ended", n)
	}
	close(release)
	if err := errors.Join(<-released, <-done); err != nil || count(t, d) != 1 {
		t.Errorf("%d rows and %v, want the row and no error", count(t, d), err)
	}
}

// Whoever hangs up before the commit has begun changes nothing.
func TestHangingUpBeforeCommit(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	ctx, hangUp := context.WithCancel(t.Context())
	err := d.Write(ctx, func(tx *db.Tx) error {
		defer hangUp()
		return add(tx, "a", 1)
	})
	if !errors.Is(err, context.Canceled) || count(t, d) != 0 {
		t.Errorf("%d rows and %v, want none and %v", count(t, d), err, context.Canceled)
	}
}

// A write that collides with others to the end is busy, and is known as a collision.
func TestCollidingToTheEndIsBusy(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	runs := 0
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		runs++
		_, err := tx.Exec(`DO $$ BEGIN RAISE EXCEPTION 'another was first' USING ERRCODE = '40001'; END $$`)
		return err
	})
	if fault.KindOf(err) != fault.Busy || !db.Collided(err) || runs < 2 {
		t.Errorf("after %d runs: %v, want busy", runs, err)
	}
	if db.Collided(nil) || db.Collided(errors.New("x")) {
		t.Error("another error counts as a collision")
	}
}

func onPostgres(t *testing.T) *db.DB {
	t.Helper()
	server := os.Getenv("BANYAN_TEST_POSTGRES")
	if server == "" {
		t.Skip("BANYAN_TEST_POSTGRES is not set: only PostgreSQL commits on its own connection")
	}
	return dbtest.OpenPostgres(t, server, notes())
}

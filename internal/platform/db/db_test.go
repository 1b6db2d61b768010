package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

// notes is a small module to try the store with.
func notes() db.Schema {
	return db.Schema{Module: "note", Files: fstest.MapFS{"schema/001_notes.sql": {Data: []byte(`-- +goose Up
CREATE TABLE note_line (id TEXT PRIMARY KEY, n BIGINT NOT NULL, done BOOLEAN NOT NULL DEFAULT FALSE, body {{.Bytes}});
CREATE TABLE note_word (id TEXT PRIMARY KEY, line TEXT NOT NULL REFERENCES note_line(id) DEFERRABLE INITIALLY DEFERRED);
`)}}}
}

func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{notes()}, test)
}

func add(tx *db.Tx, id string, n int) error {
	_, err := tx.Exec("INSERT INTO note_line (id, n) VALUES ($1, $2)", id, n)
	return err
}

func count(t *testing.T, d *db.DB) int {
	t.Helper()
	var n int
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM note_line").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWriteKeepsOrUndoes(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	tests := []struct {
		name  string
		write func(tx *db.Tx) error
		want  int
		err   error
	}{
		{"kept", func(tx *db.Tx) error { return add(tx, "a", 1) }, 1, nil},
		{"error", func(tx *db.Tx) error { return errors.Join(add(tx, "a", 1), boom) }, 0, boom},
		{"broken deferred reference", func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO note_word (id, line) VALUES ('w', 'nowhere')")
			return err
		}, 0, nil},
	}
	each(t, func(t *testing.T, d *db.DB) {
		for _, tt := range tests[:2] {
			id := 0
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				if _, err := tx.Exec("DELETE FROM note_line"); err != nil {
					return err
				}
				id++
				return tt.write(tx)
			})
			if !errors.Is(err, tt.err) {
				t.Errorf("%s: error %v, want %v", tt.name, err, tt.err)
			}
			if tt.err == nil && count(t, d) != tt.want {
				t.Errorf("%s: %d lines, want %d", tt.name, count(t, d), tt.want)
			}
		}
		if err := d.Write(t.Context(), tests[2].write); err == nil {
			t.Error("a commit with a broken reference gave no error")
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(tx, "z", 1) }); err != nil {
			t.Errorf("after a lost commit: %v", err)
		}
	})
}

func TestPanicComesBackToTheCaller(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		raised := func() (v any) {
			defer func() { v = recover() }()
			_ = d.Write(t.Context(), func(tx *db.Tx) error {
				if err := add(tx, "a", 1); err != nil {
					return err
				}
				panic(boom)
			})
			return nil
		}()
		p, ok := raised.(*db.Panic)
		if !ok || !errors.Is(p, boom) || len(p.Stack) == 0 {
			t.Errorf("raised %v, want a *db.Panic with the value and a stack", raised)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d lines left of a panic", n)
		}
	})
}

func TestClosureMayEndItsGoroutine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		var after bool
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = d.Write(context.Background(), func(tx *db.Tx) error {
				if err := add(tx, "a", 1); err != nil {
					return err
				}
				exit()
				return nil
			})
			after = true
		}()
		wg.Wait()
		if after {
			t.Error("the caller went on after its closure ended the goroutine")
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(tx, "b", 1) }); err != nil {
			t.Error(err)
		}
		if n := count(t, d); n != 1 {
			t.Errorf("%d lines, want the second alone", n)
		}
	})
}

func TestNestedFailsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		nothing := func(*db.Tx) error { return nil }
		tests := []struct {
			name  string
			outer func(context.Context, func(*db.Tx) error) error
			inner func(context.Context, func(*db.Tx) error) error
		}{
			{"write in write", d.Write, d.Write}, {"write in read", d.Read, d.Write},
			{"read in write", d.Write, d.Read}, {"read in read", d.Read, d.Read},
		}
		for _, tt := range tests {
			err := tt.outer(t.Context(), func(tx *db.Tx) error { return tt.inner(tx.Context(), nothing) })
			if !errors.Is(err, db.ErrNested) {
				t.Errorf("%s: %v, want ErrNested", tt.name, err)
			}
		}
		if d.Dialect() == db.SQLite {
			err := d.Write(t.Context(), func(*db.Tx) error { return d.Write(context.Background(), nothing) })
			if !errors.Is(err, db.ErrNested) {
				t.Errorf("write in write with the outer context: %v, want ErrNested", err)
			}
		}
	})
}

func TestReadIsASnapshotAndChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		var before, after int
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			if err := tx.QueryRow("SELECT count(*) FROM note_line").Scan(&before); err != nil {
				return err
			}
			if err := d.Write(context.Background(), func(tx *db.Tx) error { return add(tx, "a", 1) }); err != nil {
				return err
			}
			return tx.QueryRow("SELECT count(*) FROM note_line").Scan(&after)
		})
		if err != nil || before != 0 || after != 0 {
			t.Errorf("saw %d then %d (%v), want the same snapshot", before, after, err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error { return add(tx, "b", 1) })
		if err == nil {
			t.Error("Exec inside Read gave no error")
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			var id string
			return tx.QueryRow("INSERT INTO note_line (id, n) VALUES ('c', 1) RETURNING id").Scan(&id)
		})
		if err == nil || count(t, d) != 1 {
			t.Errorf("a writing query inside Read: %v, %d lines", err, count(t, d))
		}
	})
}

func TestAfterCommit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		calls := 0
		boom := errors.New("boom")
		for _, fail := range []error{nil, boom} {
			_ = d.Write(t.Context(), func(tx *db.Tx) error {
				tx.AfterCommit(func() { calls += count(t, d) })
				return errors.Join(add(tx, fmt.Sprint(fail), 1), fail)
			})
		}
		if calls != 1 {
			t.Errorf("hooks saw %d, want one call that sees the committed line", calls)
		}
	})
}

func TestContext(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		ran := false
		for name, run := range map[string]func(context.Context, func(*db.Tx) error) error{"write": d.Write, "read": d.Read} {
			err := run(ctx, func(*db.Tx) error { ran = true; return nil })
			if !errors.Is(err, context.Canceled) || ran {
				t.Errorf("%s with an ended context: ran %v, error %v", name, ran, err)
			}
		}
	})
}

// A collision on PostgreSQL runs the closure again; on SQLite there is none. Both lose no update.
func TestLoadDecideStoreLosesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(tx, "sum", 0) }); err != nil {
			t.Fatal(err)
		}
		const callers, rounds = 4, 5
		inParallel(t, callers, func(int) error {
			for range rounds {
				if err := d.Write(context.Background(), increase); err != nil {
					return err
				}
			}
			return nil
		})
		if n := readN(t, d, "sum"); n != callers*rounds {
			t.Errorf("sum is %d, want %d", n, callers*rounds)
		}
	})
}

// Two writers who each read what the other writes: one must see the other.
func TestNoWriteSkew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		const callers = 6
		inParallel(t, callers, func(i int) error {
			return d.Write(context.Background(), func(tx *db.Tx) error {
				var others int
				if err := tx.QueryRow("SELECT count(*) FROM note_line").Scan(&others); err != nil {
					return err
				}
				return add(tx, fmt.Sprint(i), others)
			})
		})
		var distinct int
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow("SELECT count(DISTINCT n) FROM note_line").Scan(&distinct)
		})
		if err != nil || distinct != callers {
			t.Errorf("%d of %d saw a different number of others (%v)", distinct, callers, err)
		}
	})
}

func TestRowsInRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{notes()}, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.Postgres {
			return // a PostgreSQL connection gives one result at a time; stores read a list before they go on
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(add(tx, "a", 1), add(tx, "b", 2), add(tx, "c", 3))
		})
		if err != nil {
			t.Fatal(err)
		}
		pairs := 0
		err = d.Write(t.Context(), func(tx *db.Tx) error { return everyPair(tx, func() { pairs++ }) })
		if err != nil || pairs != 9 {
			t.Errorf("%d pairs (%v), want 9: the same query twice at a time", pairs, err)
		}
	})
}

func everyPair(tx *db.Tx, found func()) error {
	const query = "SELECT id FROM note_line ORDER BY id"
	outer, err := tx.Query(query)
	if err != nil {
		return err
	}
	for outer.Next() {
		inner, err := tx.Query(query)
		if err != nil {
			return err
		}
		for inner.Next() {
			found()
		}
		if err := errors.Join(inner.Err(), inner.Close()); err != nil {
			return err
		}
	}
	return outer.Err() // left open on purpose: the transaction closes it
}

func TestLeftOpenRowsDoNotForbidTheCommit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			rows, err := tx.Query("INSERT INTO note_line (id, n) VALUES ('a', 1), ('b', 2) RETURNING id")
			if err == nil {
				rows.Next()
			}
			return err
		})
		if err != nil || count(t, d) != 2 {
			t.Errorf("%v, %d lines", err, count(t, d))
		}
	})
}

func TestIsUnique(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error { return errors.Join(add(tx, "a", 1), add(tx, "a", 2)) })
		if !db.IsUnique(fmt.Errorf("wrapped: %w", err)) {
			t.Errorf("%v is not seen as a broken key", err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO note_line (id) VALUES ('n')")
			return err
		})
		if err == nil || db.IsUnique(err) || db.IsUnique(sql.ErrNoRows) {
			t.Errorf("%v is taken for a broken key", err)
		}
	})
}

func TestCloseDrains(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drain.db")
	d := open(t, path)
	if err := d.Migrate(t.Context(), notes()); err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{})
	result := make(chan error, 1)
	go func() {
		result <- d.Write(context.Background(), func(tx *db.Tx) error {
			close(begun)
			time.Sleep(10 * time.Millisecond) // Close must be waiting by now
			return add(tx, "a", 1)
		})
	}()
	<-begun
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Errorf("a write under way at Close: %v", err)
	}
	if err := d.Write(t.Context(), func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	if err := d.Read(t.Context(), func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrClosed) {
		t.Errorf("Read after Close: %v", err)
	}
	if n := count(t, open(t, path)); n != 1 {
		t.Errorf("%d lines after opening again, want 1", n)
	}
}

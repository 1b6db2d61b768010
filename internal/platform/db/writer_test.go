package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"

	"pgregory.net/rapid"
)

// Many callers at once: whoever fails, in whatever way, takes nobody else along, and what was
// answered with nil is there after the file is opened again.
func TestGroupKeepsExactlyWhatItPromised(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	round := 0
	path := filepath.Join(t.TempDir(), "group.db")
	d := open(t, path)
	if err := d.Migrate(t.Context(), notes()); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		round++
		ways := rapid.SliceOfN(rapid.SampledFrom([]string{"keep", "error", "panic", "break a key", "end", "cancelled"}), 1, 24).Draw(rt, "ways")
		inParallel(t, len(ways), func(i int) error {
			err := oneWay(d, ways[i], fmt.Sprintf("%d-%d-%s", round, i, ways[i]), boom)
			if (err == nil) != (ways[i] == "keep") {
				return fmt.Errorf("%s gives %v", ways[i], err)
			}
			return nil
		})
		want := 0
		for _, way := range ways {
			if way == "keep" {
				want++
			}
		}
		if got := countLike(t, d, fmt.Sprintf("%d-", round)); got != want {
			rt.Fatalf("%d lines of %v, want %d", got, ways, want)
		}
	})
	before := count(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if after := count(t, open(t, path)); after != before {
		t.Errorf("%d lines after opening again, %d before", after, before)
	}
}

// oneWay writes the line id and then ends as told. A panic and an ended goroutine give an error too.
func oneWay(d *db.DB, way, id string, boom error) error {
	result := make(chan error, 1)
	go func() {
		err := boom
		defer func() {
			_ = recover()
			result <- err
		}()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		err = boom
		if way == "cancelled" {
			cancel()
		}
		got := d.Write(ctx, func(tx *db.Tx) error {
			if err := add(tx, id, 1); err != nil {
				return err
			}
			switch way {
			case "error":
				return boom
			case "panic":
				panic(boom)
			case "end":
				exit()
			case "break a key":
				return add(tx, id, 2)
			}
			return nil
		})
		err = got
	}()
	return <-result
}

func countLike(t *testing.T, d *db.DB, prefix string) int {
	t.Helper()
	var n int
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM note_line WHERE id LIKE $1", prefix+"%").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A commit that fails answers every write of its group with the error, and the next group works.
func TestFailedCommitIsToldToAll(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, notes())
	begun, queued := make(chan struct{}), make(chan struct{})
	go func() {
		_ = d.Write(context.Background(), func(*db.Tx) error { close(begun); <-queued; return nil })
	}()
	<-begun
	results := make(chan error, 2)
	enqueue := func(fn func(tx *db.Tx) error) {
		ready := make(chan struct{})
		go func() {
			close(ready)
			results <- d.Write(context.Background(), fn)
		}()
		<-ready
	}
	enqueue(func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO note_word (id, line) VALUES ('w', 'nowhere')")
		return err
	})
	enqueue(func(tx *db.Tx) error { return add(tx, "a", 1) })
	close(queued)
	errs := []error{<-results, <-results}
	kept := count(t, d)
	for _, err := range errs {
		if err == nil {
			kept--
		}
	}
	if kept != 0 || (errs[0] == nil && errs[1] == nil) {
		t.Errorf("answers %v do not tell what was kept", errs)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(tx, "b", 1) }); err != nil {
		t.Errorf("the next group: %v", err)
	}
}

// A caller whose context ends while its closure runs must not disturb the others of the group.
func TestContextEndsWhileTheClosureRuns(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, notes())
	ctx, cancel := context.WithCancel(context.Background())
	err := d.Write(ctx, func(tx *db.Tx) error {
		if err := add(tx, "a", 1); err != nil {
			return err
		}
		cancel()
		return add(tx, "b", 2)
	})
	if err != nil || count(t, d) != 2 {
		t.Errorf("%v, %d lines: a closure that has begun runs to its end", err, count(t, d))
	}
}

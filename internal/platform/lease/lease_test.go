package lease_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/lease"
)

func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{lease.Schema()}, test)
}

// competitor is one process's lease, running until end.
type competitor struct {
	*lease.Lease
	end  context.CancelFunc
	done chan struct{}
}

func compete(t *testing.T, d *db.DB) *competitor {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	c := &competitor{lease.New(d, "time", slog.New(slog.DiscardHandler)), end, make(chan struct{})}
	go func() {
		defer close(c.done)
		c.Run(ctx)
	}()
	t.Cleanup(func() { end(); <-c.done })
	return c
}

func TestOneHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		if !d.Shared() {
			if !compete(t, d).Held() {
				t.Error("the one process of a SQLite store does not hold the lease")
			}
			return
		}
		first := compete(t, d)
		<-first.Taken()
		second := compete(t, d)
		if !first.Held() || second.Held() {
			t.Fatalf("first holds: %v, second holds: %v", first.Held(), second.Held())
		}
		first.end() // gives it back
		<-second.Taken()
		if first.Held() || !second.Held() {
			t.Errorf("after the first ended: first holds %v, second holds %v", first.Held(), second.Held())
		}
	})
}

// A holder that is cut off steps back before another steps in.
func TestHolderThatIsCutOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		if !d.Shared() {
			return // nobody else can hold it
		}
		first := compete(t, d)
		<-first.Taken()
		second := compete(t, d)
		// The first can ask the store no more: the row is locked away from both.
		locked, unlock := make(chan struct{}), make(chan struct{})
		go func() {
			_ = d.Write(context.Background(), func(tx *db.Tx) error { // it changes nothing
				_, err := tx.Exec("LOCK TABLE lease_lease IN ACCESS EXCLUSIVE MODE")
				close(locked)
				<-unlock
				return err
			})
		}()
		<-locked
		for first.Held() {
			if second.Held() {
				t.Fatal("two hold the lease")
			}
			runtime.Gosched()
		}
		close(unlock)
		select {
		case <-first.Taken():
		case <-second.Taken():
		}
	})
}

func TestChores(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 25, 9, 0, 0, 0, clock.City))
		did := map[string]int{}
		broken := errors.New("broken")
		list := []lease.Chore{
			{Name: "fails", Every: time.Hour, Do: func(context.Context) error { did["fails"]++; return broken }},
			{Name: "hourly", Every: time.Hour, Do: func(context.Context) error { did["hourly"]++; return nil }},
			{Name: "daily", Every: 24 * time.Hour, Do: func(context.Context) error { did["daily"]++; return nil }},
		}
		for range 3 {
			// a new book each time: a restart repeats nothing
			if err := lease.NewBook(d, c).Work(t.Context(), list); !errors.Is(err, broken) {
				t.Fatalf("a failing chore is not told: %v", err)
			}
			c.Advance(40 * time.Minute)
		}
		if did["fails"] != 3 || did["hourly"] != 2 || did["daily"] != 1 {
			t.Errorf("done %v, want fails 3, hourly 2, daily 1", did)
		}
		done, err := lease.NewBook(d, c).Done(t.Context())
		if err != nil || len(done) != 2 || done["daily"].IsZero() {
			t.Errorf("kept %v (%v)", done, err)
		}
	})
}

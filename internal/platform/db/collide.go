package db

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/semaphore"

	"banyan/internal/platform/fault"
)

const (
	maxRuns   = 12 // bounds how often a write that collides is run; the pauses between add up to about 2 s
	aloneFrom = 3  // the run from which a write that collides has this process's turn for itself
)

// write runs fn until it does not collide; when it always does, the store is busy. Serializable gives the meaning SQLite's
// one writer has: repeatable read lets two writes each miss what the other adds (TestNoWriteSkew fails with it). PostgreSQL
// watches what was read by whole pages of an index, and what a city writes now lies on the same few pages: writes that have
// nothing to do with each other collide, too, the more the longer they take. So one that has collided twice runs alone in
// its process, and only other processes can be before it.
func (e *postgresEngine) write(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	for run := 1; ; run++ {
		hooks, err := e.inTurn(ctx, run >= aloneFrom, fn)
		if err == nil || !collides(err) {
			return hooks, err
		}
		if run == maxRuns {
			e.tally.busy.Add(1)
			return nil, fault.New(fault.Busy, "db.error.busy").Wrap(err)
		}
		e.tally.collisions.Add(1)
		if err := pause(ctx, run); err != nil {
			return nil, err
		}
	}
}

// inTurn runs fn once, beside other writes of this process or alone.
func (e *postgresEngine) inTurn(ctx context.Context, alone bool, fn func(*Tx) error) ([]func(), error) {
	began := time.Now()
	end, err := turn(ctx, &e.tally, func(ctx context.Context) (func(), error) { return e.turns.take(ctx, alone) })
	e.tally.writeWait.Add(int64(time.Since(began)))
	if err != nil {
		return nil, err
	}
	defer end()
	return e.once(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, fn)
}

// turns lets writes of this process run beside each other, or one alone. Who comes first has the turn first.
type turns struct {
	places *semaphore.Weighted
	all    int64
}

func newTurns(most int) turns { return turns{semaphore.NewWeighted(int64(most)), int64(most)} }

// take waits for a turn and gives what ends it.
func (t turns) take(ctx context.Context, alone bool) (end func(), err error) {
	n := int64(1)
	if alone {
		n = t.all
	}
	if err := t.places.Acquire(ctx, n); err != nil {
		return nil, err
	}
	return func() { t.places.Release(n) }, nil
}

// collides tells whether err means "another transaction was first: run again".
func collides(err error) bool {
	code := postgresCode(err)
	return code == "40001" || code == "40P01"
}

// Collided tells whether a Write ended because others were first every time it ran: nothing was done, and later it may
// well succeed.
func Collided(err error) bool { return collides(err) }

// pause waits a random time that doubles with every run, at most half a second.
func pause(ctx context.Context, run int) error {
	most := min(2*time.Millisecond<<run, 500*time.Millisecond)
	timer := time.NewTimer(rand.N(most)) //nolint:gosec // spreads load, guards nothing
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

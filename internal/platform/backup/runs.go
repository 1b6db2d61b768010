package backup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Run is one backup that was taken or tried.
type Run struct {
	Started, Ended time.Time
	Place          string // the file; of a run that failed, where it should have gone
	Bytes          int64  // of the file
	Rows           int64
	Error          string // empty when it is whole
}

// Runs remembers backups and lets one process at a time take the next.
type Runs struct {
	db     *db.DB
	clock  clock.Clock
	holder string
}

// keptRuns is how long a run is remembered.
const keptRuns = 400 * 24 * time.Hour

// NewRuns makes the memory over a store whose schema holds Schema(). Each one is a holder of its own.
func NewRuns(d *db.DB, c clock.Clock) *Runs {
	return &Runs{db: d, clock: c, holder: db.NewID(c.Now())}
}

// Note remembers a run.
func (r *Runs) Note(ctx context.Context, run Run) error {
	err := r.db.Write(ctx, func(tx *db.Tx) error {
		if err := deleteRuns(tx, run.Started.Add(-keptRuns)); err != nil {
			return err
		}
		return insertRun(tx, run)
	})
	if err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	return nil
}

// Last gives the newest whole run and the newest of all; a zero Run where there is none.
func (r *Runs) Last(ctx context.Context) (whole, last Run, err error) {
	var runs []Run
	err = r.db.Read(ctx, func(tx *db.Tx) (err error) {
		runs, err = selectRuns(tx, 100)
		return err
	})
	if err != nil {
		return whole, last, fmt.Errorf("read when backups were taken: %w", err)
	}
	if len(runs) > 0 {
		last = runs[0]
	}
	if i := slices.IndexFunc(runs, func(r Run) bool { return r.Error == "" }); i >= 0 {
		whole = runs[i]
	}
	return whole, last, nil
}

// Take asks for the right to take a backup for a while; false when another process has it.
func (r *Runs) Take(ctx context.Context, lasting time.Duration) (ok bool, err error) {
	now := r.clock.Now()
	err = r.db.Write(ctx, func(tx *db.Tx) (err error) {
		ok, err = takeLease(tx, r.holder, now, now.Add(lasting))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("ask to take the backup: %w", err)
	}
	return ok, nil
}

// Leave gives the right back.
func (r *Runs) Leave(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *db.Tx) error { return dropLease(tx, r.holder) })
}

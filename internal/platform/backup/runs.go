package backup

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// Runs remembers backups.
type Runs struct {
	db *db.DB
}

// keptRuns is how long a run is remembered.
const keptRuns = 400 * 24 * time.Hour

// NewRuns makes the memory over a store whose schema holds Schema().
func NewRuns(d *db.DB) *Runs { return &Runs{db: d} }

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

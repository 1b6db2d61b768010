package trail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/merkle"
)

// LeastKept is how long every row is kept whatever the settings say: the law wants logs for six months (Cybersecurity Law,
// article 23); the schema refuses to delete younger ones.
const LeastKept = 184 * 24 * time.Hour

// batch is how many rows one transaction takes in, deletes or compares.
const batch = 500

// adopted is the mark of Adopt; its place is the last row taken in, or all.
const (
	adopted = "adopted"
	all     = "~" // sorts after every id
)

// Adopt commits rows from before there was a log, oldest first; it goes on where it stopped.
func (l *Log) Adopt(ctx context.Context) error {
	for {
		end := false
		err := l.db.Write(ctx, func(tx *db.Tx) error {
			place, err := selectMark(tx, adopted)
			if err != nil || place == all {
				end = true
				return err
			}
			rows, err := selectAfter(tx, place, batch)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return putMark(tx, adopted, all)
			}
			var old []Look
			for _, one := range rows {
				if one.Salt == "" {
					old = append(old, one)
				}
			}
			return errors.Join(l.commit(tx, old), putMark(tx, adopted, rows[len(rows)-1].ID))
		})
		if err != nil {
			return fmt.Errorf("take older rows of the trail into the log: %w", err)
		}
		if end {
			return nil
		}
	}
}

// Expire deletes rows older than keep, or than LeastKept when that is longer, with their salts. Their commitments stay in the
// log, so every proof still holds and nobody finds out what they were.
func (l *Log) Expire(ctx context.Context, keep time.Duration) (n int64, err error) {
	before := l.clock.Now().Add(-max(keep, LeastKept))
	for {
		var some int64
		err := l.db.Write(ctx, func(tx *db.Tx) (err error) {
			some, err = deleteBefore(tx, before, batch)
			return err
		})
		if err != nil {
			return n, fmt.Errorf("delete old rows of the trail: %w", err)
		}
		if n += some; some < batch {
			return n, nil
		}
	}
}

// Audited is how much an audit compared.
type Audited struct {
	Logged int64 `json:"logged"` // rows in the log
	Stored int64 `json:"stored"` // rows in the store
}

// Audit compares every row with the log and the log with its signed head: a row that was changed, dropped, written past the log
// or moved is told of. keep is how long rows are kept; older ones may be gone.
func (l *Log) Audit(ctx context.Context, keep time.Duration, found func(finding string)) (a Audited, err error) {
	oldest := db.NewID(l.clock.Now().Add(-max(keep, LeastKept)))[:10]
	a.Logged, err = l.tree.Audit(ctx, func(tx *db.Tx, ids []string) (map[string]merkle.Stored, error) {
		rows, err := selectByID(tx, ids)
		if err != nil {
			return nil, err
		}
		stored := make(map[string]merkle.Stored, len(ids))
		for _, one := range rows {
			stored[one.ID] = merkle.Stored{Text: one.text()}
		}
		for _, id := range ids {
			if _, ok := stored[id]; !ok && id < oldest {
				stored[id] = merkle.Stored{Deleted: true}
			}
		}
		return stored, nil
	}, found)
	if err != nil {
		return a, fmt.Errorf("compare the log with the trail: %w", err)
	}
	a.Stored, err = l.auditRows(ctx, found)
	return a, err
}

// auditRows looks for rows that the log does not have.
func (l *Log) auditRows(ctx context.Context, found func(string)) (n int64, err error) {
	last := ""
	for {
		var rows []Look
		err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
			if rows, err = selectAfter(tx, last, batch); err != nil || len(rows) == 0 {
				return err
			}
			place, err := selectMark(tx, adopted)
			if err != nil {
				return err
			}
			var ids []string
			for _, one := range rows {
				if one.Salt != "" || one.ID <= place { // else Adopt will take it in
					ids = append(ids, one.ID)
				}
			}
			out, err := l.tree.Unlogged(tx, ids)
			for _, id := range out {
				found("row " + id + " of the trail is not in the log: it was written past it")
			}
			return err
		})
		if err != nil {
			return n, fmt.Errorf("compare the trail with the log: %w", err)
		}
		if len(rows) == 0 {
			return n, nil
		}
		n, last = n+int64(len(rows)), rows[len(rows)-1].ID
	}
}

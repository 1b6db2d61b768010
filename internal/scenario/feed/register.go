package feed

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// Export is one line of the register of exports: who took what out of the house.
type Export struct {
	ID     string
	At     time.Time
	Kind   access.Kind
	Actor  string // staff id, or key:ID
	Unit   string
	What   string // cases, rates, feed, snapshot
	Format string // csv, xlsx, json
	Filter string // as an address writes it; holds no word of a requester
	Rows   int    // -1 while it runs, and when it was broken off
	Ended  time.Time
}

func exportOf(actor access.Actor, at time.Time, what, format, filter string) Export {
	return Export{ID: db.NewID(at), At: at, Kind: actor.Kind, Actor: actor.ID, Unit: actor.Unit, What: what, Format: format, Filter: filter}
}

// begin writes an export down before its first byte leaves.
func (r *Room) begin(ctx context.Context, e Export) error {
	if err := r.DB.Write(ctx, func(tx *db.Tx) error { return insertExport(tx, e) }); err != nil {
		return fmt.Errorf("write export of %s by %s down: %w", e.What, e.Actor, err)
	}
	return nil
}

// end writes down how many rows it had, and what the file hashes to.
func (r *Room) end(ctx context.Context, id string, rows int, digest string) error {
	at := clock.Ms(r.Clock.Now())
	if err := r.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return endExport(tx, id, rows, at, digest) }); err != nil {
		return fmt.Errorf("write the end of export %s down: %w", id, err)
	}
	return nil
}

// noteRead counts what a key read of the feed or the snapshot: one line a day. A page is given only after this.
func (r *Room) noteRead(ctx context.Context, actor access.Actor, what string, rows int) error {
	if rows == 0 {
		return nil
	}
	e := exportOf(actor, r.Clock.Now(), what, "json", "")
	e.ID = what + "/" + e.At.In(clock.City).Format(time.DateOnly) + "/" + actor.ID
	if err := r.DB.Write(ctx, func(tx *db.Tx) error { return countRead(tx, e, rows) }); err != nil {
		return fmt.Errorf("write down that %s read the %s: %w", actor.ID, what, err)
	}
	return nil
}

// Taken gives who took a file with a SHA-256 (in hexadecimal) out of the house, newest first: several when they took the same.
func (r *Room) Taken(ctx context.Context, digest string) (list []Export, err error) {
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectTaken(tx, digest)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find an export by its digest: %w", err)
	}
	return list, nil
}

// Exported lists the register of exports, newest first, at most limit older than the line before.
func (r *Room) Exported(ctx context.Context, before string, limit int) (list []Export, err error) {
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectExports(tx, before, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	return list, nil
}

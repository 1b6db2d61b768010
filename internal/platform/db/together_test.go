package db_test

import (
	"context"
	"errors"
	"testing"

	"banyan/internal/platform/db"
)

func TestTogetherIsOneTransaction(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	tests := []struct {
		name string
		do   func(ctx context.Context, d *db.DB, tx *db.Tx) error
		want int
		err  error
	}{
		{"two writes", func(ctx context.Context, d *db.DB, _ *db.Tx) error {
			return errors.Join(write(ctx, d, "a"), write(ctx, d, "b"))
		}, 2, nil},
		{"a write and the transaction itself", func(ctx context.Context, d *db.DB, tx *db.Tx) error {
			return errors.Join(write(ctx, d, "a"), add(tx, "b", 1))
		}, 2, nil},
		{"an error after a write", func(ctx context.Context, d *db.DB, _ *db.Tx) error {
			return errors.Join(write(ctx, d, "a"), boom)
		}, 0, boom},
		{"an error of a write that is hidden", func(ctx context.Context, d *db.DB, tx *db.Tx) error {
			_ = d.Write(ctx, func(*db.Tx) error { return boom })
			return add(tx, "a", 1)
		}, 0, boom},
		{"an error of a read that is handled", func(ctx context.Context, d *db.DB, tx *db.Tx) error {
			_ = d.Read(ctx, func(*db.Tx) error { return boom })
			return add(tx, "a", 1)
		}, 1, nil},
		{"a read sees what was written", func(ctx context.Context, d *db.DB, _ *db.Tx) error {
			return errors.Join(write(ctx, d, "a"), d.Read(ctx, func(tx *db.Tx) error {
				var n int
				return tx.QueryRow("SELECT n FROM note_line WHERE id = 'a'").Scan(&n)
			}))
		}, 1, nil},
		{"the transaction's own context joins nothing", func(_ context.Context, d *db.DB, tx *db.Tx) error {
			return write(tx.Context(), d, "a")
		}, 0, db.ErrNested},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, d *db.DB) {
				err := d.Together(t.Context(), func(ctx context.Context, tx *db.Tx) error { return tt.do(ctx, d, tx) })
				if !errors.Is(err, tt.err) || count(t, d) != tt.want {
					t.Errorf("%d rows and %v, want %d and %v", count(t, d), err, tt.want, tt.err)
				}
			})
		})
	}
}

func write(ctx context.Context, d *db.DB, id string) error {
	return d.Write(ctx, func(tx *db.Tx) error { return add(tx, id, 1) })
}

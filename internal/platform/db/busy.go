package db

import (
	"context"
	"errors"

	"banyan/internal/platform/fault"
)

// tooLong is the answer to whoever would wait too long.
func (t *tally) tooLong() error {
	t.busy.Add(1)
	return fault.New(fault.Busy, "db.error.busy")
}

// turn bounds the wait for a turn at the store: on SQLite for a reader, on PostgreSQL for a connection. One that ends by
// patience and not by the caller is fault.Busy, and nothing of the caller's has begun.
func turn[T any](ctx context.Context, t *tally, wait func(ctx context.Context) (T, error)) (T, error) {
	bounded, stop := context.WithTimeout(ctx, t.patience)
	defer stop()
	v, err := wait(bounded)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return v, t.tooLong()
	}
	return v, err
}

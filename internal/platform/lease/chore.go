package lease

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Chore is something to be done now and then by one process. Doing it twice must do no harm.
type Chore struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// Book keeps when each chore was done last.
type Book struct {
	db    *db.DB
	clock clock.Clock
}

// NewBook makes a book over the store.
func NewBook(d *db.DB, c clock.Clock) *Book { return &Book{db: d, clock: c} }

// Done gives when each chore was done last; one never done is not in it.
func (b *Book) Done(ctx context.Context) (done map[string]time.Time, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) (err error) {
		done, err = chores(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read when chores were done: %w", err)
	}
	return done, nil
}

// Work does the chores whose time has come, in their order. One that fails is tried again at the next Work and does not
// keep the others from being done.
func (b *Book) Work(ctx context.Context, list []Chore) error {
	done, err := b.Done(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, c := range list {
		if b.clock.Now().Sub(done[c.Name]) < c.Every || ctx.Err() != nil {
			continue
		}
		if err := c.Do(ctx); err != nil {
			failed = append(failed, fmt.Errorf("chore %s: %w", c.Name, err))
			continue
		}
		if err := b.db.Write(ctx, func(tx *db.Tx) error { return setDone(tx, c.Name, b.clock.Now()) }); err != nil {
			failed = append(failed, fmt.Errorf("note chore %s: %w", c.Name, err))
		}
	}
	return errors.Join(failed...)
}

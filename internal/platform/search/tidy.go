package search

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/db"
)

// What one step of Tidy merges, in pages of the index, and how long others have the writer to themselves afterwards.
const (
	tidyPages = 8
	tidyPause = 20 * time.Millisecond
)

// Tidy merges the pieces that indexing left into one, in small steps between which others write: each term of a query is looked
// for in each piece. PostgreSQL needs nothing of the kind.
func Tidy(ctx context.Context, d *db.DB) error {
	if d.Dialect() == db.Postgres {
		return nil
	}
	for pages := -tidyPages; ; pages = tidyPages { // the negative number of the first step says that all pieces become one
		done := false
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			done, err = mergeSome(tx, pages)
			return err
		})
		if err != nil {
			return fmt.Errorf("merge the search index: %w", err)
		}
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(tidyPause):
		}
	}
}

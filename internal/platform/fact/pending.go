package fact

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/db"
)

// Waiting is what a reaction has before it.
type Waiting struct {
	Reaction string
	Pending  int
	Failed   int       // given up
	Oldest   time.Time // when the oldest pending one was or is due; zero for none
}

// Pending counts what each reaction has before it, also those with nothing.
func (l *Log) Pending(ctx context.Context) ([]Waiting, error) {
	found := map[string]Waiting{}
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		found, err = countPending(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count what reactions wait for: %w", err)
	}
	list := make([]Waiting, 0, len(l.reactions))
	for _, r := range l.reactions {
		w := found[r.Name]
		w.Reaction = r.Name
		list = append(list, w)
	}
	return list, nil
}

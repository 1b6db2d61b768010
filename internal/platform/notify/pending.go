package notify

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
)

// Waiting is what a channel has before it.
type Waiting struct {
	Channel         Channel
	Waiting, Failed int
}

// Pending counts what waits and what failed, for each channel that leads out of the house.
func (o *Outbox) Pending(ctx context.Context) ([]Waiting, error) {
	found := map[Channel]Waiting{SMS: {}, Email: {}}
	err := o.DB.Read(ctx, func(tx *db.Tx) error { return countPending(tx, found) })
	if err != nil {
		return nil, fmt.Errorf("count messages: %w", err)
	}
	list := make([]Waiting, 0, len(found))
	for c, w := range found {
		w.Channel = c
		list = append(list, w)
	}
	return list, nil
}

package webhook

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// State tells how far a delivery is.
type State string

// The states.
const (
	Waiting State = "waiting" // for its first or next attempt
	Done    State = "done"    // the receiver took it
	Failed  State = "failed"  // given up, until somebody replays it
)

// Delivery is one message on its way to one endpoint.
type Delivery struct {
	ID       string
	Message  string // the webhook-id
	Type     string
	Body     string
	State    State
	Attempts int
	Made     time.Time
	Next     time.Time // of the next attempt, while it waits
	Ended    time.Time
	Log      []Attempt // oldest first; only from Delivery
}

// Attempt is one try.
type Attempt struct {
	N      int
	At     time.Time
	Took   time.Duration
	Status int    // of the answer, 0 when there was none
	Error  string // what went wrong, without address and secret; "" for a success
	Answer string // the first bytes of what the receiver said
}

// Deliveries lists what was posted to an endpoint, newest first, at most limit (1 to 200) older than the delivery
// before; state "" is all.
func (s *Service) Deliveries(ctx context.Context, owner, id string, state State, before string, limit int) (list []Delivery, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if _, err = ofOwner(tx, owner, id); err != nil {
			return err
		}
		list, err = selectDeliveries(tx, id, state, before, min(max(limit, 1), 200))
		return err
	})
	return list, err
}

// Delivery gives one delivery with all its attempts.
func (s *Service) Delivery(ctx context.Context, owner, id, delivery string) (d Delivery, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if _, err = ofOwner(tx, owner, id); err != nil {
			return err
		}
		if d, err = selectDelivery(tx, id, delivery); err != nil {
			return err
		}
		d.Log, err = selectAttempts(tx, delivery)
		return err
	})
	return d, err
}

// Replay sends a delivery that has ended again, under the same webhook-id. Conflict while it still waits, or while
// the endpoint is disabled.
func (s *Service) Replay(ctx context.Context, owner, id, delivery string) (d Delivery, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err = enabled(tx, owner, id); err != nil {
			return err
		}
		if d, err = selectDelivery(tx, id, delivery); err != nil {
			return err
		}
		if d.State == Waiting {
			return fault.New(fault.Conflict, "webhook.waiting")
		}
		tx.AfterCommit(s.nudge)
		d.State, d.Next, d.Ended = Waiting, s.Clock.Now(), time.Time{}
		return restart(tx, clock.Ms(d.Next), delivery)
	})
	return d, err
}

// enabled refuses an endpoint that could not be sent to.
func enabled(tx *db.Tx, owner, id string) error {
	e, err := ofOwner(tx, owner, id)
	if err == nil && !e.Enabled {
		err = fault.New(fault.Conflict, "webhook.disabled")
	}
	return err
}

// ReplaySince sends again what was posted to an endpoint since a moment and failed, or, with all, also what the
// receiver took. It gives the number of deliveries.
func (s *Service) ReplaySince(ctx context.Context, owner, id string, since time.Time, all bool) (n int, err error) {
	for after := ""; ; {
		var ids []string
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			if err = enabled(tx, owner, id); err != nil {
				return err
			}
			if ids, err = endedSince(tx, id, clock.Ms(since), all, after, chunk); err != nil {
				return err
			}
			tx.AfterCommit(s.nudge)
			return restart(tx, clock.Ms(s.Clock.Now()), ids...)
		})
		if err != nil {
			return n, fmt.Errorf("replay deliveries of endpoint %s: %w", id, err)
		}
		if len(ids) == 0 {
			return n, nil
		}
		n, after = n+len(ids), ids[len(ids)-1]
	}
}

const (
	keepLog = 30 * 24 * time.Hour // ended deliveries can be looked at and replayed so long
	chunk   = 500                 // rows of one transaction
)

// Tidy removes deliveries that ended long ago.
func (s *Service) Tidy(ctx context.Context) error {
	for {
		var more bool
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			more, err = deleteEnded(tx, clock.Ms(s.Clock.Now().Add(-keepLog)), chunk)
			return err
		})
		if err != nil {
			return fmt.Errorf("remove old deliveries: %w", err)
		}
		if !more {
			return nil
		}
	}
}

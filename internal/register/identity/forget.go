package identity

import (
	"context"
	"fmt"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Forget empties the memory of sessions: the next Lookup of each asks the store. Another process has ended one.
func (s *Service) Forget() { s.cache.clear() }

// forget does so here and has the other processes told.
func (s *Service) forget() {
	s.cache.clear()
	if s.Ended != nil {
		s.Ended()
	}
}

// Live counts the sessions that have not run out.
func (s *Service) Live(ctx context.Context) (n int, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = countLive(tx, clock.Ms(s.Clock.Now()))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count sessions: %w", err)
	}
	return n, nil
}

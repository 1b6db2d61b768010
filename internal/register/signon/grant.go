package signon

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Grant is what a person allowed an app, until when.
type Grant struct {
	ID      string
	App     string
	Person  string
	Account string
	Scopes  []string
	Given   time.Time
	Until   time.Time
	Ended   time.Time // zero while it was not taken back or replaced
}

// Holds tells whether the grant counts at an instant.
func (g Grant) Holds(at time.Time) bool { return g.Ended.IsZero() && at.Before(g.Until) }

func (g Grant) covers(scopes []string) bool {
	return !slices.ContainsFunc(scopes, func(scope string) bool { return !slices.Contains(g.Scopes, scope) })
}

// Given is a grant with its app, as its giver sees it.
type Given struct {
	Grant Grant
	App   App
}

// GrantsOf lists what a person allowed and what they took back, newest first.
func (s *Service) GrantsOf(ctx context.Context, person string) (list []Given, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list = nil
		grants, err := selectGrantsOf(tx, person)
		for _, g := range grants {
			if err != nil {
				return err
			}
			var a App
			a, err = selectApp(tx, g.App)
			list = append(list, Given{g, a})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what person %s allowed: %w", person, err)
	}
	return list, nil
}

// TakeBack ends a grant of the person; its tokens open nothing from then on. NotFound for a grant that is not theirs; taking it back
// twice changes nothing.
func (s *Service) TakeBack(ctx context.Context, person, id string) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		g, err := selectGrant(tx, id)
		if err != nil {
			return err
		}
		if g.Person != person {
			return fault.New(fault.NotFound, "signon.grant_unknown")
		}
		return endGrant(tx, id, clock.Ms(s.clock.Now()))
	})
	return missing(err, "signon.grant_unknown", "take back grant "+id)
}

// EraseTx forgets what a person allowed, and every token of it.
func (s *Service) EraseTx(tx *db.Tx, person string) error {
	if err := eraseGrants(tx, person); err != nil {
		return fmt.Errorf("erase what person %s allowed: %w", person, err)
	}
	return nil
}

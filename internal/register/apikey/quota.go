package apikey

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// blockMost bounds how many calls of a day a process takes at once.
const blockMost = 100

// quota counts one key's calls in this process.
type quota struct {
	bucket *rate.Limiter

	mu   sync.Mutex // held while a block is taken: one look at the store at a time
	day  string
	left int // calls of the day's block not yet spent
}

// Take spends one call of a key. wait is zero when it may go on; else how long until the next call has a chance:
// until the bucket fills, or until midnight in the city when the day's quota is spent.
func (s *Service) Take(ctx context.Context, k Key) (wait time.Duration, err error) {
	now, q := s.clock.Now(), s.quota(k)
	if !q.bucket.AllowN(now, 1) {
		missing := 1 - q.bucket.TokensAt(now)
		return time.Duration(missing / k.PerSecond * float64(time.Second)), nil
	}
	if k.PerDay == 0 {
		return 0, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if day := now.In(clock.City).Format(time.DateOnly); day != q.day {
		q.day, q.left = day, 0
	}
	if q.left == 0 {
		if q.left, err = s.block(ctx, k, q.day); err != nil {
			return 0, err
		}
	}
	if q.left == 0 {
		return midnight(now).Sub(now), nil
	}
	q.left--
	return 0, nil
}

func (s *Service) quota(k Key) *quota {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.quotas[k.ID]
	if !ok {
		q = &quota{bucket: rate.NewLimiter(rate.Limit(k.PerSecond), k.Burst)}
		s.quotas[k.ID] = q
	}
	return q
}

// block takes calls of the day from the store: a twentieth of them, and near the end one by one.
func (s *Service) block(ctx context.Context, k Key, day string) (n int, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		for _, size := range []int{min(k.PerDay/20+1, blockMost), 1} {
			ok, err := takeBlock(tx, k.ID, day, size, k.PerDay)
			if err != nil || ok {
				n = size
				return err
			}
		}
		n = 0
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("take calls of key %s: %w", k.ID, err)
	}
	return n, nil
}

func midnight(now time.Time) time.Time {
	y, m, d := now.In(clock.City).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, clock.City)
}

// Tidy drops the counts of days before yesterday.
func (s *Service) Tidy(ctx context.Context) error {
	before := s.clock.Now().In(clock.City).AddDate(0, 0, -1).Format(time.DateOnly)
	if err := s.db.Write(ctx, func(tx *db.Tx) error { return deleteDays(tx, before) }); err != nil {
		return fmt.Errorf("tidy the counts of keys: %w", err)
	}
	return nil
}

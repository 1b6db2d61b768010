package fact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/db"
)

const (
	maxAttempts = 8
	lookAround  = 3 * time.Second       // how often a reaction looks without being woken
	linger      = 80 * time.Millisecond // see Reaction.Linger
)

// runner is one reaction at work.
type runner struct {
	Reaction
	log  *Log
	wake chan struct{}
}

// nudge wakes the reaction; one waiting signal is enough.
func (r *runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// loop works off what is due, then waits for a commit or the next look around.
func (r *runner) loop(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		run := r.look
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
			if !wait(ctx, r.Linger) {
				return
			}
			run = r.run // something was said: no need to look first
		case <-timer.C:
		}
		for ctx.Err() == nil {
			n, err := run(context.WithoutCancel(ctx)) // what has begun is finished
			if err != nil && ctx.Err() == nil {
				r.log.logger.Error("reaction could not use the store", "reaction", r.Name, "error", err)
			}
			if n < r.Batch || err != nil {
				break // what was said meanwhile has woken the reaction again
			}
			if r.log.behind != nil {
				r.log.behind(r.Name)
			}
		}
		timer.Reset(lookAround)
	}
}

// wait tells whether the time has passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// look runs the reaction when something is due. An idle reaction costs the writer nothing.
func (r *runner) look(ctx context.Context) (int, error) {
	if due, err := r.anyDue(ctx); err != nil || !due {
		return 0, err
	}
	return r.run(ctx)
}

// run claims and handles one batch in one transaction and tells how many facts it dealt with.
// When the batch fails, each of its facts is tried alone. The error is the store's, not the reaction's.
func (r *runner) run(ctx context.Context) (int, error) {
	done, failed, err := r.attempt(ctx, r.Batch, nil)
	if failed == nil {
		return done, err
	}
	if len(failed.facts) == 1 {
		return 1, r.putOff(ctx, failed.facts[0], failed.err)
	}
	for _, f := range failed.facts {
		_, alone, err := r.attempt(ctx, 1, &f)
		if err == nil && alone != nil {
			err = r.putOff(ctx, f, alone.err)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(failed.facts), nil
}

// failedBatch is a batch the reaction refused, or that others were faster than every time.
type failedBatch struct {
	facts []due
	err   error
}

// attempt runs the reaction on up to n due facts, or on the one given if it is still pending.
func (r *runner) attempt(ctx context.Context, n int, only *due) (int, *failedBatch, error) {
	var facts []due
	var refused error
	err := r.log.db.Write(ctx, func(tx *db.Tx) error {
		refused = nil
		var err error
		if facts, err = claim(tx, r.Name, r.log.clock.Now(), n, only); err != nil || len(facts) == 0 {
			return err
		}
		if refused = r.do(tx, facts); refused != nil {
			return refused
		}
		return remove(tx, r.Name, facts)
	})
	switch {
	case err == nil:
		return len(facts), nil, nil
	case db.Collided(err) && len(facts) > 0 && ctx.Err() == nil:
		return 0, &failedBatch{facts, err}, nil
	case refused != nil && ctx.Err() == nil:
		return 0, &failedBatch{facts, refused}, nil
	default:
		return 0, nil, fmt.Errorf("reaction %s: %w", r.Name, err)
	}
}

// anyDue looks without a write transaction.
func (r *runner) anyDue(ctx context.Context) (bool, error) {
	var due bool
	err := r.log.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		due, err = exists(tx, r.Name, r.log.clock.Now())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("reaction %s looks for facts: %w", r.Name, err)
	}
	return due, nil
}

// do calls the reaction; a panic is a failure like an error.
func (r *runner) do(tx *db.Tx, claimed []due) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	facts := make([]Fact, len(claimed))
	for i, d := range claimed {
		facts[i] = d.Fact
	}
	slices.SortFunc(facts, func(a, b Fact) int { return strings.Compare(a.ID, b.ID) })
	return r.Do(tx, facts)
}

// putOff leaves a fact for a later attempt, and counts this one unless it only collided: that the store is busy is no
// failure of the reaction.
func (r *runner) putOff(ctx context.Context, f due, cause error) error {
	if !db.Collided(cause) {
		return r.postpone(ctx, f, cause)
	}
	at := r.log.clock.Now().Add(backoff(1))
	if err := r.log.db.Write(ctx, func(tx *db.Tx) error { return delay(tx, r.Name, f, at) }); err != nil {
		return errors.Join(fmt.Errorf("leave fact %s to reaction %s for later: %w", f.ID, r.Name, err), cause)
	}
	r.log.logger.Warn("reaction collided with others and is run later", "reaction", r.Name, "fact", f.ID, "name", f.Name, "error", cause)
	return nil
}

// postpone counts the attempt and sets the next one, or gives the fact up.
func (r *runner) postpone(ctx context.Context, f due, cause error) error {
	now := r.log.clock.Now()
	var attempts int
	err := r.log.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		attempts, err = countAttempt(tx, r.Name, f, cause.Error(), now)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("put off reaction %s to fact %s: %w", r.Name, f.ID, err), cause)
	}
	r.log.logger.Warn("reaction failed", "reaction", r.Name, "fact", f.ID, "name", f.Name,
		"attempts", attempts, "given_up", attempts >= maxAttempts, "error", cause)
	return nil
}

// backoff is the wait after the given number of attempts: 1 s, 4 s, 16 s … at most an hour.
func backoff(attempts int) time.Duration {
	return min(time.Second<<(2*max(attempts-1, 0)), time.Hour)
}

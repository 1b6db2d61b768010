package api

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"database/sql"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
)

// KeptFor is how long an answer is kept.
const KeptFor = 24 * time.Hour

// Answers keeps what was answered to calls with an idempotency key. It is an openapi.Keeper.
type Answers struct {
	db    *db.DB
	clock clock.Clock

	mu      sync.Mutex
	running map[string]bool
}

// NewAnswers makes the keeper over a store that has its schema.
func NewAnswers(d *db.DB, c clock.Clock) *Answers {
	return &Answers{db: d, clock: c, running: map[string]bool{}}
}

// Once is openapi.Keeper's. Of two processes that are asked the same at once, the store lets one go first and gives
// the other its answer.
func (a *Answers) Once(ctx context.Context, c openapi.Repeat, do func(context.Context) ([]byte, error)) (answer []byte, err error) {
	if !a.begin(c) {
		return nil, fault.New(fault.Conflict, "api.running")
	}
	defer a.end(c)
	err = a.db.Together(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := a.clock.Now()
		digest, kept, err := selectAnswer(tx, c.Who, c.Key, now)
		switch {
		case err == nil && digest != c.Digest:
			return fault.Field("Idempotency-Key", "api.key_reused")
		case err == nil:
			answer = kept
			return nil
		case !errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("look for a kept answer: %w", err)
		}
		if answer, err = do(ctx); err != nil {
			return err
		}
		if err := upsertAnswer(tx, c, answer, now.Add(KeptFor)); err != nil {
			return fmt.Errorf("keep an answer: %w", err)
		}
		return nil
	})
	return answer, err
}

func (a *Answers) begin(c openapi.Repeat) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := c.Who + "\n" + c.Key
	if a.running[id] {
		return false
	}
	a.running[id] = true
	return true
}

func (a *Answers) end(c openapi.Repeat) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, c.Who+"\n"+c.Key)
}

// Sweep forgets answers whose day is over, and files that nobody may name any more.
func (a *Answers) Sweep(ctx context.Context) error {
	for more := true; more; {
		err := a.db.Write(ctx, func(tx *db.Tx) (err error) {
			if more, err = deleteAnswers(tx, a.clock.Now(), 500); err != nil || more {
				return err
			}
			return deleteFiles(tx, a.clock.Now().Add(-namedFor))
		})
		if err != nil {
			return fmt.Errorf("sweep kept answers: %w", err)
		}
	}
	return nil
}

package fact

import (
	"context"
	"fmt"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Failure is a reaction to one fact that was given up after maxAttempts.
type Failure struct {
	ID       string // names the failure to Retry
	Reaction string
	Fact     Fact
	Attempts int
	Error    string // the last error
}

// Failures lists what was given up, oldest first, at most 1,000.
func (l *Log) Failures(ctx context.Context) ([]Failure, error) {
	var list []Failure
	err := l.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		list, err = selectFailures(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list failed reactions: %w", err)
	}
	return list, nil
}

// Retry takes a failure up again at once, with its attempts counted from the start. An id that is
// not a failure is fault.NotFound.
func (l *Log) Retry(ctx context.Context, id string) error {
	reaction, factID := split(id)
	err := l.db.Write(ctx, func(tx *db.Tx) error {
		n, err := revive(tx, reaction, factID, l.clock.Now())
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fact.error.no_failure")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("retry reaction %s: %w", id, err)
	}
	l.Nudge(reaction)
	return nil
}

// A failure's id is the reaction's name and the fact's id; only the fact's id holds no slash.
func failureID(reaction, factID string) string { return reaction + "/" + factID }

func split(id string) (reaction, factID string) {
	at := strings.LastIndexByte(id, '/')
	if at < 0 {
		return "", id
	}
	return id[:at], id[at+1:]
}

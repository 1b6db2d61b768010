package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"banyan/internal/platform/merkle"
)

// ErrStillWitnessed refuses to give a log a new name that its witnesses still cosign, or do not refuse.
var ErrStillWitnessed = errors.New("no witness refuses this log as shorter than, or another than, what it saw; a new name costs everybody a new key: " +
	"give --anyway when receipts of rows that were lost are about all the same")

// RestartTrail gives the log of the trail a new name and new keys after a restore: its witnesses have seen more than the backup had, and
// refuse what comes under the old name. reason is public. Without anyway it is done only when a witness refuses, or when there is none.
func RestartTrail(ctx context.Context, c Config, reason string, anyway bool) (done merkle.Restarted, err error) {
	err = within(ctx, c, func(a *App) error {
		if err := a.fold(ctx); err != nil { // what waits was seen under the old name by nobody, and so says the end of the old log
			return err
		}
		if err := a.refused(ctx); err != nil && !anyway {
			return err
		}
		if done, err = a.Tree.Restart(ctx, reason); err != nil {
			return err
		}
		return a.fold(ctx)
	})
	return done, err
}

// refused asks the witnesses of the settings; nil when one refuses the log for good, or there is none.
func (a *App) refused(ctx context.Context) error {
	witnesses, err := a.Settings.Trail.witnesses()
	if err != nil || len(witnesses) == 0 {
		return err
	}
	err = a.Tree.Ask(ctx, &http.Client{Timeout: witnessEvery}, witnesses)
	switch {
	case errors.Is(err, merkle.ErrForked):
		return nil
	case err != nil:
		return fmt.Errorf("%w (%w)", ErrStillWitnessed, err)
	}
	return ErrStillWitnessed
}

// TrailRestarts gives every restart of the log, the first one first.
func TrailRestarts(ctx context.Context, c Config) (all []merkle.Restarted, err error) {
	err = within(ctx, c, func(a *App) (err error) {
		all, err = a.Tree.Restarts(ctx)
		return err
	})
	return all, err
}

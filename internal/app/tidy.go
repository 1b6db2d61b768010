package app

import (
	"context"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/lease"
)

// chores is what one process does now and then, in this order. Each may be done
// twice without harm.
func (a *App) chores() []lease.Chore {
	return append([]lease.Chore{
		{Name: "sessions", Every: time.Hour, Do: a.Identity.Tidy},
		{Name: "taken messages", Every: 24 * time.Hour, Do: a.tidyChannels},
		{Name: "kept answers", Every: time.Hour, Do: a.Answers.Sweep},
		{Name: "trials", Every: time.Hour, Do: a.Open311.Tidy},
		{Name: "what was published before Open311", Every: time.Hour, Do: a.Open311.CatchUp},
		{Name: "webhook log", Every: time.Hour, Do: a.Hooks.Tidy},
		{Name: "feed", Every: time.Hour, Do: a.Feed.Tidy},
	}, a.backupChores()...)
}

// choresEvery is how often the holder looks which chore's time has come.
const choresEvery = time.Minute

// keepHouse does the chores while this process holds the lease.
func (a *App) keepHouse(ctx context.Context) {
	book := lease.NewBook(a.DB, a.Clock)
	beat := time.NewTicker(choresEvery)
	defer beat.Stop()
	for {
		if a.Lease.Held() {
			if err := book.Work(ctx, a.chores()); err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "chores", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

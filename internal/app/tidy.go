package app

import (
	"context"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/lease"
	"banyan/internal/platform/search"
)

// chores is what one process does now and then, in this order. Each may be done
// twice without harm.
func (a *App) chores() []lease.Chore {
	return append([]lease.Chore{
		{Name: "sessions", Every: time.Hour, Do: a.Identity.Tidy},
		{Name: "tokens of apps", Every: time.Hour, Do: a.SignOn.Tidy},
		{Name: "mandates", Every: time.Hour, Do: a.Mandates.Tidy},
		{Name: "proofs", Every: time.Hour, Do: a.Assure.Tidy},
		{Name: "credentials", Every: time.Minute, Do: a.Credentials.Tidy},
		{Name: "taken messages", Every: 24 * time.Hour, Do: a.tidyChannels},
		{Name: "kept answers", Every: time.Hour, Do: a.Answers.Sweep},
		{Name: "trials", Every: time.Hour, Do: a.Open311.Tidy},
		{Name: "what was published before Open311", Every: time.Hour, Do: a.Open311.CatchUp},
		{Name: "webhook log", Every: time.Hour, Do: a.Hooks.Tidy},
		{Name: "feed", Every: time.Hour, Do: a.Feed.Tidy},
		{Name: "key counts", Every: 24 * time.Hour, Do: a.Keys.Tidy},
		{Name: "files", Every: 24 * time.Hour, Do: a.sweep},
		{Name: "trail", Every: 24 * time.Hour, Do: a.expireTrail},
		{Name: "assessments", Every: 24 * time.Hour, Do: a.Consents.Tidy},
		{Name: "erasures", Every: time.Minute, Do: a.erase},
		{Name: "surveys", Every: time.Minute, Do: a.endSurveys},
		{Name: "sealing", Every: 24 * time.Hour, Do: a.sealOlder},
		{Name: "master keys", Every: 24 * time.Hour, Do: func(ctx context.Context) error { return a.People.Vault().Tidy(ctx, a.DB) }},
		{Name: "search index", Every: 24 * time.Hour, Do: func(ctx context.Context) error { return search.Tidy(ctx, a.DB) }},
	}, a.backupChores()...)
}

// sweepAfter is how old a file must be before it is swept: a form that was
// begun may still be sent.
const sweepAfter = 7 * 24 * time.Hour

// sweep removes files that were stored for a form never sent. Each module that
// names files is asked for each file; one that cannot answer stops the sweep.
func (a *App) sweep(ctx context.Context) error {
	n, err := a.Files.Sweep(ctx, a.Clock.Now().Add(-sweepAfter), func(key string) (used bool, err error) {
		err = a.DB.Read(ctx, func(tx *db.Tx) error {
			for _, names := range []func(*db.Tx, string) (bool, error){a.Requests.HasFileTx, a.Cases.HasFileTx} {
				if used, err = names(tx, key); used || err != nil {
					return err
				}
			}
			return nil
		})
		return used, err
	})
	if n > 0 {
		a.Log.InfoContext(ctx, "files that nobody names were removed", "files", n)
	}
	return err
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

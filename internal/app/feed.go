package app

import (
	"context"
	"net/http"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/web"
	"banyan/internal/platform/webhook"
	"banyan/internal/scenario/feed"
	"banyan/internal/work/casework"
)

// feeds makes what tells other systems: webhooks, and the room of feed and exports.
func (a *App) feeds() (err error) {
	a.Hooks, err = webhook.New(webhook.Config{
		DB: a.DB, Clock: clock.System{}, Logger: a.Log, Key: a.key, Private: a.Settings.Webhooks.Private,
		Holds: func(ctx context.Context, owner string) (bool, error) {
			return feed.Holds(ctx, a.Keys, owner, a.Clock.Now())
		},
	})
	if err != nil {
		return err
	}
	a.Feed = feed.New(feed.Deps{
		DB: a.DB, Clock: a.Clock, Policy: a.Policy, Cases: a.Cases, Oversee: a.Oversee, Rate: a.Rate, Keys: a.Keys, Hooks: a.Hooks,
		City: feed.City{Areas: a.City.Areas, Orgs: a.City.Orgs, Duties: a.City.Duties}, Program: program, Staff: a.actor,
	})
	return nil
}

// announce takes what happened into the feed and tells the webhooks.
func (a *App) announce(tx *db.Tx, facts []fact.Fact) error {
	happened := make([]casework.Happened, len(facts))
	for i, f := range facts {
		h, err := fact.Decode[casework.Happened](f)
		if err != nil {
			return err
		}
		happened[i] = h
	}
	return a.Feed.AnnounceTx(tx, happened)
}

func feedRoutes(r *feed.Room) map[string]web.Handler {
	return map[string]web.Handler{
		http.MethodGet + " /exports/cases.csv": r.CasesCSV, http.MethodGet + " /exports/cases.xlsx": r.CasesXLSX,
		http.MethodGet + " /rates.csv": r.RatesCSV, http.MethodGet + " /rates.xlsx": r.RatesXLSX,
	}
}

package main

import (
	"context"
	"path/filepath"
	"strings"

	"banyan/internal/app"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
)

// install sets a data folder up with the pack of Fuzhou as a city runs it: what goes public has been assessed.
func install(ctx context.Context, c app.Config) error {
	if err := app.Install(ctx, c, filepath.Join("packs", "fuzhou"), false); err != nil {
		return err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // what was written is committed
	err = a.DB.Read(ctx, func(tx *db.Tx) error { _, err := a.Consents.Live(tx, consent.ForPublish); return err })
	if err == nil || !consent.Refused(err) {
		return err
	}
	post := func(id string) access.Actor {
		return access.Actor{Kind: access.Staff, ID: id, Unit: "3501.sjj", Area: a.City.Areas.City().Path, Roles: []string{access.Data}}
	}
	words := strings.Repeat("A measured city. ", 4)
	draft, err := a.Consents.Assess(ctx, post("writer"), consent.Assessment{
		Purpose: consent.ForPublish, Necessity: words, Risks: words, Measures: words, Until: a.Clock.Now().AddDate(2, 0, 0),
	})
	if err != nil {
		return err
	}
	return a.Consents.Approve(ctx, post("reader"), draft.ID, draft.Rev)
}

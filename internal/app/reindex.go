package app

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/search"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/citizen"
	"banyan/internal/work/request"
)

// reindexBatch is how many texts are indexed in one transaction.
const reindexBatch = 100

// Reindex makes the search index anew from what the store holds: after a restore on another engine, or when
// it is in doubt. It reads every requester's words and leaves a row in the trail for each, as the reaction
// that indexes them at first does. It may run while people work.
func (a *App) Reindex(ctx context.Context) error {
	after, n := "", int64(0)
	for {
		places, err := a.Requests.PlacesAfter(ctx, after, reindexBatch)
		if err != nil || len(places) == 0 {
			if err == nil {
				err = a.reindexPublic(ctx)
			}
			return err
		}
		if err := a.DB.Write(ctx, func(tx *db.Tx) error { return a.indexWords(tx, places) }); err != nil {
			return fmt.Errorf("make the search index anew: %w", err)
		}
		after, n = places[len(places)-1].ID, n+int64(len(places))
		a.told("search index", n)
	}
}

// indexWords makes some requests findable by number, words and address.
func (a *App) indexWords(tx *db.Tx, places []request.Place) error {
	numbers, ids := map[string]string{}, []string{}
	for _, p := range places {
		numbers[p.ID], ids = p.Number, append(ids, p.ID)
	}
	said, err := a.Requests.Words(tx, trail.Reader{Actor: access.Program("restore"), Purpose: trail.ForIndex, Subject: places[0].CaseID}, ids...)
	if err != nil {
		return err
	}
	redact := request.NewRedactor()
	var texts []search.Text
	for _, s := range said {
		texts = append(texts, findable(redact, numbers[s.ID], s))
	}
	return search.IndexAll(tx, "request", texts...)
}

// findable is what a request is found by. Phones and other numbers in the words cannot be searched.
func findable(redact *request.Redactor, number string, s request.Said) search.Text {
	text := redact.Redact(s.Subject+"\n"+s.Words) + "\n" + s.Address
	return search.Text{ID: s.ID, Text: number + " " + text}
}

// reindexPublic makes what everybody may find anew from the cases that are published.
func (a *App) reindexPublic(ctx context.Context) error {
	after := ""
	for {
		rows, err := a.Cases.PublishedAfter(ctx, after, reindexBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		err = a.DB.Write(ctx, func(tx *db.Tx) error {
			shown := make([]citizen.Shown, len(rows))
			for i, r := range rows {
				shown[i] = citizen.Shown{Case: r.ID, Number: r.Number, Area: r.Area, Duty: r.Duty, Published: true}
			}
			return citizen.IndexTx(tx, a.Requests, a.City.casework(), shown...)
		})
		if err != nil {
			return fmt.Errorf("make the public search index anew: %w", err)
		}
		after = rows[len(rows)-1].ID
	}
}

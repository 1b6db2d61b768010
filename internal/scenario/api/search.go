package api

import (
	"context"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/search"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
)

// A post that may read few of the words that were found is looked further for, but not without end.
const (
	looksMost = 6   // times the index is asked for one page
	lookMore  = 200 // finds of each look but the first
)

// spoken finds cases by the words of their requests, for a key and a post that may read those words. The cursor is the
// place of the last case that is shown: nothing of what was passed over goes out.
func (r *Room) spoken(ctx context.Context, in *listIn) (rows []casework.Row, cursor string, err error) {
	if !web.PageIn(ctx).Visitor.May(apikey.WordsRead) {
		return nil, "", fault.New(fault.Forbidden, "web.error.scope", "Scope", apikey.WordsRead)
	}
	at, err := placeOf("words", in.After)
	if err != nil {
		return nil, "", err
	}
	before, n := at.id, in.Limit+1
	for range looksMost {
		ids, err := r.find(ctx, in.Q, n, before)
		if err != nil {
			return nil, "", err
		}
		seen, err := r.Cases.RowsOf(ctx, r.Actor(ctx), access.RequestRead, ids...)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, slices.DeleteFunc(seen, func(x casework.Row) bool { return holds(rows, x) })...)
		if len(rows) <= in.Limit && len(ids) < n {
			return rows, "", nil
		}
		if len(rows) > in.Limit {
			break
		}
		before, n = ids[len(ids)-1], lookMore
	}
	rows = rows[:min(len(rows), in.Limit)]
	if len(rows) > 0 {
		cursor = place{list: "words", id: rows[len(rows)-1].Found}.cursor()
	}
	return rows, cursor, nil
}

func (r *Room) find(ctx context.Context, words string, n int, before string) (ids []string, err error) {
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = search.Find(tx, "request", words, n, before)
		return err
	})
	return ids, err
}

// holds tells whether a case is among rows: another of its requests led to it.
func holds(rows []casework.Row, x casework.Row) bool {
	return slices.ContainsFunc(rows, func(y casework.Row) bool { return y.ID == x.ID })
}

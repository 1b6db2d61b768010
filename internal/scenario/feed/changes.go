package feed

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
)

const tagFeed = "feed"

func (r *Room) changes(a *openapi.API) {
	openapi.Add(a, openapi.Op{
		ID: "list-changes", Method: http.MethodGet, Path: "/feed/cases", Tag: tagFeed, Scope: apikey.Export, Summary: "Changes of cases, in order",
		More: "Every change of every case the key may read, in the order in which it was taken into the feed. Go on behind `next`: nothing that is " +
			"committed later is ever skipped. A page may hold less than `limit`, even nothing, while `more` is true. Changes are kept for 90 days: " +
			"a cursor from before is refused with 409, begin with a snapshot then.",
	}, r.listChanges)
	openapi.Add(a, openapi.Op{
		ID: "list-standings", Method: http.MethodGet, Path: "/feed/snapshot", Tag: tagFeed, Scope: apikey.Export, Summary: "How all cases stand",
		More: "Page by page by id. Keep `feed` of the first page: when the last page is read, go on with /feed/cases behind it and nothing is " +
			"missing. Some changes come twice; keep the higher `version` of a case.",
	}, r.listStandings)
}

// PageMost is how many rows a page of feed and snapshot may hold.
const PageMost = 1000

type changesIn struct {
	After int64 `query:"after" minimum:"0" default:"0" doc:"Cursor to go on behind; 0 is the beginning of what is kept."`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"1000"`
}

type changesPage struct {
	Changes []Change `json:"changes" nullable:"false"`
	Next    string   `json:"next" doc:"Cursor for the next page, also when there is nothing more now."`
	More    bool     `json:"more" doc:"There is more to read at once."`
}

type changesOut struct{ Body changesPage }

func (r *Room) listChanges(ctx context.Context, in *changesIn) (*changesOut, error) {
	actor := r.Program(ctx)
	rows, next, more, err := r.read(ctx, actor, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &changesOut{changesPage{Changes: make([]Change, len(rows)), Next: strconv.FormatInt(next, 10), More: more}}
	for i, row := range rows {
		if out.Body.Changes[i], err = row.change(); err != nil {
			return nil, err
		}
	}
	return out, r.noteRead(ctx, actor, "feed", len(rows))
}

// window is how many places a reader with a small reach looks at in one call.
const window = 10_000

// read gives the changes behind a place that an actor may read, the place to go on behind, and whether there is more.
func (r *Room) read(ctx context.Context, actor access.Actor, after int64, limit int) (rows []changeRow, next int64, more bool, err error) {
	scope := access.ScopeOf(actor)
	if scope.Empty() {
		return nil, 0, false, r.Policy.Check(actor, access.CaseList, access.Resource{Kind: "list", AreaPath: actor.Area})
	}
	whole := scope.Area == r.City.Areas.City().Path || scope.Area == "/"
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		first, newest, err := ends(tx)
		switch {
		case err != nil:
			return err
		case after > newest:
			return fault.Field("after", "feed.unknown_cursor")
		case after != 0 && after < first-1:
			return fault.New(fault.Conflict, "feed.old_cursor", "Days", int(keepChanges.Hours()/24))
		}
		if after, err = before(tx, max(after, first-1), newest); err != nil {
			return err
		}
		look := limit
		if !whole {
			look = max(limit, window)
		}
		next = min(after+int64(look), newest)
		if whole {
			rows, err = between(tx, after+1, next)
		} else if rows, err = r.within(tx, scope, after, next, limit); len(rows) == limit {
			next = rows[limit-1].place
		}
		more = next < newest
		return err
	})
	if err != nil {
		return nil, 0, false, fmt.Errorf("read the feed behind %d: %w", after, err)
	}
	return rows, next, more, nil
}

// within reads the first changes of a window that are in a scope, at most limit.
func (r *Room) within(tx *db.Tx, scope access.Scope, after, to int64, limit int) ([]changeRow, error) {
	all, err := heads(tx, after, to)
	if err != nil {
		return nil, err
	}
	units, err := r.unitsOf(tx, scope, all)
	if err != nil {
		return nil, err
	}
	var places []int64
	for _, row := range all {
		if scope.Has(access.Resource{AreaPath: row.path, Unit: row.lead, Units: units[row.caseID]}) {
			places = append(places, row.place)
		}
	}
	return at(tx, places[:min(len(places), limit)])
}

// unitsOf reads the units of the cases that the scope's area does not already open.
func (r *Room) unitsOf(tx *db.Tx, scope access.Scope, rows []changeRow) (map[string][]string, error) {
	units := map[string][]string{}
	if scope.Unit == "" {
		return units, nil
	}
	var ask []string
	seen := map[string]bool{}
	for _, row := range rows {
		if !seen[row.caseID] && !scope.Has(access.Resource{AreaPath: row.path, Unit: row.lead}) {
			seen[row.caseID] = true
			ask = append(ask, row.caseID)
		}
	}
	for part := range slices.Chunk(ask, 500) {
		of, err := r.Cases.UnitsTx(tx, part)
		if err != nil {
			return nil, err
		}
		maps.Copy(units, of)
	}
	return units, nil
}

// Restored is called at the end of a restore. What was lost with the days since the backup had places that readers hold
// as cursors: new changes come behind them, so that no reader takes them for known.
func (r *Room) Restored(ctx context.Context) error {
	if err := r.DB.Write(ctx, leapHead); err != nil {
		return fmt.Errorf("move the feed on after the restore: %w", err)
	}
	return nil
}

type standingsIn struct {
	After string `query:"after" maxLength:"40" doc:"Id to go on behind; none for the first page."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"1000"`
}

type standingsPage struct {
	Cases []casework.Standing `json:"cases" nullable:"false"`
	Next  string              `json:"next,omitempty" doc:"Id for the next page; none at the end."`
	Feed  string              `json:"feed" doc:"Cursor of the feed before this page was read: keep that of the first page."`
}

type standingsOut struct{ Body standingsPage }

func (r *Room) listStandings(ctx context.Context, in *standingsIn) (*standingsOut, error) {
	actor := r.Program(ctx)
	var newest int64
	if err := r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		_, newest, err = ends(tx)
		return err
	}); err != nil {
		return nil, fmt.Errorf("read the end of the feed: %w", err)
	}
	list, next, err := r.Cases.Standings(ctx, actor, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = []casework.Standing{}
	}
	out := &standingsOut{standingsPage{Cases: list, Next: next, Feed: strconv.FormatInt(newest, 10)}}
	return out, r.noteRead(ctx, actor, "snapshot", len(list))
}

// keepChanges is how long the feed reaches back.
const keepChanges = 90 * 24 * time.Hour

// Tidy removes what the feed no longer keeps.
func (r *Room) Tidy(ctx context.Context) error {
	for more := true; more; {
		err := r.DB.Write(ctx, func(tx *db.Tx) (err error) {
			more, err = deleteBefore(tx, clock.Ms(r.Clock.Now().Add(-keepChanges)), 500)
			return err
		})
		if err != nil {
			return fmt.Errorf("remove old changes from the feed: %w", err)
		}
	}
	return nil
}

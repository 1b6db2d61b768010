package hotline

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/geo"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// likeness is what a case must share to be taken for the same matter.
type likeness struct {
	not    string // the case itself
	area   string
	point  geo.Point
	duties []string
}

// alike is a case that may be the same matter.
type alike struct {
	ID, Number, Title, Sub string
	Point                  geo.Point
	metres                 int // from the case; unknown is far
}

const (
	alikeMost = 5
	alikeScan = 200 // open cases of the same area that are looked at
)

// open are the states in which a case can take in another one.
func openStates() []casework.State {
	return []casework.State{casework.Received, casework.Dispatched, casework.Working, casework.Replied, casework.FollowingUp, casework.Contested, casework.Overseen}
}

// alike finds open cases of the same subdistrict with a duty in common, and
// cases within the pack's merge radius.
func (r *Room) alike(v visit, l likeness) ([]alike, error) {
	f := r.reach(v)
	f.States, f.Newest, f.Limit = openStates(), true, alikeScan
	if street := r.City.Areas.Subdistrict(l.area); street != "" {
		f.Subdistrict = street
	} else if district := r.City.Areas.District(l.area); district != "" {
		f.District = district
	} else {
		return nil, nil // the whole city is not nearby
	}
	rows, err := r.Cases.List(v.ctx, v.actor, f)
	if err != nil {
		return nil, nil // a place beyond the reader's area has no cases for the reader
	}
	if rows, err = r.sharing(v, rows, l.duties); err != nil {
		return nil, err
	}
	since := v.now.AddDate(0, 0, -max(r.City.Rules.MergeDays, 1))
	var out []alike
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		out = nil
		for _, row := range rows {
			if row.ID == l.not || row.OpenedAt.Before(since) || len(out) == alikeMost {
				continue
			}
			h, err := r.Requests.ByNumber(tx, row.Number)
			if err != nil {
				return err
			}
			out = append(out, r.alikeOf(v, l, row, h))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r.around(v, l, since, out)
}

// sharing keeps the rows that have, or are proposed for, one of the duties.
func (r *Room) sharing(v visit, rows []casework.Row, duties []string) ([]casework.Row, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	proposed, err := r.Triage.Of(v.ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(row casework.Row) bool {
		duty := row.Duty
		if duty == "" {
			duty = proposed[row.ID].Duty
		}
		return !slices.Contains(duties, duty)
	}), nil
}

// around adds the cases near the point that are not in the list yet.
func (r *Room) around(v visit, l likeness, since time.Time, out []alike) ([]alike, error) {
	near, err := r.Requests.Near(v.ctx, l.point, float64(r.City.Rules.MergeRadius), since, 2*alikeMost)
	if err != nil {
		return nil, err
	}
	for _, h := range near {
		if len(out) >= alikeMost || h.CaseID == l.not || slices.ContainsFunc(out, func(a alike) bool { return a.ID == h.CaseID }) {
			continue
		}
		f, err := r.Cases.Get(v.ctx, v.actor, h.CaseID)
		if err != nil || f.Case.State.Ended() {
			continue // not the reader's, or over
		}
		out = append(out, r.alikeOf(v, l, rowOf(f), h))
	}
	slices.SortStableFunc(out, func(a, b alike) int { return cmp.Compare(a.metres, b.metres) })
	return out, nil
}

func (r *Room) alikeOf(v visit, l likeness, row casework.Row, h request.Headline) alike {
	metres := math.MaxInt
	parts := []string{v.p.T("casework.state." + string(row.State)), v.p.Lang.Stamp(row.OpenedAt, v.now)}
	if l.point.Valid() && h.Point.Valid() && l.point != (geo.Point{}) && h.Point != (geo.Point{}) {
		metres = int(math.Round(l.point.Distance(h.Point)/10) * 10)
		parts = append([]string{v.p.T("hotline.metres", "N", metres)}, parts...)
	}
	if row.Requests > 1 {
		parts = append(parts, v.p.T("hotline.people", "N", row.Requests))
	}
	return alike{ID: row.ID, Number: row.Number, Title: h.Text, Sub: strings.Join(parts, " · "), Point: h.Point, metres: metres}
}

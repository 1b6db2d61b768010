package hotline

import (
	"slices"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

const (
	precedentScan = 500 // newest cases of the reader's area that are looked at
	precedentMost = 5
)

// precedents are the newest rulings on the duty of a case, with why.
func (r *Room) precedents(m matter) ([]ui.TimelineItem, error) {
	f := r.reach(m.visit)
	f.Newest, f.Limit = true, precedentScan
	rows, err := r.Cases.List(m.ctx, m.actor, f)
	if err != nil {
		return nil, err
	}
	var found []casework.Ruling
	for _, row := range rows {
		if row.Duty != m.file.Case.Duty || len(found) == precedentMost {
			continue
		}
		other, err := r.Cases.Get(m.ctx, m.actor, row.ID)
		if err != nil {
			return nil, err
		}
		found = append(found, other.Rulings...)
	}
	slices.SortFunc(found, func(a, b casework.Ruling) int { return b.At.Compare(a.At) })
	var out []ui.TimelineItem
	for _, x := range found[:min(len(found), precedentMost)] {
		if x.Duty == m.file.Case.Duty {
			out = append(out, ui.TimelineItem{At: m.p.Lang.Stamp(x.At, m.now), Who: r.City.Orgs.Short(x.Unit, m.p.Lang), What: m.p.T("hotline.precedent"), Words: x.Why})
		}
	}
	return out, nil
}

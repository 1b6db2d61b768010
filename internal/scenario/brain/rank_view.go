package brain

import (
	"banyan/internal/register/area"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// rankShown is how many units of a group the screen ranks.
const rankShown = 8

// rankView is the ranking of one group beside the means of its units.
type rankView struct {
	Group, Href string
	Bars        ui.BarsView
	Few         string // how many units have too few cases for a place
	Means       []ui.MetaItem
	NoMeans     string // why there are no means
}

// rankView ranks the group with the most placed units. A district's page shows
// its own units with the places they have in the whole city's group.
func (r *Room) rankView(v visit, f facts) rankView {
	group := widest(f.rates)
	view := rankView{Group: r.City.Orgs.GroupName(group, v.p.Lang), Href: ratesHref(f.period, group), Bars: ui.BarsView{Label: v.p.T("brain.rank.title")}}
	few := 0
	known := false
	for _, u := range f.rates {
		switch {
		case u.Group != group || f.area.Kind != area.City && !r.unitIn(u.Unit, f.area.Code):
			continue
		case u.Rank == 0:
			few++
			continue
		case len(view.Bars.Bars) == rankShown:
			continue
		}
		bar := ui.Bar{Label: r.City.Orgs.Short(u.Unit, v.p.Lang), Value: percentText(u.Score, f.rules.Rounding), Href: unitHref(u.Unit, f.period), Part: *u.Score / 100}
		if *u.Score < 60 {
			bar.Kind = "warn"
		}
		view.Bars.Bars = append(view.Bars.Bars, bar)
		staff := unknown
		if u.Staff > 0 {
			staff, known = v.p.T("brain.means.staff", "N", u.Staff), true
		}
		view.Means = append(view.Means, ui.MetaItem{Term: bar.Label, Text: staff + " · " + v.p.T("brain.means.cases", "N", assessed(u)), Num: true})
	}
	if few > 0 {
		view.Few = v.p.T("brain.rank.few", "N", few, "Min", f.rules.Ranking.MinCases)
	}
	if !known {
		view.Means, view.NoMeans = nil, v.p.T("brain.means.unknown", "Pack", r.City.Pack)
	}
	return view
}

// widest is the group with the most placed units, the first by name of several.
func widest(list []oversee.UnitRates) string {
	placed := map[string]int{}
	best := ""
	for _, u := range list {
		if u.Rank > 0 {
			placed[u.Group]++
		}
	}
	for _, u := range list {
		if best == "" || placed[u.Group] > placed[best] {
			best = u.Group
		}
	}
	return best
}

// assessed is the most events that one of a unit's rates was counted from.
func assessed(u oversee.UnitRates) (n int) {
	for _, x := range u.Rates {
		n = max(n, x.Counts)
	}
	return n
}

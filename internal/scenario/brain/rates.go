package brain

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// ratesQuery is the period and the group in the address.
type ratesQuery struct {
	From  string `form:"from" max:"10"`
	To    string `form:"to" max:"10"`
	Group string `form:"group" max:"60"`
}

// period reads months; without any it is the month of now. What is no month, or
// ends before it begins, is a wrong field, and the month of now is shown.
func (in *ratesQuery) period(now time.Time) (oversee.Period, error) {
	month := oversee.MonthOf(now)
	var wrong fault.Fields
	for field, value := range map[string]*string{"from": &in.From, "to": &in.To} {
		if *value == "" {
			continue
		}
		if _, err := time.ParseInLocation("2006-01", *value, clock.City); err != nil {
			wrong = append(wrong, fault.Field(field, "brain.period.month"))
		}
	}
	if in.To == "" {
		in.To = month
	}
	if in.From == "" {
		in.From = in.To
	}
	if len(wrong) == 0 && in.From > in.To {
		wrong = append(wrong, fault.Field("to", "brain.period.order"))
	}
	if err := wrong.OrNil(); err != nil {
		return oversee.Period{From: month, To: month}, err
	}
	return oversee.Period{From: in.From, To: in.To}, nil
}

// Rates shows the rates of all units of a group in a period, ranked.
func (r *Room) Rates(w http.ResponseWriter, q *http.Request) error {
	v, in, p, wrong, err := r.ratesOf(q)
	if err != nil {
		return err
	}
	list, err := r.ranked(v, p)
	if err != nil {
		return err
	}
	return web.Show(w, q, wrong, ratesPage(r.ratesView(v, in, p, list, wrong)))
}

// ranked gives the rates of all units by group, those with a place first.
func (r *Room) ranked(v visit, p oversee.Period) ([]oversee.UnitRates, error) {
	list, err := r.Oversee.Rates(v.ctx, v.actor, p)
	slices.SortStableFunc(list, func(a, b oversee.UnitRates) int {
		if a.Group != b.Group || (a.Rank == 0) == (b.Rank == 0) {
			return strings.Compare(a.Group, b.Group)
		}
		return b.Rank - a.Rank // one of them is 0
	})
	return list, err
}

// ratesOf reads who asks for which period; wrong is what the reader has to
// correct.
func (r *Room) ratesOf(q *http.Request) (v visit, in ratesQuery, p oversee.Period, wrong, err error) {
	if v, err = r.visit(q); err != nil {
		return v, in, p, nil, err
	}
	if err = web.Decode(q, &in); err != nil && !web.Again(err) {
		return v, in, p, nil, err
	}
	p, wrong = in.period(v.now)
	return v, in, p, wrong, nil
}

// ratesView is the page of the three rates.
type ratesView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	In     ratesQuery
	Period string
	Groups ui.TabsView
	Table  ui.TableView
	Few    string
	Rules  []ui.MetaItem
	Export string // query of the downloads
}

func (r *Room) ratesView(v visit, in ratesQuery, p oversee.Period, list []oversee.UnitRates, wrong error) ratesView {
	rules := r.Oversee.Rules.Current(v.now)
	groups := r.Oversee.Groups(list)
	if !slices.Contains(groups, in.Group) {
		in.Group = widest(list)
	}
	view := ratesView{
		Desk: r.desk(v, v.p.T("brain.rates.title"), "rates"), In: in, Period: monthsText(p), Rules: r.rulesMeta(v, rules),
		Errors: ui.Errors(v.p, wrong, "from", v.p.T("brain.period.from"), "to", v.p.T("brain.period.to")),
		Groups: ui.TabsView{Label: v.p.T("brain.rates.groups")}, Export: ratesHref(p, in.Group)[len("/rates?"):],
	}
	for _, g := range groups {
		view.Groups.Tabs = append(view.Groups.Tabs, ui.Tab{Label: r.City.Orgs.GroupName(g, v.p.Lang), Href: ratesHref(p, g), Active: g == in.Group, Count: v.p.Lang.Number(countIn(list, g))})
	}
	view.Table = ui.TableView{Caption: r.City.Orgs.GroupName(in.Group, v.p.Lang) + " · " + view.Period, Columns: ratesColumns(v, rules)}
	few := 0
	for _, u := range list {
		if u.Group != in.Group {
			continue
		}
		if u.Rank == 0 {
			few++
		}
		view.Table.Rows = append(view.Table.Rows, ui.TableRow{Href: unitHref(u.Unit, p), Cells: r.ratesCells(v, rules, u)})
	}
	if few > 0 {
		view.Few = v.p.T("brain.rank.few", "N", few, "Min", rules.Ranking.MinCases)
	}
	return view
}

func countIn(list []oversee.UnitRates, group string) (n int) {
	for _, u := range list {
		if u.Group == group {
			n++
		}
	}
	return n
}

func ratesColumns(v visit, rules oversee.Version) []ui.Column {
	columns := []ui.Column{{Label: v.p.T("brain.rates.unit")}, {Label: v.p.T("brain.rates.rank"), Num: true}, {Label: v.p.T("brain.rates.score"), Num: true}}
	for _, in := range rules.Indicators {
		columns = append(columns, ui.Column{Label: in.Name.In(v.p.Lang), Num: true})
	}
	return append(columns, ui.Column{Label: v.p.T("brain.rates.staff"), Num: true})
}

// ratesCells writes one unit: every share with the counts it comes from.
func (r *Room) ratesCells(v visit, rules oversee.Version, u oversee.UnitRates) []string {
	rank := v.p.T("brain.rates.unranked")
	if u.Rank > 0 {
		rank = strconv.Itoa(u.Rank)
	}
	score := percentText(u.Score, rules.Rounding)
	if u.Partial && u.Score != nil {
		score = v.p.T("brain.rates.partial", "Score", score)
	}
	cells := []string{r.City.Orgs.Short(u.Unit, v.p.Lang), rank, score}
	for _, in := range rules.Indicators {
		cells = append(cells, rateText(v, rules, u.Rates[in.Code]))
	}
	staff := unknown
	if u.Staff > 0 {
		staff = v.p.Lang.Number(u.Staff)
	}
	return append(cells, staff)
}

// rateText is a share with what it was counted from, or a dash.
func rateText(v visit, rules oversee.Version, x oversee.Rate) string {
	if x.Percent == nil {
		return unknown
	}
	return v.p.T("brain.rates.cell", "Percent", percentText(x.Percent, rules.Rounding), "Good", x.Good, "Counts", x.Counts)
}

// rulesMeta explains how the numbers are made: version, weights, exclusions.
func (r *Room) rulesMeta(v visit, rules oversee.Version) []ui.MetaItem {
	items := []ui.MetaItem{
		{Term: v.p.T("brain.rules.version"), Text: rules.Version, Num: true},
		{Term: v.p.T("brain.rules.from"), Text: rules.ValidFrom, Num: true},
		{Term: v.p.T("brain.rules.source"), Text: r.City.Pack + " · assess/rates.yaml"},
	}
	for _, in := range rules.Indicators {
		text := v.p.T("brain.rules.weight", "Weight", in.Weight, "Good", in.Good, "Counts", in.Counts)
		items = append(items, ui.MetaItem{Term: in.Name.In(v.p.Lang), Text: text})
	}
	items = append(items, ui.MetaItem{Term: v.p.T("brain.rules.ranking"), Text: v.p.T("brain.rules.ranking.text", "Min", rules.Ranking.MinCases)})
	if rules.Exclusions != "" {
		items = append(items, ui.MetaItem{Term: v.p.T("brain.rules.exclusions"), Text: rules.Exclusions})
	}
	return items
}

func unitHref(unit string, p oversee.Period) string {
	return "/rates/" + unit + "?from=" + p.From + "&to=" + p.To
}

// monthsText is a period as one reads it.
func monthsText(p oversee.Period) string {
	if p.From == p.To {
		return p.From
	}
	return p.From + " – " + p.To
}

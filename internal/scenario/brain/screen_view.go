package brain

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"banyan/internal/register/area"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// screenView is the city brain's page.
type screenView struct {
	Shell   ui.ScreenView
	Up      *ui.LinkView // from a district back to the city
	Self    string       // the page's own address, for looking again
	Figures []figure
	Calls   []callView
	CallsN  string
	Late    []lateView
	Map     *ui.MapView // nil: the table instead
	Table   ui.TableView
	Toggle  ui.LinkView
	Note    string // under map or table: where the residents' number comes from
	Rank    rankView
}

// figure is one headline number: what it is, where its list is, what it was
// counted from and when.
type figure struct {
	Label, Value, Unit, Href string
	Notes                    []note
	Source                   string
}

// note stands under a number and may lead to a list of its own.
type note struct{ Text, Href, Kind string }

type lateView struct {
	Href, Title, Due, Sub string
}

func (r *Room) screenView(v visit, f facts, heads map[string]string, table bool) screenView {
	p, self := v.p, "/brain"
	p.Live = "brain"
	title := p.T("brain.screen.title", "City", f.area.Name)
	view := screenView{}
	if f.area.Kind != area.City {
		self = "/brain/districts/" + f.area.Code
		view.Up = &ui.LinkView{Label: p.T("brain.up"), Href: "/brain", Icon: "back"}
	}
	view.Shell = ui.ScreenView{
		Page: p, Title: title, Sub: p.T("brain.screen.sub"), Now: p.Lang.DateTime(v.now) + " " + p.Lang.Weekday(v.now),
		Source: p.T("brain.screen.source"), Fresh: p.T("brain.fresh", "At", p.Lang.Stamp(v.now, v.now)), Note: p.T("brain.screen.note"),
	}
	view.Self = self
	view.Figures = r.figures(v, f)
	view.CallsN = p.T("brain.calls.n", "N", f.callsOpen)
	for _, c := range f.calls[:min(len(f.calls), callsShown)] {
		view.Calls = append(view.Calls, r.callView(v, c, heads[c.row.Number]))
	}
	for _, c := range f.late {
		sub := r.City.Areas.FullName(c.Area, p.Lang)
		if c.Lead != "" {
			sub += " · " + r.City.Orgs.Short(c.Lead, v.p.Lang)
		}
		view.Late = append(view.Late, lateView{Href: "/cases/" + c.ID, Title: heads[c.Number], Sub: sub, Due: ui.Due(p, c.DueAt, v.now, c.Provisional).Text})
	}
	view.Table, view.Note = r.partsTable(v, f), r.residentsNote(v, f)
	view.Toggle = ui.LinkView{Label: p.T("brain.as.map"), Href: self}
	if shapes := r.shapes[f.area.Code]; len(shapes) > 0 && !table {
		m := r.mapView(v, f, shapes)
		view.Map, view.Toggle = &m, ui.LinkView{Label: p.T("brain.as.table"), Href: self + "?view=table"}
	} else if len(shapes) == 0 {
		view.Toggle = ui.LinkView{}
	} else {
		view.Self += "?view=table"
	}
	view.Rank = r.rankView(v, f)
	return view
}

// figures are the headline numbers of an area. What was opened today is counted
// for the city only.
func (r *Room) figures(v visit, f facts) []figure {
	p := v.p
	var out []figure
	if f.area.Kind == area.City {
		today := figure{Label: p.T("brain.today"), Value: p.Lang.Number(f.today), Href: listHref("today", ""), Source: p.T("brain.source.cases")}
		today.Notes = append(today.Notes, note{Text: p.T("brain.today.answered", "Share", p.Lang.Percent(f.answered, f.today))},
			note{Text: p.T("brain.today.before", "N", f.before)})
		out = append(out, today)
	}
	code := f.area.Code
	out = append(out, figure{
		Label: p.T("brain.open"), Value: p.Lang.Number(f.whole.Open), Href: listHref("open", code), Source: p.T("brain.source.cases"),
		Notes: []note{
			{Text: p.T("brain.open.risk", "N", f.whole.AtRisk), Href: listHref("risk", code), Kind: "warn"},
			{Text: p.T("brain.open.overdue", "N", f.whole.Overdue), Href: listHref("overdue", code), Kind: "danger"},
		},
	})
	sums := together(f.rates, f.rules, func(u oversee.UnitRates) bool { return r.unitIn(u.Unit, code) })
	for _, in := range f.rules.Indicators {
		s := sums[in.Code]
		x := figure{Label: in.Name.In(p.Lang), Value: percentText(s.Percent, f.rules.Rounding), Unit: "%", Href: ratesHref(f.period, ""),
			Source: p.T("brain.source.rates", "Month", f.period.To, "Version", f.rules.Version)}
		x.Notes = []note{{Text: p.T("brain.rate.of", "Good", s.Good, "Counts", s.Counts)}}
		if s.Percent == nil {
			x.Unit, x.Notes = "", []note{{Text: p.T("brain.rate.none")}}
		}
		out = append(out, x)
	}
	arrived, units := 0, 0
	for _, c := range f.calls {
		arrived, units = arrived+c.arrived(), units+len(c.orders)
	}
	calls := figure{Label: p.T("brain.calls"), Value: p.Lang.Number(f.callsOpen), Href: listHref("calls", code), Source: p.T("brain.source.calls"),
		Notes: []note{{Text: p.T("brain.calls.arrived", "N", arrived, "Of", units)}}}
	if f.loaded < f.callsOpen {
		calls.Notes = append(calls.Notes, note{Text: p.T("brain.calls.looked", "N", f.loaded)})
	}
	return append(out, calls)
}

// unitIn tells whether a unit sits in an area; a unit that left the pack counts
// for the city.
func (r *Room) unitIn(unit, code string) bool {
	if code == r.City.Areas.City().Code {
		return true
	}
	u, ok := r.City.Orgs.Get(unit)
	return ok && r.City.Areas.Within(u.Area, code)
}

// value is a part's number for map and table, and its weight for the shade.
func (r *Room) value(v visit, f facts, s share) (text string, weight float64) {
	if s.Outside {
		return v.p.T("brain.outside"), 0
	}
	if f.area.Kind != area.City {
		return v.p.Lang.Number(s.Open), float64(s.Open)
	}
	x, ok := s.perTenThousand()
	if !ok {
		return unknown, 0
	}
	return strconv.FormatFloat(x, 'f', 2, 64), x
}

func (r *Room) mapView(v visit, f facts, shapes []ui.Shape) ui.MapView {
	m := ui.MapView{Title: v.p.T("brain.map.open"), Measure: v.p.T("brain.map.open.measure"), Width: mapWidth, Height: mapHeight}
	if f.area.Kind == area.City {
		m.Title, m.Measure = v.p.T("brain.map.per"), v.p.T("brain.map.per.measure")
	}
	most := 0.0
	for _, s := range f.parts {
		_, weight := r.value(v, f, s)
		most = max(most, weight)
	}
	for _, shape := range shapes {
		i := slices.IndexFunc(f.parts, func(s share) bool { return s.Code == shape.Code })
		if i < 0 {
			continue
		}
		s := f.parts[i]
		text, weight := r.value(v, f, s)
		shape.Name = s.Name.In(v.p.Lang)
		step := 0
		if most > 0 {
			step = int(math.Ceil(weight / most * 5)) // the palest shade is nothing at all
		}
		m.Areas = append(m.Areas, ui.MapArea{Shape: shape, Value: text, Href: r.partHref(s), Step: step})
		if s.Calls > 0 {
			m.Points = append(m.Points, ui.MapPoint{X: shape.X, Y: shape.Y + below(shape), Kind: "warn", Label: v.p.T("brain.calls.n", "N", s.Calls)})
		}
	}
	m.Legend = v.p.T("brain.map.legend", "From", "0", "To", strconv.FormatFloat(most, 'f', -1, 64))
	if f.area.Kind == area.City {
		m.Legend = v.p.T("brain.map.legend", "From", "0", "To", strconv.FormatFloat(most, 'f', 2, 64))
	}
	return m
}

// below is how far under the middle of an area its point stands, to leave the name alone.
func below(s ui.Shape) float64 {
	if s.Roomy() {
		return 20
	}
	return 0
}

// partHref leads from a district to its own page and from a subdistrict to the
// list of its cases.
func (r *Room) partHref(s share) string {
	if s.Kind == area.District || s.Kind == area.Zone {
		return "/brain/districts/" + s.Code
	}
	return listHref("open", s.Code)
}

// partsTable is the same numbers as a table, and the ones the map cannot show.
func (r *Room) partsTable(v visit, f facts) ui.TableView {
	p := v.p
	t := ui.TableView{Caption: p.T("brain.table.caption", "Area", f.area.Name), Columns: []ui.Column{
		{Label: p.T("brain.table.area")}, {Label: p.T("brain.open"), Num: true}, {Label: p.T("brain.table.risk"), Num: true},
		{Label: p.T("brain.table.overdue"), Num: true}, {Label: p.T("brain.calls"), Num: true}, {Label: p.T("brain.table.people"), Num: true}, {Label: p.T("brain.map.per.measure"), Num: true},
	}}
	n := p.Lang.Number
	for _, s := range f.parts {
		people, per := unknown, unknown
		if s.Population > 0 {
			people = p.T("brain.table.people.year", "N", s.Population, "Year", strconv.Itoa(s.PopulationYear))
		}
		if x, ok := s.perTenThousand(); ok && !s.Outside {
			per = strconv.FormatFloat(x, 'f', 2, 64)
		}
		t.Rows = append(t.Rows, ui.TableRow{Href: r.partHref(s), Cells: []string{s.Name.In(p.Lang), n(s.Open), n(s.AtRisk), n(s.Overdue), n(s.Calls), people, per}})
	}
	if f.rest.Open > 0 {
		t.Rows = append(t.Rows, ui.TableRow{Cells: []string{p.T("brain.table.rest"), n(f.rest.Open), n(f.rest.AtRisk), n(f.rest.Overdue), unknown, unknown, unknown}})
	}
	return t
}

// residentsNote says which years' residents the rates are per, or that the
// number of residents is not known.
func (r *Room) residentsNote(v visit, f facts) string {
	if f.area.Kind != area.City {
		return v.p.T("brain.people.unknown")
	}
	var years []string
	for _, s := range f.parts {
		if y := strconv.Itoa(s.PopulationYear); s.PopulationYear > 0 && !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	if len(years) == 0 {
		return v.p.T("brain.people.unknown")
	}
	slices.Sort(years)
	return v.p.T("brain.people.source", "Years", strings.Join(years, v.p.T("brain.list.comma")), "Pack", r.City.Pack)
}

func listHref(list, code string) string {
	h := "/brain/cases?list=" + list
	if code != "" {
		h += "&area=" + url.QueryEscape(code)
	}
	return h
}

func ratesHref(p oversee.Period, group string) string {
	q := url.Values{}
	for name, value := range map[string]string{"from": p.From, "to": p.To, "group": group} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/rates?" + q.Encode()
}

package brain

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// linesMost bounds the score lines of one page.
const linesMost = 200

// unitView is what stands behind one unit's rates.
type unitView struct {
	Desk      ui.DeskView
	Errors    []ui.FieldError
	In        ratesQuery
	Action    string
	Period    string
	Place     []ui.MetaItem
	Ratings   ui.TableView
	RatingsOf string
	Lines     ui.TableView
	More      string // that there are more lines than shown
	Appeal    string // where the unit may object, "" for readers who may not
}

// UnitRates shows one unit's rates with the score lines they are counted from.
func (r *Room) UnitRates(w http.ResponseWriter, q *http.Request) error {
	v, in, p, wrong, err := r.ratesOf(q)
	if err != nil {
		return err
	}
	unit, err := r.unit(q)
	if err != nil {
		return err
	}
	lines, err := r.Oversee.Entries(v.ctx, v.actor, unit.ID, p, linesMost)
	if err != nil {
		return err
	}
	view := unitView{
		Desk: r.desk(v, unit.Name.In(v.p.Lang), "own"), In: in, Period: monthsText(p), Action: "/rates/" + unit.ID,
		Errors: ui.Errors(v.p, wrong, "from", v.p.T("brain.period.from"), "to", v.p.T("brain.period.to")),
	}
	if r.mayAppeal(v, unit.ID) {
		view.Appeal = "/oversight?view=scores" // the front line's page of what a unit may object to
	}
	if err := r.fillUnit(v, &view, unit, p, lines); err != nil {
		return err
	}
	return web.Show(w, q, wrong, unitPage(view))
}

func (r *Room) unit(q *http.Request) (org.Unit, error) {
	u, ok := r.City.Orgs.Get(q.PathValue("unit"))
	if !ok {
		return u, fault.New(fault.NotFound, "brain.no_unit")
	}
	return u, nil
}

func (r *Room) mayAppeal(v visit, unit string) bool {
	return v.actor.Unit == unit && r.Policy.May(v.actor, access.OverseeAppeal, access.Resource{Kind: "unit", ID: unit, Unit: unit}).Allow
}

func (r *Room) fillUnit(v visit, view *unitView, unit org.Unit, p oversee.Period, lines []oversee.Entry) error {
	rules := r.Oversee.Rules.Current(v.now)
	all, err := r.Oversee.AllRates(v.ctx, p)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(u oversee.UnitRates) bool { return u.Unit == unit.ID }); i >= 0 {
		cells, columns := r.ratesCells(v, rules, all[i]), ratesColumns(v, rules)
		view.Place = []ui.MetaItem{{Term: v.p.T("brain.unit.group"), Text: r.City.Orgs.GroupName(all[i].Group, v.p.Lang)}}
		for j := 1; j < len(cells); j++ {
			view.Place = append(view.Place, ui.MetaItem{Term: columns[j].Label, Text: cells[j], Num: true})
		}
	}
	if err := r.fillRatings(v, view, unit.ID, p); err != nil {
		return err
	}
	numbers, err := r.numbersOf(v, lines)
	if err != nil {
		return err
	}
	view.Lines = r.linesTable(v, rules, lines, numbers)
	if len(lines) == linesMost {
		view.More = v.p.T("brain.unit.lines.more", "N", linesMost)
	}
	return nil
}

// fillRatings draws how often each level of the service rating was given.
func (r *Room) fillRatings(v visit, view *unitView, unit string, p oversee.Period) error {
	from, to := bounds(p)
	levels, err := r.Rate.Tally(v.ctx, unit, from, to)
	if err != nil {
		return err
	}
	all := 0
	for _, n := range levels {
		all += n
	}
	view.RatingsOf = v.p.T("brain.unit.ratings.of", "N", all)
	if all == 0 {
		return nil
	}
	view.Ratings = ui.TableView{Caption: view.RatingsOf, Columns: []ui.Column{
		{Label: v.p.T("brain.rectify.level")}, {Label: v.p.T("brain.unit.ratings.n"), Num: true}, {Label: v.p.T("brain.unit.ratings.share"), Num: true},
	}}
	for level := 5; level >= 1; level-- {
		view.Ratings.Rows = append(view.Ratings.Rows, ui.TableRow{Cells: []string{
			v.p.T("rate.level." + strconv.Itoa(level)), v.p.Lang.Number(levels[level]), v.p.Lang.Percent(levels[level], all),
		}})
	}
	return nil
}

// bounds is the time from a period's first month until after its last, in the
// city. The months were checked before.
func bounds(p oversee.Period) (from, to time.Time) {
	from, _ = time.ParseInLocation("2006-01", p.From, clock.City)
	last, _ := time.ParseInLocation("2006-01", p.To, clock.City)
	return from, last.AddDate(0, 1, 0)
}

// numbersOf gives the number of the first request of each line's case.
func (r *Room) numbersOf(v visit, lines []oversee.Entry) (map[string]string, error) {
	numbers := map[string]string{}
	err := r.DB.Read(v.ctx, func(tx *db.Tx) error {
		for _, e := range lines {
			if _, ok := numbers[e.Case]; ok {
				continue
			}
			numbers[e.Case] = e.Case
			ids, err := r.Requests.OfCase(tx, e.Case)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				continue
			}
			h, err := r.Requests.Get(tx, ids[0])
			if err != nil {
				return err
			}
			numbers[e.Case] = h.Number + " " + h.Text
		}
		return nil
	})
	return numbers, err
}

func (r *Room) linesTable(v visit, rules oversee.Version, lines []oversee.Entry, numbers map[string]string) ui.TableView {
	t := ui.TableView{Caption: v.p.T("brain.unit.lines"), Columns: []ui.Column{
		{Label: v.p.T("brain.unit.case")}, {Label: v.p.T("brain.unit.at"), Num: true}, {Label: v.p.T("brain.unit.indicator")},
		{Label: v.p.T("brain.unit.result")}, {Label: v.p.T("brain.rules.version"), Num: true}, {Label: v.p.T("brain.unit.appeal")},
	}}
	for _, e := range lines {
		result, appeal := v.p.T("brain.unit.bad"), ""
		switch {
		case e.Counts < 0:
			result, appeal = v.p.T("brain.unit.taken_back"), v.p.T("oversee.appeal.granted")
		case e.Good > 0:
			result = v.p.T("brain.unit.good")
		}
		t.Rows = append(t.Rows, ui.TableRow{Href: "/cases/" + e.Case, Cells: []string{
			numbers[e.Case], v.p.Lang.Stamp(e.At, v.now), r.indicatorName(v, rules, e.Indicator), result, e.Version, appeal,
		}})
	}
	return t
}

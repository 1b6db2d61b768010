package feed

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/sheet"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/work/oversee"
)

// ratesQuery is the period and the group of units; without months it is the month of now.
type ratesQuery struct {
	From  string `form:"from" max:"10" query:"from" maxLength:"10" example:"2026-10" doc:"First month; without it the last one."`
	To    string `form:"to" max:"10" query:"to" maxLength:"10" example:"2026-11" doc:"Last month; without it this month."`
	Group string `form:"group" max:"60" query:"group" maxLength:"60" doc:"Only units that are compared with each other, such as district_office."`
}

func (q ratesQuery) period(now time.Time) (oversee.Period, error) {
	p := oversee.Period{From: q.From, To: q.To}
	if p.To == "" {
		p.To = oversee.MonthOf(now)
	}
	if p.From == "" {
		p.From = p.To
	}
	var wrong fault.Fields
	for _, f := range []struct{ field, value string }{{"from", p.From}, {"to", p.To}} {
		if _, err := time.ParseInLocation("2006-01", f.value, clock.City); err != nil {
			wrong = append(wrong, fault.Field(f.field, "feed.need.month"))
		}
	}
	if len(wrong) == 0 && p.From > p.To {
		wrong = append(wrong, fault.Field("to", "feed.need.order"))
	}
	return p, wrong.OrNil()
}

// rates is the table of all units' rates, those with a place first within their group.
func (r *Room) rates(ctx context.Context, page web.Page, actor access.Actor, q ratesQuery) (table, error) {
	p, err := q.period(r.Clock.Now())
	if err != nil {
		return table{}, err
	}
	list, err := r.Oversee.Rates(ctx, actor, p)
	if err != nil {
		return table{}, err
	}
	list = slices.DeleteFunc(list, func(u oversee.UnitRates) bool { return q.Group != "" && u.Group != q.Group })
	slices.SortStableFunc(list, func(a, b oversee.UnitRates) int {
		if a.Group != b.Group || (a.Rank == 0) == (b.Rank == 0) {
			return strings.Compare(a.Group, b.Group)
		}
		return b.Rank - a.Rank // one of them is 0
	})
	rules := r.Oversee.Rules.Current(r.Clock.Now())
	t := table{
		what: "rates", title: page.T("feed.rates"), filter: url.Values{"from": {p.From}, "to": {p.To}, "group": {q.Group}}.Encode(), columns: ratesColumns(page, rules),
	}
	t.rows = func(yield func([]sheet.Cell, error) bool) {
		for _, u := range list {
			if !yield(r.ratesCells(page, rules, p, u), nil) {
				return
			}
		}
	}
	return t, nil
}

func ratesColumns(page web.Page, rules oversee.Version) (out []sheet.Column) {
	add := func(width int, title string) { out = append(out, sheet.Column{Title: title, Width: width}) }
	for _, c := range []caseColumn{{"unit_id", 16}, {"unit", 22}, {"group", 14}, {"rank", 8}, {"score", 8}, {"partial", 10}} {
		add(c.width, page.T("feed.column."+c.name))
	}
	for _, in := range rules.Indicators {
		name := in.Name.In(page.Lang)
		add(10, name+" %")
		add(14, page.T("feed.column.good", "Rate", name))
		add(14, page.T("feed.column.counts", "Rate", name))
	}
	for _, name := range []string{"staff", "month_from", "month_to", "rules"} {
		add(10, page.T("feed.column."+name))
	}
	return out
}

func (r *Room) ratesCells(page web.Page, rules oversee.Version, p oversee.Period, u oversee.UnitRates) []sheet.Cell {
	share := func(x *float64) sheet.Cell {
		if x == nil {
			return sheet.Cell{}
		}
		return sheet.Number(*x, rules.Rounding)
	}
	some := func(n int) sheet.Cell {
		if n == 0 {
			return sheet.Cell{}
		}
		return sheet.Int(n)
	}
	partial := sheet.Cell{}
	if u.Partial {
		partial = sheet.Text(page.T("feed.yes"))
	}
	out := []sheet.Cell{
		sheet.Text(u.Unit), sheet.Text(r.City.Orgs.Short(u.Unit, page.Lang)), sheet.Text(r.City.Orgs.GroupName(u.Group, page.Lang)), some(u.Rank), share(u.Score), partial,
	}
	for _, in := range rules.Indicators {
		x := u.Rates[in.Code]
		out = append(out, share(x.Percent), sheet.Int(x.Good), sheet.Int(x.Counts))
	}
	return append(out, some(u.Staff), sheet.Text(p.From), sheet.Text(p.To), sheet.Text(rules.Version))
}

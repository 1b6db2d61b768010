package brain

import (
	"slices"
	"strings"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// How many open calls are counted, looked into and shown on a screen.
const (
	callsMost   = 500
	callsLooked = 50
	callsShown  = 5
)

// callLine is one open call with the units it summoned.
type callLine struct {
	row    casework.Row
	call   casework.Call
	orders []casework.Order
}

// arrived counts the units that checked in.
func (c callLine) arrived() (n int) {
	for _, o := range c.orders {
		if o.CheckIn != nil {
			n++
		}
	}
	return n
}

func (r *Room) countCalls(v visit, f *facts, district string) error {
	rows, err := r.Cases.OpenCalls(v.ctx, v.actor, district, callsMost)
	if err != nil {
		return err
	}
	f.callsOpen, f.loaded = len(rows), min(len(rows), callsLooked)
	for _, row := range rows {
		code := r.City.Areas.District(row.Area)
		if district != "" {
			code = r.City.Areas.Subdistrict(row.Area)
		}
		if i := slices.IndexFunc(f.parts, func(s share) bool { return s.Code == code }); i >= 0 {
			f.parts[i].Calls++
		}
	}
	for _, row := range rows[:f.loaded] {
		file, err := r.Cases.Get(v.ctx, v.actor, row.ID)
		if err != nil {
			return err
		}
		line := callLine{row: row}
		line.call, _ = file.Call(row.Order)
		for _, o := range file.Orders {
			if o.Call == row.Order {
				line.orders = append(line.orders, o)
			}
		}
		f.calls = append(f.calls, line)
	}
	return nil
}

// callView is an open call as the screen shows it.
type callView struct {
	Href, Title, Units string
	Chip               ui.ChipView
}

func (r *Room) callView(v visit, c callLine, headline string) callView {
	var units []string
	signed := 0
	for _, o := range c.orders {
		name := r.City.Orgs.Short(o.Unit, v.p.Lang)
		switch {
		case o.CheckIn != nil:
			units = append(units, v.p.T("brain.call.arrived", "Unit", name, "Time", v.p.Lang.Duration(o.CheckIn.At.Sub(o.OfferedAt))))
		case o.State == casework.Offered:
			units = append(units, v.p.T("brain.call.waiting", "Unit", name))
		default:
			signed++
			units = append(units, v.p.T("brain.call.signed", "Unit", name))
		}
	}
	arrived, all := c.arrived(), len(c.orders)
	chip := ui.ChipView{Kind: "warn", Text: v.p.T("brain.call.chip.waiting", "N", arrived, "Of", all)}
	switch {
	case arrived == all:
		chip = ui.ChipView{Kind: "ok", Text: v.p.T("brain.call.chip.arrived", "N", arrived, "Of", all)}
	case arrived == 0 && signed == all:
		chip = ui.ChipView{Kind: "info", Text: v.p.T("brain.call.chip.signed", "N", signed, "Of", all)}
	}
	place := r.City.Areas.Subdistrict(c.row.Area)
	if place == "" {
		place = c.row.Area // a call on a case whose place is known less finely
	}
	return callView{
		Href: "/cases/" + c.row.ID, Title: r.City.Areas.Name(place, v.p.Lang) + " · " + headline,
		Units: strings.Join(units, v.p.T("brain.list.comma")), Chip: chip,
	}
}

package trust

import (
	"net/http"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// delayForm asks for looks to be told later.
type delayForm struct {
	Number string `form:"number" max:"40"`
	Unit   string `form:"unit" max:"100"`
	Law    string `form:"law" max:"200"`
	Reason string `form:"reason" max:"500"`
	Since  string `form:"since" max:"10"`
	Until  string `form:"until" max:"10"`
}

type decideForm struct {
	Do string `form:"do" max:"10"` // grant, refuse or end
}

// What the buttons of a delay do.
const (
	doGrant  = "grant"
	doRefuse = "refuse"
	doEnd    = "end"
)

type delaysView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   delayForm
	Units  []string
	All    []delayCard
}

// delayCard is one delay as it is read.
type delayCard struct {
	href, title string
	chip        ui.ChipView
	meta        []ui.MetaItem
	decides     bool
	ends        bool
	why         string // why this reader cannot decide
}

// Delays lists what is told later, and has the form to ask for it.
func (r *Room) Delays(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	return r.showDelays(w, q, v, delayForm{}, nil)
}

// AskDelay asks for looks of a unit in one matter to be told later.
func (r *Room) AskDelay(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	var in delayForm
	if err = web.Decode(q, &in); err == nil {
		err = r.askDelay(v, in)
	}
	if err != nil && web.Again(err) {
		return r.showDelays(w, q, v, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/delays")
}

func (r *Room) askDelay(v deskVisit, in delayForm) error {
	i := slices.IndexFunc(r.Orgs.All(), func(u org.Unit) bool { return u.Name.In(v.p.Lang) == in.Unit })
	if i < 0 {
		return fault.Field("unit", "trail.delay.need.unit")
	}
	unit := r.Orgs.All()[i]
	if err := r.Policy.Check(v.actor, access.TrailDelay, r.delayOf(unit.ID)); err != nil {
		return err
	}
	a := trail.Asking{Unit: unit.ID, Law: in.Law, Reason: in.Reason}
	if day, err := time.ParseInLocation(time.DateOnly, in.Until, clock.City); err == nil {
		a.Until = day.AddDate(0, 0, 1)
	}
	if day, err := time.ParseInLocation(time.DateOnly, in.Since, clock.City); err == nil {
		a.From = day
	} else if in.Since != "" {
		return fault.Field("since", "trail.delay.need.since")
	}
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		number, err := r.Requests.ParseNumber(in.Number)
		if err != nil {
			return fault.Field("number", "trail.delay.need.number")
		}
		h, err := r.Requests.ByNumber(tx, number)
		if e, ok := fault.As(err); ok && e.Kind == fault.NotFound {
			return fault.Field("number", "trail.delay.need.number")
		}
		if err != nil {
			return err
		}
		a.Subjects = []string{h.ID}
		if h.CaseID != "" {
			a.Subjects = append(a.Subjects, h.CaseID)
		}
		_, err = r.Trail.AskDelay(tx, v.actor, a)
		return err
	})
}

// DecideDelay grants, refuses or ends a delay.
func (r *Room) DecideDelay(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	var in decideForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	id := q.PathValue("delay")
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		d, err := r.Trail.Delay(tx, id)
		if err != nil {
			return err
		}
		if err := r.Policy.Check(v.actor, access.TrailDelay, r.delayOf(d.Unit)); err != nil {
			return err
		}
		switch in.Do {
		case doGrant, doRefuse:
			return r.Trail.DecideDelay(tx, v.actor, id, in.Do == doGrant)
		case doEnd:
			return r.Trail.EndDelay(tx, v.actor, id)
		}
		return fault.New(fault.Invalid, "web.error.form")
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/delays")
}

// delayOf is a delay of a unit's looks, as the policies see it.
func (r *Room) delayOf(unit string) access.Resource {
	u, _ := r.Orgs.Get(unit) // a unit no longer in the pack lies nowhere, and nobody decides
	at, _ := r.Areas.Get(u.Area)
	return access.Resource{Kind: "delay", Unit: unit, AreaPath: at.Path}
}

func (r *Room) showDelays(w http.ResponseWriter, q *http.Request, v deskVisit, in delayForm, wrong error) error {
	if err := r.Policy.Check(v.actor, access.TrailDelay, access.Resource{Kind: "delay", AreaPath: v.actor.Area}); err != nil {
		return err
	}
	t := v.p.T
	view := delaysView{Desk: r.frame(v, t("trust.nav.delays"), "delays"), Form: in}
	view.Errors = ui.Errors(v.p, wrong, "number", t("trust.delays.number"), "unit", t("trust.delays.unit"), "law", t("trust.grants.law"), "reason", t("trust.delays.reason"),
		"since", t("trust.delays.since"), "until", t("trust.delays.until"))
	for _, u := range r.Orgs.All() {
		if u.Kind != org.Community {
			view.Units = append(view.Units, u.Name.In(v.p.Lang))
		}
	}
	list, err := r.Trail.Delays(v.ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if r.Policy.May(v.actor, access.TrailDelay, r.delayOf(d.Unit)).Allow {
			view.All = append(view.All, r.delayCard(v, d))
		}
	}
	return web.Show(w, q, wrong, delaysPage(view))
}

func (r *Room) delayCard(v deskVisit, d trail.Delay) delayCard {
	t := v.p.T
	c := delayCard{href: "/desk/delays/" + d.ID, title: r.Orgs.Name(d.Unit, v.p.Lang), chip: ui.ChipView{Text: t("trust.delays.over")}}
	open := d.DecidedBy == "" && v.now.Before(d.Until)
	switch {
	case open && d.AskedBy == v.actor.ID:
		c.chip, c.why = ui.ChipView{Kind: "warn", Text: t("trust.delays.waits")}, t("trail.delay.refuse.oneself")
	case open:
		c.chip, c.decides = ui.ChipView{Kind: "warn", Text: t("trust.delays.waits")}, true
	case d.Holds(v.now):
		c.chip, c.ends = ui.ChipView{Kind: "info", Text: t("trust.delays.holds")}, true
	case d.DecidedBy != "" && !d.Granted:
		c.chip = ui.ChipView{Text: t("trust.delays.refused")}
	}
	c.meta = []ui.MetaItem{
		{Term: t("trust.grants.law"), Text: d.Law}, {Term: t("trust.delays.reason"), Text: d.Reason},
		{Term: t("trust.delays.since"), Text: v.p.Lang.Date(d.From), Num: true}, {Term: t("trust.delays.until"), Text: v.p.Lang.Date(d.Until.Add(-time.Second)), Num: true},
		{Term: t("trust.delays.asked"), Text: r.Name(v.ctx, d.AskedBy)},
	}
	if d.DecidedBy != "" {
		c.meta = append(c.meta, ui.MetaItem{Term: t("trust.delays.decided"), Text: r.Name(v.ctx, d.DecidedBy) + " · " + v.p.Lang.Stamp(d.DecidedAt, v.now)})
	}
	if d.EndedBy != "" {
		c.meta = append(c.meta, ui.MetaItem{Term: t("trust.delays.ended"), Text: r.Name(v.ctx, d.EndedBy) + " · " + v.p.Lang.Stamp(d.Ends, v.now)})
	}
	return c
}

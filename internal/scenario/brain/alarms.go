package brain

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// alarmsShown is how many alarms a page holds.
const alarmsShown = 100

type alarmForm struct {
	ID      string `form:"id" max:"26" required:"true"`
	Verdict string `form:"verdict" max:"500" required:"true"`
}

type alarmsView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   alarmForm
	Open   []alarmCard
	Closed []ui.TimelineItem
}

// alarmCard is one alarm that waits for review.
type alarmCard struct{ id, title, what, reason string }

// Alarms is the queue of what a supervisor has to look into: much looking, unusual looking, lifted limits.
func (r *Room) Alarms(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	return r.showAlarms(w, q, v, alarmForm{}, nil)
}

// ReviewAlarm closes an alarm with what was found.
func (r *Room) ReviewAlarm(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in alarmForm
	if err = web.Decode(q, &in); err == nil {
		err = r.Trail.Review(v.ctx, v.actor, in.ID, in.Verdict, func(a trail.Alarm) bool { return r.oversees(v, a) })
	}
	if err != nil && web.Again(err) {
		return r.showAlarms(w, q, v, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/supervise/looks")
}

// oversees tells whether the reader supervises the unit of an alarm.
func (r *Room) oversees(v visit, a trail.Alarm) bool {
	unit, _ := r.City.Orgs.Get(a.Unit)
	place, _ := r.City.Areas.Get(unit.Area) // a unit that left the pack is overseen by nobody
	return r.Policy.May(v.actor, access.TrailRead, access.Resource{Kind: "list", AreaPath: place.Path}).Allow
}

func (r *Room) showAlarms(w http.ResponseWriter, q *http.Request, v visit, in alarmForm, err error) error {
	if err := r.Policy.Check(v.actor, access.TrailRead, access.Resource{Kind: "list", AreaPath: v.actor.Area}); err != nil {
		return err
	}
	view := alarmsView{Desk: r.desk(v, v.p.T("brain.alarm.title"), "alarms"), Form: in, Errors: ui.Errors(v.p, err, "verdict", v.p.T("brain.alarm.verdict"))}
	may, name := func(a trail.Alarm) bool { return r.oversees(v, a) }, r.namer(v)
	open, errOpen := r.Trail.Alarms(v.ctx, true, alarmsShown, may)
	if errOpen != nil {
		return errOpen
	}
	closed, errClosed := r.Trail.Alarms(v.ctx, false, alarmsShown, may)
	if errClosed != nil {
		return errClosed
	}
	for _, a := range open {
		view.Open = append(view.Open, alarmCard{a.ID, name(a.Actor) + " · " + r.City.Orgs.Name(a.Unit, v.p.Lang), r.alarmWhat(v, a), a.Reason})
	}
	for _, a := range closed {
		view.Closed = append(view.Closed, ui.TimelineItem{
			At: v.p.Lang.DateTime(a.At), Who: name(a.Actor), What: r.alarmWhat(v, a), Words: a.Reason,
			Effect: v.p.T("brain.alarm.reviewed", "Name", name(a.ReviewedBy), "Verdict", a.Verdict),
		})
	}
	return web.Show(w, q, err, alarmsPage(view))
}

// alarmWhat says in a sentence what happened.
func (r *Room) alarmWhat(v visit, a trail.Alarm) string {
	return v.p.T("brain.alarm."+string(a.Kind), "At", v.p.Lang.DateTime(a.At), "Looks", a.Persons)
}

// namer gives the names of a page's people, each of them read once.
func (r *Room) namer(v visit) func(id string) string {
	known := map[string]string{}
	return func(id string) string {
		if _, ok := known[id]; !ok {
			known[id] = r.Name(v.ctx, id)
		}
		return known[id]
	}
}

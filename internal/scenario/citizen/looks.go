package citizen

import (
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

const (
	looksRead = 200 // rows read for a page
	looksMost = 50  // rows shown
)

// MineLooks tells who looked at what the requester said in this matter.
func (r *Room) MineLooks(w http.ResponseWriter, q *http.Request) error {
	o, ok, err := r.own(w, q)
	if err != nil || !ok {
		return err
	}
	if err := o.mustAct(); err != nil {
		return err
	}
	view := looksView{CitizenView: r.task(o.visit, o.p.T("citizen.looks.title"), "/mine/"+o.head.ID), anonymous: o.head.Anonymous}
	// A proof is for one request: what others looked at in other matters of this phone is not its business.
	mine := func(l trail.Look) bool { return l.Subject == o.head.ID || l.Subject == o.file.Case.ID }
	if err := r.looks(o.visit, q, &view, o.head.PersonID, mine); err != nil {
		return err
	}
	return web.Show(w, q, nil, looksPage(view))
}

// MyLooks tells a signed-in citizen who looked at their data in any matter.
func (r *Room) MyLooks(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return r.toSignIn(w, q)
	}
	view := looksView{CitizenView: r.task(v, v.p.T("citizen.looks.title"), "/me")}
	if err := r.looks(v, q, &view, v.actor.ID, func(trail.Look) bool { return true }); err != nil {
		return err
	}
	return web.Show(w, q, nil, looksPage(view))
}

// looks fills a page of the trail; the person's own looks are left out.
func (r *Room) looks(v visit, q *http.Request, view *looksView, person string, want func(trail.Look) bool) error {
	before := q.URL.Query().Get("before")
	if len(before) > 26 {
		return fault.New(fault.Invalid, "web.error.form")
	}
	var ids []string
	err := r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		ids, err = r.People.Same(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	rows, err := r.Trail.ForPersons(v.ctx, ids, before, looksRead)
	if err != nil {
		return err
	}
	last := ""
	for _, l := range rows {
		if len(view.items) == looksMost {
			break
		}
		last = l.ID
		if own(l) || !want(l) {
			continue
		}
		view.items = append(view.items, ui.TimelineItem{At: v.lang().Stamp(l.At, v.now), What: r.look(v, l)})
	}
	if len(rows) == looksRead || len(view.items) == looksMost {
		view.next = "?before=" + last
	}
	return nil
}

// own says that the person looked at their own data.
func own(l trail.Look) bool { return l.Kind == access.Citizen || l.Kind == access.Guest }

// look writes one row as a sentence: who, why, which fields.
func (r *Room) look(v visit, l trail.Look) string {
	var fields []string
	for _, f := range l.Fields {
		fields = append(fields, v.p.T("trail.field."+f))
	}
	args := []any{"Unit", r.Cases.City.Orgs.Name(l.Unit, v.lang()), "Purpose", v.p.T(l.Purpose), "Fields", strings.Join(fields, v.p.T("citizen.and"))}
	if l.Kind == access.System {
		return v.p.T("citizen.looks.program", args...)
	}
	return v.p.T("citizen.looks.staff", args...)
}

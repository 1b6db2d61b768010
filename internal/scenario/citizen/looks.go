package citizen

import (
	"net/http"
	"slices"
	"strings"
	"time"

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

// watched is whose looks are shown: of one request, or of all that a signed-in citizen ever said.
type watched struct {
	visit
	persons   []string // ids the person is known under
	base      string   // address of the page
	back      string
	anonymous bool
	surveys   []ui.LinkRow            // in which the person is now
	mine      func(l trail.Look) bool // what the reader may see of the person's rows
}

// ofMine are the looks at one request. A proof is for one request: what others looked at in other matters of this phone is not
// its business.
func (r *Room) ofMine(w http.ResponseWriter, q *http.Request) (watched, bool, error) {
	o, ok, err := r.own(w, q)
	if err != nil || !ok {
		return watched{}, false, err
	}
	if err := o.mustAct(); err != nil {
		return watched{}, false, err
	}
	at := watched{visit: o.visit, base: "/mine/" + o.head.ID + "/looks", back: "/mine/" + o.head.ID, anonymous: o.head.Anonymous}
	at.mine = func(l trail.Look) bool { return l.Subject == o.head.ID || l.Subject == o.file.Case.ID }
	at.persons, err = r.same(o.visit, o.head.PersonID)
	return at, err == nil, err
}

// ofMe are the looks at a signed-in citizen in any matter.
func (r *Room) ofMe(w http.ResponseWriter, q *http.Request) (watched, bool, error) {
	v, err := r.visit(q)
	if err != nil {
		return watched{}, false, err
	}
	if !v.signedIn() {
		return watched{}, false, r.toSignIn(w, q)
	}
	at := watched{visit: v, base: "/me/looks", back: "/me", mine: func(trail.Look) bool { return true }}
	if at.persons, err = r.watchedIDs(v); err != nil {
		return watched{}, false, err
	}
	at.surveys, err = r.surveyRows(v)
	return at, err == nil, err
}

// same are the ids somebody is known under.
func (r *Room) same(v visit, id string) (ids []string, err error) {
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		ids, err = r.People.Same(tx, id)
		return err
	})
	return ids, err
}

// watching makes a handler out of one way to be the person and what is shown to them.
func (r *Room) watching(of func(http.ResponseWriter, *http.Request) (watched, bool, error), show func(http.ResponseWriter, *http.Request, watched) error) web.Handler {
	return func(w http.ResponseWriter, q *http.Request) error {
		at, ok, err := of(w, q)
		if err != nil || !ok {
			return err
		}
		return show(w, q, at)
	}
}

// MineLooks tells who looked at what the requester said in this matter.
func (r *Room) MineLooks() web.Handler { return r.watching(r.ofMine, r.showLooks) }

// MyLooks tells a signed-in citizen who looked at their data in any matter.
func (r *Room) MyLooks() web.Handler { return r.watching(r.ofMe, r.showLooks) }

// showLooks shows a page of the trail; the person's own looks are left out.
func (r *Room) showLooks(w http.ResponseWriter, q *http.Request, at watched) error {
	before := q.URL.Query().Get("before")
	if len(before) > 26 {
		return fault.New(fault.Invalid, "web.error.form")
	}
	rows, err := r.Trail.ForPersons(at.ctx, at.persons, before, looksRead)
	if err != nil {
		return err
	}
	view := looksView{CitizenView: r.task(at.visit, at.p.T("citizen.looks.title"), at.back), anonymous: at.anonymous, surveys: at.surveys}
	if n, err := r.Requests.ParseNumber(q.URL.Query().Get("objection")); err == nil {
		view.objection = n
	}
	last := ""
	for _, l := range rows {
		if len(view.items) == looksMost {
			break
		}
		last = l.ID
		if own(l, at.persons) || !at.mine(l) {
			continue
		}
		item, err := r.item(at, l)
		if err != nil {
			return err
		}
		view.items = append(view.items, item)
	}
	if len(rows) == looksRead || len(view.items) == looksMost {
		view.next = "?before=" + last
	}
	return web.Show(w, q, nil, looksPage(view))
}

// item is a row with what the person can do about it.
func (r *Room) item(at watched, l trail.Look) (ui.TimelineItem, error) {
	by, err := r.by(at.visit, l)
	if err != nil {
		return ui.TimelineItem{}, err
	}
	to := at.base + "/" + l.ID
	links := []ui.LinkView{{Label: at.p.T("citizen.looks.receipt"), Href: to + "/receipt"}}
	if l.Kind != access.System {
		links = append(links, ui.LinkView{Label: at.p.T("citizen.object.link"), Href: to + "/object"})
	}
	if by.purpose != "" {
		links = append(links, ui.LinkView{Label: at.p.T("citizen.looks.by", "Purpose", by.name), Href: "/privacy/purposes/" + by.purpose})
	}
	item := ui.TimelineItem{At: at.lang().Stamp(l.At, at.now), What: r.look(at.visit, l), Effect: by.law, Links: links}
	if l.Delayed != nil {
		item.Effect = strings.TrimSpace(item.Effect + " " + at.p.T("citizen.looks.delayed", "Law", l.Delayed.Law, "Day", at.lang().Date(l.Delayed.Ends)))
	}
	return item, nil
}

// byRight is the grant of a look as the person reads it.
type byRight struct{ purpose, name, law string }

// by tells by what right somebody looked: the purpose of the city's register and, when the grant was given beside a post, the rule it
// rests on and its end.
func (r *Room) by(v visit, l trail.Look) (b byRight, err error) {
	purpose, g, err := r.Grants.Of(v.ctx, l.Grant)
	if err != nil {
		return b, err
	}
	b.purpose = purpose
	p, known := r.Purposes.Get(b.purpose)
	if !known { // no longer in the pack
		b.purpose = ""
	}
	b.name = p.Name.In(v.lang())
	if g.ID != "" {
		b.law = v.p.T("citizen.looks.given", "Law", g.Law, "Until", v.lang().Date(g.Until.Add(-time.Second)))
	}
	return b, nil
}

// own says that the person, who is known under some ids, looked at their own data; whoever acts for them is another.
func own(l trail.Look, persons []string) bool {
	return l.Kind == access.Guest || l.Kind == access.Citizen && slices.Contains(persons, l.Actor)
}

// look writes one row as a sentence: who, why, which fields.
func (r *Room) look(v visit, l trail.Look) string {
	var fields []string
	for _, f := range l.Fields {
		fields = append(fields, v.p.T("trail.field."+f))
	}
	args := []any{"Unit", r.Cases.City.Orgs.Name(l.Unit, v.lang()), "Purpose", v.p.T(l.Purpose), "Fields", strings.Join(fields, v.p.T("citizen.and"))}
	if l.Purpose == trail.ForSignOn {
		return v.p.T("citizen.looks.handed", args...)
	}
	if l.Kind == access.Citizen {
		return v.p.T("citizen.looks.behalf", args...)
	}
	if l.Kind == access.System {
		return v.p.T("citizen.looks.program", args...)
	}
	return v.p.T("citizen.looks.staff", args...)
}

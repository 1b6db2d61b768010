package citizen

import (
	"net/http"
	"net/url"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/mandate"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// ReportDone confirms a report: the number to keep, its code, and until when an answer comes. The times are shown
// only to the browser that sent it; to anybody else the page is a number they already have.
func (r *Room) ReportDone(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	number, err := r.Requests.ParseNumber(q.PathValue("number"))
	if err != nil {
		return err
	}
	view := doneView{CitizenView: r.portal(v, v.p.T("citizen.done.title"), "mine"), number: request.DisplayNumber(number)}
	view.qr = r.url(q, "/track?number="+url.QueryEscape(number))
	var head request.Headline
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		if v.actor.Acts() {
			h, err := r.Requests.ByNumber(tx, number)
			if err == nil && h.PersonID == v.actor.For.Person && v.allows(mandate.Follow) {
				head = h
			}
			if fault.KindOf(err) == fault.NotFound {
				err = nil
			}
			return err
		}
		found, err := r.Requests.Headlines(tx, v.proof.Request)
		if len(found) == 1 && found[0].Number == number {
			head = found[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	if head.ID != "" {
		f, err := r.Cases.OfRequest(v.ctx, head.ID)
		if err != nil {
			return err
		}
		view.mine, view.anonymous = "/mine/"+head.ID, head.Anonymous
		view.joined = f.Case.Number != number
		view.times = r.promise(v, f)
	}
	return web.Show(w, q, nil, done(view))
}

// promise says in words until when the case goes to a unit and until when it is answered.
func (r *Room) promise(v visit, f *casework.File) []string {
	profile, ok := r.Cases.City.Profiles.Get(f.Case.Profile)
	for _, c := range f.Clocks {
		if !c.Live() {
			continue
		}
		switch {
		case c.Kind == casework.ClockResolve:
			return []string{r.dueWords(v, "citizen.due.resolve", c)}
		case c.Kind == casework.ClockDispatch && ok:
			answer, unsure := r.Cases.City.Calendar.Due(c.DueAt, profile.Resolve)
			last := casework.Clock{DueAt: answer, Provisional: unsure || c.Provisional}
			return []string{r.dueWords(v, "citizen.due.dispatch", c), r.dueWords(v, "citizen.due.answer", last)}
		}
	}
	return nil
}

// dueWords says a due time, and that it may still move when its year's calendar is not out.
func (r *Room) dueWords(v visit, key string, c casework.Clock) string {
	words := v.p.T(key, "At", v.lang().Due(c.DueAt, v.now))
	if c.Provisional {
		words += v.p.T("citizen.due.provisional")
	}
	return words
}

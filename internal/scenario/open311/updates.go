package open311

import (
	"net/http"
	"net/url"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
)

// Updates lists what happened to requests in a span, oldest first: the extension servicerequestupdates that FixMyStreet
// polls. Without a span it is the last 90 days.
func (r *Room) Updates(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	f, err := parseSpan(q.URL.Query(), v)
	if err != nil {
		return err
	}
	f.Realm, f.Key = r.realm, v.key
	var list []Update
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		list, err = listUpdates(tx, f)
		return err
	})
	if err != nil {
		return err
	}
	if len(list) > 0 && len(list) == f.Limit {
		last := list[len(list)-1]
		next(w, q, place{last.At, last.ID})
	}
	n := r.names(v)
	out := newWriter(v.format, 256+len(list)*400)
	out.list("service_request_updates", func() {
		for _, u := range list {
			r.update(out, u, n)
		}
	})
	return send(w, v.p, http.StatusOK, out)
}

// parseSpan reads the query of a list of updates: FixMyStreet sends start_date and end_date together or none.
func parseSpan(q url.Values, v visit) (Filter, error) {
	p := &parser{values: q}
	f := Filter{From: p.time("start_date"), To: p.time("end_date"), After: p.place("after")}
	p.page(&f)
	if f.Offset > 0 {
		p.bad("page", "open311.wrong.cursor")
	}
	p.span(&f, v.now)
	return f, p.wrong.OrNil()
}

func (r *Room) update(out *writer, u Update, n *names) {
	out.item("request_update", func() {
		out.text("update_id", u.ID)
		out.text("service_request_id", u.Number)
		out.text("status", status(u.Open))
		out.time("updated_datetime", u.At)
		out.text("description", n.news(u))
		out.text("media_url", "")
	})
}

// news is an update in a sentence: the public answer, else whose matter it is now and by when.
func (n *names) news(u Update) string {
	if u.Answer == "" && u.Reason == "" && phase(u.State) == casework.Working && u.Agency != "" {
		if u.DueAt.IsZero() {
			return n.p.T("open311.news.passed", "Unit", n.unit(u.Agency))
		}
		return n.p.T("open311.news.passed_due", "Unit", n.unit(u.Agency), "At", n.p.Lang.DateTime(u.DueAt))
	}
	if u.Answer != "" && phase(u.State) == casework.Contested {
		return n.p.T("open311.state." + string(casework.Contested))
	}
	return n.notes(u.State, u.Reason, u.Answer)
}

// updateForm is what a client says later about a request, as FixMyStreet sends it.
type updateForm struct {
	Request     string   `form:"service_request_id" max:"100"`
	Update      string   `form:"update_id" max:"200"`
	At          string   `form:"updated_datetime" max:"40"`
	Status      string   `form:"status" max:"40"`
	Description string   `form:"description" max:"2000"`
	Phone       string   `form:"phone" max:"60"`
	Email       string   `form:"email" max:"200"`
	Media       []string `form:"media_url" max:"2000"`
}

// What an update did.
const (
	didRemark  = "remark"  // kept with the request, for those who work on it
	didContest = "contest" // the requester says that it is not solved
	didConfirm = "confirm" // the requester says that it is solved
	didNothing = "nothing" // a state without words, which changes nothing
)

// wish is what a status asks for.
type wish int

const (
	comment wish = iota
	reopen
	settle
	unknown
)

// wishOf reads the statuses of the extension: the two of GeoReport and FixMyStreet's own. Its OPEN goes with every comment
// on an open request, so it asks for more only when the request is closed here.
func wishOf(status string, open bool) wish {
	switch status {
	case "", "IN_PROGRESS", "ACTION_SCHEDULED", "INVESTIGATING", "DUPLICATE", "NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION",
		"INTERNAL_REFERRAL", "FOR_TRIAGE", "CANCELLED":
		return comment
	case "OPEN":
		if !open {
			return reopen
		}
		return comment
	case "REOPEN":
		return reopen
	case "CLOSED", "FIXED":
		return settle
	}
	return unknown
}

// did decides what an update does. speaks: the phone or e-mail address in it is the requester's. mute: the request has no contact, so the key
// that handed it in may contest for whoever it was; nobody can confirm for somebody unknown.
func did(w wish, state casework.State, speaks, mute, words bool) string {
	waits := state == casework.Replied || state == casework.FollowingUp
	switch {
	case w == reopen && words && (speaks || mute) && (waits || state == casework.Answered):
		return didContest
	case w == settle && speaks && waits:
		return didConfirm
	case words:
		return didRemark
	}
	return didNothing
}

func (f updateForm) check() (wrong fault.Fields) {
	add := func(bad bool, field, key string) {
		if bad {
			wrong = append(wrong, fault.Field(field, key, "Field", field))
		}
	}
	_, dated := parseTime(f.At)
	add(f.Request == "", "service_request_id", "open311.wrong.required")
	add(f.At != "" && !dated, "updated_datetime", "open311.wrong.time")
	add(f.Status == "" && f.Description == "" && len(f.Media) == 0, "description", "open311.wrong.required")
	add(wishOf(upper(f.Status), true) == unknown, "status", "open311.wrong.update_status")
	return wrong
}

// answered tells a client that its update is here, and what it did.
func (r *Room) answered(w http.ResponseWriter, p web.Page, format string, code int, s said, number string, open bool) error {
	out := newWriter(format, 512)
	out.list("service_request_updates", func() {
		out.item("request_update", func() {
			out.text("update_id", s.ID)
			out.text("service_request_id", number)
			out.text("status", status(open))
			out.text("service_notice", p.T("open311.did."+s.Did))
			out.text("account_id", "")
		})
	})
	return send(w, p, code, out)
}

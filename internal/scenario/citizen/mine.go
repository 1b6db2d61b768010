package citizen

import (
	"net/http"
	"slices"
	"strconv"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/duty"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// mineMost bounds the list of own requests: each row opens its case.
const mineMost = 20

// My leads the navigation's short address to the list.
func (r *Room) My(w http.ResponseWriter, q *http.Request) error {
	return web.Redirect(w, q, "/mine")
}

// Mine lists the requests of a signed-in citizen, and the one this browser proved.
func (r *Room) Mine(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := mineView{CitizenView: r.portal(v, v.title("citizen.mine.title", "mandate.mine"), "mine"), signedIn: v.signedIn()}
	heads, err := r.ownHeads(v)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(q.URL.Query().Get("from")) // anything else is the beginning
	from = min(max(from, 0), len(heads))
	if from+mineMost < len(heads) {
		view.next = "/mine?from=" + strconv.Itoa(from+mineMost)
	}
	view.matters, err = r.matters(v, heads[from:min(from+mineMost, len(heads))])
	if err != nil {
		return err
	}
	return web.Show(w, q, nil, mine(view))
}

// ownHeads are the reader's requests, newest first.
func (r *Room) ownHeads(v visit) ([]request.Headline, error) {
	var heads []request.Headline
	var err error
	if v.signedIn() {
		if !v.allows(mandate.Follow) {
			return nil, nil
		}
		if err := r.lookFor(v, mandate.Follow, trail.Matters, v.actor.For.Mandate); err != nil {
			return nil, err
		}
		if heads, err = r.Requests.OfPerson(v.ctx, v.actor.Whose()); err != nil {
			return nil, err
		}
	}
	known := func(h request.Headline) bool { return h.ID == v.proof.Request }
	if v.proof.Request == "" || slices.ContainsFunc(heads, known) {
		return heads, nil
	}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		proven, err := r.Requests.Headlines(tx, v.proof.Request)
		heads = append(proven, heads...)
		return err
	})
	return heads, err
}

// matters opens the cases of a few requests.
func (r *Room) matters(v visit, heads []request.Headline) ([]matter, error) {
	var list []matter
	for _, h := range heads {
		f, err := r.Cases.OfRequest(v.ctx, h.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, r.matter(v, h, f))
	}
	return list, nil
}

func (r *Room) matter(v visit, h request.Headline, f *casework.File) matter {
	m := matter{href: "/mine/" + h.ID, title: h.Text, number: request.DisplayNumber(h.Number), chip: r.chip(v, f), steps: r.way(v, f)}
	if times := r.promise(v, f); len(times) > 0 {
		m.due = times[len(times)-1]
	}
	return m
}

// MineOne is the page of one own request.
func (r *Room) MineOne(w http.ResponseWriter, q *http.Request) error {
	o, ok, err := r.own(w, q)
	if err != nil || !ok {
		return err
	}
	return r.showOne(w, q, o, sayForm{}, nil)
}

func (r *Room) showOne(w http.ResponseWriter, q *http.Request, o owned, said sayForm, wrong error) error {
	view := oneView{CitizenView: r.task(o.visit, o.p.T("citizen.one.title"), r.backOf(o)), sayForm: said, form: web.FormID(q)}
	view.errs = ui.Errors(o.p, wrong, "words", o.p.T("citizen.contest.words"), "level", o.p.T("citizen.rate.legend"))
	view.matter = r.matter(o.visit, o.head, o.file)
	view.times = r.promise(o.visit, o.file)
	view.acts, view.id = o.acts, o.head.ID
	view.confirm, view.contest = o.can(casework.ActConfirm), o.can(casework.ActContest)
	view.publish, view.publishable = o.head.Publish, r.publishable(o)
	kind, _ := r.Requests.Terms().Kind(o.head.Kind) // an unknown one is never public
	text, err := r.publishText(o.visit, kind)
	if err != nil {
		return err
	}
	view.text = text
	view.looks, view.wordsTitle = o.acts && !o.actor.Acts(), o.title("citizen.words.title", "mandate.words")
	view.facts = r.facts(o)
	view.parts(r, o)
	entries, err := r.Cases.Journal(o.ctx, o.file.Case.ID)
	if err != nil {
		return err
	}
	view.story = r.story(o.visit, entries, true)
	if err := r.rated(o, &view); err != nil {
		return err
	}
	return web.Show(w, q, wrong, one(view))
}

func (r *Room) backOf(o owned) string {
	if o.signedIn() {
		return "/mine"
	}
	return "/"
}

// parts fills in the answer, the refusal and until when one may still object.
func (view *oneView) parts(r *Room, o owned) {
	c := o.file.Case
	view.answer = answerOf(o.file)
	if c.State == casework.Declined && c.Decline != nil {
		reason, _ := r.Cases.City.Duties.Reason(c.Decline.Reason) // a reason that left the pack has no text
		view.declined, view.where, view.declineWords = reason.Name.In(o.lang()), reason.Where.In(o.lang()), c.Decline.Words
	}
	if due := o.file.ConfirmDue(); !due.IsZero() {
		view.until = o.p.T("citizen.confirm.until", "At", o.lang().Due(due, o.now))
	}
	for i, a := range replyPhotos(o.file) {
		at := "/mine/" + o.head.ID + "/files/" + a.Key
		view.photos = append(view.photos, ui.Photo{Src: at, Href: at, Alt: o.p.T("citizen.photo."+a.Purpose, "N", i+1)})
	}
}

// facts are the few things about the request that stand on its page; words and phone are not among them.
func (r *Room) facts(o owned) []ui.MetaItem {
	kind, _ := r.Requests.Terms().Kind(o.head.Kind) // a kind that left the pack has no name
	items := []ui.MetaItem{
		{Term: o.p.T("citizen.track.number"), Text: request.DisplayNumber(o.head.Number), Num: true},
		{Term: o.p.T("citizen.one.received"), Text: o.lang().DateTime(o.head.ReceivedAt), Num: true},
		{Term: o.p.T("citizen.report.kind"), Text: kind.Name.In(o.lang())},
		{Term: o.p.T("citizen.report.where"), Text: r.Cases.City.Areas.FullName(o.head.Area, o.lang())},
	}
	if name := r.duty(o.visit, o.file.Case.Duty); name != "" {
		items = append(items, ui.MetaItem{Term: o.p.T("citizen.report.topic"), Text: name})
	}
	if by := r.mark(o.visit, o.head.Acted.As); by != "" {
		items = append(items, ui.MetaItem{Term: o.p.T("mandate.mark.term"), Text: by})
	}
	if lead := leadOf(o.file); lead != "" {
		items = append(items, ui.MetaItem{Term: o.p.T("citizen.one.unit"), Text: r.Cases.City.Orgs.Name(lead, o.p.Lang)})
	}
	return items
}

// leadOf is the unit that leads, or led when the case has ended.
func leadOf(f *casework.File) string {
	if f.Case.Lead != "" {
		return f.Case.Lead
	}
	for i := len(f.Orders) - 1; i >= 0; i-- {
		if o := f.Orders[i]; o.Role == casework.Lead && len(o.Replies) > 0 {
			return o.Unit
		}
	}
	return ""
}

// publishable tells whether the requester may still choose about publication.
func (r *Room) publishable(o owned) bool {
	kind, _ := r.Requests.Terms().Kind(o.head.Kind)                                              // an unknown one is never public
	return o.acts && kind.Public && o.head.PersonID != "" && (!o.actor.Acts() || o.head.Publish) // for another a consent is only taken back
}

// reasons are the reasons of a rating, as the pack has them.
func (r *Room) reasons(v visit) []ui.Option {
	var list []ui.Option
	for _, x := range r.Cases.City.Duties.Reasons(duty.Rating) {
		list = append(list, ui.Option{Value: x.Code, Label: x.Name.In(v.lang())})
	}
	return list
}

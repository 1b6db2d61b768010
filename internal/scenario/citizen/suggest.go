package citizen

import (
	"net/http"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

const (
	topicsMost = 3
	nearMost   = 2
	noTopic    = "none"
)

// ReportSuggest answers the words step while somebody types: what it is about, and what is near.
func (r *Room) ReportSuggest(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	d := &draft{}
	if err := web.Decode(q, d); err != nil && !again(err) {
		return err
	}
	view, err := r.understood(v, d)
	if err != nil {
		return err
	}
	return web.Render(w, q, http.StatusOK, understood(view))
}

// ReportAreas gives the fields of the areas below the one that was chosen.
func (r *Room) ReportAreas(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	d := &draft{}
	if err := web.Decode(q, d); err != nil {
		return err
	}
	return web.Render(w, q, http.StatusOK, narrower(r.narrower(v, d)))
}

// understood asks triage what the words are about, and looks for the same matter nearby.
func (r *Room) understood(v visit, d *draft) (understoodView, error) {
	view := understoodView{duty: d.Duty, join: d.Join}
	if d.Words == "" {
		return view, nil
	}
	got := r.Triage.Suggest(triage.Input{Text: d.Words, Area: r.area(d), Kind: d.Kind, At: v.now})
	for _, c := range got.Candidates {
		duty, ok := r.Cases.City.Duties.Get(c.Duty)
		if ok && len(view.topics) < topicsMost {
			view.topics = append(view.topics, ui.Option{Value: duty.Code, Label: duty.Name.In(v.lang())})
		}
	}
	if !has(view.topics, view.duty) && view.duty != noTopic {
		view.duty = noTopic
		if len(view.topics) > 0 {
			view.duty = view.topics[0].Value
		}
	}
	var err error
	view.near, err = r.near(v, d)
	return view, err
}

func has(options []ui.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

// near lists what others said close by and is public.
func (r *Room) near(v visit, d *draft) ([]nearView, error) {
	at, err := d.point()
	if err != nil || !at.Valid() {
		return nil, nil
	}
	rules := r.Cases.City.Rules
	since := v.now.Add(-time.Duration(rules.MergeDays) * 24 * time.Hour)
	heads, err := r.Requests.Near(v.ctx, at, float64(rules.MergeRadius), since, 20)
	if err != nil {
		return nil, err
	}
	var list []nearView
	seen := map[string]bool{}
	for _, h := range heads {
		f, err := r.Cases.OfRequest(v.ctx, h.ID)
		if err != nil {
			return nil, err
		}
		if !f.Case.Published || seen[f.Case.ID] || len(list) == nearMost {
			continue
		}
		seen[f.Case.ID] = true
		list = append(list, nearView{
			caseID: f.Case.ID, href: "/public/" + f.Case.Number, title: h.Text, metres: int(h.Point.Distance(at)),
			said: v.lang().Day(h.ReceivedAt), state: v.p.T("citizen.state." + string(f.Case.State)), open: !f.Case.State.Ended(),
		})
	}
	return list, nil
}

// joinable lets a report join only what the public can see and what is still open; anything else is left alone.
func (r *Room) joinable(v visit, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	f, err := r.publicCase(v, id)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	if err != nil || f.Case.State.Ended() {
		return "", err
	}
	return id, nil
}

// publicCase gives the file of a case the public may see, by the case's id. NotFound for any other.
func (r *Room) publicCase(v visit, id string) (*casework.File, error) {
	head, err := r.publicHead(v, id)
	if err != nil {
		return nil, err
	}
	f, err := r.Cases.OfRequest(v.ctx, head.ID)
	if err != nil {
		return nil, err
	}
	if !f.Case.Published {
		return nil, fault.New(fault.NotFound, "citizen.public.missing")
	}
	return f, nil
}

// publicHead gives the first request of a case whose requester agreed to publication.
func (r *Room) publicHead(v visit, caseID string) (head request.Headline, err error) {
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		head, err = publicHeadTx(tx, r.Requests, caseID)
		return err
	})
	return head, err
}

// publicHeadTx is publicHead inside a transaction.
func publicHeadTx(tx *db.Tx, requests *request.Service, caseID string) (request.Headline, error) {
	ids, err := requests.OfCase(tx, caseID)
	if err != nil {
		return request.Headline{}, err
	}
	heads, err := requests.Headlines(tx, ids...)
	if err != nil {
		return request.Headline{}, err
	}
	for _, h := range heads {
		if h.Publish {
			return h, nil
		}
	}
	return request.Headline{}, fault.New(fault.NotFound, "citizen.public.missing")
}

package hotline

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// callForm is what a call-taker writes down during one call.
type callForm struct {
	ID   string `form:"form_id" max:"64"`
	Do   string `form:"do" max:"20"`   // look, place, suggest, dispatch, answer, decline, emergency
	Join string `form:"join" max:"40"` // the case the caller speaks of

	Phone   string `form:"phone" max:"30"`
	Name    string `form:"name" max:"40"`
	Kind    string `form:"kind" max:"20"`
	Subject string `form:"subject" max:"100"`
	Words   string `form:"words" max:"5000"`
	Address string `form:"address" max:"200"`
	Urgent  bool   `form:"urgent"`
	Publish bool   `form:"publish"`
	Read    int    `form:"read"` // version of the text that was read out

	Where       string `form:"where" max:"100"` // area as typed: code or name
	Found       string `form:"found" max:"100"` // what Where was when it was last looked up
	District    string `form:"district" max:"20"`
	Subdistrict string `form:"subdistrict" max:"20"`
	Community   string `form:"community" max:"20"`

	Public  string `form:"public" max:"4000"`
	Article string `form:"article" max:"200"`
	Reason  string `form:"reason" max:"40"`
	Note    string `form:"note" max:"2000"`
}

// emergency is the pack's reason for matters of 110, 119 and 120.
const emergency = "emergency"

// Call shows the form for one call, or what became of the last one.
func (r *Room) Call(w http.ResponseWriter, q *http.Request) error {
	v, err := r.taker(q)
	if err != nil {
		return err
	}
	in := callForm{ID: web.FormID(q), Kind: "help"}
	view, err := r.callView(v, in, nil)
	if err != nil {
		return err
	}
	if id := q.URL.Query().Get("done"); id != "" {
		if view.Done, err = r.done(v, id); err != nil {
			return err
		}
	}
	return r.callPage(w, q, v, view, nil)
}

// taker is a visit of somebody who takes requests in.
func (r *Room) taker(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, err
	}
	return v, r.Policy.Check(v.actor, access.RequestReceive, access.Resource{Kind: "request", AreaPath: v.actor.Area})
}

// CallSend looks somebody or something up for the form, or takes the request in
// and answers, declines or leaves it for dispatch.
func (r *Room) CallSend(w http.ResponseWriter, q *http.Request) error {
	v, err := r.taker(q)
	if err != nil {
		return err
	}
	var in callForm
	err = web.Decode(q, &in)
	if in.ID == "" {
		in.ID = web.FormID(q)
	}
	r.settle(&in)
	var id string
	if err == nil && !slices.Contains([]string{"look", "place", "suggest"}, in.Do) {
		id, err = r.takeIn(v, in)
	}
	switch {
	case err != nil && !web.Again(err):
		return err
	case id != "" && err == nil:
		return web.Redirect(w, q, doneHref(id))
	}
	view, failed := r.callView(v, in, err)
	if failed != nil {
		return failed
	}
	w.Header().Set("Cache-Control", "no-store")
	return r.callPage(w, q, v, view, err)
}

// doneHref is the page that says what became of the call.
func doneHref(id string) string { return "/desk/call?done=" + url.QueryEscape(id) }

// takeIn stores the request and does what the button says. What the second step
// needs is checked before the first one, so that nothing is half done.
func (r *Room) takeIn(v visit, in callForm) (string, error) {
	if in.Do == emergency {
		in = r.hurry(v, in)
	}
	if err := r.ready(in); err != nil {
		return "", err
	}
	got, err := r.Requests.Receive(v.ctx, v.actor, request.Intake{
		ClientID: in.ID, Kind: in.Kind, Subject: in.Subject, Words: in.Words, Address: in.Address, Area: r.areaOf(in), Channel: "phone",
		Language: string(v.p.Lang), Contact: person.Contact{Name: in.Name, Phone: in.Phone, Anonymous: in.Phone == "", Language: string(v.p.Lang)},
		Publish: in.Publish, Read: in.Read, JoinCase: in.Join, Urgent: in.Urgent,
	})
	if err != nil || got.Repeated {
		return got.CaseID, err
	}
	switch in.Do {
	case "answer":
		_, err = r.Cases.Answer(v.ctx, v.actor, casework.Answering{Case: got.CaseID, Public: in.Public, Article: in.Article, Duty: r.bestDuty(v, in)})
	case "decline", emergency:
		_, err = r.Cases.Decline(v.ctx, v.actor, casework.Declining{Case: got.CaseID, Reason: in.Reason, Words: in.Note})
	}
	return got.CaseID, err
}

// hurry fills in what an emergency has no time for.
func (r *Room) hurry(v visit, in callForm) callForm {
	in.Reason, in.Join = emergency, ""
	if strings.TrimSpace(in.Words) == "" {
		in.Words = v.p.T("hotline.call.emergency_words")
	}
	for _, k := range r.Requests.Terms().Kinds {
		if now, _ := r.Requests.Terms().Kind(in.Kind); in.Phone == "" && !now.Anonymous && k.Anonymous {
			in.Kind = k.Code
		}
	}
	return in
}

// ready refuses an answer without words and a decline without a reason.
func (r *Room) ready(in callForm) error {
	x, known := r.City.Duties.Reason(in.Reason)
	switch {
	case in.Join != "" && in.Do != "dispatch":
		return fault.Field("join", "hotline.need.join_only")
	case in.Do == "answer" && strings.TrimSpace(in.Public) == "":
		return fault.Field("public", "casework.need.public")
	case in.Do == "decline" && !known:
		return fault.Field("reason", "casework.need.reason")
	case in.Do == "decline" && slices.Contains(x.Needs, "words") && strings.TrimSpace(in.Note) == "":
		return fault.Field("note", "casework.need.words")
	case !slices.Contains([]string{"answer", "decline", "dispatch", emergency}, in.Do):
		return fault.New(fault.Invalid, "hotline.need.button")
	}
	return nil
}

func (r *Room) bestDuty(v visit, in callForm) string {
	return r.Triage.Suggest(r.input(v, in)).Best().Duty
}

// callView is the whole page of a call.
type callView struct {
	Form    callForm
	Errors  []ui.FieldError
	Place   placeView
	Caller  *callerView
	Hints   hintsView
	Kinds   []ui.Option
	Reasons []ui.Option
	Publish publishText
	Done    *doneView
}

// publishText is what the call-taker reads out before somebody lets their request be shown in public.
type publishText struct {
	may     bool
	text    string
	version int
}

// hintsView is what the words typed so far suggest.
type hintsView struct {
	Candidates ui.CandidatesView
	Direct     bool
	Basis      []string
	Urgent     []string
	Similar    []alike
}

func (r *Room) callView(v visit, in callForm, failed error) (callView, error) {
	out := callView{Form: in, Errors: r.errorsOf(v, failed), Place: r.placeView(v, in)}
	for _, k := range r.Requests.Terms().Kinds {
		out.Kinds = append(out.Kinds, ui.Option{Value: k.Code, Label: k.Name.In(v.p.Lang)})
	}
	out.Reasons = r.reasons(v, "decline", emergency)
	var err error
	if out.Caller, err = r.caller(v, in.Phone); err != nil {
		return out, err
	}
	text, may, err := r.Requests.PublishText(v.ctx)
	if err != nil {
		return out, err
	}
	if may {
		out.Publish = publishText{may, v.p.T("hotline.call.publish.read", "Text", text.Ask.In(v.p.Lang)+" "+text.What.In(v.p.Lang)), text.Version}
	}
	out.Hints, err = r.hints(v, in)
	return out, err
}

func (r *Room) callPage(w http.ResponseWriter, q *http.Request, v visit, view callView, failed error) error {
	frame, err := r.frame(v, v.p.T("hotline.nav.call"), "call")
	if err != nil {
		return err
	}
	return web.Show(w, q, failed, callPage(frame, view))
}

// doneView is what the call-taker tells the caller at the end.
type doneView struct {
	Number, Text, Where string
	Case, Queue         string
	Warn                bool
}

func (r *Room) done(v visit, id string) (*doneView, error) {
	f, err := r.Cases.Get(v.ctx, v.actor, id)
	if err != nil {
		return nil, err
	}
	c := f.Case
	d := &doneView{Number: c.Links[len(c.Links)-1].Number, Case: caseHref(id), Text: v.p.T("hotline.done." + doneKey(c.State))}
	if c.Decline != nil {
		x, _ := r.City.Duties.Reason(c.Decline.Reason)
		d.Where, d.Warn = x.Where.In(v.p.Lang), c.Decline.Reason == emergency
	}
	if c.State == casework.Received && v.actor.Is(access.Dispatcher) {
		d.Queue = "/desk/queue?case=" + id
	}
	return d, nil
}

func doneKey(s casework.State) string {
	switch s {
	case casework.Received, casework.Answered, casework.Declined:
		return string(s)
	}
	return "joined"
}

package wallet

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/credential"
	"banyan/web/ui"
)

// askForm is what somebody wants to be shown: "senior age_over_60".
type askForm struct {
	Want []string `form:"want" max:"90"`
	Name string   `form:"name" max:"60"`
}

type verifyView struct {
	page     web.Page
	base     string // address of the pages: /verify or /desk/verify
	In       askForm
	errs     []ui.FieldError
	choices  []choiceView
	staff    bool
	counts   []ui.MetaItem
	answered bool

	// of a question
	ask, code, link, who, until string
	wants                       []string
	waiting                     bool
	result                      *resultView
}

// choiceView are the facts of one kind to choose from.
type choiceView struct {
	name  string
	facts []ui.CheckboxView
}

// resultView is what a verifier gets to see.
type resultView struct {
	notice             ui.NoticeView
	said               []string
	meta               []ui.MetaItem
	holds, paper       bool
	check, name, until string
}

// counter is whoever asks: staff in a post at the desk, anybody at the public page.
func (r *Room) counter(q *http.Request, staff bool) (v visit, base string, err error) {
	v, err = r.visit(q)
	if err != nil {
		return v, "", err
	}
	if !staff {
		v.actor = access.Actor{Kind: access.Guest}
		return v, "/verify", nil
	}
	return v, "/desk/verify", r.Policy.Check(v.actor, access.CredentialAsk, access.Resource{Kind: "person", Unit: v.actor.Unit})
}

// show draws a page in the frame of who asks.
func (r *Room) show(w http.ResponseWriter, q *http.Request, v visit, staff bool, wrong error, view verifyView) error {
	title := v.p.T("wallet.verify.title")
	view.page, view.staff = v.p, staff
	var page templ.Component
	if staff {
		page = verifyDesk(r.desk(v, title, "verify", "check.js"), view)
	} else {
		page = verifyPublic(r.task(v, title, "/", "check.js"), view)
	}
	return web.Show(w, q, wrong, page)
}

// Verify asks what is to be shown; VerifyDesk does so for staff.
func (r *Room) Verify(w http.ResponseWriter, q *http.Request) error { return r.askPage(w, q, false) }

// VerifyDesk is Verify for staff.
func (r *Room) VerifyDesk(w http.ResponseWriter, q *http.Request) error { return r.askPage(w, q, true) }

func (r *Room) askPage(w http.ResponseWriter, q *http.Request, staff bool) error {
	v, base, err := r.counter(q, staff)
	if err != nil {
		return err
	}
	view, err := r.choose(v, base, staff, askForm{})
	if err != nil {
		return err
	}
	return r.show(w, q, v, staff, nil, view)
}

// choose offers every fact of every kind.
func (r *Room) choose(v visit, base string, staff bool, in askForm) (verifyView, error) {
	view := verifyView{base: base, In: in}
	for _, kind := range r.Credentials.Kinds.All() {
		c := choiceView{name: kind.Name.In(v.p.Lang)}
		for _, f := range kind.Facts {
			value := kind.ID + " " + f.ID
			box := ui.CheckboxView{Name: "want", Value: value, Label: f.Name.In(v.p.Lang)}
			if f.Type == credential.District {
				box.Label = v.p.T("wallet.verify.district")
			}
			for _, had := range in.Want {
				box.Checked = box.Checked || had == value
			}
			c.facts = append(c.facts, box)
		}
		view.choices = append(view.choices, c)
	}
	if !staff {
		return view, nil
	}
	list, err := r.Credentials.Counts(v.ctx, v.actor.Unit, v.now.AddDate(0, 0, -30))
	for _, c := range list {
		kind, _ := r.Credentials.Kinds.Get(c.Kind)
		view.counts = append(view.counts, ui.MetaItem{Term: kind.Name.In(v.p.Lang) + " · " + v.p.T("wallet.outcome."+string(c.State)), Text: v.p.T("wallet.verify.times", "N", c.N), Num: true})
	}
	return view, err
}

// Begin makes a question; BeginDesk makes one of the unit.
func (r *Room) Begin(w http.ResponseWriter, q *http.Request) error { return r.begin(w, q, false) }

// BeginDesk is Begin for staff.
func (r *Room) BeginDesk(w http.ResponseWriter, q *http.Request) error { return r.begin(w, q, true) }

func (r *Room) begin(w http.ResponseWriter, q *http.Request, staff bool) error {
	v, base, err := r.counter(q, staff)
	if err != nil {
		return err
	}
	var in askForm
	var secret string
	if err = web.Decode(q, &in); err == nil {
		var a credential.Ask
		if a, err = in.ask(); err == nil {
			secret, _, err = r.Credentials.Begin(v.ctx, v.actor, a)
		}
	}
	if err != nil && web.Again(err) {
		view, other := r.choose(v, base, staff, in)
		if other != nil {
			return other
		}
		view.errs = ui.Errors(v.p, err, "claims", v.p.T("wallet.verify.want"), "name", v.p.T("wallet.verify.name"))
		return r.show(w, q, v, staff, err, view)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, base+"/"+secret)
}

// ask is the question of a form: facts of one kind.
func (f askForm) ask() (a credential.Ask, err error) {
	a.Name = f.Name
	for _, want := range f.Want {
		kind, fact, _ := strings.Cut(want, " ")
		if a.Kind != "" && kind != a.Kind {
			return a, fault.Field("claims", "wallet.verify.one_kind")
		}
		a.Kind = kind
		a.Claims = append(a.Claims, fact)
	}
	if a.Kind == "" {
		return a, fault.Field("claims", "credential.need.claims")
	}
	return a, nil
}

// Asked shows a question with its code, and the answer once there is one; AskedDesk for staff.
func (r *Room) Asked(w http.ResponseWriter, q *http.Request) error { return r.asked(w, q, false) }

// AskedDesk is Asked for staff.
func (r *Room) AskedDesk(w http.ResponseWriter, q *http.Request) error { return r.asked(w, q, true) }

func (r *Room) asked(w http.ResponseWriter, q *http.Request, staff bool) error {
	v, base, err := r.counter(q, staff)
	if err != nil {
		return err
	}
	secret := q.PathValue("ask")
	a, err := r.Credentials.Mine(v.ctx, secret)
	if err != nil {
		return err
	}
	if a.Unit != v.actor.Unit { // the page of another unit, or a unit's page shown to anybody
		return fault.New(fault.NotFound, "credential.refuse.over")
	}
	return r.show(w, q, v, staff, nil, r.question(v, base, secret, a))
}

func (r *Room) question(v visit, base, secret string, a credential.Ask) verifyView {
	kind, _ := r.Credentials.Kinds.Get(a.Kind)
	view := verifyView{
		base: base, ask: secret, code: a.Code[:4] + " " + a.Code[4:], link: v.issuer + "/present/" + a.Code, who: r.asker(v, a), until: v.p.Lang.Clock(a.Expires),
		waiting: a.Answered.IsZero() && v.now.Before(a.Expires),
	}
	for _, f := range kind.Facts {
		for _, name := range a.Claims {
			if f.ID == name {
				view.wants = append(view.wants, f.Name.In(v.p.Lang))
			}
		}
	}
	if a.Result != nil {
		view.result = r.resultView(v, *a.Result)
	}
	return view
}

func (r *Room) resultView(v visit, res credential.Result) *resultView {
	kind, _ := r.Credentials.Kinds.Get(res.Kind)
	out := &resultView{notice: outcome(v.p, res.State), holds: res.Holds(), paper: res.State == credential.OnPaper, check: res.Check, name: res.Name, said: r.said(v.p, kind, res.Facts)}
	if !res.Until.IsZero() {
		out.until = v.p.Lang.Date(res.Until.Add(-time.Second))
	}
	return out
}

// Answer takes what the holder shows on their own screen, pasted or read by the camera; AnswerDesk for staff.
func (r *Room) Answer(w http.ResponseWriter, q *http.Request) error { return r.answer(w, q, false) }

// AnswerDesk is Answer for staff.
func (r *Room) AnswerDesk(w http.ResponseWriter, q *http.Request) error { return r.answer(w, q, true) }

func (r *Room) answer(w http.ResponseWriter, q *http.Request, staff bool) error {
	v, base, err := r.counter(q, staff)
	if err != nil {
		return err
	}
	var in shownForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	secret := q.PathValue("ask")
	if a, err := r.Credentials.Mine(v.ctx, secret); err != nil || a.Unit != v.actor.Unit {
		return fault.New(fault.NotFound, "credential.refuse.over").Wrap(err)
	}
	if in.Text == "" {
		return fault.New(fault.Invalid, "wallet.verify.nothing")
	}
	if _, err := r.Credentials.AnswerHere(v.ctx, v.issuer, secret, in.Text); err != nil {
		return err
	}
	return web.Redirect(w, q, base+"/"+secret)
}

// Paper reads a sheet of paper without a question; PaperDesk for staff.
func (r *Room) Paper(w http.ResponseWriter, q *http.Request) error { return r.paper(w, q, false) }

// PaperDesk is Paper for staff.
func (r *Room) PaperDesk(w http.ResponseWriter, q *http.Request) error { return r.paper(w, q, true) }

func (r *Room) paper(w http.ResponseWriter, q *http.Request, staff bool) error {
	v, base, err := r.counter(q, staff)
	if err != nil {
		return err
	}
	var in shownForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	if in.Text == "" {
		return fault.New(fault.Invalid, "wallet.verify.nothing")
	}
	var res credential.Result
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		res, err = r.Credentials.CheckPaper(tx, v.issuer, in.Text)
		return err
	})
	if err != nil {
		return err
	}
	return r.show(w, q, v, staff, nil, verifyView{base: base, answered: true, result: r.resultView(v, res)})
}

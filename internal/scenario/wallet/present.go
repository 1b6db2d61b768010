package wallet

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/credential"
	"banyan/web/ui"
)

// codeForm is the code that somebody who asks has on their page.
type codeForm struct {
	Code string `form:"code" max:"20" required:"true"`
}

type enterView struct {
	ui.CitizenView
	In   codeForm
	errs []ui.FieldError
}

// EnterForm asks for the code of whoever asks.
func (r *Room) EnterForm(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	return r.showEnter(w, q, v, codeForm{}, nil)
}

func (r *Room) showEnter(w http.ResponseWriter, q *http.Request, v visit, in codeForm, wrong error) error {
	view := enterView{CitizenView: r.task(v, v.p.T("wallet.enter.title"), "/me/credentials"), In: in, errs: ui.Errors(v.p, wrong, "code", v.p.T("wallet.enter.code"))}
	return web.Show(w, q, wrong, enterPage(view))
}

// Enter leads to what is asked.
func (r *Room) Enter(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in codeForm
	if err = web.Decode(q, &in); err == nil {
		if _, err = r.Credentials.Asked(v.ctx, in.Code); fault.KindOf(err) == fault.NotFound {
			err = fault.Field("code", "credential.refuse.code")
		}
	}
	if err != nil && web.Again(err) {
		return r.showEnter(w, q, v, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/present/"+credential.TidyCode(in.Code))
}

type presentView struct {
	ui.CitizenView
	code, owner, issuer     string
	who, kind, kindName     string
	known                   bool // staff ask, for a unit of the city
	nonce, audience, claims string
	wants                   []wantView
	result                  *credential.Result
	chip                    ui.NoticeView
}

// wantView is one thing that is asked for.
type wantView struct{ id, name string }

// Present shows the holder who asks for what; the page's script finds it on the device and shows what the holder leaves ticked.
func (r *Room) Present(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	code := credential.TidyCode(q.PathValue("code"))
	if !ok {
		return toSignIn(w, q, "/present/"+code)
	}
	a, err := r.Credentials.Asked(v.ctx, code)
	if err != nil {
		return err
	}
	return web.Show(w, q, nil, presentPage(r.presentView(v, a)))
}

func (r *Room) presentView(v visit, a credential.Ask) presentView {
	kind, _ := r.Credentials.Kinds.Get(a.Kind)
	view := presentView{
		CitizenView: r.task(v, v.p.T("wallet.present.title"), "/me/credentials", "wallet.js"), code: a.Code, owner: ownerTag(v.actor.ID), issuer: v.issuer,
		kind: credential.TypeOf(v.issuer, a.Kind), kindName: kind.Name.In(v.p.Lang), known: a.Unit != "", nonce: a.Nonce, audience: a.Audience(v.issuer),
	}
	view.who = r.asker(v, a)
	for _, f := range kind.Facts {
		for _, name := range a.Claims {
			if f.ID == name {
				view.wants = append(view.wants, wantView{f.ID, f.Name.In(v.p.Lang)})
			}
		}
	}
	return view
}

// asker is who asks: a unit, or somebody by a name that nobody checked.
func (r *Room) asker(v visit, a credential.Ask) string {
	switch {
	case a.Unit != "":
		return r.Orgs.Name(a.Unit, v.p.Lang)
	case a.Name != "":
		return a.Name
	}
	return v.p.T("wallet.present.somebody")
}

// shownForm is what a device shows.
type shownForm struct {
	Text string `form:"text" max:"8000"`
}

// Show takes what the holder shows and hands it to whoever asked.
func (r *Room) Show(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	code := credential.TidyCode(q.PathValue("code"))
	if !ok {
		return toSignIn(w, q, "/present/"+code)
	}
	var in shownForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	if in.Text == "" {
		return fault.New(fault.Invalid, "wallet.present.script")
	}
	a, err := r.Credentials.Asked(v.ctx, code)
	if err != nil {
		return err
	}
	res, err := r.Credentials.Answer(v.ctx, v.issuer, code, in.Text)
	if err != nil {
		return err
	}
	view := r.presentView(v, a)
	view.Scripts = nil
	view.result, view.chip = &res, outcome(v.p, res.State)
	return web.Show(w, q, nil, presentedPage(view))
}

// outcome is what became of something shown, in words.
func outcome(p web.Page, o credential.Outcome) ui.NoticeView {
	kind := "danger"
	switch o {
	case credential.True:
		kind = "ok"
	case credential.OnPaper:
		kind = "warn"
	}
	return ui.NoticeView{Kind: kind, Title: p.T("wallet.outcome." + string(o)), Text: p.T("wallet.outcome." + string(o) + ".text")}
}

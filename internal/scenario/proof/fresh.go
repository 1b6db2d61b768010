package proof

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

// Ways to prove anew, as the form names them.
const (
	waySend     = "send" // have a code sent to the phone
	wayCode     = "code"
	wayPassword = "password"
	wayPasskey  = "passkey"
	wayPaper    = "paper" // a code of the citizen's sheet
)

// proofPrefix marks the fields of the proof among those of the form that waits.
const proofPrefix = "proof_"

// proofForm is a proof that travels with whatever waits for it.
type proofForm struct {
	Way      string `form:"proof_way" max:"10"`
	Password string `form:"proof_password" max:"200"`
	Code     string `form:"proof_code" max:"20"`
	Passkey  string `form:"proof_passkey" max:"20000"`
}

// proveForm is a proof for a page that waits.
type proveForm struct {
	proofForm
	To   string `form:"to" max:"2000"`
	File bool   `form:"file"` // what waits is a file: the browser stays on the page that asks for it
}

type proveView struct {
	frame
	errs   []ui.FieldError
	action string
	coding string
	typed  []typed
	files  []typed // chosen files, which a page cannot give back
	way    string  // of the attempt
	code   bool    // staff: a second factor is set up
	phone  bool    // citizen: a code can be sent
	sent   bool
	ring   bool // a passkey can be used
	paper  bool // a sheet has codes left
}

// typed is one field of the form that waits.
type typed struct{ Name, Value string }

// Guard lets h act only for somebody who proved who they are within identity.FreshFor; others are asked on a page, which carries
// what they typed, and then go on. It asks visitors of one kind only: whoever else comes is h's own concern. file says that h answers
// with a file.
func (r *Room) Guard(kind identity.Kind, h web.Handler, file bool) web.Handler {
	return func(w http.ResponseWriter, q *http.Request) error {
		who := web.VisitorOf(q)
		if who.Kind != string(kind) || r.fresh(who) {
			return h(w, q)
		}
		if q.Method == http.MethodGet {
			return r.showProve(w, q, proveForm{To: q.URL.RequestURI(), File: file}, nil)
		}
		var in proofForm
		if err := web.Decode(q, &in); err != nil {
			return err
		}
		if in.Way == "" {
			return r.showWaiting(w, q, in, nil)
		}
		if err := r.prove(w, q, who, in); err != nil || in.Way == waySend {
			if err != nil && !again(err) {
				return err
			}
			return r.showWaiting(w, q, in, err)
		}
		forget(q)
		return h(w, q)
	}
}

func (r *Room) fresh(who web.Visitor) bool {
	return identity.Session{ProvedAt: who.Proved}.Fresh(r.Clock.Now())
}

// forget takes the proof out of the form before the waiting handler reads it.
func forget(q *http.Request) {
	for _, form := range []url.Values{q.PostForm, q.Form} {
		for name := range form {
			if strings.HasPrefix(name, proofPrefix) {
				delete(form, name)
			}
		}
	}
}

// prove takes a proof, or sends a code for one.
func (r *Room) prove(w http.ResponseWriter, q *http.Request, who web.Visitor, in proofForm) error {
	at, ctx := session(who), q.Context()
	switch {
	case in.Way == wayPasskey:
		site, ok := r.Site(q)
		if !ok {
			return fault.Field("passkey", "proof.passkeys.not_here")
		}
		return r.Identity.ProvePasskey(ctx, site, at, r.Web.TakeOnce(w, q), in.Passkey)
	case in.Way == wayPassword && who.IsStaff():
		return r.Identity.ProveStaff(ctx, at, in.Password, in.Code)
	case in.Way == waySend && who.Citizen():
		return r.Identity.SendProof(ctx, at)
	case in.Way == wayPaper && who.Citizen():
		return r.Identity.ProveSheet(ctx, at, in.Code)
	case in.Way == wayCode && who.Citizen():
		return r.Identity.ProveCode(ctx, at, in.Code)
	}
	return fault.New(fault.Invalid, "proof.fresh.way")
}

// Prove takes the proof for a page that waits and leads there.
func (r *Room) Prove(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	var in proveForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	if err := r.prove(w, q, who, in.proofForm); err != nil || in.Way == waySend {
		if err != nil && !again(err) {
			return err
		}
		return r.showProve(w, q, in, err)
	}
	to := web.Inside(in.To, home(who))
	if !in.File {
		return web.Redirect(w, q, to)
	}
	f, err := r.frame(q, web.PageOf(q).T("proof.fresh.done"), home(who), "")
	if err != nil {
		return err
	}
	return web.Show(w, q, nil, provedPage(f, to))
}

// ProveStart leads whoever comes to the address without a form to their own page.
func (r *Room) ProveStart(w http.ResponseWriter, q *http.Request) error {
	return web.Redirect(w, q, home(web.VisitorOf(q)))
}

func home(who web.Visitor) string {
	if who.IsStaff() {
		return "/account"
	}
	return "/me"
}

// showProve asks for a proof on behalf of a page.
func (r *Room) showProve(w http.ResponseWriter, q *http.Request, in proveForm, wrong error) error {
	waiting := []typed{{"to", in.To}}
	if in.File {
		waiting = append(waiting, typed{"file", "1"})
	}
	return r.ask(w, q, proveView{action: "/prove", typed: waiting, way: in.Way}, wrong)
}

// showWaiting asks for a proof on behalf of a form, and carries it.
func (r *Room) showWaiting(w http.ResponseWriter, q *http.Request, in proofForm, wrong error) error {
	v := proveView{action: q.URL.RequestURI(), way: in.Way}
	for name, values := range q.PostForm {
		if strings.HasPrefix(name, proofPrefix) {
			continue
		}
		for _, value := range values {
			v.typed = append(v.typed, typed{name, value})
		}
	}
	if q.MultipartForm != nil {
		v.coding = "multipart/form-data"
		for name, files := range q.MultipartForm.File {
			if len(files) > 0 && files[0].Size > 0 {
				v.files = append(v.files, typed{name, files[0].Filename})
			}
		}
	}
	byName := func(a, b typed) int { return strings.Compare(a.Name, b.Name) }
	slices.SortStableFunc(v.typed, byName)
	slices.SortStableFunc(v.files, byName)
	return r.ask(w, q, v, wrong)
}

// ask draws the page with the ways that the visitor has.
func (r *Room) ask(w http.ResponseWriter, q *http.Request, v proveView, wrong error) (err error) {
	p, who := web.PageOf(q), web.VisitorOf(q)
	if v.frame, err = r.frame(q, p.T("proof.fresh.title"), home(who), "", passkeyScript); err != nil {
		return err
	}
	if who.IsStaff() {
		a, err := r.Identity.Account(q.Context(), who.Account)
		if err != nil {
			return err
		}
		v.code = a.Enrolled
	} else if v.phone, err = r.Identity.HasPhone(q.Context(), session(who)); err != nil {
		return err
	}
	sheet, _, err := r.Identity.SheetOf(q.Context(), who.Account)
	if err != nil {
		return err
	}
	v.paper = sheet.Left > 0
	if _, v.ring = r.Site(q); v.ring {
		keys, err := r.Identity.Passkeys(q.Context(), who.Account)
		if err != nil {
			return err
		}
		v.ring = len(keys) > 0
	}
	v.sent = v.way == wayCode || v.way == waySend && (wrong == nil || fault.KindOf(wrong) == fault.Busy)
	v.errs = ui.Errors(p, wrong, "password", p.T("account.signin.password"), "code", p.T("citizen.signin.code"), "passkey", p.T("proof.passkeys.one"))
	w.Header().Set("Cache-Control", "no-store")
	status := http.StatusForbidden
	if wrong != nil {
		status = web.Status(wrong)
	}
	return web.Render(w, q, status, provePage(v))
}

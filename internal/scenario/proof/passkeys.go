package proof

import (
	"net/http"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

// passkeyScript is the island that speaks to the browser's window.
const passkeyScript = "passkey.js"

type passkeysView struct {
	frame
	root  string
	cards []passkeyCard
	more  bool // another one can be made here
	full  bool
}

type passkeyCard struct {
	name, remove string
	chip         ui.ChipView
	meta         []ui.MetaItem
	note         string
}

// newPasskey is a passkey that a browser made.
type newPasskey struct {
	Name   string `form:"name" max:"60" required:"true"`
	Answer string `form:"passkey" max:"20000"`
}

type newPasskeyView struct {
	frame
	newPasskey
	root string
	errs []ui.FieldError
}

// Passkeys lists the visitor's own passkeys.
func (r *Room) Passkeys(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	keys, err := r.Identity.Passkeys(q.Context(), who.Account)
	if err != nil {
		return err
	}
	p := web.PageOf(q)
	v := passkeysView{root: ring(who), full: len(keys) >= identity.PasskeysMost}
	if v.frame, err = r.frame(q, p.T("proof.passkeys.title"), "/me", "passkeys"); err != nil {
		return err
	}
	_, v.more = r.Site(q)
	for _, k := range keys {
		v.cards = append(v.cards, card(p, v.root, k))
	}
	return web.Show(w, q, nil, passkeysPage(v))
}

func card(p web.Page, root string, k identity.Passkey) passkeyCard {
	c := passkeyCard{name: k.Name, remove: root + "/" + k.ID + "/remove", meta: []ui.MetaItem{{Term: p.T("proof.passkeys.made"), Text: p.Lang.DateTime(k.Made), Num: true}}}
	used := ui.MetaItem{Term: p.T("proof.passkeys.used"), Text: p.T("proof.passkeys.never")}
	if !k.Used.IsZero() {
		used.Text, used.Num = p.Lang.DateTime(k.Used), true
	}
	c.meta = append(c.meta, used)
	if !k.Copied.IsZero() {
		c.chip, c.note = ui.ChipView{Kind: "danger", Text: p.T("proof.passkeys.copied")}, p.T("identity.passkey_copied")
	}
	return c
}

// NewPasskey asks for a name and has the browser make a passkey.
func (r *Room) NewPasskey(w http.ResponseWriter, q *http.Request) error {
	return r.newPasskey(w, q, newPasskey{Name: identity.AgentLabel(q.UserAgent())}, nil)
}

func (r *Room) newPasskey(w http.ResponseWriter, q *http.Request, in newPasskey, wrong error) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	p := web.PageOf(q)
	v := newPasskeyView{newPasskey: in, root: ring(who)}
	v.errs = ui.Errors(p, wrong, "name", p.T("proof.passkeys.name"), "passkey", p.T("proof.passkeys.one"))
	if v.frame, err = r.frame(q, p.T("proof.passkeys.new"), v.root, "passkeys", passkeyScript); err != nil {
		return err
	}
	return web.Show(w, q, wrong, newPasskeyPage(v))
}

// AddPasskey keeps the passkey that the browser made.
func (r *Room) AddPasskey(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	var in newPasskey
	if err = web.Decode(q, &in); err == nil {
		err = r.add(w, q, who, in)
	}
	if again(err) {
		return r.newPasskey(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, ring(who))
}

func (r *Room) add(w http.ResponseWriter, q *http.Request, who web.Visitor, in newPasskey) error {
	site, ok := r.Site(q)
	if !ok {
		return fault.Field("passkey", "proof.passkeys.not_here")
	}
	return r.Identity.AddPasskey(q.Context(), site, session(who), r.Web.TakeOnce(w, q), in.Name, in.Answer)
}

// RemovePasskey forgets one of the visitor's own.
func (r *Room) RemovePasskey(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	if err := r.Identity.RemovePasskey(q.Context(), who.Account, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, ring(who))
}

// optionsForm says what the browser wants a passkey for.
type optionsForm struct {
	Use  string `form:"use" max:"10"`
	Name string `form:"name" max:"60"`
}

// Uses of the question that the script asks for.
const (
	useMake   = "make"
	useSignIn = "signin"
	useProve  = "prove"
)

// Options gives the script the question to put to the browser's window, and the browser the token that goes with it.
func (r *Room) Options(w http.ResponseWriter, q *http.Request) error {
	var in optionsForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	site, ok := r.Site(q)
	if !ok {
		return fault.New(fault.Conflict, "proof.passkeys.not_here")
	}
	who := web.VisitorOf(q)
	signedIn := who.IsStaff() || who.Citizen()
	var options []byte
	var token string
	var err error
	switch {
	case in.Use == useMake && signedIn:
		options, token, err = r.Identity.BeginPasskey(q.Context(), site, session(who), strings.TrimSpace(in.Name))
	case in.Use == useProve && signedIn:
		options, token, err = r.Identity.AskPasskey(q.Context(), site, session(who))
	case in.Use == useSignIn:
		options, token, err = r.Identity.AskPasskey(q.Context(), site, identity.Session{})
	default:
		err = fault.New(fault.Forbidden, "proof.passkeys.signed_out")
	}
	if err != nil {
		return err
	}
	r.Web.SetOnce(w, q, token, identity.ChallengeLives)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(options) // the browser has gone away: nobody is left to tell
	return nil
}

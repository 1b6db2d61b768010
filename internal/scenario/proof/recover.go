package proof

import (
	"net/http"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// recoverForm is what a counter asks about somebody who stands there. The phone travels in the form, never in an address.
type recoverForm struct {
	Phone    string `form:"phone" max:"40" required:"true"`
	Document string `form:"document" max:"20"`
	Name     string `form:"name" max:"60"` // as the document has it
	Seen     bool   `form:"seen"`
}

type recoverView struct {
	desk      ui.DeskView
	in        recoverForm
	errs      []ui.FieldError
	found     bool
	who       string
	waiting   []waitingCard
	documents []ui.Option
	done      string
}

// waitingCard is a request that a second member of staff decides.
type waitingCard struct {
	id, name string
	meta     []ui.MetaItem
	own      bool // the reader asked, and may only take it back
}

// clerk is whoever may see documents at a counter.
func (r *Room) clerk(q *http.Request) (access.Actor, error) {
	actor, err := r.Actor(q)
	if err != nil {
		return actor, err
	}
	return actor, r.Policy.Check(actor, access.AccountRecover, access.Resource{Kind: "person", AreaPath: actor.Area})
}

// Nav is the navigation of the counter's page.
func Nav(policy *access.Policy, p web.Page, actor access.Actor, active string) []ui.NavGroup {
	if !policy.May(actor, access.AccountRecover, access.Resource{Kind: "person", AreaPath: actor.Area}).Allow {
		return nil
	}
	return []ui.NavGroup{{Title: p.T("proof.recover.nav.group"), Items: []ui.NavItem{{Label: p.T("proof.recover.nav"), Href: "/desk/recovery", Icon: "lock", Active: active == "recovery"}}}}
}

// Recovery lists what waits at the counter and asks who stands there.
func (r *Room) Recovery(w http.ResponseWriter, q *http.Request) error {
	actor, err := r.clerk(q)
	if err != nil {
		return err
	}
	return r.showRecovery(w, q, actor, recoverView{done: done(q)}, nil)
}

// done is what was just done, for a line on the page; anything else is nothing.
func done(q *http.Request) string {
	switch word := q.URL.Query().Get("done"); word {
	case "asked", "refused":
		return word
	}
	return ""
}

// FindForRecovery shows, masked, whose phone it is.
func (r *Room) FindForRecovery(w http.ResponseWriter, q *http.Request) error {
	actor, err := r.clerk(q)
	if err != nil {
		return err
	}
	v := recoverView{}
	if err = web.Decode(q, &v.in); err == nil {
		v.found, v.who, err = r.find(q, actor, v.in.Phone)
	}
	if err != nil && !web.Again(err) {
		return err
	}
	return r.showRecovery(w, q, actor, v, err)
}

// find gives the masked name of a phone's person. Invalid on "phone" when nobody has it.
func (r *Room) find(q *http.Request, actor access.Actor, phone string) (found bool, who string, err error) {
	p, err := person.ParsePhone(phone)
	if err != nil {
		return false, "", err
	}
	err = r.DB.Write(q.Context(), func(tx *db.Tx) error {
		id, ok, err := r.People.Find(tx, p)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Field("phone", "proof.recover.nobody")
		}
		called, err := r.People.Called(tx, trail.Reader{Actor: actor, Purpose: trail.ForRecovery}, id)
		who = called.Words()
		return err
	})
	return err == nil, who, err
}

// AskRecovery notes that somebody was known by a document and wants their account back.
func (r *Room) AskRecovery(w http.ResponseWriter, q *http.Request) error {
	actor, err := r.clerk(q)
	if err != nil {
		return err
	}
	v := recoverView{}
	err = web.Decode(q, &v.in)
	if err == nil {
		err = looked(v.in.Name, v.in.Seen)
	}
	if err == nil {
		err = r.askRecovery(q, actor, v.in)
	}
	if err == nil {
		return web.Redirect(w, q, "/desk/recovery?done=asked")
	}
	if !web.Again(err) {
		return err
	}
	found, who, lost := r.find(q, actor, v.in.Phone)
	if lost != nil && !web.Again(lost) {
		return lost
	}
	v.found, v.who = found, who
	return r.showRecovery(w, q, actor, v, err)
}

func (r *Room) askRecovery(q *http.Request, actor access.Actor, in recoverForm) error {
	p, err := person.ParsePhone(in.Phone)
	if err != nil {
		return err
	}
	same := false
	err = r.DB.Write(q.Context(), func(tx *db.Tx) error {
		id, ok, err := r.People.Find(tx, p)
		if err == nil && !ok {
			err = fault.Field("phone", "proof.recover.nobody")
		}
		if err != nil {
			return err
		}
		if same, err = r.named(tx, actor, id, "", in.Name); err != nil || !same {
			return err
		}
		_, err = r.Identity.AskRecoveryTx(tx, id, actor.Unit, actor.ID, in.Document)
		return err
	})
	return sameOr(same, err)
}

// looked refuses a form on which nobody says that they looked.
func looked(name string, seen bool) error {
	switch {
	case name == "":
		return fault.Field("name", "proof.recover.need_name")
	case !seen:
		return fault.Field("seen", "proof.recover.unseen")
	}
	return nil
}

// named compares the name on the document with the one the account has, which is not shown. An account without a name cannot be given
// back: no document would say whose it is. Whatever comes of it, the comparison is a look and leaves its row.
func (r *Room) named(tx *db.Tx, actor access.Actor, id, recovery, name string) (same bool, err error) {
	own, err := r.People.HandOver(tx, trail.Reader{Actor: actor, Purpose: trail.ForRecovery, Subject: recovery}, id, trail.Name)
	return plain(own.Name) != "" && plain(own.Name) == plain(name), err
}

// sameOr is the refusal of another's name, in the same words for an account that has none.
func sameOr(same bool, err error) error {
	if err == nil && !same {
		err = fault.Field("name", "proof.recover.another")
	}
	return err
}

// plain is a name without what differs from one keyboard to the next.
func plain(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || strings.ContainsRune("·•・.", c) {
			return -1
		}
		return unicode.ToLower(c)
	}, norm.NFKC.String(name))
}

// decideForm is a second member of staff's decision.
type decideForm struct {
	Do   string `form:"do" max:"10"`
	Name string `form:"name" max:"60"`
	Seen bool   `form:"seen"`
}

// What a decision does.
const (
	doGrant  = "grant"
	doRefuse = "refuse"
)

// DecideRecovery gives the account back, and prints the sheet with which its owner comes in; or refuses.
func (r *Room) DecideRecovery(w http.ResponseWriter, q *http.Request) error {
	actor, err := r.clerk(q)
	if err != nil {
		return err
	}
	var in decideForm
	var sheet identity.Sheet
	var codes []string
	same := false
	err = web.Decode(q, &in)
	if err == nil && in.Do == doGrant {
		err = looked(in.Name, in.Seen)
	}
	if err == nil {
		err = r.DB.Write(q.Context(), func(tx *db.Tx) (err error) {
			if in.Do != doGrant {
				same = true
				return r.Identity.RefuseRecoveryTx(tx, q.PathValue("id"), actor.Unit, actor.ID)
			}
			x, err := r.Identity.RecoveryTx(tx, q.PathValue("id"), actor.Unit)
			if err != nil {
				return err
			}
			if same, err = r.named(tx, actor, x.Person, x.ID, in.Name); err != nil || !same {
				return err
			}
			sheet, codes, err = r.Identity.GrantRecoveryTx(tx, x.ID, actor.Unit, actor.ID)
			return err
		})
		err = sameOr(same, err)
	}
	switch {
	case err != nil && web.Again(err):
		return r.showRecovery(w, q, actor, recoverView{}, err)
	case err != nil:
		return err
	case in.Do != doGrant:
		return web.Redirect(w, q, "/desk/recovery?done=refused")
	}
	f := frame{page: web.PageOf(q), title: web.PageOf(q).T("proof.paper.title")}
	desk := r.counter(f.page, actor, f.title)
	f.desk = &desk
	return r.print(w, q, f, sheet, codes, "/desk/recovery")
}

// counter is the frame of the counter's page.
func (r *Room) counter(p web.Page, actor access.Actor, title string) ui.DeskView {
	nav := Nav(r.Policy, p, actor, "recovery")
	if r.Also != nil {
		nav = append(nav, r.Also(p, actor)...)
	}
	return ui.DeskView{Page: p, Title: title, Room: p.T("proof.recover.room"), Nav: nav, Who: p.Visitor.Name + " · " + r.Orgs.Short(actor.Unit, p.Lang)}
}

func (r *Room) showRecovery(w http.ResponseWriter, q *http.Request, actor access.Actor, v recoverView, wrong error) error {
	p := web.PageOf(q)
	v.desk = r.counter(p, actor, p.T("proof.recover.title"))
	v.errs = ui.Errors(p, wrong, "phone", p.T("proof.recover.phone"), "document", p.T("proof.recover.document"), "name", p.T("proof.recover.name"), "seen", p.T("proof.recover.seen"))
	for _, d := range identity.Documents() {
		v.documents = append(v.documents, ui.Option{Value: d, Label: p.T("proof.recover.document." + d)})
	}
	list, err := r.Identity.WaitingRecoveries(q.Context(), actor.Unit)
	if err != nil {
		return err
	}
	if v.waiting, err = r.cards(q, p, actor, list); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, wrong, recoverPage(v))
}

// cards shows, masked, who waits. Each is a look.
func (r *Room) cards(q *http.Request, p web.Page, actor access.Actor, list []identity.Recovery) (out []waitingCard, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	err = r.DB.Write(q.Context(), func(tx *db.Tx) error {
		out = nil
		for _, x := range list {
			called, err := r.People.Called(tx, trail.Reader{Actor: actor, Purpose: trail.ForRecovery, Subject: x.ID}, x.Person)
			if err != nil {
				return err
			}
			out = append(out, waitingCard{id: x.ID, name: called.Words(), own: x.AskedBy == actor.ID, meta: []ui.MetaItem{
				{Term: p.T("proof.recover.document"), Text: p.T("proof.recover.document." + x.Document)},
				{Term: p.T("proof.recover.by"), Text: r.Name(q.Context(), x.AskedBy)},
				{Term: p.T("proof.recover.until"), Text: p.Lang.Clock(x.Asked.Add(identity.RecoveryLives).Truncate(time.Minute)), Num: true},
			}})
		}
		return nil
	})
	return out, err
}

package citizen

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// MineReceipt and MyReceipt give the proof that a look is in the log, to keep and to check without this server.
func (r *Room) MineReceipt() web.Handler { return r.watching(r.ofMine, r.receipt) }

// MyReceipt is MineReceipt for whoever is signed in.
func (r *Room) MyReceipt() web.Handler { return r.watching(r.ofMe, r.receipt) }

func (r *Room) receipt(w http.ResponseWriter, q *http.Request, at watched) error {
	l, err := r.seen(q, at)
	if err != nil {
		return err
	}
	text, err := r.Trail.Receipt(at.ctx, l.ID, at.persons)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+l.ID+`.tlog-proof"`)
	_, err = w.Write(text)
	return err
}

// seen is the row that an address names, when it is the reader's to see.
func (r *Room) seen(q *http.Request, at watched) (trail.Look, error) {
	l, err := r.Trail.Of(at.ctx, q.PathValue("look"), at.persons)
	if err != nil {
		return l, err
	}
	if own(l, at.persons) || !at.mine(l) {
		return l, fault.New(fault.NotFound, "trail.no_receipt")
	}
	return l, nil
}

// MineObjectForm and MyObjectForm ask what is wrong with a look.
func (r *Room) MineObjectForm() web.Handler { return r.watching(r.ofMine, r.objectForm) }

// MyObjectForm is MineObjectForm for whoever is signed in.
func (r *Room) MyObjectForm() web.Handler { return r.watching(r.ofMe, r.objectForm) }

// MineObject and MyObject open a case about a look that the person holds to be wrong.
func (r *Room) MineObject() web.Handler { return r.watching(r.ofMine, r.object) }

// MyObject is MineObject for whoever is signed in.
func (r *Room) MyObject() web.Handler { return r.watching(r.ofMe, r.object) }

type objectForm struct {
	Words string `form:"words" max:"500" required:"true"`
}

func (r *Room) objectForm(w http.ResponseWriter, q *http.Request, at watched) error {
	l, err := r.seen(q, at)
	if err != nil {
		return err
	}
	return r.showObject(w, q, at, l, objectForm{}, nil)
}

func (r *Room) showObject(w http.ResponseWriter, q *http.Request, at watched, l trail.Look, f objectForm, err error) error {
	return web.Show(w, q, err, objectPage(objectView{
		CitizenView: r.task(at.visit, at.p.T("citizen.object.title"), at.base), objectForm: f, errs: ui.Errors(at.p, err, "words", at.p.T("citizen.object.words")),
		form: web.FormID(q), to: at.base + "/" + l.ID + "/object", when: at.lang().Stamp(l.At, at.now), what: r.look(at.visit, l),
	}))
}

// object hands the objection in as a request of the person, who need not say again who they are. The words name the row, so that
// whoever decides finds it; they hold nothing of what was looked at.
func (r *Room) object(w http.ResponseWriter, q *http.Request, at watched) error {
	l, err := r.seen(q, at)
	if err != nil {
		return err
	}
	var f objectForm
	if err = web.Decode(q, &f); err == nil {
		var receipt request.Receipt
		receipt, err = r.Requests.Receive(at.ctx, access.Program("objection"), request.Intake{
			ClientID: web.FormID(q), Kind: "complaint", Channel: "web", Language: string(at.lang()), Person: l.Person, Contact: person.Contact{Anonymous: true},
			Subject: r.objection(at, l, "citizen.object.subject"), Words: r.objection(at, l, "citizen.object.said", "Words", f.Words),
		})
		if err == nil {
			return web.Redirect(w, q, at.base+"?objection="+receipt.Number) // the proof of the first matter stays
		}
	}
	if !again(err) {
		return err
	}
	return r.showObject(w, q, at, l, f, err)
}

// objection is a sentence about the look in the source language, which staff read.
func (r *Room) objection(at watched, l trail.Look, key string, args ...any) string {
	p := at.p
	p.Lang = i18n.ZhHans
	return p.T(key, append(args, "Row", l.ID, "When", p.Lang.Stamp(l.At, at.now), "Unit", r.Cases.City.Orgs.Name(l.Unit, p.Lang), "Purpose", p.T(l.Purpose))...)
}

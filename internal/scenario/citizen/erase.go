package citizen

import (
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

type eraseView struct {
	ui.CitizenView
	errs []ui.FieldError
	open int // matters under way, after which it is done
}

type erasureView struct {
	ui.CitizenView
	title, asked, waits, done, path string
	requests, files                 int
	proof                           bool
}

type eraseWish struct {
	Sure bool `form:"sure"`
}

// EraseForm says what being forgotten means, before anything is done.
func (r *Room) EraseForm(w http.ResponseWriter, q *http.Request) error { return r.showErase(w, q, nil) }

func (r *Room) showErase(w http.ResponseWriter, q *http.Request, refused error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return r.toSignIn(w, q)
	}
	view := eraseView{CitizenView: r.task(v, v.p.T("citizen.erase.title"), "/me"), errs: ui.Errors(v.p, refused, "sure", v.p.T("citizen.erase.sure"))}
	if view.open, err = r.openMatters(v, v.actor.ID); err != nil {
		return err
	}
	return web.Show(w, q, refused, eraseForm(view))
}

// Erase notes the wish and leads to its page, which stays when everything else is gone.
func (r *Room) Erase(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return r.toSignIn(w, q)
	}
	var f eraseWish
	if err := web.Decode(q, &f); err != nil {
		return err
	}
	if !f.Sure {
		return r.showErase(w, q, fault.Field("sure", "citizen.erase.unsure"))
	}
	var token string
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		token, err = r.People.AskErasure(tx, v.actor.ID)
		return err
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/erasure/"+token)
}

// Erasure shows how the wish of a token stands, to whoever has it: there is nobody left to sign in.
func (r *Room) Erasure(w http.ResponseWriter, q *http.Request) error {
	v, e, err := r.erasureOf(q)
	if err != nil {
		return err
	}
	title := v.p.T("citizen.erasure.title")
	view := erasureView{
		CitizenView: r.task(v, title, "/"), title: title, path: "/erasure/" + q.PathValue("token"),
		asked: v.p.T("citizen.erasure.asked", "At", v.lang().DateTime(e.AskedAt)), requests: e.Requests, files: e.Files,
	}
	if e.DoneAt.IsZero() {
		open, err := r.openMatters(v, e.Person)
		if err != nil {
			return err
		}
		view.waits = v.p.T("citizen.erasure.soon")
		if open > 0 {
			view.waits = v.p.T("citizen.erasure.open", "N", open)
		}
	} else {
		view.done = v.p.T("citizen.erasure.done", "At", v.lang().DateTime(e.DoneAt))
		_, err := r.erasureProof(v, e)
		view.proof = err == nil
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Show(w, q, nil, erasure(view))
}

// ErasureProof gives the receipt of the trail's row: that the keys were destroyed, when, and by whom. It is checked like any other.
func (r *Room) ErasureProof(w http.ResponseWriter, q *http.Request) error {
	v, e, err := r.erasureOf(q)
	if err != nil {
		return err
	}
	proof, err := r.erasureProof(v, e)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="erasure.tlog-proof"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(proof)
	return err
}

func (r *Room) erasureOf(q *http.Request) (v visit, e person.Erasure, err error) {
	if v, err = r.visit(q); err != nil {
		return v, e, err
	}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		e, err = r.People.ErasureOf(tx, q.PathValue("token"))
		return err
	})
	return v, e, err
}

// erasureProof is NotFound until the log has taken the row in, which takes a second.
func (r *Room) erasureProof(v visit, e person.Erasure) ([]byte, error) {
	persons := []string{e.Person}
	rows, err := r.Trail.ForPersons(v.ctx, persons, "", 20)
	if err != nil {
		return nil, err
	}
	for _, l := range rows {
		if l.Purpose == trail.ForErasure {
			return r.Trail.Receipt(v.ctx, l.ID, persons)
		}
	}
	return nil, fault.New(fault.NotFound, "trail.no_receipt")
}

// openMatters counts a person's requests whose case has not ended.
func (r *Room) openMatters(v visit, id string) (n int, err error) {
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		n = 0
		heads, err := r.Requests.OfPersonTx(tx, id)
		for _, h := range heads {
			f, err := r.Cases.FileOfRequestTx(tx, h.ID)
			if err != nil {
				return err
			}
			if !f.Case.State.Ended() {
				n++
			}
		}
		return err
	})
	return n, err
}

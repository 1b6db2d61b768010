package level

import (
	"net/http"
	"strconv"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/assure"
	"banyan/web/ui"
)

type mineView struct {
	ui.CitizenView
	level  string
	title  string
	means  string
	done   bool
	no     bool // they refused at a service
	proofs []proofView
	ways   []wayView
}

// goOnView leads to a service.
type goOnView struct {
	ui.CitizenView
	to string
}

// proofView is one proof as it is read.
type proofView struct {
	id, title string
	meta      []ui.MetaItem
	end       string // address that ends it
}

// wayView is a way to a higher level.
type wayView struct{ href, label, text string }

// Mine shows the citizen's level, what it rests on, and how to raise it.
func (r *Room) Mine(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	if !ok {
		return web.Redirect(w, q, "/signin?to=/me/level")
	}
	t := v.p.T
	view := mineView{CitizenView: r.task(v, t("level.title"), "/me"), done: q.URL.Query().Get("done") == "1", no: q.URL.Query().Get("no") == "1"}
	var list []assure.Proof
	var level assure.Level
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		if list, err = r.Assure.ProofsTx(tx, v.actor.ID); err != nil {
			return err
		}
		level, err = r.Assure.LevelTx(tx, v.actor.ID)
		return err
	})
	if err != nil {
		return err
	}
	n := strconv.Itoa(int(level))
	view.level, view.title, view.means = n, t("level.name."+n), t("level.means."+n)
	for _, p := range list {
		if p.Counts(v.now) {
			one := r.proofView(v, p)
			one.end = "/me/level/" + p.ID + "/end"
			view.proofs = append(view.proofs, one)
		}
	}
	for _, s := range r.Services {
		view.ways = append(view.ways, wayView{href: "/me/level/" + string(s.Method), label: t("level.raise.by", "Name", NameOf(v.p, s)), text: t("level.raise." + string(s.Method))})
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, nil, minePage(view))
}

// NameOf is what a service is called in the reader's language.
func NameOf(p web.Page, s Service) string {
	if name := s.Name.In(p.Lang); name != "" {
		return name
	}
	return p.T("level.method." + string(s.Method))
}

func (r *Room) proofView(v visit, p assure.Proof) proofView {
	t := v.p.T
	one := proofView{id: p.ID, title: t("level.method." + string(p.Method))}
	for _, s := range r.Services {
		if s.Method == p.Method {
			one.title = NameOf(v.p, s)
		}
	}
	one.meta = []ui.MetaItem{
		{Term: t("level.level"), Text: t("level.name." + strconv.Itoa(int(p.Level)))},
		{Term: t("level.at"), Text: v.p.Lang.Date(p.At), Num: true}, {Term: t("level.until"), Text: v.p.Lang.Date(p.Until.Add(-time.Second)), Num: true},
	}
	if p.Document != "" {
		one.meta = append(one.meta, ui.MetaItem{Term: t("level.document"), Text: t("level.document." + p.Document)})
	}
	if p.Unit != "" {
		one.meta = append(one.meta, ui.MetaItem{Term: t("level.unit"), Text: r.Orgs.Name(p.Unit, v.p.Lang)})
	}
	return one
}

// End ends a proof of the citizen's own; they cannot sign in by it any more.
func (r *Room) End(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	if !ok {
		return web.Redirect(w, q, "/signin?to=/me/level")
	}
	if err := r.Assure.EndOwn(v.ctx, v.actor.ID, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/level")
}

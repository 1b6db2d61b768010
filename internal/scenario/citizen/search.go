package citizen

import (
	"fmt"
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/search"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// publicSpace is the index of what everybody may find: only redacted headlines, places and duties stand in it, so
// that nobody can feel for a phone or a name in what people wrote.
const publicSpace = "public"

// Shown is a case that was published or taken down, as app hears of it.
type Shown struct {
	Case, Number, Area, Duty string
	Published                bool
}

// IndexTx keeps the public index in step with cases, each named once; app calls it in its reaction to casework.publish
// and casework.unpublish. A case without a requester who agrees is taken out. What is to be found is written last and
// together: see search.IndexAll.
func IndexTx(tx *db.Tx, requests *request.Service, city casework.City, cases ...Shown) error {
	var texts []search.Text
	for _, s := range cases {
		text, err := findable(tx, requests, city, s)
		if fault.KindOf(err) == fault.NotFound {
			if err = search.Remove(tx, publicSpace, s.Case); err == nil {
				continue
			}
		}
		if err != nil {
			return fmt.Errorf("index case %s: %w", s.Case, err)
		}
		texts = append(texts, text)
	}
	return search.IndexAll(tx, publicSpace, texts...)
}

// findable is what a case is found by. NotFound when nobody may find it.
func findable(tx *db.Tx, requests *request.Service, city casework.City, s Shown) (search.Text, error) {
	if !s.Published {
		return search.Text{}, fault.New(fault.NotFound, "casework.case.missing")
	}
	head, err := publicHeadTx(tx, requests, s.Case)
	if err != nil {
		return search.Text{}, err
	}
	words := []string{s.Number, head.Text}
	duty, known := city.Duties.Get(s.Duty)
	for _, l := range i18n.Langs() {
		words = append(words, city.Areas.FullName(s.Area, l))
		if known {
			words = append(words, duty.Name.In(l))
		}
	}
	return search.Text{ID: s.Case, Text: strings.Join(words, "\n")}, nil
}

type searchForm struct {
	Q string `form:"q" max:"100"`
}

// Search finds published cases by words.
func (r *Room) Search(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f searchForm
	if err := web.Decode(q, &f); err != nil {
		return err
	}
	view := searchView{CitizenView: r.portal(v, v.p.T("ui.search"), ""), q: f.Q}
	view.Lead = ui.SearchField("/search", v.p.T("citizen.search.hint"), f.Q)
	var ids []string
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		ids, err = search.Find(tx, publicSpace, f.Q, publicMost, "")
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		row, ok, err := r.found(v, id)
		if err != nil {
			return err
		}
		if ok {
			view.rows = append(view.rows, row)
		}
	}
	return web.Show(w, q, nil, searchPage(view))
}

// found opens a case the index named; ok is false when it is no longer public.
func (r *Room) found(v visit, id string) (ui.LinkRow, bool, error) {
	f, err := r.publicCase(v, id)
	if fault.KindOf(err) == fault.NotFound {
		return ui.LinkRow{}, false, nil
	}
	if err != nil {
		return ui.LinkRow{}, false, err
	}
	head, err := r.publicHead(v, id)
	c := f.Case
	row := casework.Row{ID: c.ID, Number: c.Number, State: c.State, Area: c.Area, OpenedAt: c.OpenedAt, Requests: len(f.Requests())}
	return r.publicRow(v, row, head), err == nil, err
}

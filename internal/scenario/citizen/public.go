package citizen

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

const publicMost = 20

type publicForm struct {
	District string `form:"district" max:"20"`
	Kind     string `form:"kind" max:"20"`
	After    string `form:"after" max:"60"`
}

// anyValue is the choice that does not narrow the list.
const anyValue = "all"

// plain turns the choice of everything into no choice.
func (f publicForm) plain() publicForm {
	if f.District == anyValue {
		f.District = ""
	}
	if f.Kind == anyValue {
		f.Kind = ""
	}
	return f
}

// Public lists the published cases, newest change first, by district and kind.
func (r *Room) Public(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f publicForm
	if err := web.Decode(q, &f); err != nil {
		return err
	}
	f = f.plain()
	rows, err := r.Cases.Published(v.ctx, casework.Filter{District: f.District, Kind: f.Kind, After: cursorOf(f.After), Limit: publicMost})
	if err != nil {
		return err
	}
	view := publicView{CitizenView: r.portal(v, v.p.T("citizen.public.title"), ""), publicForm: f}
	view.Lead = ui.SearchField("/search", v.p.T("citizen.search.hint"), "")
	all := ui.Option{Value: anyValue, Label: v.p.T("citizen.public.all")}
	view.districts = append([]ui.Option{all}, r.areas(v, r.Cases.City.Areas.City().Code)...)
	view.kinds = []ui.Option{all}
	for _, k := range r.Requests.Terms().Kinds {
		if k.Public {
			view.kinds = append(view.kinds, ui.Option{Value: k.Code, Label: k.Name.In(v.lang())})
		}
	}
	if view.rows, err = r.publicRows(v, rows); err != nil {
		return err
	}
	if len(rows) == publicMost {
		last := rows[len(rows)-1]
		after := strconv.FormatInt(last.ChangedAt.UnixMilli(), 10) + "." + last.ID
		view.next = "/public?" + url.Values{"district": {f.District}, "kind": {f.Kind}, "after": {after}}.Encode()
	}
	return web.Show(w, q, nil, public(view))
}

// cursorOf reads the place in the list; anything else is its beginning.
func cursorOf(text string) casework.Cursor {
	at, id, _ := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return casework.Cursor{}
	}
	return casework.Cursor{At: time.UnixMilli(ms), ID: id}
}

// publicRows writes cases as rows that lead to their pages. The title is the headline of a requester who agreed.
func (r *Room) publicRows(v visit, rows []casework.Row) ([]ui.LinkRow, error) {
	var list []ui.LinkRow
	err := r.DB.Read(v.ctx, func(tx *db.Tx) error {
		list = nil
		for _, row := range rows {
			head, err := publicHeadTx(tx, r.Requests, row.ID)
			if fault.KindOf(err) == fault.NotFound {
				continue // the consent was withdrawn a moment ago
			}
			if err != nil {
				return err
			}
			list = append(list, r.publicRow(v, row, head))
		}
		return nil
	})
	return list, err
}

func (r *Room) publicRow(v visit, row casework.Row, head request.Headline) ui.LinkRow {
	chip := r.chip(v, &casework.File{Case: casework.Case{State: row.State}})
	text := r.Cases.City.Areas.FullName(row.Area, v.lang()) + " · " + shortDay(v.lang(), told(row))
	if row.Requests > 1 {
		text += " · " + v.p.T("citizen.public.people", "N", row.Requests)
	}
	return ui.LinkRow{Icon: "pin", Title: head.Text, Text: text, Href: "/public/" + row.Number, Chip: chip}
}

// told is when the answer of a case was told: the list runs by it.
func told(row casework.Row) time.Time {
	if row.ClosedAt.IsZero() {
		return row.ChangedAt
	}
	return row.ClosedAt
}

// shortDay is a day without its weekday, for the narrow lines of a list.
func shortDay(l i18n.Lang, t time.Time) string {
	if l == i18n.En {
		return l.Day(t)
	}
	day, _, _ := strings.Cut(l.Day(t), "（")
	return day
}

// PublicOne is the page of one published case: what, where, who dealt with it, what was done. Nothing of a person.
func (r *Room) PublicOne(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	f, head, err := r.published(v, q.PathValue("number"))
	if err != nil {
		return err
	}
	entries, err := r.Cases.Journal(v.ctx, f.Case.ID)
	if err != nil {
		return err
	}
	view := publicOneView{CitizenView: r.task(v, v.p.T("citizen.public.one"), "/public")}
	view.title, view.chip, view.steps = head.Text, r.chip(v, f), r.way(v, f)
	view.answer, view.story = answerOf(f), r.story(v, entries, false)
	view.facts = []ui.MetaItem{
		{Term: v.p.T("citizen.track.number"), Text: request.DisplayNumber(f.Case.Number), Num: true},
		{Term: v.p.T("citizen.report.where"), Text: r.Cases.City.Areas.FullName(f.Case.Area, v.lang())},
		{Term: v.p.T("citizen.one.received"), Text: v.lang().Date(f.Case.OpenedAt), Num: true},
	}
	if name := r.duty(v, f.Case.Duty); name != "" {
		view.facts = append(view.facts, ui.MetaItem{Term: v.p.T("citizen.report.topic"), Text: name})
	}
	if lead := leadOf(f); lead != "" {
		view.facts = append(view.facts, ui.MetaItem{Term: v.p.T("citizen.one.unit"), Text: r.Cases.City.Orgs.Name(lead, v.lang())})
	}
	return web.Show(w, q, nil, publicOne(view))
}

// published finds a case by its number. An unknown number and one that is not public are the same NotFound.
func (r *Room) published(v visit, text string) (*casework.File, request.Headline, error) {
	missing := fault.New(fault.NotFound, "citizen.public.missing")
	number, err := r.Requests.ParseNumber(text)
	if err != nil {
		return nil, request.Headline{}, missing.Wrap(err)
	}
	var opened request.Headline
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		opened, err = r.Requests.ByNumber(tx, number)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, request.Headline{}, missing.Wrap(err)
	}
	if err != nil {
		return nil, request.Headline{}, err
	}
	f, err := r.Cases.OfRequest(v.ctx, opened.ID)
	if err != nil {
		return nil, request.Headline{}, err
	}
	if !f.Case.Published || f.Case.Number != number {
		return nil, request.Headline{}, missing
	}
	head, err := r.publicHead(v, f.Case.ID)
	return f, head, err
}

package brain

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// rectifyList is a list of rectifications: those to judge, or a unit's own.
type rectifyList struct {
	Desk  ui.DeskView
	Lead  string
	Empty string
	Rows  []ui.Row
}

// ToJudge lists the rectifications that wait for the centre's word.
func (r *Room) ToJudge(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.judging(v)
	if err != nil {
		return err
	}
	view := rectifyList{Desk: r.desk(v, v.p.T("brain.judge.title"), "judge"), Lead: v.p.T("brain.judge.lead"), Empty: v.p.T("brain.judge.none"), Rows: r.rectifyRows(v, list, "/rectifications/")}
	return web.Render(w, q, http.StatusOK, rectifyListPage(view))
}

// ToFix lists the rectifications that the reader's unit owes.
func (r *Room) ToFix(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.Rate.Mine(v.ctx, v.actor, v.actor.Unit, ordersMost)
	if err != nil {
		return err
	}
	view := rectifyList{Desk: r.desk(v, v.p.T("brain.rectify.title"), "rectify"), Lead: v.p.T("brain.rectify.lead"), Empty: v.p.T("brain.rectify.none"), Rows: r.rectifyRows(v, list, "/rectify/")}
	return web.Render(w, q, http.StatusOK, rectifyListPage(view))
}

// judging is what the reader may judge: nobody judges the own unit's work.
func (r *Room) judging(v visit) ([]rate.Rectification, error) {
	list, err := r.Rate.ToJudge(v.ctx, v.actor, ordersMost)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(x rate.Rectification) bool { return !r.Policy.May(v.actor, access.FollowUpDo, judged(x)).Allow }), nil
}

// judged describes a rectification to the policy as rate.Judge will.
func judged(x rate.Rectification) access.Resource {
	return access.Resource{Kind: "order", ID: x.ID, Unit: x.Unit, Units: []string{x.Unit}, AreaPath: x.Path, State: string(x.State)}
}

func (r *Room) rectifyRows(v visit, list []rate.Rectification, base string) []ui.Row {
	rows := make([]ui.Row, len(list))
	for i, x := range list {
		rows[i] = ui.Row{
			ID: x.ID, Href: base + x.ID, Title: r.City.Orgs.Short(x.Unit, v.p.Lang) + " · " + r.placeOf(v, x.Path),
			Sub:   v.p.T("brain.rectify.opened", "At", v.p.Lang.DateTime(x.OpenedAt)),
			Chips: []ui.ChipView{{Kind: "info", Text: v.p.T("rate.state." + string(x.State))}},
		}
		if x.Back > 0 {
			rows[i].Chips = append(rows[i].Chips, ui.ChipView{Kind: "warn", Text: v.p.T("brain.rectify.back", "N", x.Back)})
		}
		due := ui.Due(v.p, x.DueAt, v.now, false)
		rows[i].Due = &due
	}
	return rows
}

// placeOf names the last area of a path.
func (r *Room) placeOf(v visit, path string) string {
	codes := strings.Split(strings.Trim(path, "/"), "/")
	return r.City.Areas.FullName(codes[len(codes)-1], v.p.Lang)
}

// aboutRating shows what a rectification is about: the rating's level and
// reasons, its words for those who may read a requester's words, and the unit's
// account.
func (r *Room) aboutRating(v visit, x rate.Rectification) ([]ui.MetaItem, error) {
	given, err := r.Rate.Of(v.ctx, x.Request)
	if err != nil {
		return nil, err
	}
	items := []ui.MetaItem{
		{Term: v.p.T("brain.unit.case"), Href: "/cases/" + x.Case, HrefText: v.p.T("brain.rectify.open_case")},
		{Term: v.p.T("brain.issue.unit"), Text: r.City.Orgs.Short(x.Unit, v.p.Lang)},
		{Term: v.p.T("brain.rectify.level"), Text: v.p.T("rate.level." + strconv.Itoa(int(given.Level)))},
	}
	var reasons []string
	for _, code := range given.Reasons {
		reasons = append(reasons, r.City.Duties.ReasonName(code, v.p.Lang))
	}
	if len(reasons) > 0 {
		items = append(items, ui.MetaItem{Term: v.p.T("brain.rectify.reasons"), Text: strings.Join(reasons, v.p.T("brain.list.comma"))})
	}
	words := access.Resource{Kind: "request", ID: x.Request, Unit: x.Unit, AreaPath: x.Path}
	if r.Policy.May(v.actor, access.RequestRead, words).Allow {
		said, err := r.ratingWords(v, x)
		if err != nil {
			return nil, err
		}
		for _, m := range said {
			items = append(items, ui.MetaItem{Term: v.p.T("brain.rectify.words"), Text: m.Words})
		}
	}
	items = append(items, ui.MetaItem{Term: v.p.T("brain.rectify.due"), Text: v.p.Lang.DateTime(x.DueAt), Num: true})
	if x.Fixed != "" {
		items = append(items, ui.MetaItem{Term: v.p.T("brain.rectify.account"), Text: x.Fixed})
	}
	return items, nil
}

// ratingWords reads the words of a rating, which leaves a row in the
// requester's trail.
func (r *Room) ratingWords(v visit, x rate.Rectification) (said []request.Remark, err error) {
	reader := trail.Reader{Actor: v.actor, Purpose: trail.ForHandling, Subject: x.Case}
	if x.Unit != v.actor.Unit || !v.actor.Is(access.Handler, access.Caller, access.Community) {
		reader.Purpose = trail.ForFollowUp
	}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		said, err = r.Requests.Remarks(tx, reader, x.Request, request.OnRating)
		return err
	})
	return said, err
}

func pickRectification(list []rate.Rectification, id string) (rate.Rectification, error) {
	i := slices.IndexFunc(list, func(x rate.Rectification) bool { return x.ID == id })
	if i < 0 {
		return rate.Rectification{}, fault.New(fault.NotFound, "rate.missing")
	}
	return list[i], nil
}

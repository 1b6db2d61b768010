package survey

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
	surveys "banyan/internal/work/survey"
	"banyan/web/ui"
)

type oneView struct {
	Desk      ui.DeskView
	State     ui.ChipView
	About     []ui.MetaItem
	History   []ui.TimelineItem
	Questions []asked
	Rounds    ui.TableView
	Path      string
	Public    string
	Runs      bool
	Acts      []string // that this reader may do now
	Over      bool
	Gone      bool
}

func (v oneView) may(act string) bool { return slices.Contains(v.Acts, act) }

// Acts on a survey at the desk. Approving has no form of its own.
const (
	actApprove = "approve"
	actRefuse  = "refuse"
	actSend    = "send"
	actExtend  = "extend"
	actEnd     = "end"
)

// One shows a survey with how far it is and what the reader may do.
func (r *Room) One(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	s, err := r.Surveys.Get(v.ctx, v.actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	return r.showOne(w, q, v, s, nil)
}

func (r *Room) showOne(w http.ResponseWriter, q *http.Request, v visit, s surveys.Survey, refused error) error {
	view := oneView{
		Desk: r.desk(v, s.Title, "desk"), State: stateOf(v.p, s, v.now), About: r.about(v.p, s), History: r.history(v, s), Questions: questions(v.p, s),
		Path: "/desk/surveys/" + s.ID, Runs: s.RunsAt(v.now), Acts: r.acts(v, s), Gone: s.State == surveys.Destroyed,
		Over: s.State == surveys.Ended || s.State == surveys.Running && !s.RunsAt(v.now),
	}
	if s.State != surveys.Proposed && s.State != surveys.Refused {
		view.Public = "/surveys/" + s.ID
	}
	if view.Runs {
		rounds, err := r.Surveys.Rounds(v.ctx, v.actor, s.ID)
		if err != nil {
			return err
		}
		view.Rounds = r.roundsTable(v, s, rounds)
	}
	return web.Show(w, q, refused, onePage(view, ui.Errors(v.p, refused)))
}

// acts are what a reader may do to a survey as it stands.
func (r *Room) acts(v visit, s surveys.Survey) (list []string) {
	runs, waits := s.RunsAt(v.now), s.State == surveys.Proposed && v.now.Before(s.Ends)
	for _, a := range []struct {
		act, action string
		now         bool
	}{
		{actApprove, access.SurveyApprove, waits}, {actRefuse, access.SurveyApprove, waits}, {actSend, access.SurveyAssign, runs},
		{actExtend, access.SurveyApprove, runs && s.Extended.IsZero()}, {actEnd, access.SurveyEnd, runs},
	} {
		mine := a.action == access.SurveyApprove && s.Staff == v.actor.ID
		if a.now && !mine && r.Surveys.May(v.actor, a.action, s) == nil {
			list = append(list, a.act)
		}
	}
	return list
}

// history is what was done to a survey, by whom and why.
func (r *Room) history(v visit, s surveys.Survey) []ui.TimelineItem {
	item := func(on bool, at, by, unit, what, words string) []ui.TimelineItem {
		if !on {
			return nil
		}
		who := v.p.T("survey.by.program")
		if by != "" {
			who = r.Name(v.ctx, by)
			if unit != "" {
				who += " · " + r.Orgs.Short(unit, v.p.Lang)
			}
		}
		return []ui.TimelineItem{{At: at, Who: who, What: v.p.T("survey.did." + what), Words: words}}
	}
	stamp := v.p.Lang.Stamp
	decided := "approved"
	if s.State == surveys.Refused {
		decided = "refused"
	}
	var list []ui.TimelineItem
	list = append(list, item(s.State == surveys.Destroyed, stamp(s.EndedAt, v.now), "", "", "destroyed", "")...)
	list = append(list, item(!s.EndedAt.IsZero(), stamp(s.EndedAt, v.now), s.EndedBy, "", "ended", s.Ending)...)
	list = append(list, item(!s.Extended.IsZero(), stamp(s.Extended, v.now), s.ExtendedBy, "", "extended", s.Extension)...)
	list = append(list, item(!s.Decided.IsZero(), stamp(s.Decided, v.now), s.DecidedBy, s.DecidedUnit, decided, s.Decision)...)
	return append(list, item(true, stamp(s.Made, v.now), s.Staff, s.Unit, "proposed", "")...)
}

func (r *Room) roundsTable(v visit, s surveys.Survey, rounds []surveys.Round) ui.TableView {
	t, number := v.p.T, v.p.Lang.Number
	table := ui.TableView{Caption: t("survey.rounds"), Columns: []ui.Column{{Label: t("survey.area.term")}, {Label: t("survey.staff.term")}}}
	for _, name := range []string{"total", "answered", "away", "declined", "open"} {
		table.Columns = append(table.Columns, ui.Column{Label: t("survey.progress." + name), Num: true})
	}
	for _, one := range rounds {
		who := r.Name(v.ctx, one.Staff)
		if one.Vacant {
			who += t("survey.vacant")
		}
		table.Rows = append(table.Rows, ui.TableRow{Href: "/desk/surveys/" + s.ID + "/people?area=" + one.Area, Cells: []string{
			r.Areas.Name(one.Area, v.p.Lang), who, number(one.Total), number(one.Answered), number(one.Away), number(one.Declined), number(one.Open()),
		}})
	}
	return table
}

// actForm is what is typed for any act.
type actForm struct {
	Why    string `form:"why" max:"300"`
	Last   string `form:"last" max:"10"`
	Worker string `form:"worker" max:"120"`
	People string `form:"people" max:"50000"`
}

type actView struct {
	Desk    ui.DeskView
	Survey  string
	Lead    string
	Act     string
	Path    string
	FormID  string
	Form    actForm
	Errors  []ui.FieldError
	Workers []ui.Option
}

// ActForm shows the form of one act.
func (r *Room) ActForm(w http.ResponseWriter, q *http.Request) error {
	v, s, err := r.mayAct(q)
	if err != nil {
		return err
	}
	form := actForm{}
	if q.PathValue("act") == actExtend {
		form.Last = last(s).AddDate(0, 0, 30).Format("2006-01-02")
	}
	return r.showAct(w, q, v, s, form, nil)
}

// mayAct is the reader and a survey on which they may do the act of the path; Conflict when it is not the time for it any more.
func (r *Room) mayAct(q *http.Request) (v visit, s surveys.Survey, err error) {
	if v, err = r.visit(q); err != nil {
		return v, s, err
	}
	action, known := map[string]string{
		actApprove: access.SurveyApprove, actRefuse: access.SurveyApprove, actExtend: access.SurveyApprove, actSend: access.SurveyAssign, actEnd: access.SurveyEnd,
	}[q.PathValue("act")]
	if !known {
		return v, s, fault.New(fault.NotFound, "web.error.not_found")
	}
	if s, err = r.Surveys.Get(v.ctx, v.actor, q.PathValue("id")); err != nil {
		return v, s, err
	}
	return v, s, r.Surveys.May(v.actor, action, s)
}

// Act does one act.
func (r *Room) Act(w http.ResponseWriter, q *http.Request) error {
	v, s, err := r.mayAct(q)
	if err != nil {
		return err
	}
	var form actForm
	if err = web.Decode(q, &form); err == nil {
		err = r.act(v, q, s.ID, form)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect(w, q, "/desk/surveys/"+s.ID)
	case kind == fault.Conflict: // somebody was faster, or time was: the page shows how it stands now
		if s, errNow := r.Surveys.Get(v.ctx, v.actor, s.ID); errNow == nil {
			return r.showOne(w, q, v, s, err)
		}
		return err
	case kind == fault.Invalid:
		return r.showAct(w, q, v, s, form, err)
	}
	return err
}

func (r *Room) act(v visit, q *http.Request, id string, form actForm) error {
	switch q.PathValue("act") {
	case actApprove:
		return r.Surveys.Approve(v.ctx, v.actor, id)
	case actRefuse:
		return r.Surveys.Refuse(v.ctx, v.actor, id, form.Why)
	case actExtend:
		return r.Surveys.Extend(v.ctx, v.actor, id, form.Last, form.Why)
	case actEnd:
		return r.Surveys.End(v.ctx, v.actor, id, form.Why)
	}
	code, rest, _ := strings.Cut(form.Worker, "|")
	staff, unit, _ := strings.Cut(rest, "|")
	_, err := r.Surveys.Send(v.ctx, v.actor, surveys.Sending{Form: web.FormID(q), Survey: id, Area: code, Staff: staff, Unit: unit, People: form.People})
	return err
}

func (r *Room) showAct(w http.ResponseWriter, q *http.Request, v visit, s surveys.Survey, form actForm, refused error) (err error) {
	act, t := q.PathValue("act"), v.p.T
	view := actView{
		Desk: r.desk(v, t("survey.act."+act), "desk"), Survey: s.Title, Lead: t("survey.act." + act + ".lead"), Act: act, Path: "/desk/surveys/" + s.ID,
		FormID: web.FormID(q), Form: form,
		Errors: ui.Errors(v.p, refused, "why", t("survey.why.term"), "last", t("survey.last.term"), "worker", t("survey.worker.term"), "people", t("survey.people.term")),
	}
	if act == actSend {
		if view.Workers, err = r.workers(v, s); err != nil {
			return err
		}
	}
	return web.Show(w, q, refused, actPage(view))
}

// workers are who may be sent where: everybody whose post lets them ask in the survey's area, for each community and grid they serve.
func (r *Room) workers(v visit, s surveys.Survey) (list []ui.Option, err error) {
	for _, u := range r.Orgs.All() {
		if !r.Areas.Within(u.Area, s.Area) {
			continue
		}
		for _, role := range []org.Role{org.Neighbour, org.Caller} {
			posts, err := r.Staff.Holders(v.ctx, u.ID, role, v.now)
			if err != nil {
				return nil, err
			}
			for _, p := range posts {
				who := r.Name(v.ctx, p.Staff)
				for _, code := range r.walked(p.Area) {
					list = append(list, ui.Option{Value: code + "|" + p.Staff + "|" + p.Unit, Label: r.Areas.Name(code, v.p.Lang) + " · " + who})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b ui.Option) int { return cmp.Compare(a.Value, b.Value) })
	return list, nil
}

// walked are the areas that somebody with a post there can be sent through: the whole and its parts.
func (r *Room) walked(code string) []string {
	list := []string{code}
	for _, a := range r.Areas.Children(code) {
		list = append(list, a.Code)
	}
	return list
}

// actKind is how the button of an act looks: what cannot be undone looks dangerous.
func actKind(act string) string {
	if act == actEnd || act == actRefuse {
		return "danger"
	}
	return "primary"
}

package survey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/survey"
	"banyan/internal/work/worktest"
)

// A survey without an owner's purpose, a basis, an end or fitting questions does not come into being.
func TestProposalIsWhole(t *testing.T) {
	each(t, func(h *house) {
		for what, c := range map[string]struct {
			change func(p *survey.Proposal)
			field  string // "" is accepted
		}{
			"good":                   {func(*survey.Proposal) {}, ""},
			"no title":               {func(p *survey.Proposal) { p.Title = "" }, "title"},
			"a purpose of two words": {func(p *survey.Proposal) { p.Purpose = "工作需要" }, "purpose"},
			"no basis":               {func(p *survey.Proposal) { p.Basis = " " }, "basis"},
			"no end":                 {func(p *survey.Proposal) { p.Last = "" }, "last"},
			"an end that is over":    {func(p *survey.Proposal) { p.Last = "2026-11-22" }, "last"},
			"today":                  {func(p *survey.Proposal) { p.Last = "2026-11-23" }, ""},
			"the ninetieth day":      {func(p *survey.Proposal) { p.Last = "2027-02-21" }, ""},
			"the day after":          {func(p *survey.Proposal) { p.Last = "2027-02-22" }, "last"},
			"an unknown area":        {func(p *survey.Proposal) { p.Area = "1" }, "area"},
			"no question":            {func(p *survey.Proposal) { p.Questions = nil }, "q0"},
			"seven questions":        {func(p *survey.Proposal) { p.Questions = slices.Repeat(p.Questions[:1], 7) }, "q0"},
			"one option":             {func(p *survey.Proposal) { p.Questions[1].Options = []string{"子女"} }, "o1"},
			"an option twice":        {func(p *survey.Proposal) { p.Questions[1].Options = []string{"子女", "子女"} }, "o1"},
			"an unknown kind":        {func(p *survey.Proposal) { p.Questions[0].Kind = "face" }, "k0"},
		} {
			p := proposal(what)
			c.change(&p)
			v, err := h.Surveys.Propose(t.Context(), h.owner, p)
			switch wrong := fault.FieldsOf(err); {
			case c.field == "" && (err != nil || v.State != survey.Proposed):
				t.Errorf("%s: %v", what, err)
			case c.field != "" && (len(wrong) != 1 || wrong[0].Field != c.field):
				t.Errorf("%s: %v, want the field %s", what, err, c.field)
			}
		}
		p := proposal("elsewhere")
		p.Area = "350103"
		_, err := h.Surveys.Propose(t.Context(), h.owner, p)
		h.refused("an area out of reach", err, fault.Forbidden, "")
		_, err = h.Surveys.Propose(t.Context(), h.worker, proposal("worker"))
		h.refused("a grid worker", err, fault.Forbidden, "")
		partner := h.owner
		partner.Kind = access.Partner
		_, err = h.Surveys.Propose(t.Context(), partner, proposal("key"))
		h.refused("a key of another system", err, fault.Forbidden, "")
		one, err := h.Surveys.Propose(t.Context(), h.owner, proposal("twice"))
		h.Must(err)
		two, err := h.Surveys.Propose(t.Context(), h.owner, proposal("twice"))
		h.Must(err)
		if one.ID != two.ID {
			t.Error("the same form is two surveys")
		}
		_, err = h.Surveys.Propose(t.Context(), h.hire("钱某", "350102004.jd", access.Caller), proposal("twice"))
		h.refused("the form of somebody else", err, fault.Conflict, "survey.form")
	})
}

// Whoever proposes does not approve, and nothing is asked before.
func TestFourEyes(t *testing.T) {
	each(t, func(h *house) {
		v := h.proposed()
		mine := worktest.Staff("x", h.owner.Unit, access.Supervisor)
		h.refused("the owner's unit", h.Surveys.Approve(t.Context(), mine, v.ID), fault.Forbidden, "access.refuse.own_survey")
		elsewhere := h.owner
		elsewhere.Unit, elsewhere.Area, elsewhere.Roles = h.chief.Unit, h.chief.Area, h.chief.Roles
		h.refused("the owner in another post", h.Surveys.Approve(t.Context(), elsewhere, v.ID), fault.Forbidden, "access.refuse.own_survey")
		h.refused("another district", h.Surveys.Approve(t.Context(), worktest.Staff("y", "350103.zx", access.Supervisor), v.ID), fault.NotFound, "")
		h.refused("no supervisor", h.Surveys.Approve(t.Context(), worktest.Staff("z", "350102.zx", access.Dispatcher), v.ID), fault.NotFound, "")
		_, err := h.Surveys.Send(t.Context(), h.owner, survey.Sending{Survey: v.ID, Area: junmen, Staff: h.worker.ID, Unit: h.worker.Unit})
		h.refused("sent before it is approved", err, fault.Conflict, "survey.not_running")
		h.Must(h.Surveys.Approve(t.Context(), h.chief, v.ID))
		h.refused("approved twice", h.Surveys.Approve(t.Context(), h.chief, v.ID), fault.Conflict, "survey.decided")
		h.refused("refused after", h.Surveys.Refuse(t.Context(), h.chief, v.ID, "没有必要"), fault.Conflict, "survey.decided")
		h.refused("more time by the owner", h.Surveys.Extend(t.Context(), h.owner, v.ID, "2026-12-31", "还有人没有走到"), fault.Forbidden, "")
		h.refused("more time without a reason", h.Surveys.Extend(t.Context(), h.chief, v.ID, "2026-12-31", "晚"), fault.Invalid, "survey.why")
		h.refused("too much time", h.Surveys.Extend(t.Context(), h.chief, v.ID, "2027-03-21", "还有人没有走到"), fault.Invalid, "survey.last")
		h.refused("less time", h.Surveys.Extend(t.Context(), h.chief, v.ID, "2026-12-19", "还有人没有走到"), fault.Invalid, "survey.last")
		h.Must(h.Surveys.Extend(t.Context(), h.chief, v.ID, "2027-03-20", "还有人没有走到"))
		h.refused("more time twice", h.Surveys.Extend(t.Context(), h.chief, v.ID, "2027-03-21", "还有人没有走到"), fault.Conflict, "survey.extended")
		other := h.proposed()
		h.Must(h.Surveys.Refuse(t.Context(), h.chief, other.ID, "民政局已有登记"))
		late := h.proposed()
		h.Clock.Set(late.Ends)
		h.refused("approved when its end has come", h.Surveys.Approve(t.Context(), h.chief, late.ID), fault.Conflict, "survey.lapsed")
		n, err := h.Surveys.Tidy(t.Context())
		got, _ := h.Surveys.Get(t.Context(), h.owner, late.ID)
		if err != nil || n != 0 || got.State != survey.Refused {
			t.Errorf("a proposal nobody decided: %v %d %s", err, n, got.State)
		}
	})
}

// An asker sees only whom they were sent to, masked in lists, and every look has a row.
func TestAskersSeeTheirOwn(t *testing.T) {
	each(t, func(h *house) {
		var known string
		h.Write(func(tx *db.Tx) (err error) {
			known, err = h.People.Ensure(tx, person.Contact{Name: "王某零", Phone: "13900000000"})
			return err
		})
		v := h.running(3)
		other := h.hire("赵六", "350102004003.sq", access.Community)
		h.Clock.Advance(time.Second)
		h.send(v, dagen, other, "刘某，13800000001，大根社区9号\n")
		m, rows, err := h.Surveys.Walk(t.Context(), h.worker, v.ID, false, "")
		h.Must(err)
		if len(rows) != 3 || m.Total() != 3 || rows[0].Name != "王**" || strings.Count(rows[0].Phone, "*") != 5 || rows[0].Place != "军门社区**" {
			t.Errorf("the worker's list: %+v", rows)
		}
		_, _, err = h.Surveys.Walk(t.Context(), h.worker, v.ID, false, "")
		h.Must(err)
		looks := h.looksAt(known)
		if len(looks) != 1 || looks[0].Purpose != trail.ForSurvey || looks[0].Subject != v.ID || looks[0].Actor != h.worker.ID {
			t.Errorf("the list shown twice left %+v", looks)
		}
		h.Clock.Advance(time.Second)
		_, e, err := h.Surveys.Entry(t.Context(), h.worker, v.ID, rows[0].ID)
		h.Must(err)
		if e.Who.Name != "王某0" || e.Who.Phone != "13900000000" || e.Who.Address != "军门社区0号" {
			t.Errorf("whole: %+v", e.Who)
		}
		if looks = h.looksAt(known); len(looks) != 2 || !slices.Equal(looks[0].Fields, []string{trail.Name, trail.Address, trail.Phone}) {
			t.Errorf("the whole look left %+v", looks)
		}
		_, _, err = h.Surveys.Entry(t.Context(), other, v.ID, rows[0].ID)
		h.refused("another's entry by id", err, fault.NotFound, "")
		_, _, err = h.Surveys.Entry(t.Context(), h.owner, v.ID, rows[0].ID)
		h.refused("the owner, whole", err, fault.NotFound, "")
		_, _, err = h.Surveys.Walk(t.Context(), h.chief, v.ID, false, "")
		h.refused("the supervisor on a round", err, fault.NotFound, "")
		_, err = h.Surveys.Get(t.Context(), h.worker, v.ID)
		h.refused("the worker at the desk", err, fault.NotFound, "")
		_, all, err := h.Surveys.Residents(t.Context(), h.owner, v.ID, "", "")
		h.Must(err)
		if len(all) != 4 || all[3].Name != "刘**" || all[3].Place != "" {
			t.Errorf("the owner's list: %+v", all)
		}
		if looks := h.looksAt(all[3].ID); len(looks) != 1 || looks[0].Actor != h.owner.ID {
			t.Errorf("somebody the register does not know left %+v", looks)
		}
		for what, in := range map[string]survey.Sending{
			"out of the survey": {Area: "350103", Staff: h.worker.ID, Unit: h.worker.Unit}, "out of their post": {Area: dagen, Staff: h.worker.ID, Unit: h.worker.Unit},
			"of another unit": {Area: junmen, Staff: h.worker.ID, Unit: other.Unit}, "nobody": {Area: junmen, Staff: "x", Unit: h.worker.Unit},
		} {
			in.Survey = v.ID
			_, err := h.Surveys.Send(t.Context(), h.owner, in)
			h.refused("sent "+what, err, fault.Invalid, "survey.worker")
		}
		_, err = h.Surveys.Send(t.Context(), h.owner, survey.Sending{Survey: v.ID, Area: junmen, Staff: h.worker.ID, Unit: h.worker.Unit, People: "好\n张三,123,军门\n"})
		h.refused("a bad line", err, fault.Invalid, "survey.people")
	})
}

func (h *house) looksAt(person string) []trail.Look {
	h.Helper()
	looks, err := h.Trail.ForPerson(h.Context(), person, "", 50)
	h.Must(err)
	return looks
}

// Answers are complete, sensitive ones only with consent; a form twice is one; of two at once the later one is told.
func TestAnswering(t *testing.T) {
	each(t, func(h *house) {
		v := h.running(2)
		id := h.first(v)
		good := h.answers(v, id, "f1")
		for what, c := range map[string]struct {
			change func(a *survey.Answering)
			field  string
		}{
			"nothing chosen":      {func(a *survey.Answering) { a.Outcome = "" }, "outcome"},
			"a question left out": {func(a *survey.Answering) { a.Answers = []string{"", "子女", ""} }, "a0"},
			"another option":      {func(a *survey.Answering) { a.Answers = []string{"yes", "保姆", ""} }, "a1"},
			"without consent":     {func(a *survey.Answering) { a.Told = false }, "told"},
		} {
			a := good
			c.change(&a)
			if wrong := fault.FieldsOf(h.Surveys.Answer(t.Context(), h.worker, a)); len(wrong) != 1 || wrong[0].Field != c.field {
				t.Errorf("%s: %v", what, wrong)
			}
		}
		second := good
		second.Form, second.Answers = "f2", []string{"no", "邻居", ""}
		h.Must(h.Surveys.Answer(t.Context(), h.worker, good))
		h.Must(h.Surveys.Answer(t.Context(), h.worker, good))
		h.refused("the second of two at once", h.Surveys.Answer(t.Context(), h.worker, second), fault.Conflict, "survey.faster")
		_, e, err := h.Surveys.Entry(t.Context(), h.worker, v.ID, id)
		h.Must(err)
		if !slices.Equal(e.Answers, good.Answers) || !e.Told || e.Version != good.Version+1 {
			t.Errorf("kept: %+v", e)
		}
		away := survey.Answering{Survey: v.ID, Entry: h.first(v), Form: "f3", Version: 1, Outcome: survey.Declined, Answers: []string{"yes", "子女", "高血压"}}
		h.Must(h.Surveys.Answer(t.Context(), h.worker, away))
		if _, e, err = h.Surveys.Entry(t.Context(), h.worker, v.ID, away.Entry); err != nil || e.Answers != nil {
			t.Errorf("who declined left answers: %v %+v", err, e)
		}
		w := survey.Who{Name: "新来的", Address: "军门社区3号"}
		one, err := h.Surveys.Add(t.Context(), h.worker, v.ID, junmen, "n1", w)
		h.Must(err)
		two, err := h.Surveys.Add(t.Context(), h.worker, v.ID, junmen, "n1", w)
		if err != nil || one != two {
			t.Errorf("the same new person twice: %s %s %v", one, two, err)
		}
		_, err = h.Surveys.Add(t.Context(), h.worker, v.ID, dagen, "n2", w)
		h.refused("somebody of another round", err, fault.Invalid, "survey.area")
		rounds, err := h.Surveys.Rounds(t.Context(), h.owner, v.ID)
		h.Must(err)
		if len(rounds) != 1 || rounds[0].Total != 3 || rounds[0].Answered != 1 || rounds[0].Declined != 1 || rounds[0].Open() != 1 || rounds[0].Vacant {
			t.Errorf("how far: %+v", rounds)
		}
	})
}

// An end in the middle of an entry is told, and nothing is kept; a post that ended opens nothing, and the owner sees the round stand vacant.
func TestEndsInTheMiddle(t *testing.T) {
	each(t, func(h *house) {
		v, w := h.running(1), h.running(1)
		form, late := h.answers(v, h.first(v), "f1"), h.answers(w, h.first(w), "f2")
		h.refused("ended by the asker", h.Surveys.End(t.Context(), h.worker, v.ID, "不用再问了"), fault.NotFound, "")
		h.Must(h.Surveys.End(t.Context(), h.owner, v.ID, "已经全部问完"))
		h.refused("an answer after the end", h.Surveys.Answer(t.Context(), h.worker, form), fault.Conflict, "survey.over")
		_, _, err := h.Surveys.Residents(t.Context(), h.owner, v.ID, "", "")
		h.refused("the owner's list after the end", err, fault.Conflict, "survey.over")
		posts, err := h.Staff.PostsOf(t.Context(), h.worker.ID, h.Clock.Now())
		h.Must(err)
		h.Must(h.Staff.EndPost(t.Context(), posts[0].ID, "admin"))
		h.Clock.Advance(time.Minute)
		rounds, err := h.Surveys.Rounds(t.Context(), h.owner, w.ID)
		if err != nil || !rounds[0].Vacant {
			t.Errorf("the round of who left: %+v %v", rounds, err)
		}
		left := h.worker
		left.Roles = []string{access.Data}
		_, _, err = h.Surveys.Walk(t.Context(), left, w.ID, false, "")
		h.refused("who left the post", err, fault.Forbidden, "")
		moved := h.worker
		moved.Unit = "350102004003.sq"
		h.refused("who moved to another unit", h.Surveys.Answer(t.Context(), moved, late), fault.Forbidden, "")
		mine, err := h.Surveys.RoundsOf(t.Context(), moved)
		if err != nil || len(mine) != 0 {
			t.Errorf("who moved still has rounds: %+v %v", mine, err)
		}
		h.Clock.Set(w.Ends)
		h.refused("an answer at the end's minute", h.Surveys.Answer(t.Context(), h.worker, late), fault.Conflict, "survey.over")
		n, err := h.Surveys.Tidy(t.Context())
		if err != nil || n != 2 {
			t.Errorf("destroyed %d: %v", n, err)
		}
		h.refused("an answer after the destruction", h.Surveys.Answer(t.Context(), h.worker, late), fault.Conflict, "survey.over")
	})
}

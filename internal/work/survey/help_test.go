package survey_test

import (
	"fmt"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
	"banyan/internal/work/survey"
	"banyan/internal/work/worktest"
)

// house is a city hall in which a subdistrict wants to know how its old people live.
type house struct {
	*worktest.House
	owner, chief, worker access.Actor
}

const (
	dongjie = "350102004"
	junmen  = "350102004001"
	dagen   = "350102004003"
)

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	worktest.Each(t, func(w *worktest.House) { test(over(w)) })
}

func over(w *worktest.House) *house {
	h := &house{House: w, chief: worktest.Staff("chief", "350102.zx", access.Supervisor)}
	h.owner = h.hire("张三", "350102004.jd", access.Caller)
	h.worker = h.hire("李四", "350102004001.sq", access.Community)
	return h
}

// hire gives somebody a post in the register, and the actor of it.
func (h *house) hire(name, unit, role string) access.Actor {
	h.Helper()
	p, err := h.Staff.AddStaff(h.Context(), org.Staff{Name: name, Unit: unit, Active: true})
	h.Must(err)
	_, err = h.Staff.AddPost(h.Context(), org.Post{Staff: p.ID, Role: org.Role(role), Unit: unit})
	h.Must(err)
	return worktest.Staff(p.ID, unit, role)
}

// proposal is a good one.
func proposal(form string) survey.Proposal {
	return survey.Proposal{
		Form: form, Title: "独居老人冬季走访", Purpose: "了解独居老人冬季取暖和用药情况，安排上门服务和急救联系。", Basis: "《老年人权益保障法》第三十七条", Area: dongjie, Last: "2026-12-20",
		Questions: []survey.Question{
			{Text: "家里有取暖设备吗？", Kind: survey.YesNo}, {Text: "谁来照看？", Kind: survey.Choice, Options: []string{"子女", "邻居", "没有人"}},
			{Text: "有哪些慢性病？", Kind: survey.Text, Sensitive: true},
		},
	}
}

func (h *house) proposed() survey.Survey {
	h.Helper()
	v, err := h.Surveys.Propose(h.Context(), h.owner, proposal(db.NewID(h.Clock.Now())))
	h.Must(err)
	return v
}

// running is a survey in which the worker was sent through Junmen, to n people.
func (h *house) running(n int) survey.Survey {
	h.Helper()
	v := h.proposed()
	h.Must(h.Surveys.Approve(h.Context(), h.chief, v.ID))
	lines := ""
	for i := range n {
		lines += fmt.Sprintf("王某%d,139%08d,军门社区%d号\n", i, i, i)
	}
	h.send(v, junmen, h.worker, lines)
	return v
}

func (h *house) send(v survey.Survey, area string, who access.Actor, people string) {
	h.Helper()
	_, err := h.Surveys.Send(h.Context(), h.owner, survey.Sending{Form: db.NewID(h.Clock.Now()), Survey: v.ID, Area: area, Staff: who.ID, Unit: who.Unit, People: people})
	h.Must(err)
}

// answers is a good form about an entry as it stands.
func (h *house) answers(v survey.Survey, entry, form string) survey.Answering {
	h.Helper()
	_, e, err := h.Surveys.Entry(h.Context(), h.worker, v.ID, entry)
	h.Must(err)
	return survey.Answering{
		Survey: v.ID, Entry: entry, Form: form, Version: e.Version, Outcome: survey.Answered, Told: true, Answers: []string{"yes", "子女", "高血压"},
	}
}

func (h *house) first(v survey.Survey) string {
	h.Helper()
	id, err := h.Surveys.Next(h.Context(), h.worker, v.ID, "")
	h.Must(err)
	return id
}

// refused fails the test unless an error has a kind, and a key if one is wanted.
func (h *house) refused(what string, err error, kind fault.Kind, key string) {
	h.Helper()
	e, _ := fault.As(err)
	if err == nil || fault.KindOf(err) != kind || key != "" && e.Key != key {
		h.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

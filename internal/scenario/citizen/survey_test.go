package citizen_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"banyan/internal/register/access"
	"banyan/internal/register/org"
	"banyan/internal/work/survey"
	"banyan/internal/work/worktest"
)

// Somebody who is asked at the door sees that they are in the survey, why, until when and who looked, has their answers in their file, and
// sees afterwards that all of it was destroyed; a look from before they had an account counts, too.
func TestWhoIsAskedSeesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, err := h.Staff.AddStaff(t.Context(), org.Staff{Name: "李四", Unit: "350102004001.sq", Active: true})
	h.Must(err)
	_, err = h.Staff.AddPost(t.Context(), org.Post{Staff: p.ID, Role: org.Neighbour, Unit: p.Unit})
	h.Must(err)
	owner, worker := worktest.Staff("owner", "350102004.jd", access.Caller), worktest.Staff(p.ID, p.Unit, access.Community)
	chief := worktest.Staff("chief", "350102.zx", access.Supervisor)
	v, err := h.Surveys.Propose(t.Context(), owner, survey.Proposal{
		Form: "f", Title: "独居老人冬季走访", Purpose: "想知道独居老人家里有没有取暖，好安排上门服务。", Basis: "《老年人权益保障法》第三十七条", Area: "350102004", Last: "2026-12-20",
		Questions: []survey.Question{{Text: "家里有取暖设备吗？", Kind: survey.YesNo}},
	})
	h.Must(err)
	h.Must(h.Surveys.Approve(t.Context(), chief, v.ID))
	_, err = h.Surveys.Send(t.Context(), owner, survey.Sending{Form: "s", Survey: v.ID, Area: "350102004001", Staff: worker.ID, Unit: worker.Unit, People: "张三，13900000001，军门社区5号\n李某，13900000002，军门社区6号"})
	h.Must(err)
	_, rows, err := h.Surveys.Walk(t.Context(), worker, v.ID, false, "") // nobody has an account yet
	h.Must(err)
	h.Must(h.Surveys.Answer(t.Context(), worker, survey.Answering{Survey: v.ID, Entry: rows[0].ID, Form: "a", Version: 1, Outcome: survey.Answered, Answers: []string{"yes"}}))

	h.lamp(nil)
	b := h.browser()
	b.signIn("13900000001")
	looks := b.get("/me/looks")
	for _, words := range []string{"您在这些摸排里", "独居老人冬季走访", "想知道独居老人家里有没有取暖", "2026 年 12 月 20 日", "经批准的摸排", "/surveys/" + v.ID} {
		if !strings.Contains(looks.body, words) {
			t.Errorf("the page of looks does not say %q", words)
		}
	}
	var got struct {
		Surveys []struct {
			Title, Purpose, Name, Address string
			Answers                       map[string]string
		}
		Looks []struct{ Purpose string }
	}
	a := b.get("/me/data")
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
		t.Fatalf("my data: %d %v", a.status, err)
	}
	if len(got.Surveys) != 1 || got.Surveys[0].Name != "张三" || got.Surveys[0].Answers["家里有取暖设备吗？"] != "yes" || strings.Contains(a.body, "李某") || len(got.Looks) != 1 {
		t.Errorf("my data: %+v", got)
	}
	h.Clock.Set(v.Ends)
	if n, err := h.Surveys.Tidy(t.Context()); n != 1 || err != nil {
		t.Fatalf("destroyed %d: %v", n, err)
	}
	b = h.browser()
	b.signIn("13900000001")
	if looks = b.get("/me/looks"); strings.Contains(looks.body, "您在这些摸排里") {
		t.Error("the survey is still there after its end")
	}
}

// Whom the register knew sees on their page of looks that the survey's data was destroyed.
func TestWhoIsKnownSeesTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.lamp(nil)
	p, err := h.Staff.AddStaff(t.Context(), org.Staff{Name: "李四", Unit: "350102004001.sq", Active: true})
	h.Must(err)
	_, err = h.Staff.AddPost(t.Context(), org.Post{Staff: p.ID, Role: org.Neighbour, Unit: p.Unit})
	h.Must(err)
	owner := worktest.Staff("owner", "350102004.jd", access.Caller)
	v, err := h.Surveys.Propose(t.Context(), owner, survey.Proposal{
		Form: "f", Title: "独居老人冬季走访", Purpose: "想知道独居老人家里有没有取暖，好安排上门服务。", Basis: "《老年人权益保障法》第三十七条", Area: "350102004", Last: "2026-12-20",
		Questions: []survey.Question{{Text: "家里有取暖设备吗？", Kind: survey.YesNo}},
	})
	h.Must(err)
	h.Must(h.Surveys.Approve(t.Context(), worktest.Staff("chief", "350102.zx", access.Supervisor), v.ID))
	_, err = h.Surveys.Send(t.Context(), owner, survey.Sending{Form: "s", Survey: v.ID, Area: "350102004001", Staff: p.ID, Unit: p.Unit, People: "张三，13900000001，军门社区5号"})
	h.Must(err)
	h.Must(h.Surveys.End(t.Context(), owner, v.ID, "目的已经达到"))
	_, err = h.Surveys.Tidy(t.Context())
	h.Must(err)
	b := h.browser()
	b.signIn("13900000001")
	if looks := b.get("/me/looks"); !strings.Contains(looks.body, "摸排结束，系统销毁数据") {
		t.Errorf("the end is not there: %s", looks.body)
	}
}

package hotline_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
)

func at(f *casework.File, act string) string {
	return strings.TrimSuffix("/desk/cases/"+f.Case.ID+"/"+act, "/")
}

func TestQueueShowsTheCaseWithItsReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.receive(said(1)), w.receive(said(2))
	a := w.Get("desk", "/desk/queue?case="+f.Case.ID).Want(http.StatusOK, f.Case.Number, "张**", w.masked(f), other.Case.Number)
	if strings.Contains(a.Doc().Text(), "13900000001") {
		t.Error("the number is shown without a purpose")
	}
	if n := a.Doc().Find("mark").Length(); n == 0 {
		t.Error("no signal word is marked")
	}
	if got := a.Doc().Find(".say").First().Text(); strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(said(1).Words), "") {
		t.Errorf("the words are not whole: %q", got)
	}
	if a.Doc().Find("input[name=pick]").Length() < 1 || a.Doc().Find("input[name=pick][checked]").Length() != 1 {
		t.Error("not exactly one candidate is chosen")
	}
	if a.Doc().Find(".map-svg circle").Length() != 2 {
		t.Error("the small map lacks the place or the similar case")
	}
	if w.looks("13900000001", trail.ForDispatch) == 0 {
		t.Error("reading the words left no row in the trail")
	}
	before := w.looks("13900000002", trail.ForDispatch)
	w.Get("desk", "/desk/queue").Want(http.StatusOK, "东街口公交站旁路灯不亮")
	if w.looks("13900000002", trail.ForDispatch) != before {
		t.Error("a list left rows in the trail")
	}
}

func TestDispatchGoesOnToTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, next := w.receive(said(1)), w.receive(said(2))
	form := w.Get("desk", "/desk/queue?channel=phone&case="+f.Case.ID).Form("form#act")
	form.Set("instruction", "请先放警示牌")
	a := w.Post("desk", at(f, "dispatch"), form).Leads("/desk/queue?")
	a.Want(http.StatusOK, "已派单："+f.Case.Number)
	if !strings.Contains(a.Doc().Find(".detail-head").Text(), next.Case.Number) {
		t.Error("the next case is not open")
	}
	if !strings.Contains(a.Doc().Find(".tab-pills [aria-current]").Text(), "电话") {
		t.Error("the view of the queue is lost")
	}
	lead, ok := w.File(f.Case.ID).LeadOrder()
	if !ok || lead.Unit != "3501.zmzx" || lead.Instruction != "请先放警示牌" || !strings.Contains(string(lead.Explanation), "candidates") {
		t.Errorf("the order is %+v", lead)
	}
	w.Post("desk", at(f, "dispatch"), form).Want(http.StatusConflict, "别人刚刚改动了这件案件") // the same form again
}

func TestSecondDispatcherLosesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(w *world, f *casework.File)
		keeps     string // where the words still stand
	}{
		"dispatched by another": {func(w *world, f *casework.File) {
			w.Post("second", at(f, "dispatch"), w.Get("second", "/desk/queue?case="+f.Case.ID).Form("form#act"))
		}, ".notice dd"},
		"joined by a request": {func(w *world, f *casework.File) {
			in := said(3)
			in.JoinCase = f.Case.ID
			w.receive(in)
		}, "#instruction"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.receive(said(1))
			form := w.Get("desk", "/desk/queue?case="+f.Case.ID).Form("form#act")
			form.Set("instruction", "写了很久的派单要求")
			c.meanwhile(w, f)
			was := w.File(f.Case.ID).Case.Version
			a := w.Post("desk", at(f, "dispatch"), form).Want(http.StatusConflict, "您的操作没有生效")
			if !strings.Contains(a.Doc().Find(c.keeps).Text(), "写了很久的派单要求") {
				t.Error("what was typed is lost")
			}
			if a.Doc().Find(".notice .timeline li").Length() == 0 {
				t.Error("the page does not say what happened meanwhile")
			}
			if w.File(f.Case.ID).Case.Version != was {
				t.Error("the late form changed the case")
			}
		})
	}
}

func TestQueueActions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		act    string
		fields url.Values
		status int
		says   string
		state  casework.State
	}{
		"answer":               {"answer", url.Values{"public": {"医保窗口周一至周五开放。"}, "article": {"K-12"}}, 303, "", casework.Answered},
		"answer without words": {"answer", url.Values{"public": {" "}}, 422, "请写给诉求人看的答复", casework.Received},
		"decline":              {"decline", url.Values{"reason": {"private"}, "words": {"邻里纠纷"}}, 303, "", casework.Declined},
		"decline for nothing":  {"decline", url.Values{"words": {"不想办"}}, 422, "请选一个理由", casework.Received},
		"decline needs words":  {"decline", url.Values{"reason": {"private"}}, 422, "请写明原因", casework.Received},
		"free choice":          {"other", url.Values{"duty": {"c-114"}, "unit": {"鼓楼区住房和城乡建设局"}, "more": {"350102004.jd"}}, 303, "", casework.Dispatched},
		"unknown unit":         {"other", url.Values{"duty": {"C-114"}, "unit": {"月球局"}}, 422, "没有叫“月球局”的单位", casework.Received},
		"unknown duty":         {"other", url.Values{"duty": {"Z-999"}}, 422, "没有叫“Z-999”的权责事项", casework.Received},
		"no duty":              {"other", url.Values{}, 422, "请选一条权责", casework.Received},
		"merge by number":      {"merge", url.Values{"number": {"?"}}, 303, "", casework.Merged},
		"merge into nothing":   {"merge", url.Values{}, 422, "请选并入哪一件案件", casework.Received},
		"merge unknown":        {"merge", url.Values{"number": {"FZ123"}}, 422, "没有这个编号的案件", casework.Received},
		"no such act":          {"explode", url.Values{}, 404, "", casework.Received},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f, other := w.receive(said(1)), w.receive(said(2))
			if c.fields.Get("number") == "?" {
				c.fields.Set("number", other.Case.Number)
			}
			c.fields.Set("version", "1")
			c.fields.Set("board", "queue")
			a := w.Post("desk", at(f, c.act), c.fields).Want(c.status)
			if !strings.Contains(a.Doc().Text(), c.says) {
				t.Errorf("the page does not say %q", c.says)
			}
			if got := w.File(f.Case.ID).Case.State; got != c.state {
				t.Errorf("the case is %s, want %s", got, c.state)
			}
		})
	}
}

func TestFreeChoiceFollowsDutyAndPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	a := w.Get("desk", "/desk/queue?act=other&case="+f.Case.ID)
	form := a.Form("form#act")
	if n := a.Doc().Find("#duty-list option").Length(); n < 400 {
		t.Errorf("%d duties to choose from", n)
	}
	form.Set("duty", "C-114 道路照明设施")
	form.Set("more", "350102.sthj")
	w.Post("desk", at(f, "other"), form).Want(http.StatusSeeOther)
	got := w.File(f.Case.ID)
	if got.Case.Lead == "" || len(got.Orders) != 2 {
		t.Errorf("lead %q, %d orders", got.Case.Lead, len(got.Orders))
	}
}

func TestPhoneNeedsAPurpose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	fields := url.Values{"board": {"queue"}, "request": {f.Requests()[0]}, "version": {"1"}}
	a := w.Post("desk", at(f, "phone"), fields).Want(http.StatusUnprocessableEntity, "请选为什么要看号码")
	if strings.Contains(a.Doc().Text(), "13900000001") {
		t.Error("the number is shown without a purpose")
	}
	before := w.looks("13900000001", trail.ForIntake)
	fields.Set("purpose", trail.ForIntake)
	w.Post("desk", at(f, "phone"), fields).Want(http.StatusOK, "13900000001")
	if w.looks("13900000001", trail.ForIntake) != before+1 {
		t.Error("the look left no row")
	}
	fields.Set("request", "another")
	w.Post("desk", at(f, "phone"), fields).Want(http.StatusNotFound)
	w.Post("arbiter", at(f, "phone"), fields).Want(http.StatusForbidden)
}

func TestWhoMayComeIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	for name, c := range map[string]struct {
		who, path string
		status    int
	}{
		"stranger":               {"", "/desk/queue", 403},
		"citizen":                {"citizen", "/desk/queue", 403},
		"handler":                {"lamps", "/desk/cases", 403},
		"other district":         {"cangshan", at(f, ""), 403},
		"own district":           {"gulou", at(f, ""), 200},
		"no such case":           {"desk", "/desk/cases/none", 404},
		"a supervisor, no calls": {"chief", "/desk/call", 403},
	} {
		t.Run(name, func(t *testing.T) { w.Get(c.who, c.path).Want(c.status) })
	}
	w.Post("cangshan", at(f, "decline"), url.Values{"version": {"1"}, "reason": {"advert"}}).Want(http.StatusForbidden)
	w.Post("taker", at(f, "dispatch"), url.Values{"version": {"1"}, "pick": {"C-114"}}).Want(http.StatusForbidden)
	if w.File(f.Case.ID).Case.State != casework.Received {
		t.Error("somebody without the right changed the case")
	}
	w.Get("cangshan", "/desk/queue").Want(http.StatusOK, "没有待派的案件")
}

func TestAnonymousHasNoNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := said(1)
	in.Kind, in.Contact.Anonymous = "complaint", true
	f := w.receive(in)
	w.Get("desk", "/desk/queue?case="+f.Case.ID).Want(http.StatusOK, "匿名")
	w.Post("desk", at(f, "phone"), url.Values{"request": {f.Requests()[0]}, "purpose": {trail.ForDispatch}}).Want(http.StatusNotFound)
}

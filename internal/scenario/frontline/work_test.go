package frontline_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
)

func TestWhoMaySeeWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	order := at(f, w.Lead(f), "")
	for _, test := range []struct {
		name, who, path string
		status          int
	}{
		{"the unit's list", "lamps", "/work", 200},
		{"an empty list", "far", "/work", 200},
		{"a stranger", "", "/work", 403},
		{"a citizen", "citizen", "/work", 403},
		{"the unit's order", "lamps", order, 200},
		{"the order without its case", "lamps", "/work/orders/" + w.Lead(f).ID, 200},
		{"another unit", "far", order, 403},
		{"another unit without the case", "far", "/work/orders/" + w.Lead(f).ID, 404},
		{"the caller is not the unit", "caller", order, 404},
		{"no such order", "lamps", "/work/orders/none", 404},
		{"no such form", "lamps", at(f, w.Lead(f), "dance"), 404},
		{"a form that is not possible yet", "lamps", at(f, w.Lead(f), "reply"), 409},
		{"the caller's list", "caller", "/calls", 200},
		{"a handler calls nobody", "lamps", "/calls", 403},
		{"the caller's case", "caller", "/cases/" + f.Case.ID, 200},
		{"the community's case", "grid", "/cases/" + f.Case.ID, 200},
		{"a case of another district", "far", "/cases/" + f.Case.ID, 403},
		{"the patrol form", "grid", "/patrol", 200},
		{"a handler is on no patrol", "lamps", "/patrol", 403},
		{"orders from above", "lamps", "/oversight", 200},
		{"a citizen and the orders from above", "citizen", "/oversight", 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := w.Get(test.who, test.path)
			if a.Status != test.status {
				t.Errorf("status %d, want %d: %s", a.Status, test.status, a.Text("main"))
			}
		})
	}
}

func TestWorkListsByDueTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.dispatch()
	w.Clock.Advance(time.Hour)
	w.dispatch()
	w.Get("lamps", "/work").Want(200).Has(".row", 2).Says(".tab-pills [aria-current]", "待办").Says(".row:first-child", "路灯").
		Says(".desk-who", "李四lamps").Says(".desk-who", "承办人员")
	if body := w.Get("lamps", "/work").Body; containsAny(body, "13900000001", "我叫张三") {
		t.Error("the list tells the requester's name or phone")
	}
	w.Post("lamps", at(first, w.Lead(first), "sign"), url.Values{}).Want(303)
	w.Get("lamps", "/work?view=sign").Want(200).Has(".row", 1)
	w.Clock.Advance(40 * 24 * time.Hour)
	w.Get("lamps", "/work?view=overdue").Want(200).Has(".row", 2).Says(".chip-danger", "超期")
	w.Get("lamps", "/work?view=done").Want(200).Has(".row", 0).Says(".empty-title", "还没有办完的工单")
	w.As("lamps").In("en").Get("/work").Want(200).Says("h1", "Orders of my unit")
}

func TestOrderTellsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch("350102.jsj")
	for lang, words := range map[string][2]string{
		"zh-Hans": {"签收", "内容中提到“路灯”"}, "zh-Hant": {"簽收", "路灯"}, "en": {"Sign", "路灯"},
	} {
		w.As("lamps").In(lang).Get(at(f, w.Lead(f), "")).Want(200).
			Says("h1", "路灯").Says("main", "我叫张三").Says(".actions form .button-primary", words[0]).Says(".reasons", words[1]).
			Has(`a[href^="geo:26.08530,119.29650"]`, 1).Has(".timeline li", 2)
	}
	a := w.Get("lamps", at(f, w.Lead(f), "")).Want(200)
	a.Says("main", "鼓楼区东街街道军门社区").Says("main", "请先设警示").Says(".timeline", "办理时限开始").Says("main", "依据")
	looks, err := w.Trail.OfActor(t.Context(), "lamps", "", 50)
	w.Must(err)
	if len(looks) == 0 || looks[0].Purpose != "trail.purpose.handling" || looks[0].Subject != f.Case.ID || looks[0].Person == "" {
		t.Errorf("reading the words left %+v", looks)
	}
	if containsAny(a.Body, "13900000001") {
		t.Error("the phone stands on the page unasked")
	}
}

func TestPhoneIsShownOnceForAPurpose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	path := at(f, w.Lead(f), "contact")
	w.Post("lamps", path, url.Values{"purpose": {"curiosity"}}).Want(http.StatusUnprocessableEntity).Says(".error-summary", "请选查看的用途")
	w.Post("far", path, url.Values{"purpose": {"trail.purpose.handling"}}).Want(403)
	a := w.Post("lamps", path, url.Values{"purpose": {"trail.purpose.handling"}}).Want(200)
	a.Says("#contacts", "13900000001").Says("#contacts", "张三")
	if again := w.Get("lamps", at(f, w.Lead(f), "")).Want(200); containsAny(again.Body, "13900000001") {
		t.Error("the phone is shown again")
	}
	looks, err := w.Trail.OfActor(t.Context(), "lamps", "", 50)
	w.Must(err)
	found := false
	for _, l := range looks {
		found = found || containsAny(l.Purpose, "handling") && len(l.Fields) == 2 && l.Fields[1] == "phone"
	}
	if !found {
		t.Errorf("the look at the phone left no row: %+v", looks)
	}
}

func TestDeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	colleague, err := w.Staff.AddStaff(t.Context(), orgStaff("李四", "350102.cgj"))
	w.Must(err)
	f := w.dispatch()
	o := w.Lead(f)
	act := func(name string, form url.Values) roomtest.Answer { return w.Post("lamps", at(f, o, name), form) }

	act("sign", url.Values{}).Want(303)
	act("sign", url.Values{}).Want(409).Says(".error-summary", "请刷新")
	act("assign", url.Values{"staff": {"somebody"}}).Want(422).Says(".error-summary", "请选本单位的人员")
	act("assign", url.Values{"staff": {colleague.ID}}).Want(303)
	act("respond", url.Values{"means": {"pigeon"}, "words": {"已约好"}}).Want(422).Says("#words", "已约好")
	act("respond", url.Values{"means": {"phone"}, "words": {"已约好"}}).Want(303)
	act("assist", url.Values{"unit": {"没有的单位"}}).Want(422).Says(".error-summary", "没有找到")
	act("assist", url.Values{"unit": {"鼓楼区住房和城乡建设局"}, "words": {"看台阶"}})
	act("checkin", url.Values{"lat": {"900"}, "lon": {"1"}}).Want(422).Says(".error-summary", "位置不正确")
	act("checkin", url.Values{}).Want(303)
	w.Get("lamps", at(f, o, "")).Want(200).Says("main", "未提供位置").Says("main", "李四")

	got, _ := w.File(f.Case.ID).Order(o.ID)
	if got.State != casework.Working || got.Assignee != colleague.ID || got.CheckIn == nil || got.CheckIn.Distance != -1 {
		t.Errorf("order became %+v", got)
	}
}

func TestHelperReports(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch("350102.jsj")
	helper := f.Orders[len(f.Orders)-1]
	path := func(act string) string { return at(f, helper, act) }
	w.Post("build", path("sign"), url.Values{}).Want(303)
	w.Get("build", path("")).Want(200).Has(`a[href*="/reply"]`, 0).Has(`a[href*="/report"]`, 1)
	w.Get("build", path("report")).Want(200).Has("textarea[name=result]", 1)
	w.Post("build", path("report"), url.Values{"result": {""}}).Want(422).Says(".error-summary", "请写处置结果")
	w.Post("build", path("report"), url.Values{"result": {"台阶已加扶手"}}).Want(303)
	w.Get("build", path("")).Want(200).Says("main", "台阶已加扶手")
	w.Get("build", "/work?view=done").Want(200).Has(".row", 1)
}

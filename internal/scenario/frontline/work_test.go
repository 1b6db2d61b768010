package frontline_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/work/casework"
)

func TestWhoMaySeeWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	order := at(f, w.lead(f), "")
	for _, test := range []struct {
		name, who, path string
		status          int
	}{
		{"the unit's list", "lamps", "/work", 200},
		{"an empty list", "far", "/work", 200},
		{"a stranger", "", "/work", 403},
		{"a citizen", "citizen", "/work", 403},
		{"the unit's order", "lamps", order, 200},
		{"the order without its case", "lamps", "/work/orders/" + w.lead(f).ID, 200},
		{"another unit", "far", order, 403},
		{"another unit without the case", "far", "/work/orders/" + w.lead(f).ID, 404},
		{"the caller is not the unit", "caller", order, 404},
		{"no such order", "lamps", "/work/orders/none", 404},
		{"no such form", "lamps", at(f, w.lead(f), "dance"), 404},
		{"a form that is not possible yet", "lamps", at(f, w.lead(f), "reply"), 409},
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
			a := w.get(test.who, test.path)
			if a.status != test.status {
				t.Errorf("status %d, want %d: %s", a.status, test.status, a.text("main"))
			}
		})
	}
}

func TestWorkListsByDueTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.dispatch()
	w.clock.Advance(time.Hour)
	w.dispatch()
	w.get("lamps", "/work").want(200).has(".row", 2).says(".tab-pills [aria-current]", "待办").says(".row:first-child", "路灯").
		says(".desk-who", "张三").says(".desk-who", "承办人员")
	if body := w.get("lamps", "/work").body; containsAny(body, "13900000001", "我叫张三") {
		t.Error("the list tells the requester's name or phone")
	}
	w.post("lamps", at(first, w.lead(first), "sign"), url.Values{}).want(303)
	w.get("lamps", "/work?view=sign").want(200).has(".row", 1)
	w.clock.Advance(40 * 24 * time.Hour)
	w.get("lamps", "/work?view=overdue").want(200).has(".row", 2).says(".chip-danger", "超期")
	w.get("lamps", "/work?view=done").want(200).has(".row", 0).says(".empty-title", "还没有办完的工单")
	w.send("lamps", "en", "GET", "/work", nil).want(200).says("h1", "Orders of my unit")
}

func TestOrderTellsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch("350102.jsj")
	for lang, words := range map[string][2]string{
		"zh-Hans": {"签收", "内容中提到“路灯”"}, "zh-Hant": {"簽收", "路灯"}, "en": {"Sign", "路灯"},
	} {
		w.send("lamps", lang, "GET", at(f, w.lead(f), ""), nil).want(200).
			says("h1", "路灯").says("main", "我叫张三").says(".actions form .button-primary", words[0]).says(".reasons", words[1]).
			has(`a[href^="geo:26.08530,119.29650"]`, 1).has(".timeline li", 2)
	}
	a := w.get("lamps", at(f, w.lead(f), "")).want(200)
	a.says("main", "鼓楼区东街街道军门社区").says("main", "请先设警示").says(".timeline", "办理时限开始").says("main", "依据")
	looks, err := w.trail.OfActor(t.Context(), "lamps", "", 50)
	must(t, err)
	if len(looks) == 0 || looks[0].Purpose != "trail.purpose.handling" || looks[0].Subject != f.Case.ID || looks[0].Person == "" {
		t.Errorf("reading the words left %+v", looks)
	}
	if containsAny(a.body, "13900000001") {
		t.Error("the phone stands on the page unasked")
	}
}

func TestPhoneIsShownOnceForAPurpose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	path := at(f, w.lead(f), "contact")
	w.post("lamps", path, url.Values{"purpose": {"curiosity"}}).want(http.StatusUnprocessableEntity).says(".error-summary", "请选查看的用途")
	w.post("far", path, url.Values{"purpose": {"trail.purpose.handling"}}).want(403)
	a := w.post("lamps", path, url.Values{"purpose": {"trail.purpose.handling"}}).want(200)
	a.says("#contacts", "13900000001").says("#contacts", "张三")
	if again := w.get("lamps", at(f, w.lead(f), "")).want(200); containsAny(again.body, "13900000001") {
		t.Error("the phone is shown again")
	}
	looks, err := w.trail.OfActor(t.Context(), "lamps", "", 50)
	must(t, err)
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
	colleague, err := w.staff.AddStaff(t.Context(), orgStaff("李四", "350102.cgj"))
	must(t, err)
	f := w.dispatch()
	o := w.lead(f)
	act := func(name string, form url.Values) answer { return w.post("lamps", at(f, o, name), form) }

	act("sign", url.Values{}).want(303)
	act("sign", url.Values{}).want(409).says(".error-summary", "请刷新")
	act("assign", url.Values{"staff": {"somebody"}}).want(422).says(".error-summary", "请选本单位的人员")
	act("assign", url.Values{"staff": {colleague.ID}}).want(303)
	act("respond", url.Values{"means": {"pigeon"}, "words": {"已约好"}}).want(422).says("#words", "已约好")
	act("respond", url.Values{"means": {"phone"}, "words": {"已约好"}}).want(303)
	act("assist", url.Values{"unit": {"没有的单位"}}).want(422).says(".error-summary", "没有找到")
	act("assist", url.Values{"unit": {"鼓楼区住房和城乡建设局"}, "words": {"看台阶"}})
	act("checkin", url.Values{"lat": {"900"}, "lon": {"1"}}).want(422).says(".error-summary", "位置不正确")
	act("checkin", url.Values{}).want(303)
	w.get("lamps", at(f, o, "")).want(200).says("main", "未提供位置").says("main", "李四")

	got, _ := w.file(f.Case.ID).Order(o.ID)
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
	w.post("build", path("sign"), url.Values{}).want(303)
	w.get("build", path("")).want(200).has(`a[href*="/reply"]`, 0).has(`a[href*="/report"]`, 1)
	w.get("build", path("report")).want(200).has("textarea[name=result]", 1)
	w.post("build", path("report"), url.Values{"result": {""}}).want(422).says(".error-summary", "请写处置结果")
	w.post("build", path("report"), url.Values{"result": {"台阶已加扶手"}}).want(303)
	w.get("build", path("")).want(200).says("main", "台阶已加扶手")
	w.get("build", "/work?view=done").want(200).has(".row", 1)
}

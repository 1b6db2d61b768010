package brain_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/register/access"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
)

func TestIssueByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	form := "/supervise/issue?case=" + f.Case.ID
	w.get("chief", form).want(http.StatusOK).has("input[name=level]", 4).says("main", "鼓楼区城管局")
	send := func(who, level, words string) answer {
		return w.post(who, "/supervise/issue", url.Values{"case": {f.Case.ID}, "level": {level}, "words": {words}})
	}
	send("chief", "yellow", "").want(http.StatusUnprocessableEntity).has(".error-summary a[href='#words']", 1).has("input[value=yellow][checked]", 1)
	send("chief", "pink", "请今天到场").want(http.StatusUnprocessableEntity).has(".error-summary a[href='#level']", 1).says("textarea", "请今天到场")
	send("lamps", "red", "自己督办自己").want(http.StatusForbidden)
	send("taijiang", "red", "别的区").want(http.StatusForbidden)
	send("brain", "red", "只能看").want(http.StatusForbidden)
	w.get("brain", form).want(http.StatusOK).has("form[action='/supervise/issue']", 0).says("main", "您没有权限")
	if a := send("chief", "yellow", "三天没有到场").want(http.StatusSeeOther); a.to != "/supervise?view=orders" {
		t.Errorf("led to %s", a.to)
	}
	orders, err := w.oversee.OrdersOn(t.Context(), f.Case.ID)
	must(t, err)
	if len(orders) != 1 || orders[0].Level != oversee.Yellow || orders[0].Why != "三天没有到场" || orders[0].By != "chief" || orders[0].Unit != "350102.cgj" {
		t.Errorf("orders %+v", orders)
	}
	w.get("chief", "/supervise").want(http.StatusOK).has(".order", 1).says(".order", "黄牌").says(".order", "人工督办").says(".order", "三天没有到场")
	w.get("taijiang", "/supervise").want(http.StatusOK).has(".order", 0)
	w.get("chief", form).want(http.StatusOK).has(".order", 1)
	w.get("lamps", "/supervise").want(http.StatusForbidden)
}

func TestOverdueAndAtRisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.dispatch()
	w.clock.Advance(21 * 24 * time.Hour)
	_, err := w.cases.Scan(t.Context(), 100)
	must(t, err)
	w.open() // its dispatch limit runs out within hours
	w.get("chief", "/supervise?view=overdue").want(http.StatusOK).has(".row", 1).has(`a[href^="/supervise/issue"]`, 1)
	w.get("chief", "/supervise?view=risk").want(http.StatusOK).has(".row", 1).has(`a[href^="/supervise/issue"]`, 0)
	w.get("taijiang", "/supervise?view=overdue").want(http.StatusOK).has(".row", 0)
}

func TestDecideAppeal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assess("350102.cgj", 6, 5)
	must(t, w.oversee.Appeal(t.Context(), w.people["lamps"], oversee.Appeal{Case: "case-350102.cgj5", Seq: 1, Indicator: "response", Words: "当天已电话联系"}))
	w.clock.Advance(time.Minute)
	f := w.dispatch()
	must(t, w.oversee.Issue(t.Context(), w.people["chief"], oversee.Issuing{Case: f.Case.ID, Number: f.Case.Number, Unit: "350102.cgj", Path: f.Case.Path, Level: oversee.Red, Words: "太慢"}))
	orders, err := w.oversee.OrdersOn(t.Context(), f.Case.ID)
	must(t, err)
	must(t, w.oversee.Appeal(t.Context(), w.people["lamps"], oversee.Appeal{Order: orders[0].ID, Words: "材料在路上"}))

	list, err := w.oversee.Appeals(t.Context(), w.people["chief"], "", 10)
	must(t, err)
	line, card := "/supervise/appeals/"+list[0].ID, "/supervise/appeals/"+list[1].ID
	w.get("chief", "/supervise?view=appeals").want(http.StatusOK).has(".row", 2).says(".rows", "响应率")
	w.get("taijiang", "/supervise?view=appeals").want(http.StatusOK).has(".row", 0)
	w.get("taijiang", line).want(http.StatusNotFound)
	w.get("chief", card).want(http.StatusOK).has(".order", 1).says("main", "材料在路上").says(".order", "红牌")
	w.get("chief", line).want(http.StatusOK).has(".order", 0).says("main", "当天已电话联系")

	w.post("chief", line, url.Values{"words": {"属实"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#verdict']", 1).says("textarea", "属实")
	w.post("chief", line, url.Values{"verdict": {"yes"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#words']", 1)
	w.post("taijiang", line, url.Values{"verdict": {"yes"}, "words": {"x"}}).want(http.StatusForbidden)
	w.post("chief", line, url.Values{"verdict": {"yes"}, "words": {"有通话记录"}}).want(http.StatusSeeOther)
	w.post("chief", line, url.Values{"verdict": {"no"}, "words": {"又想了想"}}).want(http.StatusConflict)
	w.post("chief", card, url.Values{"verdict": {"no"}, "words": {"超过十天"}}).want(http.StatusSeeOther)
	w.get("chief", "/rates/350102.cgj").want(http.StatusOK).says("main", "100.0%（5/5）").says("tbody", "撤回这一条")
}

// badlyRated gives a case that the requester found badly handled.
func (w *world) badlyRated() rate.Rectification {
	w.Helper()
	f := w.dispatch()
	citizen := access.Actor{Kind: access.Citizen, ID: "p1"}
	_, err := w.rate.Give(w.Context(), citizen, rate.Giving{Request: f.Requests()[0], Case: f.Case.ID, Unit: "350102.cgj", Path: f.Case.Path, Units: f.Units(), Level: rate.Dissatisfied, Words: "修了又坏"})
	must(w.T, err)
	list, err := w.rate.Mine(w.Context(), w.people["lamps"], "350102.cgj", 10)
	must(w.T, err)
	return list[0]
}

func TestRectification(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	x := w.badlyRated()
	fix, judge := "/rectify/"+x.ID, "/rectifications/"+x.ID
	w.get("lamps", "/rectify").want(http.StatusOK).has(".row", 1)
	w.get("far", "/rectify").want(http.StatusOK).has(".row", 0)
	w.get("far", fix).want(http.StatusNotFound)
	w.get("asker", judge).want(http.StatusNotFound) // nothing to judge yet
	w.get("lamps", fix).want(http.StatusOK).says("main", "不满意").says("main", "修了又坏")
	w.post("lamps", fix, url.Values{"words": {" "}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#words']", 1)
	w.post("far", fix, url.Values{"words": {"不是我们的"}}).want(http.StatusForbidden)
	w.post("lamps", fix, url.Values{"words": {"换了整条线"}}).want(http.StatusSeeOther)
	w.post("lamps", fix, url.Values{"words": {"换了整条线"}}).want(http.StatusConflict)

	w.get("asker", "/rectifications").want(http.StatusOK).has(".row", 1)
	w.get("lamps", "/rectifications").want(http.StatusForbidden)
	w.get("asker", judge).want(http.StatusOK).says("main", "换了整条线").says("main", "退回再改")
	w.post("asker", judge, url.Values{"words": {"问过了"}}).want(http.StatusUnprocessableEntity).has(".error-summary", 1)
	w.post("lamps", judge, url.Values{"verdict": {"yes"}, "words": {"自己认可"}}).want(http.StatusForbidden)
	w.post("asker", judge, url.Values{"verdict": {"no"}, "words": {"诉求人说还不亮"}}).want(http.StatusSeeOther)
	w.get("lamps", "/rectify").want(http.StatusOK).says(".rows", "退回过 1 次")
	w.post("lamps", fix, url.Values{"words": {"又换了灯头"}}).want(http.StatusSeeOther)
	w.get("asker", judge).want(http.StatusOK).says("main", "转为说明")
	w.post("asker", judge, url.Values{"verdict": {"yes"}, "words": {"诉求人满意"}}).want(http.StatusSeeOther)
	w.get("asker", "/rectifications").want(http.StatusOK).has(".row", 0)
}

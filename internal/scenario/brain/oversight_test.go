package brain_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
)

func TestIssueByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	form := "/supervise/issue?case=" + f.Case.ID
	w.Get("chief", form).Want(http.StatusOK).Has("input[name=level]", 4).Says("main", "鼓楼区城管局")
	send := func(who, level, words string) roomtest.Answer {
		return w.Post(who, "/supervise/issue", url.Values{"case": {f.Case.ID}, "level": {level}, "words": {words}})
	}
	send("chief", "yellow", "").Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#words']", 1).Has("input[value=yellow][checked]", 1)
	send("chief", "pink", "请今天到场").Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#level']", 1).Says("textarea", "请今天到场")
	send("lamps", "red", "自己督办自己").Want(http.StatusForbidden)
	send("taijiang", "red", "别的区").Want(http.StatusForbidden)
	send("brain", "red", "只能看").Want(http.StatusForbidden)
	w.Get("brain", form).Want(http.StatusOK).Has("form[action='/supervise/issue']", 0).Says("main", "您没有权限")
	if a := send("chief", "yellow", "三天没有到场").Want(http.StatusSeeOther); a.To != "/supervise?view=orders" {
		t.Errorf("led to %s", a.To)
	}
	orders, err := w.Oversee.OrdersOn(t.Context(), f.Case.ID)
	w.Must(err)
	if len(orders) != 1 || orders[0].Level != oversee.Yellow || orders[0].Why != "三天没有到场" || orders[0].By != "chief" || orders[0].Unit != "350102.cgj" {
		t.Errorf("orders %+v", orders)
	}
	w.Get("chief", "/supervise").Want(http.StatusOK).Has(".order", 1).Says(".order", "黄牌").Says(".order", "人工督办").Says(".order", "三天没有到场")
	w.Get("taijiang", "/supervise").Want(http.StatusOK).Has(".order", 0)
	w.Get("chief", form).Want(http.StatusOK).Has(".order", 1)
	w.Get("lamps", "/supervise").Want(http.StatusForbidden)
}

func TestOverdueAndAtRisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.dispatch()
	w.Clock.Advance(21 * 24 * time.Hour)
	_, err := w.Cases.Scan(t.Context(), 100)
	w.Must(err)
	w.Opened() // its dispatch limit runs out within hours
	w.Get("chief", "/supervise?view=overdue").Want(http.StatusOK).Has(".row", 1).Has(`a[href^="/supervise/issue"]`, 1)
	w.Get("chief", "/supervise?view=risk").Want(http.StatusOK).Has(".row", 1).Has(`a[href^="/supervise/issue"]`, 0)
	w.Get("taijiang", "/supervise?view=overdue").Want(http.StatusOK).Has(".row", 0)
}

func TestDecideAppeal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assess("350102.cgj", 6, 5)
	w.Must(w.Oversee.Appeal(t.Context(), w.Cast["lamps"], oversee.Appeal{Case: "case-350102.cgj5", Seq: 1, Indicator: "response", Words: "当天已电话联系"}))
	w.Clock.Advance(time.Minute)
	f := w.dispatch()
	w.Must(w.Oversee.Issue(t.Context(), w.Cast["chief"], oversee.Issuing{Case: f.Case.ID, Number: f.Case.Number, Unit: "350102.cgj", Path: f.Case.Path, Level: oversee.Red, Words: "太慢"}))
	orders, err := w.Oversee.OrdersOn(t.Context(), f.Case.ID)
	w.Must(err)
	w.Must(w.Oversee.Appeal(t.Context(), w.Cast["lamps"], oversee.Appeal{Order: orders[0].ID, Words: "材料在路上"}))

	list, err := w.Oversee.Appeals(t.Context(), w.Cast["chief"], "", 10)
	w.Must(err)
	line, card := "/supervise/appeals/"+list[0].ID, "/supervise/appeals/"+list[1].ID
	w.Get("chief", "/supervise?view=appeals").Want(http.StatusOK).Has(".row", 2).Says(".rows", "响应率")
	w.Get("taijiang", "/supervise?view=appeals").Want(http.StatusOK).Has(".row", 0)
	w.Get("taijiang", line).Want(http.StatusNotFound)
	w.Get("chief", card).Want(http.StatusOK).Has(".order", 1).Says("main", "材料在路上").Says(".order", "红牌")
	w.Get("chief", line).Want(http.StatusOK).Has(".order", 0).Says("main", "当天已电话联系")

	w.Post("chief", line, url.Values{"words": {"属实"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#verdict']", 1).Says("textarea", "属实")
	w.Post("chief", line, url.Values{"verdict": {"yes"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#words']", 1)
	w.Post("taijiang", line, url.Values{"verdict": {"yes"}, "words": {"x"}}).Want(http.StatusForbidden)
	w.Post("chief", line, url.Values{"verdict": {"yes"}, "words": {"有通话记录"}}).Want(http.StatusSeeOther)
	w.Post("chief", line, url.Values{"verdict": {"no"}, "words": {"又想了想"}}).Want(http.StatusConflict)
	w.Post("chief", card, url.Values{"verdict": {"no"}, "words": {"超过十天"}}).Want(http.StatusSeeOther)
	w.Get("chief", "/rates/350102.cgj").Want(http.StatusOK).Says("main", "100.0%（5/5）").Says("tbody", "撤回这一条")
}

// badlyRated gives a case that the requester found badly handled.
func (w *world) badlyRated() rate.Rectification {
	w.Helper()
	f := w.dispatch()
	citizen := access.Actor{Kind: access.Citizen, ID: "p1"}
	w.Write(func(tx *db.Tx) error {
		_, err := w.Rate.GiveTx(tx, citizen, rate.Giving{Request: f.Requests()[0], Case: f.Case.ID, Unit: "350102.cgj", Path: f.Case.Path, Units: f.Units(), Level: rate.Dissatisfied})
		if err != nil {
			return err
		}
		return w.Requests.RemarkTx(tx, f.Requests()[0], request.OnRating, "修了又坏")
	})
	list, err := w.Rate.Mine(w.Context(), w.Cast["lamps"], "350102.cgj", 10)
	w.Must(err)
	return list[0]
}

func TestRectification(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	x := w.badlyRated()
	fix, judge := "/rectify/"+x.ID, "/rectifications/"+x.ID
	w.Get("lamps", "/rectify").Want(http.StatusOK).Has(".row", 1)
	w.Get("far", "/rectify").Want(http.StatusOK).Has(".row", 0)
	w.Get("far", fix).Want(http.StatusNotFound)
	w.Get("asker", judge).Want(http.StatusNotFound) // nothing to judge yet
	w.Get("lamps", fix).Want(http.StatusOK).Says("main", "不满意").Says("main", "修了又坏")
	w.Post("lamps", fix, url.Values{"words": {" "}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#words']", 1)
	w.Post("far", fix, url.Values{"words": {"不是我们的"}}).Want(http.StatusForbidden)
	w.Post("lamps", fix, url.Values{"words": {"换了整条线"}}).Want(http.StatusSeeOther)
	w.Post("lamps", fix, url.Values{"words": {"换了整条线"}}).Want(http.StatusConflict)

	w.Get("asker", "/rectifications").Want(http.StatusOK).Has(".row", 1)
	w.Get("lamps", "/rectifications").Want(http.StatusForbidden)
	w.Get("asker", judge).Want(http.StatusOK).Says("main", "换了整条线").Says("main", "退回再改")
	w.Post("asker", judge, url.Values{"words": {"问过了"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary", 1)
	w.Post("lamps", judge, url.Values{"verdict": {"yes"}, "words": {"自己认可"}}).Want(http.StatusForbidden)
	w.Post("asker", judge, url.Values{"verdict": {"no"}, "words": {"诉求人说还不亮"}}).Want(http.StatusSeeOther)
	w.Get("lamps", "/rectify").Want(http.StatusOK).Says(".rows", "退回过 1 次")
	w.Post("lamps", fix, url.Values{"words": {"又换了灯头"}}).Want(http.StatusSeeOther)
	w.Get("asker", judge).Want(http.StatusOK).Says("main", "转为说明")
	w.Post("asker", judge, url.Values{"verdict": {"yes"}, "words": {"诉求人满意"}}).Want(http.StatusSeeOther)
	w.Get("asker", "/rectifications").Want(http.StatusOK).Has(".row", 0)
}

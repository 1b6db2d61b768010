package account_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/notify"
	"banyan/internal/register/org"
)

func TestOnlyAdministratorsAdminister(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	id := w.add("target", "350102.cgj", org.Handler)
	clerk, stranger := w.signedIn("lisi"), w.browser()
	for _, path := range []string{"/admin/staff", "/admin/staff/new", "/admin/staff/" + id, "/admin/failures"} {
		clerk.get(path).want(http.StatusForbidden)
		stranger.get(path).want(http.StatusForbidden)
	}
	for _, path := range []string{"/admin/staff", "/admin/staff/" + id + "/posts", "/admin/staff/" + id + "/leave", "/admin/staff/" + id + "/disabled", "/admin/staff/" + id + "/password", "/admin/failures/reactions/x", "/admin/failures/messages/x"} {
		clerk.post(path, url.Values{"role": {"admin"}}).want(http.StatusForbidden)
	}
	clerk.get("/account").want(http.StatusOK).has("a[href='/admin/staff']", 0)
	w.signedIn("admin").get("/account").want(http.StatusOK).has("a[href='/admin/staff']", 1)
}

func TestAddStaff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	admin := w.signedIn("admin")
	form := admin.get("/admin/staff/new?unit=350102.cgj").want(http.StatusOK).has("input[name=unit][value='鼓楼区城市管理局']", 1)
	fill := func(name, unit, role, login string) url.Values {
		return url.Values{"form_id": {form.value("form_id")}, "name": {name}, "unit": {unit}, "role": {role}, "login": {login}}
	}
	for field, bad := range map[string]url.Values{
		"name": fill("", "350102.cgj", "handler", "wangwu"), "unit": fill("王五", "没有的单位", "handler", "wangwu"),
		"role": fill("王五", "350102.cgj", "king", "wangwu"), "login": fill("王五", "350102.cgj", "handler", "!"),
	} {
		admin.post("/admin/staff", bad).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#"+field+"']", 1)
	}
	good := fill("王五", "鼓楼区城市管理局", "handler", "WangWu")
	shown := admin.post("/admin/staff", good).want(http.StatusOK)
	first := shown.text(".panel-number")
	admin.post("/admin/staff", good).want(http.StatusConflict)
	admin.get("/admin/staff?unit=350102.cgj").want(http.StatusOK).has(".row", 1).says(".rows", "wangwu · 承办")
	admin.get("/admin/staff?unit=x").want(http.StatusUnprocessableEntity).has(".error-summary a[href='#unit']", 1)
	w.browser().post("/staff/signin", url.Values{"login": {"wangwu"}, "password": {first}}).want(http.StatusSeeOther)
}

func TestPostsAndLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	id := w.add("target", "350102.cgj", org.Handler)
	admin, target := w.signedIn("admin"), w.signedIn("target")
	at := "/admin/staff/" + id
	admin.post(at+"/posts", url.Values{}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#role']", 1)
	admin.post(at+"/posts", url.Values{"role": {"supervisor"}, "area": {"99"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#area']", 1)
	admin.post(at+"/posts", url.Values{"role": {"handler"}}).want(http.StatusConflict)
	admin.post(at+"/posts", url.Values{"role": {"supervisor"}, "unit": {"350102.zx"}}).want(http.StatusSeeOther)
	w.clock.Advance(time.Minute)
	a := admin.get(at).want(http.StatusOK).has("form[action$='/end']", 2)
	end := a.doc().Find("form[action$='/end']").First().AttrOr("action", "")
	admin.post(end, nil).want(http.StatusSeeOther)
	admin.post(end, nil).want(http.StatusConflict)
	admin.get(at).want(http.StatusOK).has("form[action$='/end']", 1)

	admin.post(at+"/disabled", nil).want(http.StatusSeeOther)
	target.get("/account").want(http.StatusForbidden)
	admin.get(at).want(http.StatusOK).says("main", "账号已停用")
	admin.post(at+"/disabled", nil).want(http.StatusSeeOther)
	fresh := admin.post(at+"/password", nil).want(http.StatusOK).text(".panel-number")
	back := w.browser()
	back.post("/staff/signin", url.Values{"login": {"target"}, "password": {fresh}}).want(http.StatusSeeOther)
	admin.post(at+"/leave", nil).want(http.StatusSeeOther)
	back.get("/account").want(http.StatusForbidden)
	admin.get(at).want(http.StatusOK).says("main", "已离岗").has("form[action$='/end']", 0)
	admin.get("/admin/staff/nobody").want(http.StatusNotFound)
	own := admin.get("/admin/staff").doc().Find(".row:contains('张三admin')").AttrOr("href", "")
	admin.post(own+"/disabled", nil).want(http.StatusConflict).says(".error-summary", "另一位管理员")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	broken := true
	w.facts.React(fact.Reaction{Name: "test.break", On: []string{"test.Happened"}, Do: func(*db.Tx, []fact.Fact) error {
		if broken {
			return errors.New("cannot")
		}
		return nil
	}})
	must(t, w.db.Write(t.Context(), func(tx *db.Tx) error {
		if err := w.outbox.Send(tx, notify.Message{Key: "k1", To: "person:p1", Channel: notify.SMS, Template: "account.signin.title"}); err != nil {
			return err
		}
		return w.facts.Say(tx, "test.Happened", "subject-1", w.clock.Now(), nil)
	}))
	_, err := w.outbox.Deliver(t.Context())
	must(t, err)
	for range 12 {
		_ = w.facts.Drain(t.Context()) // it fails each time, which is what is shown
		w.clock.Advance(48 * time.Hour)
	}
	admin := w.signedIn("admin")
	a := admin.get("/admin/failures").want(http.StatusOK).has("form[action^='/admin/failures/reactions/']", 1).has("form[action^='/admin/failures/messages/']", 1)
	a.says("main", "test.break").says("main", "cannot").says("main", "number not in service")
	if strings.Contains(a.body, "13900000001") {
		t.Error("the page shows the address")
	}
	broken = false
	for _, form := range a.doc().Find("form[action^='/admin/failures/']").EachIter() {
		admin.post(form.AttrOr("action", ""), nil).want(http.StatusSeeOther)
	}
	must(t, w.facts.Drain(t.Context()))
	admin.get("/admin/failures").want(http.StatusOK).has("form[action^='/admin/failures/']", 0)
	admin.post("/admin/failures/reactions/nothing", nil).want(http.StatusNotFound)
	admin.post("/admin/failures/messages/nothing", nil).want(http.StatusNotFound)
}

func TestDevelopmentPages(t *testing.T) {
	t.Parallel()
	closed := newWorld(t, false).browser()
	closed.get("/dev").want(http.StatusNotFound)
	closed.get("/dev/outbox").want(http.StatusNotFound)
	w := newWorld(t, true)
	must(t, w.db.Write(t.Context(), func(tx *db.Tx) error {
		return w.outbox.Send(tx, notify.Message{Key: "k1", To: "person:p1", Channel: notify.SMS, Template: "account.signin.help"})
	}))
	_, err := w.outbox.Deliver(t.Context())
	must(t, err)
	b := w.browser()
	b.get("/dev/outbox").want(http.StatusOK).says("main", "忘记密码").says("main", "13900000001")
	a := b.get("/dev").want(http.StatusOK).says("main", "绝不能给市民使用")
	b.post("/staff/signin", url.Values{"login": {a.value("login")}, "password": {a.value("password")}}).want(http.StatusSeeOther)
}

func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	id := w.add("target", "350102.cgj", org.Handler)
	b := w.signedIn("admin")
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		b.lang = lang
		for _, path := range []string{"/account", "/account/posts", "/account/password", "/account/factor", "/admin/staff", "/admin/staff/new", "/admin/staff/" + id, "/admin/failures", "/dev", "/dev/outbox"} {
			b.get(path).want(http.StatusOK).has("html[lang="+lang+"]", 1).has("[style], script:not([src])", 0)
		}
		stranger := w.browser()
		stranger.lang = lang
		stranger.get("/staff/signin").want(http.StatusOK).has("html[lang="+lang+"]", 1)
	}
}

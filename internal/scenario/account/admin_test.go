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
	clerk, stranger := w.signedIn("lisi"), w.Browser()
	for _, path := range []string{"/admin/staff", "/admin/staff/new", "/admin/staff/" + id, "/admin/failures"} {
		clerk.Get(path).Want(http.StatusForbidden)
		stranger.Get(path).Want(http.StatusForbidden)
	}
	for _, path := range []string{"/admin/staff", "/admin/staff/" + id + "/posts", "/admin/staff/" + id + "/leave", "/admin/staff/" + id + "/disabled", "/admin/staff/" + id + "/password", "/admin/failures/reactions/x", "/admin/failures/messages/x"} {
		clerk.Post(path, url.Values{"role": {"admin"}}).Want(http.StatusForbidden)
	}
	clerk.Get("/account").Want(http.StatusOK).Has("a[href='/admin/staff']", 0)
	w.signedIn("admin").Get("/account").Want(http.StatusOK).Has("a[href='/admin/staff']", 1)
}

func TestAddStaff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	admin := w.signedIn("admin")
	form := admin.Get("/admin/staff/new?unit=350102.cgj").Want(http.StatusOK).Has("input[name=unit][value='鼓楼区城市管理局']", 1)
	fill := func(name, unit, role, login string) url.Values {
		return url.Values{"form_id": {form.Value("form_id")}, "name": {name}, "unit": {unit}, "role": {role}, "login": {login}}
	}
	for field, bad := range map[string]url.Values{
		"name": fill("", "350102.cgj", "handler", "wangwu"), "unit": fill("王五", "没有的单位", "handler", "wangwu"),
		"role": fill("王五", "350102.cgj", "king", "wangwu"), "login": fill("王五", "350102.cgj", "handler", "!"),
	} {
		admin.Post("/admin/staff", bad).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#"+field+"']", 1)
	}
	good := fill("王五", "鼓楼区城市管理局", "handler", "WangWu")
	shown := admin.Post("/admin/staff", good).Want(http.StatusOK)
	first := shown.Text(".panel-number")
	admin.Post("/admin/staff", good).Want(http.StatusConflict)
	admin.Get("/admin/staff?unit=350102.cgj").Want(http.StatusOK).Has(".row", 1).Says(".rows", "wangwu · 承办")
	admin.Get("/admin/staff?unit=x").Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#unit']", 1)
	w.Browser().Post("/staff/signin", url.Values{"login": {"wangwu"}, "password": {first}}).Want(http.StatusSeeOther)
}

func TestPostsAndLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	id := w.add("target", "350102.cgj", org.Handler)
	admin, target := w.signedIn("admin"), w.signedIn("target")
	at := "/admin/staff/" + id
	admin.Post(at+"/posts", url.Values{}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#role']", 1)
	admin.Post(at+"/posts", url.Values{"role": {"supervisor"}, "area": {"99"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#area']", 1)
	admin.Post(at+"/posts", url.Values{"role": {"handler"}}).Want(http.StatusConflict)
	admin.Post(at+"/posts", url.Values{"role": {"supervisor"}, "unit": {"350102.zx"}}).Want(http.StatusSeeOther)
	w.Clock.Advance(time.Minute)
	a := admin.Get(at).Want(http.StatusOK).Has("form[action$='/end']", 2)
	end := a.Doc().Find("form[action$='/end']").First().AttrOr("action", "")
	admin.Post(end, nil).Want(http.StatusSeeOther)
	admin.Post(end, nil).Want(http.StatusConflict)
	admin.Get(at).Want(http.StatusOK).Has("form[action$='/end']", 1)

	admin.Post(at+"/disabled", nil).Want(http.StatusSeeOther)
	target.Get("/account").Want(http.StatusForbidden)
	admin.Get(at).Want(http.StatusOK).Says("main", "账号已停用")
	admin.Post(at+"/disabled", nil).Want(http.StatusSeeOther)
	code := admin.Post(at+"/password", nil).Want(http.StatusOK).Text(".panel-number")
	w.Browser().Post("/staff/signin", url.Values{"login": {"target"}, "password": {password}}).Want(http.StatusUnprocessableEntity)
	back := w.Browser()
	back.Get("/staff/signin").Want(http.StatusOK).Has("a[href='/staff/setup']", 1)
	back.Get("/staff/setup").Want(http.StatusOK)
	set := url.Values{"login": {"target"}, "code": {code}, "password": {password + "新"}, "repeat": {password + "旧"}}
	back.Post("/staff/setup", set).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#repeat']", 1)
	set.Set("repeat", password+"新")
	if to := back.Post("/staff/setup", set).Want(http.StatusSeeOther).To; to != "/account/factor" {
		t.Errorf("setting up leads to %s", to)
	}
	back.Get("/account").Want(http.StatusOK)
	w.Browser().Post("/staff/setup", set).Want(http.StatusUnprocessableEntity).Says(".error-summary", "设置码不正确")
	admin.Post(at+"/leave", nil).Want(http.StatusSeeOther)
	back.Get("/account").Want(http.StatusForbidden)
	admin.Get(at).Want(http.StatusOK).Says("main", "已离岗").Has("form[action$='/end']", 0)
	admin.Get("/admin/staff/nobody").Want(http.StatusNotFound)
	own := admin.Get("/admin/staff").Doc().Find(".row:contains('张三admin')").AttrOr("href", "")
	for _, act := range []string{"/disabled", "/password"} {
		admin.Post(own+act, nil).Want(http.StatusConflict).Says(".error-summary", "另一位管理员")
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	broken := true
	w.Facts.React(fact.Reaction{Name: "test.break", On: []string{"test.Happened"}, Do: func(*db.Tx, []fact.Fact) error {
		if broken {
			return errors.New("cannot")
		}
		return nil
	}})
	w.Must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
		if err := w.outbox.Send(tx, notify.Message{Key: "k1", To: "person:p1", Channel: notify.SMS, Template: "account.signin.title"}); err != nil {
			return err
		}
		return w.Facts.Say(tx, "test.Happened", "subject-1", w.Clock.Now(), nil)
	}))
	_, err := w.outbox.Deliver(t.Context())
	w.Must(err)
	for range 12 {
		_ = w.Facts.Drain(t.Context()) // it fails each time, which is what is shown
		w.Clock.Advance(48 * time.Hour)
	}
	admin := w.signedIn("admin")
	a := admin.Get("/admin/failures").Want(http.StatusOK).Has("form[action^='/admin/failures/reactions/']", 1).Has("form[action^='/admin/failures/messages/']", 1)
	a.Says("main", "test.break").Says("main", "cannot").Says("main", "number not in service")
	if strings.Contains(a.Body, "13900000001") {
		t.Error("the page shows the address")
	}
	broken = false
	for _, form := range a.Doc().Find("form[action^='/admin/failures/']").EachIter() {
		admin.Post(form.AttrOr("action", ""), nil).Want(http.StatusSeeOther)
	}
	w.Must(w.Facts.Drain(t.Context()))
	admin.Get("/admin/failures").Want(http.StatusOK).Has("form[action^='/admin/failures/']", 0)
	admin.Post("/admin/failures/reactions/nothing", nil).Want(http.StatusNotFound)
	admin.Post("/admin/failures/messages/nothing", nil).Want(http.StatusNotFound)
}

func TestDevelopmentPages(t *testing.T) {
	t.Parallel()
	closed := newWorld(t, false).Browser()
	closed.Get("/dev").Want(http.StatusNotFound)
	closed.Get("/dev/outbox").Want(http.StatusNotFound)
	w := newWorld(t, true)
	w.Must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
		return w.outbox.Send(tx, notify.Message{Key: "k1", To: "person:p1", Channel: notify.SMS, Template: "account.signin.help"})
	}))
	_, err := w.outbox.Deliver(t.Context())
	w.Must(err)
	b := w.Browser()
	b.Get("/dev/outbox").Want(http.StatusOK).Says("main", "忘记密码").Says("main", "13900000001")
	a := b.Get("/dev").Want(http.StatusOK).Says("main", "绝不能给市民使用")
	b.Post("/staff/signin", url.Values{"login": {a.Value("login")}, "password": {a.Value("password")}}).Want(http.StatusSeeOther)
}

func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	id := w.add("target", "350102.cgj", org.Handler)
	b := w.signedIn("admin")
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		b.Lang = lang
		for _, path := range []string{"/account", "/account/posts", "/account/password", "/account/factor", "/admin/staff", "/admin/staff/new", "/admin/staff/" + id, "/admin/failures", "/dev", "/dev/outbox"} {
			b.Get(path).Want(http.StatusOK).Has("html[lang="+lang+"]", 1).Has("[style], script:not([src])", 0)
		}
		stranger := w.Browser()
		stranger.Lang = lang
		stranger.Get("/staff/signin").Want(http.StatusOK).Has("html[lang="+lang+"]", 1)
	}
}

package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"banyan/internal/register/org"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b := w.browser()
	b.get("/account").want(http.StatusForbidden)
	b.get("/staff/signin?to=/rates").want(http.StatusOK).has("input[name=to][value='/rates']", 1)
	wrong := func(login, pass string) string {
		a := w.browser().post("/staff/signin", url.Values{"login": {login}, "password": {pass}}).want(http.StatusUnprocessableEntity)
		if strings.Contains(a.body, pass) {
			t.Error("the page holds the password")
		}
		return a.text(".error-summary")
	}
	if known, unknown := wrong("lisi", "not this one"), wrong("nobody", "not this one"); known != unknown {
		t.Errorf("a known login is told %q, an unknown %q", known, unknown)
	}
	b.post("/staff/signin", url.Values{"login": {"lisi"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#password']", 1).has("input[name=login][value=lisi]", 1)
	for to, want := range map[string]string{"/rates": "/rates", "": "/desk", "//evil.example": "/desk", "https://evil.example": "/desk", "/\\evil.example": "/desk"} {
		one := w.browser()
		if a := one.post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}, "to": {to}}).want(http.StatusSeeOther); a.to != want {
			t.Errorf("to %q leads to %q", to, a.to)
		}
		one.get("/account").want(http.StatusOK)
		if a := one.get("/staff/signin?to=" + url.QueryEscape(to)); a.to != want {
			t.Errorf("whoever is in is led to %q", a.to)
		}
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b := w.signedIn("lisi")
	stolen := b.cookies["banyan"]
	if a := b.post("/signout", nil).want(http.StatusSeeOther); a.to != "/staff/signin" {
		t.Errorf("led to %s", a.to)
	}
	b.cookies["banyan"] = stolen
	b.get("/account").want(http.StatusForbidden)
}

func TestManyAttemptsWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	for range 5 {
		w.browser().post("/staff/signin", url.Values{"login": {"lisi"}, "password": {"guess"}})
	}
	w.browser().post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}}).want(http.StatusServiceUnavailable).says(".error-summary", "秒后再试")
	w.clock.Advance(time.Hour)
	w.signedIn("lisi")
}

// enrol sets up a second factor by the pages and gives its secret.
func (b *browser) enrol() string {
	b.Helper()
	shown := b.post("/account/factor", url.Values{"current": {password}}).want(http.StatusOK).has("svg.qr", 1)
	secret := shown.text(".panel-number")
	b.post("/account/factor/confirm", url.Values{"code": {"000000"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#code']", 1).has("svg.qr", 0)
	b.post("/account/factor/confirm", url.Values{"code": {b.code(secret)}}).want(http.StatusSeeOther)
	return secret
}

// code is what the phone shows now.
func (b *browser) code(secret string) string {
	b.Helper()
	code, err := totp.GenerateCode(secret, b.clock.Now())
	must(b.T, err)
	return code
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	first := w.signedIn("lisi")
	first.get("/account/factor").want(http.StatusOK).says("main", "还没有绑定")
	first.post("/account/factor", url.Values{"current": {"not mine"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#current']", 1)
	secret := first.enrol()
	first.get("/account").want(http.StatusOK).says("main", "已绑定动态口令")
	w.clock.Advance(2 * time.Minute)

	b := w.browser()
	second := b.post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}, "to": {"/rates"}}).want(http.StatusOK).has("input[name=code]", 1)
	if strings.Contains(second.body, password) || len(b.cookies) > 0 {
		t.Error("the second step holds the password, or lets in already")
	}
	form := func(code string) url.Values {
		return url.Values{"step": {second.value("step")}, "to": {second.value("to")}, "code": {code}}
	}
	b.post("/staff/signin/code", form("12")).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#code']", 1).has("input[name=step]", 1)
	if a := b.post("/staff/signin/code", form(w.browser().code(secret))).want(http.StatusSeeOther); a.to != "/rates" {
		t.Errorf("led to %s", a.to)
	}
	b.get("/account").want(http.StatusOK)
	w.browser().post("/staff/signin/code", form(w.browser().code(secret))).want(http.StatusUnprocessableEntity) // a code counts once
	w.clock.Advance(6 * time.Minute)
	w.browser().post("/staff/signin/code", form(w.browser().code(secret))).want(http.StatusUnprocessableEntity).says(".error-summary", "请重新登录").has("input[name=login]", 1)
	w.browser().post("/staff/signin/code", url.Values{"step": {"forged"}, "code": {"1"}}).want(http.StatusUnprocessableEntity).has("input[name=login]", 1)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b, other := w.signedIn("lisi"), w.signedIn("lisi")
	form := func(current, fresh, repeat string) url.Values {
		return url.Values{"current": {current}, "password": {fresh}, "repeat": {repeat}}
	}
	const fresh = "闽江边的路灯也亮了呀"
	b.post("/account/password", form("wrong one", fresh, fresh)).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#current']", 1)
	b.post("/account/password", form(password, fresh, "other")).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#repeat']", 1)
	b.post("/account/password", form(password, "short", "short")).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#password']", 1)
	w.clock.Advance(time.Minute)
	if a := b.post("/account/password", form(password, fresh, fresh)).want(http.StatusSeeOther); a.to != "/staff/signin?changed" {
		t.Errorf("led to %s", a.to)
	}
	b.get("/staff/signin?changed").want(http.StatusOK).says("main", "密码已经改好")
	other.get("/account").want(http.StatusForbidden)
	w.browser().post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}}).want(http.StatusUnprocessableEntity)
	w.browser().post("/staff/signin", url.Values{"login": {"lisi"}, "password": {fresh}}).want(http.StatusSeeOther)
}

func TestSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b, second, third, stranger := w.signedIn("lisi"), w.signedIn("lisi"), w.signedIn("lisi"), w.signedIn("admin")
	a := b.get("/account").want(http.StatusOK).has("[id^=session-]", 3).has("form[action$='/revoke']", 2).says("main", "Firefox, Linux")
	action := a.doc().Find("form[action$='/revoke']").First().AttrOr("action", "")
	stranger.post(action, nil).want(http.StatusSeeOther) // nothing of anybody else's ends
	b.get("/account").has("[id^=session-]", 3)
	b.post(action, nil).want(http.StatusSeeOther)
	b.get("/account").has("[id^=session-]", 2)
	b.post("/account/sessions/others", nil).want(http.StatusSeeOther)
	b.get("/account").want(http.StatusOK).has("[id^=session-]", 1)
	second.get("/account").want(http.StatusForbidden)
	third.get("/account").want(http.StatusForbidden)
	stranger.get("/account").want(http.StatusOK)
}

func TestChooseAPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	id := w.add("both", "350102.zx", org.Supervisor, org.Dispatcher)
	b := w.browser()
	if a := b.post("/staff/signin", url.Values{"login": {"both"}, "password": {password}, "to": {"/brain"}}).want(http.StatusSeeOther); a.to != "/account/posts?to=%2Fbrain" {
		t.Fatalf("led to %s", a.to)
	}
	a := b.get("/account/posts?to=%2Fbrain").want(http.StatusOK).has("input[name=seat]", 2).says("main", "督查")
	posts, err := w.staff.PostsOf(t.Context(), id, w.clock.Now())
	must(t, err)
	b.post("/account/posts", url.Values{"seat": {"somebody else's"}}).want(http.StatusUnprocessableEntity).has(".error-summary a[href='#seat']", 1)
	if got := b.post("/account/posts", url.Values{"seat": {posts[1].ID}, "to": {a.value("to")}}).want(http.StatusSeeOther); got.to != "/brain" || b.cookies["post"] != posts[1].ID {
		t.Errorf("led to %s in seat %s", got.to, b.cookies["post"])
	}
	w.add("none", "350102.zx")
	w.signedIn("none").get("/account/posts").want(http.StatusOK).says("main", "您现在没有岗位")
}

package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"banyan/internal/register/org"
	"banyan/internal/scenario/roomtest"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b := w.Browser()
	b.Get("/account").Want(http.StatusForbidden)
	b.Get("/staff/signin?to=/rates").Want(http.StatusOK).Has("form[action='/staff/signin'] input[name=to][value='/rates']", 1)
	wrong := func(login, pass string) string {
		a := w.Browser().Post("/staff/signin", url.Values{"login": {login}, "password": {pass}}).Want(http.StatusUnprocessableEntity)
		if strings.Contains(a.Body, pass) {
			t.Error("the page holds the password")
		}
		return a.Text(".error-summary")
	}
	if known, unknown := wrong("lisi", "not this one"), wrong("nobody", "not this one"); known != unknown {
		t.Errorf("a known login is told %q, an unknown %q", known, unknown)
	}
	b.Post("/staff/signin", url.Values{"login": {"lisi"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#password']", 1).Has("input[name=login][value=lisi]", 1)
	for to, want := range map[string]string{"/rates": "/rates", "": "/desk", "//evil.example": "/desk", "https://evil.example": "/desk", "/\\evil.example": "/desk"} {
		one := w.Browser()
		if a := one.Post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}, "to": {to}}).Want(http.StatusSeeOther); a.To != want {
			t.Errorf("to %q leads to %q", to, a.To)
		}
		one.Get("/account").Want(http.StatusOK)
		if a := one.Get("/staff/signin?to=" + url.QueryEscape(to)); a.To != want {
			t.Errorf("whoever is in is led to %q", a.To)
		}
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b := w.signedIn("lisi")
	stolen := b.Cookies["banyan"]
	if a := b.Post("/signout", nil).Want(http.StatusSeeOther); a.To != "/staff/signin" {
		t.Errorf("led to %s", a.To)
	}
	b.Cookies["banyan"] = stolen
	b.Get("/account").Want(http.StatusForbidden)
}

func TestManyAttemptsWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	for range 5 {
		w.Browser().Post("/staff/signin", url.Values{"login": {"lisi"}, "password": {"guess"}})
	}
	w.Browser().Post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}}).Want(http.StatusServiceUnavailable).Says(".error-summary", "秒后再试")
	w.Clock.Advance(time.Hour)
	w.signedIn("lisi")
}

// enrol sets up a second factor by the pages and gives its secret.
func enrol(b *roomtest.Browser) string {
	b.Helper()
	shown := b.Post("/account/factor", url.Values{"current": {password}}).Want(http.StatusOK).Has("svg.qr", 1)
	secret := shown.Text(".panel-number")
	b.Post("/account/factor/confirm", url.Values{"code": {"000000"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#code']", 1).Has("svg.qr", 0)
	b.Post("/account/factor/confirm", url.Values{"code": {code(b.House, secret)}}).Want(http.StatusSeeOther)
	return secret
}

// code is what the phone shows now.
func code(h *roomtest.House, secret string) string {
	h.Helper()
	code, err := totp.GenerateCode(secret, h.Clock.Now())
	h.Must(err)
	return code
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	first := w.signedIn("lisi")
	first.Get("/account/factor").Want(http.StatusOK).Says("main", "还没有绑定")
	first.Post("/account/factor", url.Values{"current": {"not mine"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#current']", 1)
	secret := enrol(first)
	first.Get("/account").Want(http.StatusOK).Says("main", "已绑定动态口令")
	w.Clock.Advance(2 * time.Minute)

	b := w.Browser()
	second := b.Post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}, "to": {"/rates"}}).Want(http.StatusOK).Has("input[name=code]", 1)
	if strings.Contains(second.Body, password) || len(b.Cookies) > 0 {
		t.Error("the second step holds the password, or lets in already")
	}
	form := func(code string) url.Values {
		return url.Values{"step": {second.Value("step")}, "to": {second.Value("to")}, "code": {code}}
	}
	b.Post("/staff/signin/code", form("12")).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#code']", 1).Has("input[name=step]", 1)
	if a := b.Post("/staff/signin/code", form(code(w.House, secret))).Want(http.StatusSeeOther); a.To != "/rates" {
		t.Errorf("led to %s", a.To)
	}
	b.Get("/account").Want(http.StatusOK)
	w.Browser().Post("/staff/signin/code", form(code(w.House, secret))).Want(http.StatusUnprocessableEntity) // a code counts once
	w.Clock.Advance(6 * time.Minute)
	w.Browser().Post("/staff/signin/code", form(code(w.House, secret))).Want(http.StatusUnprocessableEntity).Says(".error-summary", "请重新登录").Has("input[name=login]", 1)
	w.Browser().Post("/staff/signin/code", url.Values{"step": {"forged"}, "code": {"1"}}).Want(http.StatusUnprocessableEntity).Has("input[name=login]", 1)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b, other := w.signedIn("lisi"), w.signedIn("lisi")
	form := func(current, fresh, repeat string) url.Values {
		return url.Values{"current": {current}, "password": {fresh}, "repeat": {repeat}}
	}
	const fresh = "闽江边的路灯也亮了呀"
	b.Post("/account/password", form("wrong one", fresh, fresh)).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#current']", 1)
	b.Post("/account/password", form(password, fresh, "other")).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#repeat']", 1)
	b.Post("/account/password", form(password, "short", "short")).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#password']", 1)
	w.Clock.Advance(time.Minute)
	if a := b.Post("/account/password", form(password, fresh, fresh)).Want(http.StatusSeeOther); a.To != "/staff/signin?changed" {
		t.Errorf("led to %s", a.To)
	}
	b.Get("/staff/signin?changed").Want(http.StatusOK).Says("main", "密码已经改好")
	other.Get("/account").Want(http.StatusForbidden)
	w.Browser().Post("/staff/signin", url.Values{"login": {"lisi"}, "password": {password}}).Want(http.StatusUnprocessableEntity)
	w.Browser().Post("/staff/signin", url.Values{"login": {"lisi"}, "password": {fresh}}).Want(http.StatusSeeOther)
}

func TestSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	b, second, third, stranger := w.signedIn("lisi"), w.signedIn("lisi"), w.signedIn("lisi"), w.signedIn("admin")
	a := b.Get("/account").Want(http.StatusOK).Has("[id^=session-]", 3).Has("form[action$='/revoke']", 2).Says("main", "Firefox, Linux")
	action := a.Doc().Find("form[action$='/revoke']").First().AttrOr("action", "")
	stranger.Post(action, nil).Want(http.StatusSeeOther) // nothing of anybody else's ends
	b.Get("/account").Has("[id^=session-]", 3)
	b.Post(action, nil).Want(http.StatusSeeOther)
	b.Get("/account").Has("[id^=session-]", 2)
	b.Post("/account/sessions/others", nil).Want(http.StatusSeeOther)
	b.Get("/account").Want(http.StatusOK).Has("[id^=session-]", 1)
	second.Get("/account").Want(http.StatusForbidden)
	third.Get("/account").Want(http.StatusForbidden)
	stranger.Get("/account").Want(http.StatusOK)
}

func TestChooseAPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	id := w.add("both", "350102.zx", org.Supervisor, org.Dispatcher)
	b := w.Browser()
	if a := b.Post("/staff/signin", url.Values{"login": {"both"}, "password": {password}, "to": {"/brain"}}).Want(http.StatusSeeOther); a.To != "/account/posts?to=%2Fbrain" {
		t.Fatalf("led to %s", a.To)
	}
	a := b.Get("/account/posts?to=%2Fbrain").Want(http.StatusOK).Has("input[name=seat]", 2).Says("main", "督查")
	posts, err := w.Staff.PostsOf(t.Context(), id, w.Clock.Now())
	w.Must(err)
	b.Post("/account/posts", url.Values{"seat": {"somebody else's"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#seat']", 1)
	if got := b.Post("/account/posts", url.Values{"seat": {posts[1].ID}, "to": {a.Value("to")}}).Want(http.StatusSeeOther); got.To != "/brain" || b.Cookies["post"] != posts[1].ID {
		t.Errorf("led to %s in seat %s", got.To, b.Cookies["post"])
	}
	w.add("none", "350102.zx")
	w.signedIn("none").Get("/account/posts").Want(http.StatusOK).Says("main", "您现在没有岗位")
}

package connect_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/roomtest"
)

// sent is where an answer sends the browser, which does not go there.
func sent(a roomtest.Answer, prefix string) string {
	a.Helper()
	if a.Status != http.StatusSeeOther || !strings.HasPrefix(a.To, prefix) {
		a.Fatalf("%d leads to %s, want %s…", a.Status, a.To, prefix)
	}
	return a.To
}

// allow goes from an app's wish to the address that the browser is sent back to.
func (h *house) allow(b *roomtest.Browser, to string) url.Values {
	h.Helper()
	page := b.Get(sent(b.Get(to), "/oauth/consent?id=")).Want(http.StatusOK)
	back := b.Post("/oauth/consent", url.Values{"id": {page.Value("id")}, "answer": {"yes"}}).Want(http.StatusOK, "长者食堂")
	link := back.Doc().Find("a.button-primary").AttrOr("href", "")
	if back.Then != "0; url="+link || !strings.HasPrefix(link, "https://kitchen.example/done?") {
		h.Fatalf("the way back is %q and %q", link, back.Then)
	}
	u, err := url.Parse(link)
	h.Must(err)
	return u.Query()
}

func form(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifier}}
}

// While no approved assessment holds, no app is let in, and what was handed over before is handed over no more.
func TestNothingIsHandedOverUnassessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, secret := h.app("350102.cgj", "phone")
	b, person := h.citizen(phone)
	asked := b.Get(wish(a, "openid phone"))
	page := b.Get(sent(asked, "/oauth/consent?id=")).Want(http.StatusOK)
	back := h.allow(b, wish(a, "openid phone", "prompt", "consent"))
	_, tokens, _ := h.call("/oauth/token", basic(a, secret), form(back.Get("code")))
	info := func() int {
		status, _, _ := h.call("/oauth/userinfo", "Bearer "+tokens["access_token"].(string), nil)
		return status
	}
	if status := info(); status != http.StatusOK {
		t.Fatalf("before: %d", status)
	}
	seen := len(h.looks(person))
	h.lapse(consent.ForApps)
	b.Get(wish(a, "openid phone")).Want(http.StatusForbidden, "影响评估")
	b.Get(sent(asked, "/oauth/consent")).Want(http.StatusForbidden, "影响评估")
	b.Post("/oauth/consent", url.Values{"id": {page.Value("id")}, "answer": {"yes"}}).Want(http.StatusForbidden, "影响评估")
	if status := info(); status != http.StatusUnauthorized || len(h.looks(person)) != seen {
		t.Errorf("afterwards: %d, %d looks and %d before", status, len(h.looks(person)), seen)
	}
}

func TestACitizenLetsAnAppIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, secret := h.app("350102.cgj", "phone", "profile", "offline_access")
	b, person := h.citizen(phone)
	for lang, words := range map[string]string{"zh-Hans": "您的手机号码", "zh-Hant": "您的手機號碼", "en": "Your phone number"} {
		b.In(lang).Get(wish(a, "openid phone")).Leads("/oauth/consent").Want(http.StatusOK, "长者食堂", words, "kitchen.example", "2027")
	}
	b.In("zh-Hans")
	back := h.allow(b, wish(a, "openid phone"))
	if back.Get("state") != "st" || back.Get("from") != "city" || back.Get("iss") != "https://12345.example" {
		t.Errorf("the app is told %v", back)
	}
	status, tokens, _ := h.call("/oauth/token", basic(a, secret), form(back.Get("code")))
	if status != http.StatusOK || tokens["refresh_token"] != nil {
		t.Fatalf("%d %v", status, tokens)
	}
	bearer := "Bearer " + tokens["access_token"].(string)
	if n := len(h.looks(person)); n != 0 {
		t.Errorf("%d rows before anything was handed over", n)
	}
	status, info, _ := h.call("/oauth/userinfo", bearer, nil)
	if status != http.StatusOK || info["phone_number"] != "+86"+phone || info["name"] != nil || strings.Contains(info["sub"].(string), person) {
		t.Errorf("userinfo %d %v", status, info)
	}
	rows := h.looks(person)
	if len(rows) != 1 || rows[0].Kind != access.Partner || rows[0].Actor != a.ID || rows[0].Unit != "350102.cgj" || rows[0].Purpose != trail.ForSignOn || len(rows[0].Fields) != 1 || rows[0].Fields[0] != trail.Phone {
		t.Errorf("the trail says %+v", rows)
	}
	// What was allowed is not asked again; more is.
	sent(b.Get(b.Get(wish(a, "openid phone")).To), "https://kitchen.example/done?")
	b.Get(b.Get(wish(a, "openid profile")).To).Want(http.StatusOK, "您的姓名")

	page := b.Get("/me/apps").Want(http.StatusOK, "长者食堂", "您的手机号码")
	end := page.Doc().Find("form[action$='/end']").AttrOr("action", "")
	other, _ := h.citizen("13900000002")
	other.Get("/me/apps").Want(http.StatusOK).Has("form[action$='/end']", 0)
	other.Post(end, nil).Want(http.StatusNotFound)
	b.Post(end, nil).Leads("/me/apps").Has("form[action$='/end']", 0)
	if status, _, header := h.call("/oauth/userinfo", bearer, nil); status != http.StatusUnauthorized || !strings.Contains(header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("after it was taken back userinfo gives %d", status)
	}
	if n := len(h.looks(person)); n != 1 {
		t.Errorf("a refused read left a row: %d", n)
	}
}

func (h *house) looks(person string) []trail.Look {
	h.Helper()
	rows, err := h.Trail.ForPerson(h.Context(), person, "", 10)
	h.Must(err)
	return rows
}

func TestAStrangerSignsInFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, _ := h.app("350102.cgj")
	b := h.Browser()
	consent := sent(b.Get(wish(a, "openid")), "/oauth/consent?id=")
	signIn := sent(b.Get(consent), "/signin?to=%2Foauth%2Fconsent")
	u, err := url.Parse(signIn)
	h.Must(err)
	to := u.Query().Get("to")
	if len(to) > 200 {
		t.Errorf("the way back has %d characters; the form of the sign-in takes 200", len(to))
	}
	citizen, _ := h.citizen(phone)
	page := citizen.Get(to).Want(http.StatusOK, "不会提供您的姓名、电话")
	citizen.Post("/oauth/consent", url.Values{"id": {page.Value("id")}, "answer": {"yes"}}).Want(http.StatusOK)
	citizen.Post("/oauth/consent", url.Values{"id": {page.Value("id")}, "answer": {"yes"}}).Want(http.StatusNotFound) // twice
	// A form led here, so the way back is a page even when nothing is asked.
	consent = citizen.Get(wish(a, "openid")).To
	if back := citizen.Get(consent + "&back=1").Want(http.StatusOK).Then; !strings.HasPrefix(back, "0; url=https://kitchen.example/") {
		t.Errorf("Refresh is %q", back)
	}
	sent(h.Browser().Get("/me/apps"), "/signin?to=%2Fme%2Fapps")
	sent(h.Browser().Post("/oauth/consent", url.Values{"id": {"x"}, "answer": {"yes"}}), "/signin?to=")
}

func TestNothingLeadsElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, _ := h.app("350102.cgj")
	b, _ := h.citizen(phone)
	for _, wrong := range []string{redirect + "&a=b", "https://kitchen.example/done", "https://KITCHEN.example/done?from=city", "https://thief.example", ""} {
		b.Get(wish(a, "openid", "redirect_uri", wrong)).Want(http.StatusUnprocessableEntity, "返回地址没有登记")
	}
	b.Get(wish(a, "openid", "client_id", "x")).Want(http.StatusNotFound, "没有在本市登记")
	consent := b.Get(wish(a, "openid")).To
	h.Must(h.signon.End(h.Context(), "s1", a.ID))
	b.Get(wish(a, "openid")).Want(http.StatusUnprocessableEntity)
	b.Get(consent).Want(http.StatusNotFound)
}

func TestAnAskRunsOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, _ := h.app("350102.cgj")
	b, _ := h.citizen(phone)
	consent := b.Get(wish(a, "openid")).To
	h.Clock.Advance(31 * time.Minute)
	b.Get(consent).Want(http.StatusNotFound)
}

func TestAClosedAccountGetsNoTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, secret := h.app("350102.cgj", "offline_access")
	b, person := h.citizen(phone)
	code := h.allow(b, wish(a, "openid offline_access")).Get("code")
	status, tokens, _ := h.call("/oauth/token", basic(a, secret), form(code))
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, tokens)
	}
	grants, err := h.signon.GrantsOf(h.Context(), person)
	h.Must(err)
	h.Must(h.identity.SetDisabled(h.Context(), grants[0].Grant.Account, true))
	status, answer, _ := h.call("/oauth/token", basic(a, secret), url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens["refresh_token"].(string)}})
	if status != http.StatusBadRequest || answer["error"] != "invalid_grant" {
		t.Errorf("a closed account gets %d %v", status, answer)
	}
}

func TestSecretsDoNotTravelInAddresses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/oauth/token?client_secret=x", "/oauth/revoke?token=x", "/oauth/introspect?token=x", "/oauth/userinfo?access_token=x"} {
		if status, _, _ := h.call(path, "", url.Values{"grant_type": {"refresh_token"}}); status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, bearer := range []string{"", "Bearer ", "Bearer x", "Bearer br_x", "Basic eDp5"} {
		if status, _, header := h.call("/oauth/userinfo", bearer, nil); status != http.StatusUnauthorized || header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q: %d", bearer, status)
		}
	}
}

package level_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/idp"
	"banyan/internal/platform/idp/simulator"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/assure"
	"banyan/internal/register/identity"
	"banyan/internal/scenario/level"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/worktest"
	"banyan/web/ui"
)

const (
	site = "https://12345.example"
	back = site + "/identity/netcert/back"
)

// house is a city with the room in it and the simulated platform beside it.
type house struct {
	*roomtest.House
	identity *identity.Service
	platform *httptest.Server
	sim      *simulator.Platform
	code     string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{}
	h.House = roomtest.Over(worktest.Fresh(t), h.visitor)
	var err error
	h.identity, err = identity.New(identity.Deps{DB: h.DB, Clock: h.Clock, People: h.People, Key: bytes.Repeat([]byte{5}, 32), Send: func(_ *db.Tx, _, code string) error {
		h.code = code
		return nil
	}})
	h.Must(err)
	h.platform = httptest.NewUnstartedServer(nil)
	issuer := "http://" + h.platform.Listener.Addr().String()
	h.sim = simulator.New(simulator.Config{Issuer: issuer, Client: "banyan", Secret: "s", Backs: []string{back}, Clock: h.Clock})
	h.platform.Config.Handler = h.sim
	h.platform.Start()
	t.Cleanup(h.platform.Close)
	r := level.New(level.Deps{
		DB: h.DB, Web: h.Web, Clock: h.Clock, Log: slog.New(slog.DiscardHandler), Assure: h.Assure, Identity: h.identity, People: h.People, Policy: h.City.Policy, Orgs: h.City.Orgs,
		Services: []level.Service{{Provider: idp.NewNetCert(idp.NetCertSettings{Issuer: issuer, Client: "banyan", Secret: "s"}, h.Clock), Method: assure.NetCert}},
		Title:    i18n.Text{Hans: "福州市"}, Address: site, Actor: h.actor,
		Also: func(web.Page, access.Actor) []ui.NavGroup { return nil },
	})
	h.Serve(map[string]web.Handler{
		"GET /me/level": r.Mine, "GET /me/level/{service}": r.ProveBy, "POST /me/level/{id}/end": r.End, "GET /signin/{service}": r.SignInBy,
		"GET /identity/{service}/back": r.Back, "GET /desk/checks": r.Checks, "POST /desk/checks": r.Check,
	})
	return h
}

func (h *house) visitor(ctx context.Context, token string) (web.Visitor, bool) {
	if a, ok := h.Cast[token]; ok {
		return web.Visitor{Account: token, Kind: "staff", Staff: token, Unit: a.Unit}, true
	}
	s, ok := h.identity.Lookup(ctx, token)
	return web.Visitor{Account: s.Account, Kind: string(s.Kind), Person: s.PersonID, Session: s.ID}, ok
}

func (h *house) actor(q *http.Request) (access.Actor, error) {
	v := web.VisitorOf(q)
	if v.Person != "" {
		return access.Actor{Kind: access.Citizen, ID: v.Person}, nil
	}
	return h.House.Actor(q)
}

func (h *house) citizen(phone string) (b *roomtest.Browser, person string) {
	h.Helper()
	h.Must(h.identity.StartCitizen(h.Context(), phone))
	token, err := h.identity.FinishCitizen(h.Context(), phone, h.code, identity.Visit{})
	h.Must(err)
	s, _ := h.identity.Lookup(h.Context(), token)
	return h.As(token), s.PersonID
}

// pick goes to the platform where a browser is led, picks somebody, and gives where the platform leads back to.
func (h *house) pick(to, who string) string {
	h.Helper()
	u, err := url.Parse(to)
	h.Must(err)
	answer, err := http.Get(to)
	h.Must(err)
	body, err := io.ReadAll(answer.Body)
	h.Must(err)
	h.Must(answer.Body.Close())
	if !strings.Contains(string(body), "测试甲") {
		h.Fatalf("the platform shows %s", body)
	}
	form := u.Query()
	form.Set("who", who)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err = client.PostForm(h.platform.URL+"/authorize", form)
	h.Must(err)
	h.Must(answer.Body.Close())
	return strings.TrimPrefix(answer.Header.Get("Location"), site)
}

// leaves is where a page leads by itself, without a redirect: a browser blocks one that a form of ours began. Its button leads there, too.
func leaves(a roomtest.Answer) string {
	a.Helper()
	a.Want(http.StatusOK)
	to := strings.TrimPrefix(a.Then, "0; url=")
	if button := a.Doc().Find("main a.button-primary").AttrOr("href", ""); to == "" || button != to {
		a.Fatalf("leads to %q, its button to %q", to, button)
	}
	return to
}

// A citizen raises their level by a network certificate, signs in by it in another browser, and lets go of it.
func TestNetworkCertificate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, person := h.citizen("13900000001")
	b.Get("/me/level").Want(http.StatusOK, "手机已验证", "服务一样", "网证", "身份证")
	b.Get(h.pick(leaves(b.Get("/me/level/netcert")), "测试甲")).Leads("/me/level").Want(http.StatusOK, "身份已核验", "网证")
	h.Read(func(tx *db.Tx) error {
		if l, err := h.Assure.LevelTx(tx, person); err != nil || l != assure.Certain {
			t.Errorf("level %d, %v", l, err)
		}
		return nil
	})
	// Another browser, nobody in it: the certificate is enough.
	phone := h.Browser()
	led := phone.Get("/signin/netcert?to=/me/level").Want(http.StatusSeeOther)
	phone.Get(h.pick(led.To, "测试甲")).Leads("/me/level").Want(http.StatusOK, "身份已核验")
	// A certificate that nobody linked signs nobody in, and makes no account.
	stranger := h.Browser()
	led = stranger.Get("/signin/netcert?to=//evil.example").Want(http.StatusSeeOther)
	stranger.Get(h.pick(led.To, "测试乙")).Want(http.StatusForbidden, "还没有人在这里关联")
	// One certificate, one person.
	other, _ := h.citizen("13900000002")
	other.Get(h.pick(leaves(other.Get("/me/level/netcert")), "测试甲")).Want(http.StatusConflict, "另一个账号")
	// No is no.
	other.Get(h.pick(leaves(other.Get("/me/level/netcert")), "")).Leads("/me/level").Want(http.StatusOK, "选了拒绝", "手机已验证")
	led = stranger.Get("/signin/netcert")
	stranger.Get(h.pick(led.To, "")).Want(http.StatusForbidden, "选了拒绝")
	other.Get("/me/level").Want(http.StatusOK, "手机已验证")

	end := b.Get("/me/level").Doc().Find("form[action$='/end']").AttrOr("action", "")
	other.Post(end, nil).Want(http.StatusNotFound)
	b.Post(end, nil).Leads("/me/level").Want(http.StatusOK, "手机已验证")
	led = phone.Get("/signin/netcert")
	phone.Get(h.pick(led.To, "测试甲")).Want(http.StatusForbidden, "还没有人在这里关联")
	h.Get("", "/me/level").Leads("/signin")
	h.Get("", "/signin/nowhere").Want(http.StatusNotFound)
}

// What comes back to another browser, twice, changed or for somebody else who has signed in since, does nothing.
func TestNothingElseComesBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, person := h.citizen("13900000001")
	led := leaves(b.Get("/me/level/netcert"))
	to := h.pick(led, "测试甲")
	h.Browser().Get(to).Want(http.StatusForbidden, "重新开始")
	b.Get(to).Want(http.StatusForbidden, "重新开始") // the first try used it up

	led = leaves(b.Get("/me/level/netcert"))
	thief, _ := h.citizen("13900000002")
	stolen := h.pick(led, "测试甲")
	for name, value := range b.Cookies { // a browser in which somebody else signed in meanwhile
		if name != web.SessionCookie {
			thief.Cookies[name] = value
		}
	}
	thief.Get(stolen).Want(http.StatusForbidden, "重新开始")

	led = leaves(b.Get("/me/level/netcert"))
	changed, err := url.Parse(h.pick(led, "测试甲"))
	h.Must(err)
	q := changed.Query()
	q.Set("pass", "MADEUP")
	b.Get(changed.Path+"?"+q.Encode()).Want(http.StatusForbidden, "不能证明什么")

	led = leaves(b.Get("/me/level/netcert"))
	to = h.pick(led, "测试甲")
	h.platform.Close()
	b.Get(to).Want(http.StatusServiceUnavailable, "暂时没有响应")
	h.Read(func(tx *db.Tx) error {
		if l, err := h.Assure.LevelTx(tx, person); err != nil || l != assure.Phone {
			t.Errorf("level %d, %v", l, err)
		}
		return nil
	})
}

// A community's counter notes that it saw a document of somebody without an account; another post cannot, a supervisor ends it.
func TestTheCounter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, who := range []string{"taker", "lamps", "officer", ""} {
		if a := h.Get(who, "/desk/checks"); a.Status != http.StatusForbidden {
			t.Errorf("%q gets %d", who, a.Status)
		}
	}
	form := url.Values{"do": {"find"}, "phone": {"13900000009"}}
	h.Post("grid", "/desk/checks", form).Want(http.StatusOK, "还没有人用这个号码", "居住证")
	form = url.Values{"do": {"check"}, "phone": {"13900000009"}, "name": {"陈阿婆"}}
	h.Post("grid", "/desk/checks", form).Want(http.StatusUnprocessableEntity, "请选择证件", "本人在场")
	form.Set("document", "id_card")
	form.Set("seen", "1")
	h.Post("chief", "/desk/checks", form).Want(http.StatusForbidden)
	h.Post("grid", "/desk/checks", form).Want(http.StatusOK, "已记下", "身份已核验")
	b, person := h.citizen("13900000009")
	b.Get("/me/level").Want(http.StatusOK, "身份已核验", "身份证", h.City.Orgs.Name("350102004001.sq", "zh-Hans"))
	looks, err := h.Trail.ForPerson(t.Context(), person, "", 9)
	h.Must(err)
	if len(looks) == 0 {
		t.Error("the counter left no row")
	}
	seen := h.Post("chief", "/desk/checks", url.Values{"do": {"find"}, "phone": {"13900000009"}}).Want(http.StatusOK, "身份已核验").Has("input[name=document]", 0)
	if strings.Contains(seen.Body, "陈阿婆") {
		t.Error("the name stands there whole")
	}
	end := url.Values{"do": {"end"}, "phone": {"13900000009"}, "id": {seen.Value("id")}}
	h.Post("grid", "/desk/checks", url.Values{"do": {"end"}, "phone": {"13900000001"}, "id": {seen.Value("id")}}).Want(http.StatusNotFound)
	h.Post("chief", "/desk/checks", end).Want(http.StatusOK, "不再算数")
	b.Get("/me/level").Want(http.StatusOK, "手机已验证")
}

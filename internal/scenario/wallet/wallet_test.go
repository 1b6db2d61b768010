package wallet_test

import (
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/sdjwt"
	"banyan/internal/register/trail"
)

func TestACounterGivesACredential(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Get("grid", "/desk/credentials").Want(200, "谁来办")
	h.Post("grid", "/desk/credentials", url.Values{"do": {"find"}, "phone": {granny}}).Want(200, "陈**", "长者凭证", "还没有开过")
	for name, change := range map[string]url.Values{
		"结论": {"facts": {}}, "看到的材料": {"evidence": {"passport"}}, "本人在场": {"seen": {}},
	} {
		h.Post("grid", "/desk/credentials", over60(change)).Want(http.StatusUnprocessableEntity, name)
	}
	h.Post("grid", "/desk/credentials", over60(nil)).Want(200, "已开具", "等待领取", "已满60周岁")
	h.Post("grid", "/desk/credentials", over60(nil)).Want(200)
	h.one()
	for lang, words := range map[string][]string{"zh-Hans": {"长者凭证", "等待领取", "居民身份证原件"}, "zh-Hant": {"長者憑證", "等待領取"}, "en": {"Senior credential", "Over 60", "Identity card"}} {
		h.As("granny").In(lang).Get("/me/credentials").Want(200, words...)
	}
	if got := h.Get("citizen", "/me/credentials").Want(200, "还没有凭证").Text("main"); strings.Contains(got, "长者凭证") {
		t.Error("another citizen sees it")
	}
	h.Get("", "/me/credentials").Leads("/signin")
	for _, who := range []string{"taker", "lamps", "chief", "citizen", ""} {
		h.Get(who, "/desk/credentials").Want(http.StatusForbidden)
		h.Post(who, "/desk/credentials", over60(url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900009"}})).Want(http.StatusForbidden)
	}
	rows, err := h.Trail.ForPerson(t.Context(), h.id, "", 50)
	h.Must(err)
	seen := map[string]bool{}
	for _, l := range rows {
		seen[l.Actor+" "+l.Purpose+" "+strings.Join(l.Fields, ",")] = true
	}
	for _, want := range []string{"grid " + trail.ForCredential + " masked", "grid " + trail.ForCredential + " facts", h.id + " " + trail.ForOwn + " facts"} {
		if !seen[want] {
			t.Errorf("the trail lacks %s: %v", want, seen)
		}
	}
}

func TestHolderShowsOver60AndNothingElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	show := h.claimed(h.given())
	for _, x := range []struct{ who, base, asker, said string }{
		{"", "/verify", "公园门口", "没有人核实"}, {"lamps", "/desk/verify", "鼓楼区城市管理局", "已登录核实"},
	} {
		page, code := h.ask(x.who, x.base)
		h.Get(x.who, page).Want(200, "请对方扫码出示").Has("#question[hx-get]", 1)
		h.Get("", "/present/"+code).Leads("/signin")
		h.Get("granny", "/present/"+code).Want(200, x.asker, x.said, "已满60周岁").Has("[data-want]", 1)
		h.Post("granny", "/present", url.Values{"code": {code}}).Leads("/present/")
		h.Post("granny", "/present/"+code, nil).Want(http.StatusUnprocessableEntity, "脚本") // nothing was shown, nothing is used up
		done := h.Post("granny", "/present/"+code, url.Values{"text": {show(code, "age_over_60", "age_over_70")}}).Want(200, "已经看到")
		seen := h.Get(x.who, page).Want(200, "属实", "已满60周岁").Has("#question[hx-get]", 0)
		if check := done.Text(".wallet-check"); len(check) != 2 || seen.Text(".wallet-check") != check {
			t.Errorf("the holder sees %q, the verifier %q", check, seen.Text(".wallet-check"))
		}
		if text := seen.Text("main"); strings.Contains(text, "70") && !strings.Contains(seen.Text(".wallet-check"), "70") || strings.Contains(text, "陈") || strings.Contains(text, "8765") {
			t.Errorf("the verifier sees %s", text)
		}
		h.Post("granny", "/present/"+code, url.Values{"text": {"x"}}).Want(http.StatusNotFound)
		for _, other := range []string{"", "green", "granny", "grid"} { // nobody else's page, with the same address
			if base := strings.Replace(page, "/desk/verify", "/verify", 1); x.base == "/desk/verify" {
				h.Get(other, base).Want(http.StatusNotFound)
			}
		}
	}
	h.Get("green", "/desk/verify").Want(200)
	h.Get("lamps", "/desk/verify").Want(200, "近30天查验次数", "1次")
	for _, who := range []string{"chief", "brain", "citizen", ""} {
		h.Get(who, "/desk/verify").Want(http.StatusForbidden)
	}
	h.Post("", "/verify", url.Values{"want": {"senior age_over_60", "resident district"}}).Want(http.StatusUnprocessableEntity, "一种")
	h.Post("", "/verify", nil).Want(http.StatusUnprocessableEntity)
	h.Post("granny", "/present", url.Values{"code": {"11112222"}}).Want(http.StatusUnprocessableEntity, "没有这个号码")
	h.Get("granny", "/present/11112222").Want(http.StatusNotFound)
}

// A stolen address, a guessed id and another session get nothing.
func TestAClaimIsThePersonsOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.given()
	asked, _ := h.call("granny", "/me/credentials/"+id+"/nonce", nil)
	for _, who := range []string{"citizen", "grid", ""} {
		for _, act := range []string{"nonce", "claim", "end"} {
			if _, status := h.call(who, "/me/credentials/"+id+"/"+act, url.Values{"nonce": {asked["nonce"]}, "proof": {"x.y.z"}}); status == http.StatusOK {
				t.Errorf("%s may %s", who, act)
			}
		}
	}
	if got, status := h.call("granny", "/me/credentials/"+id+"/claim", url.Values{"nonce": {asked["nonce"]}, "proof": {"x.y.z"}}); status != http.StatusUnprocessableEntity || got["error"] == "" {
		t.Errorf("a wrong proof: %d %v", status, got)
	}
	if _, status := h.call("granny", "/me/credentials/01ARZ3NDEKTSV4RRFFQ6900100/nonce", nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a guessed id: %d", status)
	}
	h.Get("granny", "/me/credentials/"+id+"/device").Leads("/me/credentials").Want(200, "长者凭证")
	h.Get("", "/me/credentials/"+id+"/device").Leads("/signin")
	show := h.claimed(id)
	page, code := h.ask("", "/verify")
	h.Post("granny", "/me/credentials/"+id+"/end", nil).Leads("/me/credentials").Want(200, "您自己收回")
	h.Post("granny", "/present/"+code, url.Values{"text": {show(code, "age_over_60")}}).Want(200, "已被收回")
	if seen := h.Get("", page).Want(200, "已被收回"); seen.Doc().Find(".wallet-said").Length() != 0 {
		t.Error("what was taken back is shown")
	}
}

func TestPaper(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.given()
	form := url.Values{"phone": {granny}, "show": {"age_over_60"}}
	h.Post("grid", "/desk/credentials/"+id+"/sheet", url.Values{"phone": {"13900000001"}, "show": {"age_over_60"}}).Want(http.StatusNotFound)
	h.Post("grid", "/desk/credentials/"+id+"/sheet", url.Values{"phone": {granny}}).Want(http.StatusUnprocessableEntity)
	h.Post("lamps", "/desk/credentials/"+id+"/sheet", form).Want(http.StatusForbidden)
	sheet := h.Post("grid", "/desk/credentials/"+id+"/sheet", form).Want(200, "陈**", "已满60周岁", "本人证件").Has("svg.qr", 1)
	if text := sheet.Text(".wallet-sheet"); strings.Contains(text, "70周岁") || strings.Contains(text, "阿婆") {
		t.Errorf("the sheet says %s", text)
	}
	text := h.printed(id)
	for _, base := range []string{"/verify", "/desk/verify"} {
		who := map[string]string{"/desk/verify": "lamps"}[base]
		seen := h.Post(who, base+"/paper", url.Values{"text": {text}}).Want(200, "核对本人证件", "陈**", "已满60周岁")
		if strings.Contains(seen.Text(".wallet-said"), "70") {
			t.Error("it says more than was printed")
		}
		page, _ := h.ask(who, base)
		h.Post(who, page, url.Values{"text": {text}}).Leads(base+"/").Want(200, "核对本人证件", "陈**")
	}
	for words, bad := range map[string]string{"不是凭证": "hello", "签名不对": text[:len(text)-1] + "~~"} {
		if got := h.Post("", "/verify/paper", url.Values{"text": {bad}}).Want(200, words); strings.Contains(got.Text("main"), "陈") {
			t.Errorf("%s: %s", bad, got.Text("main"))
		}
	}
	h.Post("grid", "/desk/credentials", url.Values{"do": {"end"}, "phone": {granny}, "id": {id}, "reason": {"lost"}}).Want(200, "已收回")
	h.Post("", "/verify/paper", url.Values{"text": {text}}).Want(200, "已被收回")
}

// Whoever has the addresses can check a credential without us: keys, kinds and lists.
func TestWhatIsPublic(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	show := h.claimed(h.given())
	_, code := h.ask("", "/verify")
	text := show(code, "age_over_60")
	var meta struct {
		Issuer string
		JWKS   struct{ Keys []sdjwt.JWK }
	}
	h.Must(json.Unmarshal([]byte(h.Get("", "/.well-known/jwt-vc-issuer").Want(200).Body), &meta))
	if meta.Issuer != issuer || len(meta.JWKS.Keys) < 5 {
		t.Fatalf("the issuer is %+v", meta)
	}
	key := func(_, kid string) (*ecdsa.PublicKey, error) {
		for _, k := range meta.JWKS.Keys {
			if k.Kid == kid {
				return k.Key()
			}
		}
		return nil, fmt.Errorf("%w: no key %s", sdjwt.ErrInvalid, kid)
	}
	a, err := h.Credentials.Asked(h.Context(), code)
	h.Must(err)
	p, err := sdjwt.Verify(text, sdjwt.Expect{Key: key, Audience: a.Audience(issuer), Nonce: a.Nonce, Now: h.Clock.Now()})
	h.Must(err)
	if p.Claims["age_over_60"] != true || p.Claims["age_over_70"] != nil || p.Subject != "" {
		t.Errorf("it says %+v", p)
	}
	list := h.Get("", strings.TrimPrefix(p.Status.URI, issuer)).Want(200)
	l, err := sdjwt.OpenStatusList(list.Body, p.Status.URI, func(kid string) (*ecdsa.PublicKey, error) { return key("", kid) }, h.Clock.Now())
	h.Must(err)
	if gone, err := l.Revoked(p.Status.Index); err != nil || gone {
		t.Errorf("taken back: %v, %v", gone, err)
	}
	kind := h.Get("", strings.TrimPrefix(p.Type, issuer)).Want(200).Body
	for _, words := range []string{`"vct":"` + p.Type + `"`, "长者凭证", "Over 60", `"path":["age_over_60"]`} {
		if !strings.Contains(kind, words) {
			t.Errorf("the type does not say %s: %s", words, kind)
		}
	}
	for _, path := range []string{"/credentials/types/x", "/credentials/status/0", "/credentials/status/2", "/credentials/status/x"} {
		h.Get("", path).Want(http.StatusNotFound)
	}
	h.Clock.Advance(16 * time.Minute)
	if _, err := sdjwt.OpenStatusList(list.Body, p.Status.URI, func(kid string) (*ecdsa.PublicKey, error) { return key("", kid) }, h.Clock.Now()); err == nil {
		t.Error("a list of sixteen minutes ago still holds")
	}
}

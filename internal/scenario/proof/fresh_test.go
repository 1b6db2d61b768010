package proof_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/descope/virtualwebauthn"

	"banyan/internal/register/identity"
	"banyan/internal/scenario/roomtest"
)

// did fails the test unless the guarded act was done with just these, in this order.
func (w *world) did(want ...string) {
	w.Helper()
	if !slices.Equal(w.done, want) {
		w.Errorf("done %q, want %q", w.done, want)
	}
}

// answer fills in what a page's form carries along and sends it with more.
func answer(b *roomtest.Browser, page roomtest.Answer, action string, more url.Values) roomtest.Answer {
	b.Helper()
	form := url.Values{}
	first := page.Doc().Find("form[action='" + action + "']").First()
	first.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
		name, _ := in.Attr("name")
		value, _ := in.Attr("value")
		if !strings.HasPrefix(name, "proof_") {
			form.Add(name, value)
		}
	})
	for name, values := range more {
		form[name] = values
	}
	return b.Post(action, form)
}

func TestStaleStaffProveByPasswordAndGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.clerk()
	typed := url.Values{"words": {"写了很久 <b>的</b> 话"}, "unit": {"a", "b"}, "code": {"7"}, "password": {"not the own"}}
	b.Post("/desk/act", typed).Want(http.StatusOK)
	w.did(typed.Encode())
	w.Clock.Advance(identity.FreshFor)
	page := b.Post("/desk/act", typed).Want(http.StatusForbidden, "请再确认一次")
	w.did(typed.Encode())
	page = answer(b, page, "/desk/act", url.Values{"proof_way": {"password"}, "proof_password": {"falsch falsch"}}).Want(http.StatusUnprocessableEntity, "密码不正确")
	if strings.Contains(page.Body, "falsch") {
		t.Error("the page holds the password")
	}
	answer(b, page, "/desk/act", url.Values{"proof_way": {"password"}, "proof_password": {password}}).Want(http.StatusOK)
	w.did(typed.Encode(), typed.Encode())
	b.Post("/desk/act", url.Values{"next": {"1"}}).Want(http.StatusOK)
	w.did(typed.Encode(), typed.Encode(), "next=1")
}

func TestStaleCitizenProvesByPhoneAndGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.citizen()
	w.Clock.Advance(identity.FreshFor)
	typed := url.Values{"words": {"话"}}
	page := b.Post("/me/act", typed).Want(http.StatusForbidden, "发验证码")
	page = answer(b, page, "/me/act", url.Values{"proof_way": {"send"}}).Want(http.StatusForbidden, "验证码已发到")
	page = answer(b, page, "/me/act", url.Values{"proof_way": {"code"}, "proof_code": {"12"}}).Want(http.StatusUnprocessableEntity, "验证码不正确")
	answer(b, page, "/me/act", url.Values{"proof_way": {"send"}}).Want(http.StatusServiceUnavailable, "刚刚发送").Has("input[name=proof_code]", 1)
	w.did()
	answer(b, page, "/me/act", url.Values{"proof_way": {"code"}, "proof_code": {w.codes[len(w.codes)-1]}}).Want(http.StatusOK)
	w.did(typed.Encode())
}

func TestStalePageWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.clerk()
	w.Clock.Advance(identity.FreshFor)
	page := b.Get("/desk/page?year=2026&q=%E7%81%AF").Want(http.StatusForbidden)
	proof := url.Values{"proof_way": {"password"}, "proof_password": {password}}
	if to := answer(b, page, "/prove", proof).Want(http.StatusSeeOther).To; to != "/desk/page?year=2026&q=%E7%81%AF" {
		t.Errorf("it leads to %s", to)
	}
	w.Clock.Advance(identity.FreshFor)
	page = b.Get("/desk/file").Want(http.StatusForbidden)
	answer(b, page, "/prove", proof).Want(http.StatusOK, "可以下载了").Has("a[href='/desk/file']", 1)
	w.did()
	b.Get("/desk/file").Want(http.StatusOK)
	w.did("")
	w.Clock.Advance(identity.FreshFor)
	if to := b.Post("/prove", url.Values{"to": {"//evil.example"}, "proof_way": {"password"}, "proof_password": {password}}).Want(http.StatusSeeOther).To; to != "/account" {
		t.Errorf("it leads out to %s", to)
	}
}

func TestStaleFilesAreChosenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.clerk()
	w.Clock.Advance(identity.FreshFor)
	page := b.Upload("/desk/act", url.Values{"words": {"话"}}, "file", w.Picture()).Want(http.StatusForbidden, "photo.png", "请重新选择文件")
	page.Has("form[enctype='multipart/form-data'] input[type=file][name=file]", 1).Has("form input[name=words][value=话]", 1)
	b.Upload("/desk/act", url.Values{"words": {"话"}, "proof_way": {"password"}, "proof_password": {password}}, "file", w.Picture()).Want(http.StatusOK)
	w.did(url.Values{"words": {"话"}}.Encode() + "&file=photo.png")
}

func TestProofOfAnotherKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk, citizen := w.clerk(), w.citizen()
	w.Clock.Advance(identity.FreshFor)
	clerk.Post("/desk/act", url.Values{"proof_way": {"code"}, "proof_code": {"123456"}}).Want(http.StatusUnprocessableEntity, "请选一种方式")
	citizen.Post("/me/act", url.Values{"proof_way": {"password"}, "proof_password": {password}}).Want(http.StatusUnprocessableEntity, "请选一种方式")
	w.did()
	clerk.Post("/me/act", nil).Want(http.StatusOK) // not guarded for staff: the act itself refuses whom it must
	w.did("")
}

func TestStalePasskeyProves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.citizen()
	d := w.device()
	b.Post("/me/passkeys", url.Values{"name": {"手机"}, "passkey": {d.made(b)}}).Want(http.StatusSeeOther)
	w.Clock.Advance(identity.FreshFor)
	page := b.Post("/me/act", url.Values{"words": {"话"}}).Want(http.StatusForbidden).Has("form[data-passkey=prove] input[name=proof_passkey]", 1)
	asked, err := virtualwebauthn.ParseAssertionOptions(b.Post("/passkeys/options", url.Values{"use": {"prove"}}).Want(http.StatusOK).Body)
	w.Must(err)
	d.key.Counter = 3
	proof := url.Values{"proof_way": {"passkey"}, "proof_passkey": {virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.key, *asked)}}
	answer(b, page, "/me/act", proof).Want(http.StatusOK)
	w.did("words=%E8%AF%9D")
	w.Clock.Advance(identity.FreshFor)
	answer(b, page, "/me/act", proof).Want(http.StatusUnprocessableEntity, "通行密钥没有通过")
}

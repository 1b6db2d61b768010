package proof_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/register/identity"
	"banyan/internal/scenario/roomtest"
)

func TestPasskeysAreMadeListedAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for root, b := range map[string]*roomtest.Browser{"/me/passkeys": w.citizen(), "/account/passkeys": w.clerk()} {
		b.Get(root).Want(http.StatusOK, "还没有通行密钥").Has("a[href='"+root+"/new']", 1)
		b.Get(root+"/new").Want(http.StatusOK).Has("form[data-passkey=make][hidden] input[name=passkey]", 1).Has("form input[name=name][value='Firefox, Linux']", 1)
		b.Post(root, url.Values{"name": {"妈妈的手机"}, "passkey": {w.device().made(b)}}).Want(http.StatusSeeOther)
		if _, ok := b.Cookies["once"]; ok {
			t.Error("the token of the question stays in the browser")
		}
		page := b.Get(root).Want(http.StatusOK, "妈妈的手机", "没有用过")
		remove, _ := page.Doc().Find("form[action$='/remove']").Attr("action")
		b.Post(remove, nil).Want(http.StatusSeeOther)
		b.Get(root).Want(http.StatusOK, "还没有通行密钥")
	}
	if want := []string{"passkey_added", "passkey_removed"}; len(w.told) != 2 || w.told[0] != want[0] || w.told[1] != want[1] {
		t.Errorf("the citizen was told %v, want %v", w.told, want)
	}
}

func TestPasskeyFormIsShownAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, other := w.citizen(), w.clerk()
	for _, tt := range map[string]struct {
		form url.Values
		want string
	}{
		"without an answer":          {url.Values{"name": {"手机"}}, "通行密钥没有通过"},
		"an answer to another":       {url.Values{"name": {"手机"}, "passkey": {w.device().made(other)}}, "通行密钥没有通过"},
		"without a name":             {url.Values{"passkey": {w.device().made(b)}}, "名字"},
		"with a name that is a text": {url.Values{"name": {"一个长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长的名字"}, "passkey": {w.device().made(b)}}, "最多40个字"},
	} {
		b.Post("/me/passkeys", tt.form).Want(http.StatusUnprocessableEntity, tt.want)
	}
}

func TestStrangersAreLedToSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/me/passkeys", "/me/passkeys/new"} {
		if to := w.Browser().Get(path).Want(http.StatusSeeOther).To; to != "/signin?to="+url.QueryEscape(path) {
			t.Errorf("%s leads to %s", path, to)
		}
	}
	w.Browser().Post("/passkeys/options", url.Values{"use": {"signin"}}).Want(http.StatusOK)
	for _, use := range []string{"make", "prove", ""} {
		w.Browser().Post("/passkeys/options", url.Values{"use": {use}, "name": {"手机"}}).Want(http.StatusForbidden)
	}
}

func TestWhereThereAreNoPasskeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.site = func(*http.Request) (identity.Site, bool) { return identity.Site{}, false }
	b := w.citizen()
	b.Get("/me/passkeys").Want(http.StatusOK, "正式网址").Has("a[href='/me/passkeys/new']", 0)
	b.Post("/passkeys/options", url.Values{"use": {"make"}, "name": {"手机"}}).Want(http.StatusConflict)
	b.Post("/me/passkeys", url.Values{"name": {"手机"}, "passkey": {"{}"}}).Want(http.StatusUnprocessableEntity, "正式网址")
}

func TestPasskeyPageTellsOfACopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.citizen()
	d := w.device()
	b.Post("/me/passkeys", url.Values{"name": {"手机"}, "passkey": {d.made(b)}}).Want(http.StatusSeeOther)
	for _, counter := range []uint32{7, 7} {
		d.signIn(counter)
	}
	w.Clock.Advance(time.Second)
	b.Get("/me/passkeys").Want(http.StatusOK, "已停用", "可能被人复制")
}

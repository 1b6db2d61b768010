package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"banyan/internal/platform/notify"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
)

// Whoever is known by e-mail or WeChat alone hears of the answer there; a letter has the answer in it.
func TestWhoHasNoPhoneIsToldByTheirOwnChannel(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, tc := range []struct {
		contact person.Contact
		way     notify.Channel
		address string
	}{
		{person.Contact{Email: "zhang@example.com", Phone: ""}, notify.Email, "zhang@example.com"},
		{person.Contact{WeChat: "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"}, notify.WeChat, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"},
		{person.Contact{Phone: "13900000003", Email: "zhang@example.com"}, notify.SMS, "13900000003"},
	} {
		in := lamp()
		in.ClientID, in.Contact = "channels-"+string(rune('a'+i)), tc.contact
		r, err := h.Requests.Receive(t.Context(), access.Actor{Kind: access.Guest}, in)
		if err != nil {
			t.Fatal(err)
		}
		h.ok(h.Cases.Answer(t.Context(), desk, casework.Answering{Case: r.CaseID, Public: "明天上午会来修。"}))
		h.drain()
		if _, err := h.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		sent := h.Dev.Sent()[0]
		if sent.Channel != tc.way || sent.Address != tc.address || !strings.Contains(sent.Text, r.Number) {
			t.Errorf("sent %+v, want it by %s", sent, tc.way)
		}
		if strings.Contains(sent.Text, "明天上午会来修。") != (tc.way == notify.Email) {
			t.Errorf("by %s: %s", tc.way, sent.Text)
		}
	}
}

// A channel is there when the settings name it, and not otherwise.
func TestChannelsAreOffUntilTheyAreNamed(t *testing.T) {
	t.Parallel()
	status := func(text, method, path string) int {
		t.Helper()
		c := folder(t)
		settings(t, c.Data, text)
		a, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() }) // only looked at
		site, err := a.Handler()
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("{}")))
		return w.Code
	}
	all := "mail: {from: 12345@example.com, in: {listen: '127.0.0.1:0'}}\nsms: {in: {secret: s}}\nwechat: {app_id: wx1, secret: s, token: t}\npolice: {secret: s}\n"
	for _, path := range []string{"POST /gateway/sms", "POST /gateway/sms/receipts", "GET /gateway/wechat", "POST /gateway/wechat", "POST /gateway/110"} {
		method, at, _ := strings.Cut(path, " ")
		if got := status("", method, at); got != http.StatusNotFound {
			t.Errorf("%s without settings: %d", path, got)
		}
		if got := status(all, method, at); got != http.StatusForbidden {
			t.Errorf("%s without a signature: %d", path, got)
		}
	}
}

func TestSettingsOfChannelsThatCannotWorkStopTheStart(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"mail: {in: {listen: '127.0.0.1:2525'}}\n", "mail: {from: a@b.cn, in: {listen: ':25'}}\n", "wechat: {app_id: wx1}\n",
		"wechat: {app_id: wx1, secret: s, token: t, aes_key: short}\n", "police: {url: 'https://110.example'}\n", "sms: {in: {fields: {unknown: x}}}\n",
	} {
		c := folder(t)
		settings(t, c.Data, text)
		if a, err := Open(t.Context(), c); err == nil {
			_ = a.Close() // it should not have opened
			t.Errorf("%q was taken", text)
		}
	}
}

// A gateway's own Bearer token is its room's to judge; only what looks like a key of the house is one.
func TestAGatewaysTokenIsNoKey(t *testing.T) {
	t.Parallel()
	c := folder(t)
	settings(t, c.Data, "sms: {in: {token: gateway-token}}\n")
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() }) // only looked at
	site, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, token string
		status              int
	}{
		{"POST", "/gateway/sms", "gateway-token", http.StatusUnprocessableEntity}, // its room asks for a sender
		{"POST", "/gateway/sms", "another-token", http.StatusForbidden},
		{"GET", "/api/v1/cases", "gateway-token", http.StatusUnauthorized},
		{"GET", "/api/v1/cases", "bk_nobody", http.StatusUnauthorized},
		{"POST", "/gateway/sms", "bk_nobody", http.StatusUnauthorized},
	} {
		q := httptest.NewRequest(tt.method, tt.path, strings.NewReader("{}"))
		q.Header.Set("Authorization", "Bearer "+tt.token)
		q.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		site.ServeHTTP(w, q)
		if w.Code != tt.status {
			t.Errorf("%s %s with %s: %d %s, want %d", tt.method, tt.path, tt.token, w.Code, w.Body, tt.status)
		}
	}
}

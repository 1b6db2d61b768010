package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
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
	all := "mail: {from: 12345@example.com, in: {listen: '127.0.0.1:0'}}\nsms: {in: {secret: s}}\nwechat: {app_id: wx1, secret: s, token: t, aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG}\npolice: {secret: s}\n"
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

// A panic in one channel's work stops neither the program nor that channel, and the log does not say what it held.
func TestAChannelThatBreaksIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(a *App, ctx context.Context){
		"in the work":        func(*App, context.Context) { panic("张三") },
		"in its transaction": func(a *App, ctx context.Context) { _ = a.DB.Write(ctx, func(*db.Tx) error { panic("张三") }) },
	} {
		h := open(t)
		var log bytes.Buffer
		h.App.Log = slog.New(slog.NewTextHandler(&log, nil))
		ctx, stop := context.WithCancel(t.Context())
		turns := 0
		h.keepChannel(ctx, "mailbox", time.Millisecond, func(ctx context.Context) error {
			if turns++; turns == 1 {
				broken(h.App, ctx)
			}
			stop()
			return nil
		})
		if said := log.String(); turns < 2 || !strings.Contains(said, "channel=mailbox") || !strings.Contains(said, "channels_test.go") || strings.Contains(said, "张三") {
			t.Errorf("%s: %d turns, the log: %s", name, turns, said)
		}
	}
}

// An SMS gateway and the official account are looked after while the folder of letters is being worked through.
func TestASlowChannelHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	c := folder(t)
	settings(t, c.Data, "mail: {from: 12345@example.com, in: {listen: '127.0.0.1:0'}}\nsms: {in: {secret: s}}\n")
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() }) // only looked at
	ctx, stop := context.WithCancel(t.Context())
	letters := a.channels.mailbox
	if err := os.WriteFile(filepath.Join(letters.Folder, "done", "old.eml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	desk := *letters.Desk
	slow := &slowClock{Clock: a.Clock, ctx: ctx}
	desk.Clock = slow
	letters.Desk = &desk // it asks how old the letter is, and gets no answer until the context ends
	other := *a.channels.sms.Desk
	other.Clock = &firstLook{Clock: a.Clock, seen: stop}
	a.channels.sms.Desk = &other
	a.keepChannels(ctx)
	if ctx.Err() == nil {
		t.Error("the channels ended by themselves")
	}
}

// slowClock tells the time when its context has ended.
type slowClock struct {
	clock.Clock
	ctx context.Context
}

func (c *slowClock) Now() time.Time {
	<-c.ctx.Done()
	return c.Clock.Now()
}

// firstLook calls seen when the time is asked for.
type firstLook struct {
	clock.Clock
	seen func()
}

func (c *firstLook) Now() time.Time {
	c.seen()
	return c.Clock.Now()
}

func TestSettingsOfChannelsThatCannotWorkStopTheStart(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"mail: {in: {listen: '127.0.0.1:2525'}}\n", "mail: {from: a@b.cn, in: {listen: ':25'}}\n", "wechat: {app_id: wx1}\n",
		"wechat: {app_id: wx1, secret: s, token: t}\n", "wechat: {app_id: wx1, secret: s, token: t, aes_key: short}\n", "police: {url: 'https://110.example'}\n", "sms: {in: {fields: {unknown: x}}}\n",
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

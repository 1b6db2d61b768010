package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"

	"github.com/a-h/templ"
)

// bench is a server with its log, clock and catalogue.
type bench struct {
	*web.Server
	log    *bytes.Buffer
	clock  *clock.Manual
	report string
}

func newBench(t *testing.T, change func(*web.Config)) *bench {
	t.Helper()
	catalog, err := i18n.Load(fstest.MapFS{
		"messages/zh-Hans/web.yaml": {Data: []byte("web.error.internal: 出了问题 {{.Ref}}\nweb.error.not_found: 没有找到\nx.refuse: 不行 {{.Why}}\nweb.error.too_many: 等 {{.Seconds}} 秒\nweb.error.too_large: 最多 {{.MB}} MB\nweb.field.required: 请填写\n")},
		"messages/en/web.yaml":      {Data: []byte("web.error.internal: Broken {{.Ref}}\nweb.error.not_found: Not found\nx.refuse: No {{.Why}}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{log: &bytes.Buffer{}, clock: clock.NewManual(time.Unix(0, 0))}
	c := web.Config{
		Catalog: catalog, Clock: b.clock, Logger: slog.New(slog.NewTextHandler(b.log, nil)),
		ErrorPage: func(p web.Page, e *fault.Error, ref string) templ.Component {
			return templ.Raw("<p>" + templ.EscapeString(web.Sentence(p, e)) + "</p>")
		},
		Violation: func(report string) { b.report = report },
		Sessions: func(_ context.Context, token string) (web.Visitor, bool) {
			return web.Visitor{Account: token, Kind: "staff"}, token == "good"
		},
	}
	if change != nil {
		change(&c)
	}
	b.Server = web.New(c)
	b.Handle("GET /case/{id}", func(w http.ResponseWriter, r *http.Request) error {
		return web.Render(w, r, http.StatusOK, templ.Raw("<p>"+web.PageOf(r).Path+"</p>"))
	})
	return b
}

func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

func TestErrors(t *testing.T) {
	t.Parallel()
	secret := errors.New("table casework_case is locked")
	tests := []struct {
		name   string
		err    error
		status int
		says   string
	}{
		{"not found", fault.New(fault.NotFound, "web.error.not_found"), 404, "没有找到"},
		{"invalid", fault.New(fault.Invalid, "x.refuse", "Why", "<b>"), 422, "不行 &lt;b&gt;"},
		{"wrapped", fmt.Errorf("dispatch: %w", fault.New(fault.Conflict, "x.refuse", "Why", "a")), 409, "不行 a"},
		{"forbidden", fault.New(fault.Forbidden, "x.refuse", "Why", "a"), 403, "不行 a"},
		{"busy", fault.New(fault.Busy, "x.refuse", "Why", "a"), 503, "不行 a"},
		{"fields", fault.Fields{fault.Field("a", "web.field.required")}, 422, "请填写"},
		{"unknown", secret, 500, "出了问题"},
		{"internal with a key of its own", fault.New(fault.Internal, "x.refuse", "Why", "a").Wrap(secret), 500, "出了问题"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.Handle("GET /err", func(http.ResponseWriter, *http.Request) error { return tt.err })
			w := b.do(get("/err"))
			body := w.Body.String()
			if w.Code != tt.status || !strings.Contains(body, tt.says) {
				t.Errorf("got %d %s, want %d %s", w.Code, body, tt.status, tt.says)
			}
			if strings.Contains(body, "casework_case") {
				t.Error("the page tells what went wrong inside")
			}
			if tt.status == 500 && !(strings.Contains(body, w.Header().Get("X-Request-Id")) && strings.Contains(b.log.String(), "is locked")) && tt.err == secret {
				t.Errorf("reference on the page and cause in the log: %s %s", body, b.log)
			}
		})
	}
}

func TestPanicBecomesAPage(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("boom") })
	w := b.do(get("/panic"))
	if w.Code != 500 || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	wrong := func(http.ResponseWriter, *http.Request) error {
		return fault.Fields{fault.Field("words", "web.field.required"), fault.Field("phone", "x.refuse", "Why", "b")}
	}
	b.Handle("GET /api/x", wrong)
	b.Handle("GET /x", wrong)
	for name, r := range map[string]*http.Request{"path": get("/api/x"), "accept": get("/x")} {
		r.Header.Set("Accept", "application/json")
		w := b.do(r)
		var d web.Detail
		if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		if w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" || d.Status != 422 ||
			d.Code != "web.field.required" || len(d.Errors) != 2 || d.Errors[1].Detail != "不行 b" || d.Ref == "" {
			t.Errorf("%s: got %+v", name, d)
		}
	}
	r := get("/x")
	r.Header.Set("Accept", "text/html,application/json")
	if w := b.do(r); !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Error("a browser got a problem document")
	}
}

func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if w := b.do(get("/nowhere")); w.Code != 404 || !strings.Contains(w.Body.String(), "没有找到") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	w := b.do(httptest.NewRequest(http.MethodPost, "/case/1", nil))
	if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Header().Get("Allow"), "GET") {
		t.Errorf("got %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestLanguageOfAPage(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	r := get("/nowhere")
	r.Header.Set("Accept-Language", "en")
	if w := b.do(r); !strings.Contains(w.Body.String(), "Not found") {
		t.Errorf("Accept-Language: %s", w.Body)
	}
	r.AddCookie(&http.Cookie{Name: "lang", Value: "zh-Hans"})
	if w := b.do(r); !strings.Contains(w.Body.String(), "没有找到") {
		t.Errorf("the cookie goes first: %s", w.Body)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	h := newBench(t, nil).do(get("/case/1")).Header()
	csp := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the policy lacks %s: %s", part, csp)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("unsafe policy: %s", csp)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": ""} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	secure := newBench(t, func(c *web.Config) { c.Secure = true }).do(get("/case/1")).Header()
	if secure.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS behind TLS")
	}
}

func TestViolationIsReported(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	w := b.do(httptest.NewRequest(http.MethodPost, "/csp-report", strings.NewReader(`{"csp-report":{}}`)))
	if w.Code != http.StatusNoContent || b.report != `{"csp-report":{}}` {
		t.Errorf("got %d, report %q", w.Code, b.report)
	}
}

func TestForgery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, site, origin string
		status                     int
	}{
		{"own form", "POST", "same-origin", "http://example.com", 303},
		{"address bar", "POST", "none", "", 303},
		{"other site", "POST", "cross-site", "http://evil.example", 403},
		{"sister site", "POST", "same-site", "http://evil.example.com", 403},
		{"old browser, other site", "POST", "", "http://evil.example", 403},
		{"old browser, own form", "POST", "", "http://example.com", 303},
		{"program without cookies", "POST", "", "", 303},
		{"a link from elsewhere", "GET", "cross-site", "", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(tt.method, map[string]string{"POST": "/look", "GET": "/case/1"}[tt.method], nil)
			r.Header.Set("Sec-Fetch-Site", tt.site)
			r.Header.Set("Origin", tt.origin)
			for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
				if r.Header.Get(name) == "" {
					r.Header.Del(name)
				}
			}
			if w := newBench(t, nil).do(r); w.Code != tt.status {
				t.Errorf("got %d, want %d", w.Code, tt.status)
			}
		})
	}
}

func TestLogHoldsNoPersonalData(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	r := get("/case/13900000001?name=张三&q=13900000001")
	r.RemoteAddr = "203.0.113.9:1"
	b.do(r)
	log := b.log.String()
	if !strings.Contains(log, `route="GET /case/{id}"`) || !strings.Contains(log, "status=200") {
		t.Errorf("no route in %s", log)
	}
	for _, secret := range []string{"13900000001", "张三", "203.0.113.9"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log tells %s: %s", secret, log)
		}
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.Handle("GET /who", func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, web.VisitorOf(r).Account)
		return err
	})
	for token, want := range map[string]string{"good": "good", "bad": "", "": ""} {
		r := get("/who")
		r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
		if got := b.do(r).Body.String(); got != want {
			t.Errorf("token %q is %q, want %q", token, got, want)
		}
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *web.Config) { c.Secure = true })
	w := httptest.NewRecorder()
	b.StartSession(w, get("/"), "token", time.Hour)
	got := w.Result().Cookies()[0]
	if !got.HttpOnly || !got.Secure || got.SameSite != http.SameSiteLaxMode || got.MaxAge != 3600 || got.Name != "banyan" {
		t.Errorf("got %+v", got)
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, form, had string
		status          int
		location, look  string
	}{
		{"elder", "mode=elder&back=/my?p=1", "", 303, "/my?p=1", "elder.."},
		{"keeps the rest", "theme=dark&back=/", "elder..compact", 303, "/", "elder.dark.compact"},
		{"language", "lang=en&back=/", "", 303, "/", ".."},
		{"unknown theme", "theme=pink", "", 422, "", ""},
		{"unknown language", "lang=fr", "", 422, "", ""},
		{"no open redirect", "mode=elder&back=//evil.example", "", 303, "/", "elder.."},
		{"no other server", "mode=elder&back=https://evil.example", "", 303, "/", "elder.."},
		{"no backslash", "mode=elder&back=/\\evil.example", "", 303, "/", "elder.."},
		{"no tab", "mode=elder&back=/%09/evil.example", "", 303, "/", "elder.."},
		{"a broken cookie", "theme=dark&back=/", "x.y.z.w", 303, "/", ".dark."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := form("/look", tt.form)
			if tt.had != "" {
				r.AddCookie(&http.Cookie{Name: "look", Value: tt.had})
			}
			w := newBench(t, nil).do(r)
			if w.Code != tt.status || w.Header().Get("Location") != tt.location {
				t.Fatalf("got %d to %q", w.Code, w.Header().Get("Location"))
			}
			for _, c := range w.Result().Cookies() {
				if c.Name == "look" && c.Value != tt.look {
					t.Errorf("look %q, want %q", c.Value, tt.look)
				}
				if !c.HttpOnly {
					t.Errorf("script can read %s", c.Name)
				}
			}
		})
	}
}

func form(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, request, boosted string
		status                 int
		header, want           string
	}{
		{"a form", "", "", 303, "Location", "/done"},
		{"htmx", "true", "", 204, "HX-Location", "/done"},
		{"boosted form", "true", "true", 303, "Location", "/done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := form("/x", "")
			r.Header.Set("HX-Request", tt.request)
			r.Header.Set("HX-Boosted", tt.boosted)
			w := httptest.NewRecorder()
			if err := web.Redirect(w, r, "/done"); err != nil {
				t.Fatal(err)
			}
			if w.Code != tt.status || w.Header().Get(tt.header) != tt.want {
				t.Errorf("got %d %v", w.Code, w.Header())
			}
		})
	}
}

func TestBrokenPageIsAnErrorAndNotHalfAPage(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.Handle("GET /half", func(w http.ResponseWriter, r *http.Request) error {
		return web.Render(w, r, http.StatusOK, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "<p>half")
			return errors.New("broken")
		}))
	})
	if w := b.do(get("/half")); w.Code != 500 || strings.Contains(w.Body.String(), "half") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

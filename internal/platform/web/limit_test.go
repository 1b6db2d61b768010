package web_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/web"

	"github.com/a-h/templ"
)

func TestRateLimits(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *web.Config) {
		c.PerAddress = web.Rate{PerSecond: 0.5, Burst: 2}
		c.PerAccount = web.Rate{PerSecond: 1, Burst: 1}
	})
	from := func(addr, token string) int {
		r := get("/case/1")
		r.RemoteAddr = addr + ":1"
		r.Header.Set("X-Forwarded-For", "198.51.100."+fmt.Sprint(len(b.log.String())%250)) // not believed
		if token != "" {
			r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
		}
		return b.do(r).Code
	}
	for i, want := range []int{200, 200, 429} {
		if got := from("203.0.113.1", ""); got != want {
			t.Errorf("request %d: %d, want %d", i, got, want)
		}
	}
	if got := from("203.0.113.2", ""); got != 200 {
		t.Errorf("another address: %d", got)
	}
	r := get("/case/1")
	r.RemoteAddr = "203.0.113.1:1"
	if w := b.do(r); w.Header().Get("Retry-After") != "2" || !strings.Contains(w.Body.String(), "等 2 秒") {
		t.Errorf("Retry-After %q, page %s", w.Header().Get("Retry-After"), w.Body)
	}
	b.clock.Advance(2 * time.Second)
	if got := from("203.0.113.1", ""); got != 200 {
		t.Errorf("after waiting: %d", got)
	}
	if first, second := from("203.0.113.8", "good"), from("203.0.113.9", "good"); first != 200 || second != 429 {
		t.Errorf("one account from two addresses: %d, %d", first, second)
	}
}

func TestStaticIsNotCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *web.Config) { c.PerAddress = web.Rate{PerSecond: 1, Burst: 1} })
	b.Static("GET /assets/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }))
	for range 5 {
		if w := b.do(get("/assets/a.js")); w.Code != 200 {
			t.Fatalf("got %d", w.Code)
		}
	}
}

func TestTrustedProxy(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *web.Config) {
		c.Proxies = []string{"10.0.0.0/8"}
		c.PerAddress = web.Rate{PerSecond: 1, Burst: 1}
	})
	for i, forwarded := range []string{"203.0.113.1", "203.0.113.2", "198.51.100.7, 203.0.113.3", "2001:db8::1", "2001:db8:0:1::1"} {
		r := get("/case/1")
		r.RemoteAddr = "10.0.0.5:1"
		r.Header.Set("X-Forwarded-For", forwarded)
		if w := b.do(r); w.Code != 200 {
			t.Errorf("client %d (%s): %d", i, forwarded, w.Code)
		}
	}
	r := get("/case/1")
	r.RemoteAddr = "10.0.0.5:1"
	r.Header.Set("X-Forwarded-For", "2001:db8::2")
	if w := b.do(r); w.Code != 429 {
		t.Errorf("the same household: %d, want 429", w.Code)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	page := strings.Repeat("<p>一线呼叫</p>", 500)
	b.Handle("GET /long", func(w http.ResponseWriter, r *http.Request) error {
		return web.Render(w, r, http.StatusCreated, templ.Raw(page))
	})
	tests := []struct{ accept, want string }{{"gzip, br", "gzip"}, {"br, gzip;q=0.5", "gzip"}, {"br, gzip;q=0", ""}, {"br", ""}, {"", ""}}
	for _, tt := range tests {
		r := get("/long")
		r.Header.Set("Accept-Encoding", tt.accept)
		w := b.do(r)
		if got := w.Header().Get("Content-Encoding"); got != tt.want || w.Code != http.StatusCreated {
			t.Errorf("%q: encoding %q, status %d", tt.accept, got, w.Code)
		}
		if got := unpack(t, tt.want, w.Body); got != page {
			t.Errorf("%q: %d bytes come back, want %d", tt.accept, len(got), len(page))
		}
	}
	r := get("/case/1")
	r.Header.Set("Accept-Encoding", "gzip")
	if w := b.do(r); w.Header().Get("Content-Encoding") != "" {
		t.Error("a tiny page was packed")
	}
}

func unpack(t *testing.T, encoding string, r io.Reader) string {
	t.Helper()
	if encoding == "gzip" {
		g, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = g
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

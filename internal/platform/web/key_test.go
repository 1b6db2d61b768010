package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

// keyed is a server that knows the keys good and spent; an address may ask three times.
func keyed(t *testing.T) *bench {
	b := newBench(t, func(c *web.Config) {
		c.PerAddress = web.Rate{PerSecond: 0.5, Burst: 3}
		c.KeyPrefix = "bk_"
		c.Keys = func(_ context.Context, secret string) (web.Visitor, time.Duration, error) {
			switch secret {
			case "bk_good":
				return web.Visitor{Account: "key:1", Kind: "partner", Scopes: []string{"read"}}, 0, nil
			case "bk_spent":
				return web.Visitor{}, 1500 * time.Millisecond, nil
			}
			return web.Visitor{}, 0, fault.New(fault.Forbidden, "web.error.not_found")
		}
	})
	b.Handle("GET /api/who", func(w http.ResponseWriter, r *http.Request) error {
		v := web.VisitorOf(r)
		return web.JSON(w, http.StatusOK, map[string]bool{"program": v.Program(), "read": v.May("read"), "write": v.May("write")})
	})
	return b
}

func with(authorization string) *http.Request {
	r := get("/api/who")
	r.Header.Set("Authorization", authorization)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "good"})
	return r
}

func TestAKeyOpens(t *testing.T) {
	t.Parallel()
	b := keyed(t)
	for range 5 { // more than the address may: a key has its own quota
		w := b.do(with("bearer bk_good"))
		if w.Code != 200 || w.Body.String() != `{"program":true,"read":true,"write":false}`+"\n" {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	if w := b.do(with("Bearer bk_spent")); w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
		t.Errorf("a spent quota: %d %v", w.Code, w.Header())
	}
	for _, other := range []string{"Basic Zm9vOmJhcg==", "Bearer gateway-token", "Bearer"} {
		if w := b.do(with(other)); w.Code != 200 || w.Body.String() != `{"program":false,"read":false,"write":false}`+"\n" {
			t.Errorf("%s, which is no key of the house: %d %s", other, w.Code, w.Body)
		}
	}
}

// Whoever tries keys waits by address, also with a right one at last; a page open in the same office goes on.
func TestWrongKeys(t *testing.T) {
	t.Parallel()
	b := keyed(t)
	for range 3 {
		if w := b.do(with("Bearer bk_wrong")); w.Code != 401 || w.Header().Get("WWW-Authenticate") != `Bearer realm="banyan", error="invalid_token"` {
			t.Fatalf("got %d %v", w.Code, w.Header())
		}
	}
	for _, secret := range []string{"bk_wrong", "bk_good"} {
		if w := b.do(with("Bearer " + secret)); w.Code != 429 || w.Header().Get("Retry-After") != "2" {
			t.Errorf("%s after many wrong ones: %d %v", secret, w.Code, w.Header())
		}
	}
	if w := b.do(get("/case/1")); w.Code != 200 {
		t.Errorf("a page: %d", w.Code)
	}
	b.clock.Advance(2 * time.Second)
	if w := b.do(with("Bearer bk_good")); w.Code != 200 {
		t.Errorf("after waiting: %d", w.Code)
	}
}

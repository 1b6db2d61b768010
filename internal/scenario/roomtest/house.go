package roomtest

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/worktest"
	assets "banyan/web"
	"banyan/web/ui"
)

// House is a city hall with a server in front. Open it with Serve.
type House struct {
	*worktest.House
	Cast    map[string]access.Actor // who can come in by name; a test may change them
	Web     *web.Server
	Catalog *i18n.Catalog
	Handler http.Handler // nil before Serve
}

// Sessions finds who holds a session's token.
type Sessions func(ctx context.Context, token string) (web.Visitor, bool)

// New makes a house in which the name of one of the Cast is the token of a session.
func New(t *testing.T) *House {
	t.Helper()
	return Over(worktest.Fresh(t), nil)
}

// Over puts a server before a house. Its sessions are told by find; nil: as New does.
func Over(work *worktest.House, find Sessions) *House {
	work.Helper()
	h := &House{House: work, Cast: cast()}
	var err error
	h.Catalog, err = messages()
	h.Must(err)
	if find == nil {
		find = h.byName
	}
	h.Web = web.New(web.Config{
		Logger: slog.New(slog.DiscardHandler), Catalog: h.Catalog, Clock: h.Clock, ErrorPage: ui.ErrorPage, Sessions: find, Keys: h.keyed, KeyPrefix: apikey.SecretPrefix,
		PerAccount: web.Rate{PerSecond: -1}, PerAddress: web.Rate{PerSecond: -1},
		Violation: func(report string) { h.Errorf("content security policy: %s", report) },
	})
	return h
}

// messages are read once: a catalogue never changes, it only counts what is missing.
var messages = sync.OnceValues(func() (*i18n.Catalog, error) { return i18n.Load(assets.Messages) })

// Serve puts routes and the design system's files behind the middleware.
func (h *House) Serve(routes map[string]web.Handler) {
	for pattern, handler := range routes {
		h.Web.Handle(pattern, handler)
	}
	h.Web.Static("GET /assets/", assets.Assets())
	h.Handler = h.Web.Handler()
}

// Key is the secret of a key in the post of one of the Cast; without scopes it has them all.
func (h *House) Key(who string, scopes ...string) string {
	if len(scopes) == 0 {
		scopes = apikey.Scopes()
	}
	if a, ok := h.Cast[who]; ok && slices.Contains(scopes, apikey.WordsRead) {
		h.LetRead("key:"+who, a.Area)
	}
	return apikey.SecretPrefix + who + "/" + strings.Join(scopes, ",")
}

// keyed opens with what Key gives.
func (h *House) keyed(_ context.Context, secret string) (web.Visitor, time.Duration, error) {
	who, scopes, _ := strings.Cut(strings.TrimPrefix(secret, apikey.SecretPrefix), "/")
	a, ok := h.Cast[who]
	if !ok {
		return web.Visitor{}, 0, fault.New(fault.Forbidden, "apikey.refused")
	}
	return web.Visitor{
		Account: "key:" + who, Kind: "partner", Name: "平台" + who, Unit: a.Unit, Area: a.Area, Roles: a.Roles, Scopes: strings.Split(scopes, ","),
	}, 0, nil
}

func (h *House) byName(_ context.Context, token string) (web.Visitor, bool) {
	a, ok := h.Cast[token]
	if a.Kind == access.Citizen {
		return web.Visitor{Account: token, Kind: "citizen", Person: token}, ok
	}
	return web.Visitor{Account: token, Kind: "staff", Staff: token, Unit: a.Unit, Name: "李四" + token}, ok
}

// Actor is who of the Cast makes a request; anybody else is a guest.
func (h *House) Actor(r *http.Request) (access.Actor, error) {
	v := web.VisitorOf(r)
	if a, ok := h.Cast[v.Staff+v.Person]; ok {
		return a, nil
	}
	return worktest.Guest(), nil
}

// cast are the people of the tests, each in one post.
func cast() map[string]access.Actor {
	people := map[string]access.Actor{"citizen": {Kind: access.Citizen, ID: "p1"}}
	for _, a := range []access.Actor{
		worktest.Desk(),
		worktest.Staff("second", "3501.12345", access.Dispatcher),
		worktest.Staff("taker", "3501.12345", access.CallTaker),
		worktest.Staff("asker", "3501.12345", access.FollowUp),
		worktest.Staff("arbiter", "3501.12345", access.Arbiter),
		worktest.Staff("chief", "3501.12345", access.Supervisor),
		worktest.Staff("brain", "3501.12345", access.Brain),
		worktest.Staff("officer", "3501.sjj", access.Data),
		worktest.Staff("gulou", "350102.zx", access.Dispatcher, access.Supervisor),
		worktest.Staff("taijiang", "350103.zx", access.Supervisor),
		worktest.Staff("cangshan", "350104.zx", access.Dispatcher),
		worktest.Staff("lamps", "350102.cgj", access.Handler),
		worktest.Staff("build", "350102.jsj", access.Handler),
		worktest.Staff("green", "350102.sthj", access.Handler),
		worktest.Staff("far", "350103.cgj", access.Handler),
		worktest.Staff("caller", "350102004.jd", access.Caller),
		worktest.Staff("grid", "350102004001.sq", access.Community),
	} {
		people[a.ID] = a
	}
	return people
}

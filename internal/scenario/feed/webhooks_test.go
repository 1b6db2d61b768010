package feed_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"banyan/internal/register/apikey"
	"banyan/internal/scenario/feed"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/danielgtaylor/huma/v2"
)

// receiver is another system's server. It keeps what verifies.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	bodies []string
}

func receive(t *testing.T) *receiver {
	t.Helper()
	got := &receiver{}
	got.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		got.mu.Lock()
		defer got.mu.Unlock()
		hook, err := standardwebhooks.NewWebhook(got.secret)
		if err != nil || hook.VerifyIgnoringTimestamp(body, r.Header) != nil { // the city's clock stands still
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		got.bodies = append(got.bodies, string(body))
	}))
	t.Cleanup(got.Close)
	return got
}

// took gives what came since the last call, in one line each.
func (got *receiver) took() []string {
	got.mu.Lock()
	defer got.mu.Unlock()
	out := got.bodies
	got.bodies = nil
	return out
}

// deliver lets the facts be told and everything be sent.
func (h *house) deliver() {
	h.Helper()
	h.Drain()
	_, err := h.hooks.Deliver(h.Context())
	h.Must(err)
}

// listen makes an endpoint through the API and gives its id.
func (h *house) listen(who string, got *receiver, types ...string) string {
	h.Helper()
	var hook feed.Webhook
	p := h.Program(who)
	p.Call(http.MethodPost, root+"/webhooks", map[string]any{"url": got.URL, "types": types, "description": "城管平台"}).Want(http.StatusCreated).Into(&hook)
	var secret struct{ Secret string }
	reply := p.Call(http.MethodGet, root+"/webhooks/"+hook.ID+"/secret", nil).Want(http.StatusOK).Into(&secret)
	if reply.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(secret.Secret, "whsec_") {
		h.Errorf("secret %q, %v", secret.Secret, reply.Header)
	}
	got.secret = secret.Secret
	return hook.ID
}

// Each key hears of the cases its post may read, of the types it asked for, with ids and states.
func TestAnnounce(t *testing.T) {
	each(t, func(h *house) {
		h.key("desk", apikey.Webhooks)
		h.key("gulou", apikey.Webhooks)
		h.key("taijiang", apikey.Webhooks)
		lamps := h.key("lamps", apikey.Webhooks)
		city, gulou, taijiang, unit := receive(h.T), receive(h.T), receive(h.T), receive(h.T)
		h.listen("desk", city, "*")
		h.listen("gulou", gulou, "case.dispatch")
		h.listen("taijiang", taijiang, "case.*")
		h.listen("lamps", unit, "case.*")
		f := h.Dispatched("350102.cgj")
		h.another("350104")
		h.deliver()
		if all := city.took(); len(all) != 3 {
			h.Errorf("the city hears %q", all)
		}
		got := gulou.took()
		if len(got) != 1 {
			h.Fatalf("the district hears %q", got)
		}
		for _, want := range []string{`"type":"case.dispatch"`, `"timestamp":"2026-11-23T01:00:00Z"`, `"case":"` + f.Case.ID, `"number":"` + f.Case.Number, `"state":"dispatched"`, `"was":"received"`, `"lead":"350102.cgj"`, `"version":2`} {
			if !strings.Contains(got[0], want) {
				h.Errorf("the message %s does not say %s", got[0], want)
			}
		}
		for _, word := range []string{"张三", "13900000001", "路灯", f.Requests()[0]} {
			if strings.Contains(got[0], word) {
				h.Errorf("the message holds %q", word)
			}
		}
		if got := taijiang.took(); len(got) != 0 {
			h.Errorf("another district hears %q", got)
		}
		if got := unit.took(); len(got) == 0 {
			h.Error("the unit hears nothing of its own case")
		}
		h.Must(h.Keys.Revoke(h.Context(), "", lamps.ID))
		_, err := h.Cases.Sign(h.Context(), h.Cast["lamps"], h.Lead(f).ID)
		h.Must(err)
		h.deliver()
		if all := city.took(); len(all) != 1 || !strings.Contains(all[0], "case.sign") {
			h.Errorf("the city hears %q", all)
		}
		if got := unit.took(); len(got) != 0 {
			h.Errorf("a revoked key hears %q", got)
		}
	})
}

// The life of an endpoint through the API.
func TestWebhooksByAPI(t *testing.T) {
	each(t, func(h *house) {
		h.key("desk", apikey.Webhooks)
		p, got := h.Program("desk"), receive(h.T)
		id := h.listen("desk", got, "case.open")
		at := root + "/webhooks/" + id
		var types struct{ Types []string }
		p.Call(http.MethodGet, root+"/webhook-types", nil).Want(http.StatusOK).Into(&types)
		if !slices.Contains(types.Types, "case.open") || len(types.Types) < 30 {
			h.Errorf("types %v", types.Types)
		}
		var d feed.Delivery
		p.Call(http.MethodPost, at+"/ping", nil).Want(http.StatusCreated).Into(&d)
		h.deliver()
		p.Call(http.MethodGet, at+"/deliveries/"+d.ID, nil).Want(http.StatusOK).Into(&d)
		if d.State != "done" || len(d.Log) != 1 || d.Log[0].Status != http.StatusOK || !strings.Contains(d.Body, `"ping"`) || len(got.took()) != 1 {
			h.Errorf("ping %+v", d)
		}
		before := got.secret
		p.Call(http.MethodPost, at+"/rotate", map[string]any{"overlap_hours": 0}).Want(http.StatusOK)
		h.Opened()
		h.deliver()
		if len(got.took()) != 0 {
			h.Error("the old secret still signs")
		}
		var secret struct{ Secret string }
		p.Call(http.MethodGet, at+"/secret", nil).Want(http.StatusOK).Into(&secret)
		if got.secret = secret.Secret; got.secret == before {
			h.Error("the secret is the old one")
		}
		var page struct{ Deliveries []feed.Delivery }
		p.Call(http.MethodGet, at+"/deliveries?state=waiting&limit=10", nil).Want(http.StatusOK).Into(&page)
		if len(page.Deliveries) != 1 || page.Deliveries[0].Type != "case.open" || page.Deliveries[0].Body != "" || page.Deliveries[0].NextAt == nil {
			h.Fatalf("waiting %+v", page.Deliveries)
		}
		p.Call(http.MethodPost, at+"/deliveries/"+page.Deliveries[0].ID+"/replay", nil).Want(http.StatusConflict)
		h.Clock.Set(*page.Deliveries[0].NextAt)
		h.deliver()
		if all := got.took(); len(all) != 1 {
			h.Errorf("after the next attempt came %q", all)
		}
		p.Call(http.MethodPost, at+"/deliveries/"+page.Deliveries[0].ID+"/replay", nil).Want(http.StatusOK)
		h.deliver()
		p.Call(http.MethodPost, at+"/replay", map[string]any{"since": "2026-11-01T00:00:00Z", "all": true}).Want(http.StatusOK, `"deliveries":2`)
		h.deliver()
		if all := got.took(); len(all) != 3 {
			h.Errorf("replayed %q", all)
		}
		var hook feed.Webhook
		p.Call(http.MethodPatch, at, map[string]any{"enabled": false}).Want(http.StatusOK).Into(&hook)
		if hook.Enabled || hook.DisabledAt == nil || hook.Description != "城管平台" {
			h.Errorf("disabled %+v", hook)
		}
		p.Call(http.MethodPost, at+"/ping", nil).Want(http.StatusConflict)
		p.Call(http.MethodGet, root+"/webhooks", nil).Want(http.StatusOK, id)
		p.Call(http.MethodDelete, at, nil).Want(http.StatusOK)
		p.Call(http.MethodGet, at, nil).Want(http.StatusNotFound)
		p.Call(http.MethodGet, root+"/webhooks", nil).Want(http.StatusOK, `"webhooks":[]`)
	})
}

func TestWebhookRefusals(t *testing.T) {
	h := open(t)
	h.key("desk", apikey.Webhooks)
	h.key("gulou", apikey.Webhooks)
	got := receive(t)
	id := h.listen("desk", got, "*")
	p := h.Program("desk")
	for field, body := range map[string]map[string]any{
		"url":         {"url": "city.example", "types": []string{"*"}},
		"types":       {"url": got.URL, "types": []string{"case.lost"}},
		"description": {"url": got.URL, "types": []string{"*"}, "description": strings.Repeat("字", 201)},
	} {
		d := p.Call(http.MethodPost, root+"/webhooks", body).Want(http.StatusUnprocessableEntity).Problem()
		if len(d.Errors) != 1 || d.Errors[0].Field != field {
			t.Errorf("%s: %+v", field, d)
		}
	}
	p.Call(http.MethodPost, root+"/webhooks/"+id+"/rotate", map[string]any{"overlap_hours": 169}).Want(http.StatusUnprocessableEntity)
	p.Call(http.MethodPatch, root+"/webhooks/"+id, map[string]any{"types": []string{"case.lost"}}).Want(http.StatusUnprocessableEntity)
	for _, who := range []string{"gulou"} { // another key, another owner
		for _, call := range [][2]string{{http.MethodGet, ""}, {http.MethodGet, "/secret"}, {http.MethodPost, "/ping"}, {http.MethodGet, "/deliveries"}, {http.MethodDelete, ""}} {
			h.Program(who).Call(call[0], root+"/webhooks/"+id+call[1], nil).Want(http.StatusNotFound)
		}
	}
	h.Program("desk", apikey.Export).Call(http.MethodGet, root+"/webhooks", nil).Want(http.StatusForbidden)
	for lang, words := range map[string]string{"zh-Hans": "没有这种消息", "zh-Hant": "沒有這種訊息", "en": "no such messages"} {
		p.Lang = lang
		p.Call(http.MethodPost, root+"/webhooks", map[string]any{"url": got.URL, "types": []string{"case.lost"}}).Want(http.StatusUnprocessableEntity, words)
	}
}

// A replay of all since a moment is many transactions, which no idempotency key can make one.
func TestReplaySinceTakesNoIdempotencyKey(t *testing.T) {
	h := open(t)
	h.key("desk", apikey.Webhooks)
	p := h.Program("desk")
	at := root + "/webhooks/" + h.listen("desk", receive(t), "case.open")
	asked := func(path string) bool {
		return slices.ContainsFunc(h.api.Document().Paths[path].Post.Parameters, func(p *huma.Param) bool { return p.Name == "Idempotency-Key" })
	}
	if !asked("/webhooks/{webhook}/ping") || asked("/webhooks/{webhook}/replay") {
		t.Error("the document does not say which calls take a key")
	}
	p.Call(http.MethodPost, at+"/ping", nil, "Idempotency-Key", "a").Want(http.StatusCreated)
	if h.kept.calls != 1 {
		t.Errorf("a ping was kept %d times", h.kept.calls)
	}
	p.Call(http.MethodPost, at+"/replay", map[string]any{"since": "2026-11-01T00:00:00Z"}, "Idempotency-Key", "b").Want(http.StatusOK)
	if h.kept.calls != 1 {
		t.Error("a replay was made one transaction with its answer")
	}
}

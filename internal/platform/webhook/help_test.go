package webhook_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/webhook"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const owner = "key:1"

// bench is a store with a service over it.
type bench struct {
	*testing.T
	*webhook.Service
	db    *db.DB
	clock *clock.Manual
}

func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, []db.Schema{webhook.Schema()}, func(t *testing.T, d *db.DB) {
		b := &bench{T: t, db: d, clock: clock.NewManual(time.Now().Truncate(time.Second))}
		b.Service = b.service(nil)
		test(b)
	})
}

// service is one more process over the same store.
func (b *bench) service(change func(*webhook.Config)) *webhook.Service {
	b.Helper()
	c := webhook.Config{DB: b.db, Clock: b.clock, Logger: slog.New(slog.DiscardHandler), Key: slices.Repeat([]byte{7}, 32), Private: true}
	if change != nil {
		change(&c)
	}
	s, err := webhook.New(c)
	b.must(err)
	return s
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// endpoint makes one that hears of everything.
func (b *bench) endpoint(url string) (webhook.Endpoint, string) {
	b.Helper()
	e, err := b.Create(context.Background(), owner, webhook.Wish{URL: url, Types: []string{"*"}})
	b.must(err)
	return e, b.secret(e)
}

func (b *bench) secret(e webhook.Endpoint) string {
	b.Helper()
	secret, err := b.Secret(context.Background(), owner, e.ID)
	b.must(err)
	return secret
}

// post posts n messages to endpoints, one after the other.
func (b *bench) post(n int, to ...webhook.Endpoint) {
	b.Helper()
	defer b.clock.Advance(time.Duration(n) * time.Millisecond)
	b.must(b.db.Write(context.Background(), func(tx *db.Tx) error {
		for i := range n {
			m := webhook.Message{Type: "case.reply", At: b.clock.Now(), Data: map[string]int{"n": i}}
			if err := b.Post(tx, m, to...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// deliver sends what is due and gives the number of attempts.
func (b *bench) deliver() int {
	b.Helper()
	n, err := b.Deliver(context.Background())
	b.must(err)
	return n
}

func (b *bench) get(e webhook.Endpoint) webhook.Endpoint {
	b.Helper()
	got, err := b.Get(context.Background(), owner, e.ID)
	b.must(err)
	return got
}

// deliveries are those of an endpoint, with their attempts.
func (b *bench) deliveries(e webhook.Endpoint) []webhook.Delivery {
	b.Helper()
	list, err := b.Deliveries(context.Background(), owner, e.ID, "", "", 200)
	b.must(err)
	for i, d := range list {
		list[i], err = b.Delivery(context.Background(), owner, e.ID, d.ID)
		b.must(err)
	}
	return list
}

// receiver is another system's server: it verifies each message with the specification's own library.
type receiver struct {
	*httptest.Server
	t       *testing.T
	mu      sync.Mutex
	secrets []string // every one of which must verify
	answer  func(n int, w http.ResponseWriter, r *http.Request)
	ids     []string // webhook-id of each message, in the order they came
	bodies  []string
}

func receive(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	got := &receiver{t: t, answer: answer}
	got.Server = httptest.NewServer(http.HandlerFunc(got.take))
	t.Cleanup(got.Close)
	return got
}

// ok takes every message.
func ok(int, http.ResponseWriter, *http.Request) {}

// status answers every message alike.
func status(code int) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func (got *receiver) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender has gone
	}
	got.mu.Lock()
	got.ids, got.bodies = append(got.ids, r.Header.Get("webhook-id")), append(got.bodies, string(body))
	n := len(got.ids)
	for i, secret := range got.secrets {
		hook, err := standardwebhooks.NewWebhook(secret)
		if err == nil {
			err = hook.VerifyIgnoringTimestamp(body, r.Header) // the sender's clock stands still
		}
		if err != nil {
			got.t.Errorf("message %d does not verify with secret %d: %v", n, i, err)
		}
	}
	got.mu.Unlock()
	got.answer(n, w, r)
}

func (got *receiver) expect(secrets ...string) {
	got.mu.Lock()
	defer got.mu.Unlock()
	got.secrets = secrets
}

// messages are the ids that came, with how often each did.
func (got *receiver) messages() map[string]int {
	got.mu.Lock()
	defer got.mu.Unlock()
	out := map[string]int{}
	for _, id := range got.ids {
		out[id]++
	}
	return out
}

func (got *receiver) want(n int, each int) {
	got.t.Helper()
	all := got.messages()
	if len(all) != n {
		got.t.Errorf("%d messages came, want %d", len(all), n)
	}
	for id, times := range all {
		if times != each {
			got.t.Errorf("message %s came %d times, want %d", id, times, each)
		}
	}
}

func states(list []webhook.Delivery) string {
	out := ""
	for _, d := range list {
		out += fmt.Sprintf("%s/%d ", d.State, d.Attempts)
	}
	return out
}

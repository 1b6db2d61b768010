package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/webhook"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// A message is one request, signed as the specification says, with its type, time and data.
func TestMessage(t *testing.T) {
	each(t, func(b *bench) {
		var head http.Header
		got := receive(b.T, func(_ int, _ http.ResponseWriter, r *http.Request) { head = r.Header.Clone() })
		e, secret := b.endpoint(got.URL + "/hook?token=x")
		got.expect(secret)
		b.post(1, e)
		if n := b.deliver(); n != 1 {
			b.Errorf("%d attempts, want 1", n)
		}
		got.want(1, 1)
		hook, err := standardwebhooks.NewWebhook(secret)
		b.must(err)
		b.must(hook.Verify([]byte(got.bodies[0]), head)) // with the time, too
		if head.Get("Content-Type") != "application/json" || head.Get("webhook-timestamp") != strconv.FormatInt(b.clock.Now().Unix(), 10) {
			b.Errorf("headers %v", head)
		}
		var body struct {
			Type      string
			Timestamp time.Time
			Data      map[string]int
		}
		if err := json.Unmarshal([]byte(got.bodies[0]), &body); err != nil || body.Type != "case.reply" || !body.Timestamp.Equal(b.clock.Now().Add(-time.Millisecond)) || len(body.Data) != 1 {
			b.Errorf("body %s, %v", got.bodies[0], err)
		}
		list := b.deliveries(e)
		if len(list) != 1 || list[0].State != webhook.Done || list[0].Message != head.Get("webhook-id") || len(list[0].Log) != 1 || list[0].Log[0].Status != 200 || list[0].Log[0].Error != "" {
			b.Errorf("log %+v", list)
		}
	})
}

// What is rolled back is never told; what is committed is told to every endpoint under one id.
func TestPostBelongsToTheTransaction(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, ok)
		one, _ := b.endpoint(got.URL)
		two, _ := b.endpoint(got.URL)
		undone := errors.New("undone")
		err := b.db.Write(context.Background(), func(tx *db.Tx) error {
			b.must(b.Post(tx, webhook.Message{Type: "case.open", At: b.clock.Now()}, one))
			return undone
		})
		if !errors.Is(err, undone) {
			b.Fatal(err)
		}
		b.post(3, one, two)
		b.deliver()
		got.want(3, 2)
	})
}

func TestTypes(t *testing.T) {
	t.Parallel()
	e := webhook.Endpoint{Types: []string{"case.reply", "order.*"}}
	for kind, want := range map[string]bool{"case.reply": true, "case.replies": false, "case": false, "order.sign": true, "order.": true, "orders.x": false, "": false} {
		if e.Wants(kind) != want {
			t.Errorf("%q: wanted %v", kind, !want)
		}
	}
	if !(webhook.Endpoint{Types: []string{"*"}}).Wants("anything") {
		t.Error("* does not want everything")
	}
}

// During a rotation both secrets sign; afterwards the new one alone.
func TestRotate(t *testing.T) {
	each(t, func(b *bench) {
		signatures := 0
		got := receive(b.T, func(_ int, _ http.ResponseWriter, r *http.Request) {
			signatures = len(strings.Fields(r.Header.Get("webhook-signature")))
		})
		e, old := b.endpoint(got.URL)
		changed, err := b.Rotate(context.Background(), owner, e.ID, time.Hour)
		b.must(err)
		fresh := b.secret(e)
		if fresh == old || !changed.OldUntil.Equal(b.clock.Now().Add(time.Hour)) {
			b.Errorf("rotated to %+v", changed)
		}
		got.expect(old, fresh)
		b.post(1, e)
		b.deliver()
		if signatures != 2 {
			b.Errorf("%d signatures during the rotation, want 2", signatures)
		}
		b.clock.Advance(time.Hour)
		got.expect(fresh)
		b.post(1, e)
		b.deliver()
		if signatures != 1 {
			b.Errorf("%d signatures after the rotation, want 1", signatures)
		}
		for _, overlap := range []time.Duration{-1, 8 * 24 * time.Hour} {
			if _, err := b.Rotate(context.Background(), owner, e.ID, overlap); fault.KindOf(err) != fault.Invalid {
				b.Errorf("an overlap of %s: %v", overlap, err)
			}
		}
		_, err = b.Rotate(context.Background(), owner, e.ID, 0)
		b.must(err)
		got.expect(b.secret(e))
		b.post(1, e)
		b.deliver()
		got.want(3, 1)
	})
}

// No row holds a secret that could be used, and a key of another data folder opens none.
func TestSecretsAreSealed(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, ok)
		e, secret := b.endpoint(got.URL)
		hook := strings.TrimPrefix(secret, webhook.SecretPrefix)
		b.must(b.db.Read(context.Background(), func(tx *db.Tx) error {
			var sealed []byte
			err := tx.QueryRow(`SELECT secret FROM webhook_endpoint WHERE id = $1`, e.ID).Scan(&sealed)
			if len(sealed) < 32 || strings.Contains(string(sealed), hook) {
				b.Errorf("the secret is stored as %q", sealed)
			}
			return err
		}))
		other := b.service(func(c *webhook.Config) { c.Key = slices.Repeat([]byte{8}, 32) })
		b.post(1, e)
		if _, err := other.Deliver(context.Background()); err != nil {
			b.Fatal(err)
		}
		got.want(0, 0)
		if log := b.deliveries(e)[0].Log; len(log) != 1 || !strings.Contains(log[0].Error, "secret.key") {
			b.Errorf("log %+v", log)
		}
	})
}

// What nobody could be told at is refused at once, each field by name.
func TestRefusedWishes(t *testing.T) {
	each(t, func(b *bench) {
		strict := b.service(func(c *webhook.Config) { c.Private = false })
		for url, want := range map[string]string{
			"https://city.example/hook": "", "https://city.example:8443/": "",
			"": "webhook.need.url", "city.example": "webhook.need.url", "https://": "webhook.need.url", "https://u:p@city.example/": "webhook.need.url",
			"https://city.example/#x": "webhook.need.url", "https:city.example": "webhook.need.url", "https://city.example/" + strings.Repeat("x", 2000): "webhook.need.url",
			"http://city.example/": "webhook.need.https", "ftp://city.example/": "webhook.need.https", "file:///etc/passwd": "webhook.need.url",
			"https://localhost/": "webhook.need.public", "https://database/": "webhook.need.public", "https://127.0.0.1/": "webhook.need.public",
			"https://10.0.0.1/": "webhook.need.public", "https://[::1]/": "webhook.need.public", "https://[::ffff:127.0.0.1]/": "webhook.need.public",
			"https://169.254.169.254/latest/meta-data": "webhook.need.public", "https://100.64.0.1/": "webhook.need.public", "https://[64:ff9b::7f00:1]/": "webhook.need.public",
			"https://0.0.0.0/": "webhook.need.public", "https://[fe80::1]/": "webhook.need.public", "https://[2002:7f00:1::]/": "webhook.need.public", "https://8.8.8.8/": "",
		} {
			_, err := strict.Create(context.Background(), owner, webhook.Wish{URL: url, Types: []string{"*"}})
			key := ""
			if fields := fault.FieldsOf(err); len(fields) == 1 && fields[0].Field == "url" {
				key = fields[0].Key
			}
			if key != want || (want == "") != (err == nil) {
				b.Errorf("%s: %v, want %q", url, err, want)
			}
		}
		for name, w := range map[string]webhook.Wish{
			"types":       {URL: "https://city.example/", Types: nil},
			"description": {URL: "https://city.example/", Types: []string{"*"}, Description: strings.Repeat("字", 201)},
		} {
			if _, err := strict.Create(context.Background(), owner, w); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Field != name {
				b.Errorf("%s: %v", name, err)
			}
		}
		for _, kind := range []string{"Case.Reply", "a b", "a*b", "路灯", strings.Repeat("a", 61)} {
			if _, err := strict.Create(context.Background(), owner, webhook.Wish{URL: "https://city.example/", Types: []string{kind}}); fault.KindOf(err) != fault.Invalid {
				b.Errorf("type %q: %v", kind, err)
			}
		}
		for range 20 {
			_, err := strict.Create(context.Background(), "key:2", webhook.Wish{URL: "https://city.example/", Types: []string{"*"}})
			b.must(err)
		}
		if _, err := strict.Create(context.Background(), "key:2", webhook.Wish{URL: "https://city.example/", Types: []string{"*"}}); fault.KindOf(err) != fault.Conflict {
			b.Errorf("one endpoint too many: %v", err)
		}
	})
}

// A name that leads inside is refused when the connection is made: what it led to before does not matter.
func TestAddressIsCheckedWhenDialling(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, ok)
		e, _ := b.endpoint(strings.Replace(got.URL, "127.0.0.1", "localhost", 1)) // while private addresses are allowed
		strict := b.service(func(c *webhook.Config) { c.Private = false })
		b.post(1, e)
		if _, err := strict.Deliver(context.Background()); err != nil {
			b.Fatal(err)
		}
		got.want(0, 0)
		d := b.deliveries(e)[0]
		if d.State != webhook.Waiting || len(d.Log) != 1 || d.Log[0].Error != "the address is not a public one" {
			b.Errorf("log %+v", d)
		}
		b.clock.Set(d.Next)
		b.deliver() // allowed, it arrives: so it was the guard that stopped it
		got.want(1, 1)
	})
}

func TestAnotherOwnerSeesNothing(t *testing.T) {
	each(t, func(b *bench) {
		ctx, other := context.Background(), "key:2"
		got := receive(b.T, ok)
		e, _ := b.endpoint(got.URL)
		b.post(1, e)
		b.deliver()
		d := b.deliveries(e)[0]
		off := false
		_, errGet := b.Get(ctx, other, e.ID)
		_, errChange := b.Change(ctx, other, e.ID, webhook.Change{Enabled: &off})
		_, errSecret := b.Secret(ctx, other, e.ID)
		_, errRotate := b.Rotate(ctx, other, e.ID, 0)
		_, errPing := b.Ping(ctx, other, e.ID)
		_, errList := b.Deliveries(ctx, other, e.ID, "", "", 10)
		_, errOne := b.Delivery(ctx, other, e.ID, d.ID)
		_, errReplay := b.Replay(ctx, other, e.ID, d.ID)
		_, errSince := b.ReplaySince(ctx, other, e.ID, time.Time{}, true)
		for i, err := range []error{errGet, errChange, errSecret, errRotate, errPing, errList, errOne, errReplay, errSince, b.Delete(ctx, other, e.ID)} {
			if fault.KindOf(err) != fault.NotFound {
				b.Errorf("call %d: %v, want not found", i, err)
			}
		}
		two, _ := b.endpoint(got.URL)
		if _, err := b.Delivery(ctx, owner, two.ID, d.ID); fault.KindOf(err) != fault.NotFound {
			b.Errorf("the delivery of another endpoint: %v", err)
		}
		if list, err := b.List(ctx, other); err != nil || len(list) != 0 {
			b.Errorf("another owner lists %+v, %v", list, err)
		}
		if list, err := b.List(ctx, owner); err != nil || len(list) != 2 {
			b.Errorf("the owner lists %+v, %v", list, err)
		}
		b.must(b.Delete(ctx, owner, e.ID))
		if _, err := b.Get(ctx, owner, e.ID); fault.KindOf(err) != fault.NotFound {
			b.Errorf("after Delete: %v", err)
		}
	})
}

// Bodies name things, they do not carry them.
func TestBodyIsBounded(t *testing.T) {
	each(t, func(b *bench) {
		e, _ := b.endpoint("https://city.example/")
		err := b.db.Write(context.Background(), func(tx *db.Tx) error {
			return b.Post(tx, webhook.Message{Type: "x", Data: strings.Repeat("x", 40_000)}, e)
		})
		if err == nil {
			b.Error("a body of 40,000 bytes was taken")
		}
	})
}

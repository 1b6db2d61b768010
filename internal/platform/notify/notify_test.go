package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
)

// bundle is an outbox over one database, with a gateway that does as it is told.
type bundle struct {
	*notify.Outbox
	clock   *clock.Manual
	gateway *gateway
}

// gateway keeps what it gets and answers with what answer says.
type gateway struct {
	mu     sync.Mutex
	got    []notify.Envelope
	answer func(e notify.Envelope) error
}

// Send keeps and answers.
func (g *gateway) Send(_ context.Context, e notify.Envelope) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.got = append(g.got, e)
	if g.answer != nil {
		return g.answer(e)
	}
	return nil
}

func catalog(t testing.TB) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load(fstest.MapFS{
		"messages/zh-Hans/case.yaml": {Data: []byte("case.replied: \"{{.unit}}已答复 {{.number}}\"\ncase.replied.title: 答复\ncase.plain: 你好\n")},
		"messages/zh-Hant/case.yaml": {Data: []byte("case.replied: \"{{.unit}}已答覆 {{.number}}\"\ncase.replied.title: 答覆\ncase.plain: 你好\n")},
		"messages/en/case.yaml":      {Data: []byte("case.replied: \"{{.unit}} has replied to {{.number}}\"\ncase.replied.title: Reply\ncase.plain: Hello\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// each runs a test with a fresh bundle on every engine.
func each(t *testing.T, test func(t *testing.T, b bundle)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{notify.Schema()}, func(t *testing.T, d *db.DB) {
		b := bundle{clock: clock.NewManual(time.Date(2026, 5, 1, 1, 0, 0, 0, time.UTC)), gateway: &gateway{}}
		b.Outbox = notify.New(notify.Config{
			DB: d, Clock: b.clock, Logger: slog.New(slog.DiscardHandler), Catalog: catalog(t),
			Gateways: map[notify.Channel]notify.Gateway{notify.SMS: b.gateway},
			Resolve: func(_ context.Context, to string, _ notify.Channel) (notify.Recipient, error) {
				switch to {
				case "person:nobody":
					return notify.Recipient{}, fault.New(fault.NotFound, "person.error.none")
				case "person:later":
					return notify.Recipient{}, errors.New("looked up 13900000001")
				case "person:en":
					return notify.Recipient{Address: "13900000002", Lang: i18n.En}, nil
				default:
					return notify.Recipient{Address: "13900000001", Lang: i18n.ZhHans}, nil
				}
			},
		})
		test(t, b)
	})
}

func (b bundle) send(t *testing.T, m notify.Message) {
	t.Helper()
	if err := b.DB.Write(t.Context(), func(tx *db.Tx) error { return b.Send(tx, m) }); err != nil {
		t.Fatal(err)
	}
}

func (b bundle) deliver(t *testing.T, want int) {
	t.Helper()
	if n, err := b.Deliver(t.Context()); err != nil || n != want {
		t.Fatalf("delivered %d, %v; want %d", n, err, want)
	}
}

func sms(key, to string) notify.Message {
	unit := i18n.Text{Hans: "城管局", Hant: "城管局", En: "Urban management"}
	return notify.Message{Key: key, To: to, Channel: notify.SMS, Template: "case.replied", Args: []any{"unit", unit, "number", "FZ1"}, Link: "/track/FZ1"}
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		b.send(t, sms("replied/1", "person:1"))
		b.send(t, sms("replied/1", "person:1")) // the same once more
		b.send(t, sms("replied/2", "person:en"))
		b.deliver(t, 2)
		b.deliver(t, 0)
		var got []string
		for _, e := range b.gateway.got {
			got = append(got, strings.Join([]string{e.Key, e.Address, string(e.Lang), e.Title, e.Text, e.Link}, "|"))
		}
		slices.Sort(got)
		want := []string{
			"replied/1|13900000001|zh-Hans|答复|城管局已答复 FZ1|/track/FZ1",
			"replied/2|13900000002|en|Reply|Urban management has replied to FZ1|/track/FZ1",
		}
		if !slices.Equal(got, want) {
			t.Fatalf("sent %q", got)
		}
	})
}

func TestRolledBackIsNeverTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		undo := errors.New("undo")
		err := b.DB.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(b.Send(tx, sms("a", "person:1")), b.Send(tx, inApp("b", "person:1")), undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		b.deliver(t, 0)
		if n, err := b.Unread(t.Context(), "person:1"); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	})
}

func TestRetries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		b.gateway.answer = func(e notify.Envelope) error { return fmt.Errorf("%s: line busy", e.Address) }
		b.send(t, sms("a", "person:1"))
		b.deliver(t, 1)
		b.deliver(t, 0) // not due yet
		for range 7 {
			if fs, err := b.Failures(t.Context(), 10); len(fs) != 0 || err != nil {
				t.Fatalf("failed too early: %v, %v", fs, err)
			}
			b.clock.Advance(2 * time.Hour)
			b.deliver(t, 1)
		}
		b.clock.Advance(24 * time.Hour)
		b.deliver(t, 0)
		fs, err := b.Failures(t.Context(), 10)
		if err != nil || len(fs) != 1 || fs[0].Attempts != 8 || fs[0].Error != "…: line busy" || fs[0].To != "person:1" {
			t.Fatalf("failures = %+v, %v", fs, err)
		}
		b.gateway.answer = nil
		if err := b.Retry(t.Context(), fs[0].ID); err != nil {
			t.Fatal(err)
		}
		b.deliver(t, 1)
		if err := b.Retry(t.Context(), fs[0].ID); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("retry of a sent message: %v", err)
		}
	})
}

func TestLastingFailures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		b.gateway.answer = func(e notify.Envelope) error {
			if e.Key == "broken" {
				panic("gateway")
			}
			return notify.Refused{What: "no such number " + e.Address}
		}
		mail := sms("no gateway", "person:1")
		mail.Channel = notify.Email
		unwritten := sms("no text", "person:1")
		unwritten.Template = "case.unwritten"
		for _, m := range []notify.Message{sms("refused", "person:1"), sms("no address", "person:nobody"), mail, unwritten, sms("broken", "person:1"), sms("later", "person:later")} {
			b.send(t, m)
		}
		b.deliver(t, 6)
		fs, err := b.Failures(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, f := range fs {
			got[f.Key] = f.Error
		}
		want := map[string]string{"refused": "no such number …", "no address": "there is no address for sms", "no gateway": "there is no gateway for email",
			"no text": "there is no text case.unwritten in zh-Hans"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("failures = %v", got)
		}
		b.clock.Advance(time.Minute)
		b.deliver(t, 2) // the broken and the later one are tried again
	})
}

func TestLeaseOfADeadProcessEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		b.send(t, sms("a", "person:1"))
		ctx, die := context.WithCancel(t.Context())
		inside := make(chan struct{})
		b.gateway.answer = func(notify.Envelope) error { close(inside); <-ctx.Done(); return ctx.Err() }
		done := make(chan error, 1)
		go func() { _, err := b.Deliver(ctx); done <- err }()
		<-inside
		other := notify.New(b.Config)
		if n, err := other.Deliver(t.Context()); n != 0 || err != nil {
			t.Fatalf("another process took a leased row: %d, %v", n, err)
		}
		die()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		b.gateway.answer = nil
		b.clock.Advance(3 * time.Minute)
		if n, err := other.Deliver(t.Context()); n != 1 || err != nil {
			t.Fatalf("after the lease: %d, %v", n, err)
		}
	})
}

func TestManyWorkersSendEachOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		const many = 60
		err := b.DB.Write(t.Context(), func(tx *db.Tx) error {
			for i := range many {
				if err := b.Send(tx, sms(fmt.Sprint(i), "person:1")); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := notify.New(b.Config).Deliver(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		seen := map[string]int{}
		for _, e := range b.gateway.got {
			seen[e.Key]++
		}
		if len(seen) != many || len(b.gateway.got) != many {
			t.Fatalf("%d messages, %d sends", len(seen), len(b.gateway.got))
		}
	})
}

func TestStartDeliversAfterCommit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		ctx, stop := context.WithCancel(t.Context())
		sent := make(chan struct{})
		b.gateway.answer = func(notify.Envelope) error { close(sent); return nil }
		done := b.Start(ctx)
		b.send(t, sms("a", "person:1"))
		<-sent
		stop()
		<-done
	})
}

func inApp(key, to string) notify.Message {
	return notify.Message{Key: key, To: to, Channel: notify.InApp, Template: "case.replied",
		Args: []any{"unit", i18n.Text{Hans: "城管局", En: "Urban management"}, "number", 5}, Link: "/desk/order/1"}
}

func TestInApp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		for i, to := range []string{"staff:1", "staff:1", "staff:2", "staff:1"} {
			b.clock.Advance(time.Second)
			b.send(t, inApp(fmt.Sprint(i), to))
		}
		b.send(t, inApp("0", "staff:1")) // the same once more
		ctx := t.Context()
		wantUnread(t, b, "staff:1", 3)
		notes, err := b.List(ctx, "staff:1", i18n.En, "", 2)
		if err != nil || len(notes) != 2 || notes[0].Text != "Urban management has replied to 5" || notes[0].Title != "Reply" ||
			notes[0].Link != "/desk/order/1" || notes[0].Read || !notes[0].At.After(notes[1].At) {
			t.Fatalf("notes = %+v, %v", notes, err)
		}
		rest, err := b.List(ctx, "staff:1", i18n.ZhHans, notes[1].ID, 2)
		if err != nil || len(rest) != 1 || rest[0].Text != "城管局已答复 5" {
			t.Fatalf("rest = %+v, %v", rest, err)
		}
		if err := b.MarkRead(ctx, "staff:2", notes[0].ID); err != nil {
			t.Fatal(err)
		}
		wantUnread(t, b, "staff:1", 3)
		if err := b.MarkRead(ctx, "staff:1", notes[0].ID); err != nil {
			t.Fatal(err)
		}
		wantUnread(t, b, "staff:1", 2)
		if err := b.MarkRead(ctx, "staff:1"); err != nil {
			t.Fatal(err)
		}
		wantUnread(t, b, "staff:1", 0)
		wantUnread(t, b, "staff:2", 1)
	})
}

func wantUnread(t *testing.T, b bundle, to string, want int) {
	t.Helper()
	if n, err := b.Unread(t.Context(), to); n != want || err != nil {
		t.Fatalf("%s has %d unread, %v; want %d", to, n, err, want)
	}
}

func TestSendRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		tests := []struct {
			name  string
			spoil func(m *notify.Message)
		}{
			{"no key", func(m *notify.Message) { m.Key = "" }},
			{"no template", func(m *notify.Message) { m.Template = "" }},
			{"a phone number as recipient", func(m *notify.Message) { m.To = "13900000001" }},
			{"unknown channel", func(m *notify.Message) { m.Channel = "fax" }},
			{"a link elsewhere", func(m *notify.Message) { m.Link = "//evil.example" }},
			{"odd arguments", func(m *notify.Message) { m.Args = []any{"a"} }},
			{"an argument without name", func(m *notify.Message) { m.Args = []any{1, 2} }},
			{"an argument of another type", func(m *notify.Message) { m.Args = []any{"a", struct{}{}} }},
		}
		for _, tt := range tests {
			m := sms("a", "person:1")
			tt.spoil(&m)
			if err := b.DB.Write(t.Context(), func(tx *db.Tx) error { return b.Send(tx, m) }); err == nil {
				t.Errorf("%s is taken", tt.name)
			}
		}
		b.deliver(t, 0)
	})
}

func TestTimesAreSaidInTheLanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		at := time.Date(2026, 5, 1, 1, 0, 0, 0, time.UTC)
		m := inApp("a", "staff:1")
		m.Args = []any{"unit", at, "number", int64(7)}
		b.send(t, m)
		notes, err := b.List(t.Context(), "staff:1", i18n.En, "", 5)
		if err != nil || len(notes) != 1 || !strings.HasPrefix(notes[0].Text, i18n.En.DateTime(at)) {
			t.Fatalf("notes = %+v, %v", notes, err)
		}
	})
}

func TestDevKeepsTheNewest(t *testing.T) {
	t.Parallel()
	d := notify.NewDev(clock.NewManual(time.UnixMilli(1)), 2)
	for _, key := range []string{"a", "b", "c"} {
		if err := d.Send(t.Context(), notify.Envelope{Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	got := d.Sent()
	if len(got) != 2 || got[0].Key != "c" || got[1].Key != "b" || got[0].At.UnixMilli() != 1 {
		t.Fatalf("kept %+v", got)
	}
}

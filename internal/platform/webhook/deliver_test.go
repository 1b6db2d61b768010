package webhook_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/webhook"
)

// A receiver that fails is asked ten times over about a day; then the delivery is given up, and the endpoint, which
// gave nothing good meanwhile, is disabled with a note.
func TestRetriesForADay(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, status(http.StatusInternalServerError))
		e, secret := b.endpoint(got.URL)
		got.expect(secret)
		b.post(1, e)
		began := b.clock.Now()
		for {
			b.deliver()
			d := b.deliveries(e)[0]
			if d.State != webhook.Waiting {
				break
			}
			if b.deliver() != 0 {
				b.Fatal("tried again before its time")
			}
			b.clock.Set(d.Next)
		}
		took := b.clock.Now().Sub(began)
		if d := b.deliveries(e)[0]; d.State != webhook.Failed || len(d.Log) != 10 || took < 18*time.Hour || took > 30*time.Hour {
			b.Errorf("%s after %d attempts in %s", d.State, len(d.Log), took)
		}
		got.want(1, 10) // one webhook-id
		if now := b.get(e); now.Enabled || now.Note != webhook.NoteFailing || now.Disabled.IsZero() {
			b.Errorf("the endpoint is %+v", now)
		}
	})
}

// One success between failures keeps an endpoint enabled when an old delivery is given up.
func TestSuccessForgivesFailures(t *testing.T) {
	each(t, func(b *bench) {
		bad := true
		got := receive(b.T, func(_ int, w http.ResponseWriter, _ *http.Request) {
			if bad {
				w.WriteHeader(http.StatusBadGateway)
			}
		})
		e, _ := b.endpoint(got.URL)
		b.post(1, e)
		for {
			b.deliver()
			d := b.deliveries(e)
			if d[len(d)-1].State != webhook.Waiting {
				break
			}
			if len(d[len(d)-1].Log) == 9 { // before the last attempt another message arrives
				bad = false
				b.post(1, e)
				b.deliver()
				bad = true
			}
			b.clock.Set(d[len(d)-1].Next)
		}
		if now := b.get(e); !now.Enabled || now.FailingSince.IsZero() {
			b.Errorf("the endpoint is %+v after %s", now, states(b.deliveries(e)))
		}
		bad = false
		b.post(1, e)
		b.deliver()
		if now := b.get(e); !now.FailingSince.IsZero() {
			b.Errorf("after a success the endpoint is failing since %s", now.FailingSince)
		}
	})
}

func TestAnswers(t *testing.T) {
	each(t, func(b *bench) {
		for name, tc := range map[string]struct {
			answer func(n int, w http.ResponseWriter, r *http.Request)
			state  webhook.State
			status int
			error  string
			kept   string
			wait   time.Duration // at least until the next attempt
		}{
			"taken":   {func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, webhook.Done, 204, "", "", 0},
			"says so": {func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok 好") }, webhook.Done, 200, "", "ok 好", 0},
			"broken":  {status(500), webhook.Waiting, 500, "the receiver answers 500", "", 0},
			"refuses": {status(400), webhook.Waiting, 400, "the receiver answers 400", "", 0},
			"elsewhere": {func(_ int, w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/inside" {
					b.Error("a redirect was followed")
				}
				http.Redirect(w, r, "/inside", http.StatusTemporaryRedirect)
			}, webhook.Waiting, 307, "the receiver answers 307", "", 0},
			"later": {func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "900")
				w.WriteHeader(503)
			}, webhook.Waiting, 503, "the receiver answers 503", "", 900 * time.Second},
			"much later": {func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "99999999999")
				w.WriteHeader(429)
			}, webhook.Waiting, 429, "the receiver answers 429", "", time.Hour},
			"garbage": {func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a\x00\xff\x1b[31mb\nc")) }, webhook.Done, 200, "", "a[31mb\nc", 0},
			"endless": {func(_ int, w http.ResponseWriter, _ *http.Request) {
				for _, err := io.WriteString(w, strings.Repeat("x", 1000)); err == nil; _, err = io.WriteString(w, strings.Repeat("x", 1000)) {
				}
			}, webhook.Done, 200, "", strings.Repeat("x", 256), 0},
			"hangs up": {func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, webhook.Waiting, 0, "EOF", "", 0},
			"not HTTP": {func(_ int, w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					_, _ = io.WriteString(conn, "SSH-2.0 hello\r\n\r\n")
					_ = conn.Close()
				}
			}, webhook.Waiting, 0, "malformed HTTP", "", 0},
		} {
			got := receive(b.T, tc.answer)
			e, _ := b.endpoint(got.URL + "/hook?token=geheim")
			b.post(1, e)
			b.deliver()
			d := b.deliveries(e)[0]
			if len(d.Log) != 1 {
				b.Fatalf("%s: %d attempts", name, len(d.Log))
			}
			a := d.Log[0]
			if d.State != tc.state || a.Status != tc.status || !strings.Contains(a.Error, tc.error) || (tc.error == "") != (a.Error == "") || a.Answer != tc.kept {
				b.Errorf("%s: %s %+v", name, d.State, a)
			}
			if tc.wait > 0 && d.Next.Sub(b.clock.Now()) != tc.wait {
				b.Errorf("%s: waits %s, want %s", name, d.Next.Sub(b.clock.Now()), tc.wait)
			}
			if strings.Contains(a.Error, "geheim") {
				b.Errorf("%s: the error tells the token: %s", name, a.Error)
			}
		}
	})
}

// A receiver that cannot be reached is told of without its address.
func TestUnreachable(t *testing.T) {
	each(t, func(b *bench) {
		closed := receive(b.T, ok)
		closed.Close()
		e, _ := b.endpoint(closed.URL + "/geheim")
		b.post(1, e)
		b.deliver()
		if a := b.deliveries(e)[0].Log[0]; a.Status != 0 || !strings.Contains(a.Error, "refused") || strings.Contains(a.Error, "geheim") {
			b.Errorf("log %+v", a)
		}
	})
}

func TestGone(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, status(http.StatusGone))
		e, _ := b.endpoint(got.URL)
		b.post(9, e)
		b.deliver()
		if now := b.get(e); now.Enabled || now.Note != webhook.NoteGone {
			b.Errorf("the endpoint is %+v", now)
		}
		for _, d := range b.deliveries(e) {
			if d.State != webhook.Failed {
				b.Errorf("a delivery is %s", d.State)
			}
		}
		if n := b.deliver(); n != 0 {
			b.Errorf("%d attempts at an endpoint that is gone", n)
		}
		b.must(b.db.Read(context.Background(), func(tx *db.Tx) error {
			if list, err := b.Listening(tx); err != nil || len(list) != 0 {
				b.Errorf("listening: %+v, %v", list, err)
			}
			return nil
		}))
	})
}

// A slow receiver holds a few hands and not more; the others hear meanwhile.
func TestSlowReceiverHoldsUpNobody(t *testing.T) {
	each(t, func(b *bench) {
		let := make(chan struct{})
		var inside, most atomic.Int64
		var left sync.WaitGroup
		left.Add(40)
		slow := receive(b.T, func(int, http.ResponseWriter, *http.Request) {
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-let
			inside.Add(-1)
			left.Done()
		})
		heard := make(chan struct{}, 100)
		quick := receive(b.T, func(int, http.ResponseWriter, *http.Request) { heard <- struct{}{} })
		one, _ := b.endpoint(slow.URL)
		two, _ := b.endpoint(quick.URL)
		b.post(40, one, two)
		ctx, stop := context.WithCancel(context.Background())
		done := b.Start(ctx)
		for range 40 {
			<-heard
		}
		if n := len(slow.messages()); n > 4 {
			b.Errorf("%d messages went to a receiver that answered none", n)
		}
		close(let)
		left.Wait()
		stop()
		<-done
		slow.want(40, 1)
		quick.want(40, 1)
		if most.Load() > 4 {
			b.Errorf("%d messages at a time went to one endpoint", most.Load())
		}
	})
}

// Several processes share the work, and each message is sent once.
func TestProcessesShareTheWork(t *testing.T) {
	each(t, func(b *bench) {
		const n = 150
		var left sync.WaitGroup
		left.Add(n)
		got := receive(b.T, func(int, http.ResponseWriter, *http.Request) { left.Done() })
		e, _ := b.endpoint(got.URL)
		ctx, stop := context.WithCancel(context.Background())
		var ended []<-chan struct{}
		for range 3 {
			ended = append(ended, b.service(nil).Start(ctx))
		}
		ended = append(ended, b.Start(ctx))
		for range n {
			b.post(1, e)
		}
		left.Wait()
		stop()
		for _, done := range ended {
			<-done
		}
		got.want(n, 1)
	})
}

// A process that dies while it sends leaves a claim that another takes over after its lease: the same webhook-id
// comes a second time, and the late word of the first changes nothing.
func TestLease(t *testing.T) {
	each(t, func(b *bench) {
		arrived, let := make(chan struct{}), make(chan struct{})
		got := receive(b.T, func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				arrived <- struct{}{}
				<-let
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
		e, _ := b.endpoint(got.URL)
		b.post(1, e)
		dying := b.service(nil)
		var ended sync.WaitGroup
		ended.Go(func() {
			if _, err := dying.Deliver(context.Background()); err != nil {
				b.Error(err)
			}
		})
		<-arrived
		if n := b.deliver(); n != 0 {
			b.Errorf("%d attempts while another has the claim", n)
		}
		b.clock.Advance(61 * time.Second)
		if n := b.deliver(); n != 1 {
			b.Errorf("%d attempts after the lease, want 1", n)
		}
		close(let)
		ended.Wait()
		got.want(1, 2)
		if d := b.deliveries(e)[0]; d.State != webhook.Done || d.Attempts != 2 || len(d.Log) != 2 {
			b.Errorf("delivery %+v", d)
		}
	})
}

// When the program ends, what is being sent is given back and counts as no attempt.
func TestStopGivesBack(t *testing.T) {
	each(t, func(b *bench) {
		arrived := make(chan struct{}, 1)
		got := receive(b.T, func(n int, _ http.ResponseWriter, r *http.Request) {
			if n == 1 {
				arrived <- struct{}{}
				<-r.Context().Done()
			}
		})
		e, _ := b.endpoint(got.URL)
		b.post(1, e)
		ctx, stop := context.WithCancel(context.Background())
		done := b.Start(ctx)
		<-arrived
		stop()
		<-done
		if d := b.deliveries(e)[0]; d.State != webhook.Waiting || d.Attempts != 0 || len(d.Log) != 0 {
			b.Errorf("delivery %+v", d)
		}
		if n := b.deliver(); n != 1 {
			b.Errorf("%d attempts after the next start, want 1", n)
		}
	})
}

// One delivery, or all that failed since a moment, or all since a moment, are sent again under the same ids.
func TestReplay(t *testing.T) {
	each(t, func(b *bench) {
		ctx := context.Background()
		bad := false
		got := receive(b.T, func(_ int, w http.ResponseWriter, _ *http.Request) {
			if bad {
				w.WriteHeader(http.StatusGone)
			}
		})
		e, _ := b.endpoint(got.URL)
		on := true
		b.post(2, e) // taken
		b.deliver()
		b.clock.Advance(time.Hour)
		noon := b.clock.Now()
		b.post(2, e) // taken
		b.deliver()
		bad = true
		b.post(1, e) // refused
		b.deliver()
		if _, err := b.Replay(ctx, owner, e.ID, b.deliveries(e)[0].ID); fault.KindOf(err) != fault.Conflict {
			b.Errorf("replay at a disabled endpoint: %v", err)
		}
		bad = false
		if now, err := b.Change(ctx, owner, e.ID, webhook.Change{Enabled: &on}); err != nil || !now.Enabled || now.Note != "" || !now.FailingSince.IsZero() {
			b.Errorf("enabled again: %+v, %v", now, err)
		}
		for _, tc := range []struct {
			since time.Time
			all   bool
			want  int
		}{{time.Time{}, false, 1}, {time.Time{}, false, 0}, {noon, true, 3}, {time.Time{}, true, 5}} {
			n, err := b.ReplaySince(ctx, owner, e.ID, tc.since, tc.all)
			if err != nil || n != tc.want {
				b.Errorf("replay since %s, all %v: %d, %v, want %d", tc.since, tc.all, n, err, tc.want)
			}
			b.deliver()
		}
		list := b.deliveries(e)
		d, err := b.Replay(ctx, owner, e.ID, list[4].ID)
		if err != nil || d.State != webhook.Waiting {
			b.Errorf("replay one: %+v, %v", d, err)
		}
		if _, err := b.Replay(ctx, owner, e.ID, list[4].ID); fault.KindOf(err) != fault.Conflict {
			b.Errorf("replay of what waits: %v", err)
		}
		b.deliver()
		want := map[string]int{list[4].Message: 3, list[3].Message: 2, list[2].Message: 3, list[1].Message: 3, list[0].Message: 4}
		for id, n := range got.messages() {
			if want[id] != n {
				b.Errorf("message %s came %d times, want %d", id, n, want[id])
			}
		}
		if d := b.deliveries(e)[4]; d.State != webhook.Done || len(d.Log) != 3 || d.Attempts != 3 {
			b.Errorf("the log of a replayed delivery: %+v", d)
		}
	})
}

func TestPing(t *testing.T) {
	each(t, func(b *bench) {
		ctx := context.Background()
		code := http.StatusOK
		got := receive(b.T, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		e, secret := b.endpoint(got.URL)
		got.expect(secret)
		for _, code = range []int{http.StatusOK, http.StatusTeapot} {
			d, err := b.Ping(ctx, owner, e.ID)
			if err != nil || d.State != webhook.Waiting || d.Type != webhook.PingType {
				b.Fatalf("ping %+v, %v", d, err)
			}
			b.deliver()
			b.clock.Advance(time.Hour)
			b.deliver()
		}
		if list := b.deliveries(e); states(list) != "failed/1 done/1 " || list[0].Log[0].Status != http.StatusTeapot || !strings.Contains(got.bodies[0], `"type":"ping"`) {
			b.Errorf("pings are in the log as %s", states(list))
		}
		if now := b.get(e); !now.FailingSince.IsZero() {
			b.Error("a failed ping counts against the endpoint")
		}
		off := false
		_, err := b.Change(ctx, owner, e.ID, webhook.Change{Enabled: &off})
		b.must(err)
		if _, err := b.Ping(ctx, owner, e.ID); fault.KindOf(err) != fault.Conflict {
			b.Errorf("ping at a disabled endpoint: %v", err)
		}
	})
}

// An endpoint whose owner may receive nothing any more hears nothing any more.
func TestOwnerEnds(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, ok)
		e, _ := b.endpoint(got.URL)
		strict := b.service(func(c *webhook.Config) {
			c.Holds = func(_ context.Context, who string) (bool, error) { return who != owner, nil }
		})
		b.post(1, e)
		if _, err := strict.Deliver(context.Background()); err != nil {
			b.Fatal(err)
		}
		got.want(0, 0)
		if now := b.get(e); now.Enabled || now.Note != webhook.NoteOwner {
			b.Errorf("the endpoint is %+v", now)
		}
	})
}

func TestTidy(t *testing.T) {
	each(t, func(b *bench) {
		fine := receive(b.T, ok)
		e, _ := b.endpoint(fine.URL)
		b.post(3, e)
		b.deliver()
		b.clock.Advance(29 * 24 * time.Hour)
		b.post(1, e)
		b.must(b.Tidy(context.Background()))
		if n := len(b.deliveries(e)); n != 4 {
			b.Errorf("%d deliveries after 29 days, want 4", n)
		}
		b.clock.Advance(2 * 24 * time.Hour)
		b.must(b.Tidy(context.Background()))
		if list := b.deliveries(e); states(list) != "waiting/0 " {
			b.Errorf("after 31 days there are %s", states(list))
		}
		b.must(b.db.Read(context.Background(), func(tx *db.Tx) error {
			var n int
			err := tx.QueryRow(`SELECT count(*) FROM webhook_attempt`).Scan(&n)
			if n != 0 {
				b.Errorf("%d attempts are left", n)
			}
			return err
		}))
	})
}

// The log is read page by page, newest first, all or by state.
func TestLogPages(t *testing.T) {
	each(t, func(b *bench) {
		got := receive(b.T, ok)
		e, _ := b.endpoint(got.URL)
		for range 5 {
			b.post(1, e)
			b.clock.Advance(time.Second)
		}
		var seen []webhook.Delivery
		before := ""
		for {
			page, err := b.Deliveries(context.Background(), owner, e.ID, webhook.Waiting, before, 2)
			b.must(err)
			if len(page) == 0 {
				break
			}
			seen, before = append(seen, page...), page[len(page)-1].ID
		}
		if len(seen) != 5 || !seen[0].Made.After(seen[4].Made) {
			b.Errorf("pages hold %s", states(seen))
		}
		if page, err := b.Deliveries(context.Background(), owner, e.ID, webhook.Done, "", 10); err != nil || len(page) != 0 {
			b.Errorf("done: %s, %v", states(page), err)
		}
	})
}

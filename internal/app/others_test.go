package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
)

// serving is one process in this test: a house with its own listener.
type serving struct {
	*house
	url  string
	stop func()
}

// serve opens a house over the store of the address and serves it.
func serve(t *testing.T, data, dsn string) *serving {
	t.Helper()
	c := folder(t)
	if data != "" {
		c.Data = data
	}
	c.DB = dsn
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, l) }()
	s := &serving{house: &house{T: t, App: a}, url: "http://" + l.Addr().String()}
	s.stop = sync.OnceFunc(func() {
		end()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// pair is two processes on one PostgreSQL.
func pair(t *testing.T) (one, two *serving) {
	t.Helper()
	c := folder(t)
	c.DB = dbtest.Empty(t, dbtest.Server(t))
	if err := Install(t.Context(), c, fuzhou, false); err != nil {
		t.Fatal(err)
	}
	settings(t, c.Data, "development: true\ndrain: 0s\n")
	one, two = serve(t, c.Data, c.DB), serve(t, c.Data, c.DB)
	return one, two
}

// signIn makes a member of staff who reads the screen of the city, and gives the token of their session.
func (s *serving) signIn() string {
	s.Helper()
	p, err := s.Staff.AddStaff(s.Context(), org.Staff{Name: "张三", Unit: "3501.12345", Active: true})
	if err == nil {
		_, err = s.Staff.AddPost(s.Context(), org.Post{Staff: p.ID, Unit: "3501.12345", Role: access.Brain, Area: "3501"})
	}
	if err == nil {
		_, err = s.Identity.AddStaffAccount(s.Context(), identity.NewStaff{Login: "zhangsan", Password: "eine lange Nacht", StaffID: p.ID})
	}
	if err != nil {
		s.Fatal(err)
	}
	token, err := s.Identity.SignInStaff(s.Context(), "zhangsan", "eine lange Nacht", "", identity.Visit{})
	if err != nil {
		s.Fatal(err)
	}
	return token
}

// listen opens a stream of signals and gives its lines.
func (s *serving) listen(token, topics string) *bufio.Scanner {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+"/live?topics="+topics, nil)
	if err != nil {
		s.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		s.Fatalf("open a stream: %v %v", res, err)
	}
	s.Cleanup(func() { res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // it has joined
	return lines
}

// until looks again and again; the test's own time ends a wait in vain.
func until(t *testing.T, done func() bool) {
	t.Helper()
	for beat := time.Tick(2 * time.Millisecond); !done(); {
		select {
		case <-beat:
		case <-t.Context().Done():
			t.Fatal("in vain")
		}
	}
}

func (s *serving) get(path string) (int, string) {
	s.Helper()
	res, err := http.Get(s.url + path)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		b.WriteString(lines.Text() + "\n")
	}
	return res.StatusCode, b.String()
}

// What happens in one process is seen on the screens of both, whichever of them runs the reaction.
func TestSignalsCrossProcesses(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	token := one.signIn()
	until(t, func() bool { return one.Relay.State().Hearing && two.Relay.State().Hearing })
	first, second := one.listen(token, "brain"), two.listen(token, "brain")
	in := lamp()
	in.Contact.Name, in.Contact.Phone = "张三", "13900000001"
	if _, err := two.Requests.Receive(t.Context(), desk, in); err != nil {
		t.Fatal(err)
	}
	for name, lines := range map[string]*bufio.Scanner{"first": first, "second": second} {
		for lines.Scan() && !strings.HasPrefix(lines.Text(), `data: {"topic":"brain"`) {
		}
		if err := lines.Err(); err != nil {
			t.Errorf("the %s process's screen: %v", name, err)
		}
	}
	// A session that is ended in one process is unknown in the other at once, not when its memory runs out.
	if _, ok := one.Identity.Lookup(t.Context(), token); !ok {
		t.Fatal("the session does not live")
	}
	if err := two.Identity.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		_, ok := one.Identity.Lookup(t.Context(), token)
		return !ok
	})
}

// Two processes that let time act at once act once on each case.
func TestDueCasesAreActedOnOnce(t *testing.T) {
	t.Parallel()
	c := folder(t)
	c.DB = dbtest.Empty(t, dbtest.Server(t))
	if err := Install(t.Context(), c, fuzhou, false); err != nil {
		t.Fatal(err)
	}
	var houses [2]*house
	for i := range houses {
		a, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		houses[i] = &house{T: t, App: a}
	}
	const cases = 30
	ids := make([]string, cases)
	for i := range ids {
		in := lamp()
		in.ClientID = fmt.Sprint("test-due-", i)
		ids[i] = houses[0].receive(in).CaseID
	}
	c.Clock.(interface{ Advance(time.Duration) }).Advance(10 * 24 * time.Hour)
	var both sync.WaitGroup
	for _, h := range houses {
		both.Go(func() {
			if err := h.tick(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	for _, id := range ids {
		seen := map[string]int{}
		entries, err := houses[0].Cases.Journal(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Action == casework.ActBreach {
				for _, k := range e.Clocks {
					seen[string(k.Kind)]++
				}
			}
		}
		if len(seen) == 0 {
			t.Errorf("case %s: nothing became overdue", id)
		}
		for kind, n := range seen {
			if n != 1 {
				t.Errorf("case %s: %s overdue %d times", id, kind, n)
			}
		}
	}
}

// Another pack is put in force while the program runs: it answers by it within seconds, without a restart.
func TestAnotherPackInForce(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "")
	p, err := ReadPack(broken(t, "pack.yaml", "version: '2026.11'", "version: '2026.12'"))
	if err != nil {
		t.Fatal(err)
	}
	token := s.signIn()
	if err := s.Packs.Install(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	lines := s.listen(token, "brain") // a stream goes on over the change
	until(t, func() bool {
		code, body := s.get("/readyz")
		if code != http.StatusOK {
			t.Fatalf("while the pack changes: %d %s", code, body)
		}
		return strings.Contains(body, p.Ref())
	})
	s.signal("brain", "changed")
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
	}
	if lines.Err() != nil {
		t.Error(lines.Err())
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "")
	if code, body := s.get("/healthz"); code != http.StatusOK || strings.TrimSpace(body) != `{"ok":true}` {
		t.Errorf("healthz: %d %s", code, body)
	}
	var h Health
	code, body := s.get("/readyz")
	if err := json.Unmarshal([]byte(body), &h); err != nil || code != http.StatusOK || !h.OK || len(h.Parts) != 4 {
		t.Fatalf("readyz: %d %s %v", code, body, err)
	}
	s.draining.Store(true)
	code, body = s.get("/readyz")
	if code != http.StatusServiceUnavailable || !strings.Contains(body, "this process is ending") {
		t.Errorf("while it drains: %d %s", code, body)
	}
	s.draining.Store(false)
	s.unfit.Store(&unfit{ref: "fuzhou@9"})
	if code, body = s.get("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "fuzhou@9") {
		t.Errorf("a pack that cannot be read: %d %s", code, body)
	}
}

func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	c := folder(t)
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.Data, "secret.key"), []byte(strings.Repeat("k", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "another secret.key") {
		t.Errorf("a store with another key: %v", err)
	}
}

// Metrics follow the conventions, and no label holds anything of a person.
func TestMetrics(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(lamp())
	f := &front{}
	if err := f.put(h.App); err != nil {
		t.Fatal(err)
	}
	h.Counts.answered("GET /desk/queue", "GET", 200, time.Millisecond)
	problems, err := testutil.GatherAndLint(f.registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	families, err := f.registry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, m := range families {
		seen[m.GetName()] = len(m.GetMetric())
		if strings.Contains(m.String(), "13900000001") || strings.Contains(m.String(), "张三") {
			t.Errorf("%s names a person", m.GetName())
		}
	}
	for name, least := range map[string]int{
		"banyan_http_requests_total": 1, "banyan_http_request_duration_seconds": 1, "banyan_http_requests_refused_total": 15,
		"banyan_store_writes_total": 1, "banyan_store_write_queue": 1, "banyan_facts_pending": 10, "banyan_facts_oldest_seconds": 10,
		"banyan_messages_waiting": 2, "banyan_cases_open": 1, "banyan_live_streams": 1, "banyan_sessions": 1, "banyan_build_info": 1,
		"banyan_pack_info": 1, "banyan_lease_held": 1, "go_goroutines": 1,
	} {
		if seen[name] < least {
			t.Errorf("%s: %d series, want %d or more", name, seen[name], least)
		}
	}
}

func TestMemoryPressure(t *testing.T) {
	t.Parallel()
	for live, want := range map[int64]int{0: 0, 740: 0, 750: 1, 899: 1, 900: 2, 1200: 2} {
		if got := pressure(live, 1000); got != want {
			t.Errorf("%d of 1000 in use: %d, want %d", live, got, want)
		}
	}
	file := filepath.Join(t.TempDir(), "memory.max")
	for text, want := range map[string]int64{"max\n": 0, "536870912\n": 512 << 20, "9223372036854771712\n": 0} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := containerLimit("/nowhere", file); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestClasses(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]web.Class{
		"GET /desk/queue": web.Desk, "POST /work/orders/{id}/reply": web.Desk, "POST /staff/signin": web.Desk, "GET /rates": web.Public,
		"POST /report/{step}": web.Intake, "GET /report": web.Intake, "POST /track": web.Intake, "GET /{$}": web.Public, "GET /live": web.Free, "": web.Public,
	} {
		method, _, _ := strings.Cut(pattern, " ")
		if got := class(&http.Request{Method: method}, pattern); got != want {
			t.Errorf("%q: %s, want %s", pattern, got, want)
		}
	}
}

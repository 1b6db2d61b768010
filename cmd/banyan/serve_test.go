package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// city is a data folder, on SQLite or on a PostgreSQL database of its own.
type city struct {
	*testing.T
	data, dsn string
}

func newCity(t *testing.T, dsn string) *city {
	t.Helper()
	c := &city{t, filepath.Join(t.TempDir(), "data"), dsn}
	c.run("init", "--pack", "../../packs/fuzhou")
	text := "drain: 300ms\n"
	if err := os.WriteFile(filepath.Join(c.data, "banyan.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs a subcommand to its end and gives what it printed.
func (c *city) run(args ...string) string {
	c.Helper()
	cmd := exec.Command("banyan", append(args, "--data", c.data, "--db", c.dsn)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		c.Fatalf("banyan %v: %v\n%s", args, err, &errs)
	}
	return string(out)
}

// server is a running banyan serve.
type server struct {
	*exec.Cmd
	url, metrics string
	ended        chan error
}

// serve starts the program and waits until it is ready.
func (c *city) serve() *server {
	c.Helper()
	s := &server{Cmd: exec.Command("banyan", "serve", "--data", c.data, "--db", c.dsn, "--addr", "127.0.0.1:0", "--metrics", "127.0.0.1:0"), ended: make(chan error, 1)}
	read, write := io.Pipe()
	s.Stdout, s.Stderr = write, write
	if err := s.Start(); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = s.Process.Kill() })
	go func() { s.ended <- s.Wait(); write.Close() }()
	said := make(chan string)
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(read); lines.Scan(); {
			said <- lines.Text()
		}
	}()
	address := regexp.MustCompile(`on (http://127\.0\.0\.1:\d+)$|msg=metrics address=(127\.0\.0\.1:\d+)`)
	for s.url == "" || s.metrics == "" {
		line, open := <-said
		if !open {
			c.Fatal("the program ended before it was ready")
		}
		if m := address.FindStringSubmatch(line); m != nil {
			s.url, s.metrics = s.url+m[1], s.metrics+m[2]
		}
	}
	go func() {
		for range said { //nolint:revive // the pipe must not fill
		}
	}()
	return s
}

// has tells whether the metrics hold a line.
func (s *server) has(line string) bool {
	res, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return strings.Contains(string(text), "\n"+line+"\n")
}

// load hands requests in from several callers until they are told to stop, and keeps what was acknowledged.
type load struct {
	secret string
	mu     sync.Mutex
	kept   map[string]bool // request ids with a 2xx
	broken []string        // connections that broke after the server had taken the request in
	sent   atomic.Int64
}

// call asks the server once.
func (l *load) call(client *http.Client, base string, n int64, body []byte) (*http.Response, error) {
	r, err := http.NewRequest(http.MethodPost, base+"/api/v1/requests", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+l.secret)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprint("load-", n))
	return client.Do(r)
}

// hand sends one request; false means that the server takes nobody in any more.
func (l *load) hand(client *http.Client, base string) bool {
	n := l.sent.Add(1)
	body, _ := json.Marshal(map[string]any{ // strings always encode
		"client_id": fmt.Sprint("load-", n), "kind": "complaint", "words": "军门社区3号楼前路灯坏了", "area": "350102004001", "anonymous": true,
	})
	res, err := l.call(client, base, n, body)
	if err != nil && !errors.Is(err, syscall.ECONNREFUSED) { // it met the end of a connection that nobody had taken: a client asks again
		res, err = l.call(client, base, n, body)
	}
	if err != nil {
		if !errors.Is(err, syscall.ECONNREFUSED) {
			l.mu.Lock()
			l.broken = append(l.broken, err.Error())
			l.mu.Unlock()
		}
		return false
	}
	defer res.Body.Close()
	var got struct{ Request string }
	if err := json.NewDecoder(res.Body).Decode(&got); err == nil && res.StatusCode/100 == 2 {
		l.mu.Lock()
		l.kept[got.Request] = true
		l.mu.Unlock()
	}
	return true
}

// A process that is told to end under load answers what it has taken in, loses nothing and ends well.
func TestEndsInOrder(t *testing.T) {
	t.Parallel()
	c := newCity(t, "")
	lines := strings.Split(strings.TrimSpace(c.run("key", "create", "--name", "load", "--per-second", "100000")), "\n")
	l := &load{secret: lines[len(lines)-1], kept: map[string]bool{}}
	s := c.serve()
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			client := &http.Client{Transport: &http.Transport{}} // connections of its own
			for l.hand(client, s.url) {
			}
		})
	}
	for l.sent.Load() < 200 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	callers.Wait()
	if err := <-s.ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	for _, why := range l.broken {
		t.Errorf("a request broke: %s", why)
	}
	c.holds(l)
}

// holds makes sure that every acknowledged request is in the store, once, and whole.
func (c *city) holds(l *load) {
	c.Helper()
	a, err := app.Open(context.Background(), app.Config{Data: c.data, DB: c.dsn})
	if err != nil {
		c.Fatal(err)
	}
	defer a.Close()
	if len(l.kept) < 20 {
		c.Fatalf("only %d requests were acknowledged", len(l.kept))
	}
	for id := range l.kept {
		var r request.Headline
		if err := a.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
			r, err = a.Requests.Get(tx, id)
			return err
		}); err != nil || r.CaseID == "" {
			c.Errorf("request %s was acknowledged and is lost: %v", id, err)
		}
	}
	all, _, err := a.Cases.Opened(context.Background(), time.UnixMilli(1), time.Now().Add(time.Hour))
	if err != nil || all < len(l.kept) || all > int(l.sent.Load()) {
		c.Errorf("%d cases of %d requests acknowledged and %d sent (%v)", all, len(l.kept), l.sent.Load(), err)
	}
	if _, differ, err := a.Cases.Replay(context.Background(), func(casework.Happened) error { return nil }); err != nil || len(differ) > 0 {
		c.Errorf("journals: %v %v", differ, err)
	}
}

// A second signal does not wait for anybody.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCity(t, "")
	if err := os.WriteFile(filepath.Join(c.data, "banyan.yaml"), []byte("drain: 1m\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := c.serve()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for ready := true; ready; {
		res, err := http.Get(s.url + "/readyz")
		if err != nil {
			t.Fatalf("while it drains it still answers: %v", err)
		}
		res.Body.Close()
		ready = res.StatusCode == http.StatusOK
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := <-s.ended; !errors.As(err, &exit) || exit.ExitCode() == 0 {
		t.Errorf("after the second signal: %v", err)
	}
}

// Of two processes on one PostgreSQL the one that lets time act is killed: the other takes over, and works off what the
// killed one had only written down.
func TestKilledProcessIsFollowed(t *testing.T) {
	t.Parallel()
	c := newCity(t, dbtest.Empty(t, dbtest.Server(t)))
	lines := strings.Split(strings.TrimSpace(c.run("key", "create", "--name", "load", "--per-second", "100000")), "\n")
	l := &load{secret: lines[len(lines)-1], kept: map[string]bool{}}
	one, two := c.serve(), c.serve()
	const held = "banyan_lease_held 1"
	for !one.has(held) && !two.has(held) {
		time.Sleep(10 * time.Millisecond)
	}
	holder, other := one, two
	if two.has(held) {
		holder, other = two, one
	}
	client := &http.Client{}
	for range 30 {
		l.hand(client, holder.url)
	}
	killed := time.Now()
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-holder.ended
	for !other.has(held) {
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("the other took over after %v", time.Since(killed).Round(10*time.Millisecond))
	for !c.settled() {
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("and had worked off what was left after %v", time.Since(killed).Round(10*time.Millisecond))
	if !l.hand(client, other.url) {
		t.Error("the other takes nothing in")
	}
	c.holds(l)
}

// settled tells whether no fact waits for a reaction.
func (c *city) settled() bool {
	c.Helper()
	a, err := app.Open(context.Background(), app.Config{Data: c.data, DB: c.dsn})
	if err != nil {
		c.Fatal(err)
	}
	defer a.Close()
	list, err := a.Facts.Pending(context.Background())
	if err != nil {
		c.Fatal(err)
	}
	for _, w := range list {
		if w.Pending > 0 {
			return false
		}
	}
	return true
}

package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/web"
)

// hall is a server of eight places whose handlers stay until they are let go.
type hall struct {
	*bench
	gate *web.Gate
	url  string
	in   chan string
	out  chan struct{}
}

func newHall(t *testing.T, l web.Limits) *hall {
	t.Helper()
	h := &hall{gate: web.NewGate(l), in: make(chan string, 100), out: make(chan struct{})}
	h.bench = newBench(t, func(c *web.Config) {
		c.Gate = h.gate
		c.Class = func(r *http.Request, pattern string) web.Class {
			switch {
			case strings.Contains(pattern, "/desk"):
				return web.Desk
			case r.Method == http.MethodPost:
				return web.Intake
			}
			return web.Public
		}
	})
	stay := func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		h.in <- r.Method + " " + r.URL.Path
		<-h.out
		fmt.Fprintf(w, "%d bytes", len(body))
		return err
	}
	for _, pattern := range []string{"GET /list", "POST /report", "GET /desk"} {
		h.Handle(pattern, stay)
	}
	h.Static("GET /healthz", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	srv := httptest.NewServer(h.Handler())
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// ask sends a request and gives its answer when it comes.
func (h *hall) ask(t *testing.T, method, path string) <-chan *http.Response {
	t.Helper()
	got := make(chan *http.Response, 1)
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("words=x")
	}
	r, err := http.NewRequestWithContext(t.Context(), method, h.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			res = &http.Response{Body: http.NoBody}
		}
		t.Cleanup(func() { res.Body.Close() })
		got <- res
	}()
	return got
}

// Of eight places, one is the public's own, two each are of intake and desk, three are common.
func TestSharesOfThePlaces(t *testing.T) {
	t.Parallel()
	h := newHall(t, web.Limits{Handlers: 8, Line: 1, Patience: 20 * time.Millisecond})
	var within []<-chan *http.Response
	enter := func(method, path string, n int) {
		for range n {
			within = append(within, h.ask(t, method, path))
			<-h.in
		}
	}
	refused := func(method, path, words string) {
		t.Helper()
		res := <-h.ask(t, method, path)
		page, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(string(page), words) {
			t.Errorf("%s %s: %d, Retry-After %q, %s", method, path, res.StatusCode, res.Header.Get("Retry-After"), page)
		}
	}
	enter("GET", "/list", 4) // its own place and the common ones
	refused("GET", "/list", "web.error.busy")
	enter("POST", "/report", 2)
	refused("POST", "/report", "web.error.busy_form")
	enter("GET", "/desk", 2)
	refused("GET", "/desk", "web.error.busy")
	if res := <-h.ask(t, "GET", "/healthz"); res.StatusCode != http.StatusOK {
		t.Errorf("health in a busy hour: %d", res.StatusCode)
	}
	close(h.out)
	for _, got := range within {
		if res := <-got; res.StatusCode != http.StatusOK {
			t.Errorf("one who was in: %d", res.StatusCode)
		}
	}
	if res := <-h.ask(t, "GET", "/list"); res.StatusCode != http.StatusOK {
		t.Errorf("after the busy hour: %d", res.StatusCode)
	}
	if st := h.gate.State(web.Public); st.Refused["wait"] != 1 || st.Waiting != 0 {
		t.Errorf("public: %+v", st)
	}
}

func TestMemoryTurnsThePublicAwayFirst(t *testing.T) {
	t.Parallel()
	h := newHall(t, web.Limits{})
	close(h.out)
	for level, want := range map[int][3]int{0: {200, 200, 200}, 1: {503, 200, 200}, 2: {503, 503, 200}} {
		h.gate.Pressure(level)
		for i, q := range [3][2]string{{"GET", "/list"}, {"POST", "/report"}, {"GET", "/desk"}} {
			if res := <-h.ask(t, q[0], q[1]); res.StatusCode != want[i] {
				t.Errorf("level %d: %s %s gives %d, want %d", level, q[0], q[1], res.StatusCode, want[i])
			}
		}
	}
}

// A sender who has not sent all holds no place.
func TestSlowSenderHoldsNoPlace(t *testing.T) {
	t.Parallel()
	h := newHall(t, web.Limits{Handlers: 1, Line: 1, Patience: 20 * time.Millisecond})
	close(h.out)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nContent-Type: text/plain\r\n\r\nhalf ")
	for range 5 {
		if res := <-h.ask(t, "POST", "/report"); res.StatusCode != http.StatusOK {
			t.Fatalf("beside a slow sender: %d", res.StatusCode)
		}
	}
	fmt.Fprint(conn, "whole")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	if string(body) != "10 bytes" {
		t.Errorf("the slow sender's answer: %d %s", res.StatusCode, body)
	}
}

// A form with a photo is whole, wherever it was kept meanwhile.
func TestLargeFormIsReceivedWhole(t *testing.T) {
	t.Parallel()
	h := newHall(t, web.Limits{})
	close(h.out)
	for _, size := range []int{0, 1, 512 << 10, 512<<10 + 1, 3 << 20} {
		res, err := http.Post(h.url+"/report", "multipart/form-data; boundary=x", io.LimitReader(repeat{}, int64(size)))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if want := fmt.Sprintf("%d bytes", size); string(body) != want {
			t.Errorf("%d bytes sent: %d %s", size, res.StatusCode, body)
		}
	}
}

type repeat struct{}

func (repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestTooMuchBeingSentAtOnce(t *testing.T) {
	t.Parallel()
	h := newHall(t, web.Limits{Uploads: 1, UploadBytes: 100})
	close(h.out)
	h.gate.Pressure(2) // no form with files while the memory is full
	res, err := http.Post(h.url+"/report", "multipart/form-data; boundary=x", strings.NewReader("--x--"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if st := h.gate.State(web.Intake); res.StatusCode != http.StatusServiceUnavailable || st.Refused["body"] != 1 {
		t.Errorf("%d, refused %v", res.StatusCode, st.Refused)
	}
}

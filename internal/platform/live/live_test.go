package live_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/live"
)

// listen opens a stream and returns its lines; the stream has joined when the first line has come.
func listen(t *testing.T, h *live.Hub, topics string) (*bufio.Scanner, *http.Response) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.Serve(w, r, live.Topics(r)); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(srv.Close)
	res, err := http.Get(srv.URL + "/?topics=" + topics)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	lines.Scan()
	return lines, res
}

func next(t *testing.T, lines *bufio.Scanner, prefix string) string {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), prefix) {
			return lines.Text()
		}
	}
	t.Fatalf("the stream ended before a line %q", prefix)
	return ""
}

func TestSignalsReachTheirTopicOnly(t *testing.T) {
	t.Parallel()
	h := live.New(live.Options{})
	lines, res := listen(t, h, "case:1,case:1,queue")
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type %q", got)
	}
	h.Publish("case:2", "changed")
	h.Publish("case:1", "changed")
	if got, want := next(t, lines, "data:"), `data: {"topic":"case:1","event":"changed"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSlowStreamLosesSignalsButNeverBlocks(t *testing.T) {
	t.Parallel()
	h := live.New(live.Options{})
	listen(t, h, "a")
	for range 100_000 {
		h.Publish("a", strings.Repeat("x", 100))
	}
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	lines, _ := listen(t, live.New(live.Options{Heartbeat: time.Millisecond}), "a")
	next(t, lines, ":")
}

func TestStreamEnds(t *testing.T) {
	t.Parallel()
	closing, aging := live.New(live.Options{}), live.New(live.Options{Life: time.Millisecond})
	closed, _ := listen(t, closing, "a")
	aged, _ := listen(t, aging, "a")
	closing.Close()
	closing.Close()
	for closed.Scan() {
	}
	for aged.Scan() {
	}
	_, res := listen(t, closing, "a")
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a closed hub took a stream: %d", res.StatusCode)
	}
}

func TestTooManyStreams(t *testing.T) {
	t.Parallel()
	h := live.New(live.Options{Streams: 1})
	listen(t, h, "a")
	if h.Streams() != 1 {
		t.Fatalf("%d streams, want 1", h.Streams())
	}
	err := h.Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), nil)
	if fault.KindOf(err) != fault.Busy {
		t.Errorf("got %v, want busy", err)
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("t", 81) + ",a,,b,a"
	got := live.Topics(httptest.NewRequest("GET", "/?topics="+many, nil))
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
}

package live

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/fault"
)

// maxTopics bounds what one browser may listen to.
const maxTopics = 64

// Topics returns the topics a request asks for (?topics=a,b), without repeats, at most 64.
func Topics(r *http.Request) []string {
	var topics []string
	for _, topic := range strings.Split(r.URL.Query().Get("topics"), ",") {
		if topic != "" && len(topic) <= 80 && len(topics) < maxTopics && !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	return topics
}

// Serve streams the signals of topics, which the caller has allowed, as server-sent events until the reader leaves,
// the stream's life ends or the hub closes. It is busy when there are too many streams.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, topics []string) error {
	stream, leave, ok := h.join(topics)
	if !ok {
		return fault.New(fault.Busy, "live.error.busy")
	}
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not hold signals back
	out := http.NewResponseController(w)
	if err := h.send(w, out, "retry: 3000\n\n"); err != nil {
		return nil // the reader has gone
	}
	h.pump(w, r, out, stream)
	return nil
}

func (h *Hub) pump(w http.ResponseWriter, r *http.Request, out *http.ResponseController, stream chan Signal) {
	beat := time.NewTicker(h.options.Heartbeat)
	defer beat.Stop()
	end := time.NewTimer(h.options.Life)
	defer end.Stop()
	for {
		text := ":\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-h.closed:
			// Not all browsers should come back at once, nor to a process that has gone.
			_ = h.send(w, out, fmt.Sprintf("retry: %d\n\n", 500+rand.N(3000))) //nolint:gosec // spreads load, guards nothing
			return
		case <-end.C:
			return
		case <-beat.C:
		case signal := <-stream:
			data, err := json.Marshal(signal)
			if err != nil {
				return // two strings always encode
			}
			text = fmt.Sprintf("event: live\ndata: %s\n\n", data)
		}
		if h.send(w, out, text) != nil {
			return // the reader has gone
		}
	}
}

// send writes text at once and gives the next write time until after the next heartbeat.
func (h *Hub) send(w http.ResponseWriter, out *http.ResponseController, text string) error {
	// A server without deadlines (a test recorder) needs none.
	_ = out.SetWriteDeadline(time.Now().Add(h.options.Heartbeat + 10*time.Second))
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return out.Flush()
}

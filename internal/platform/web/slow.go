package web

import (
	"math"
	"net/http"
	"strconv"

	"banyan/internal/platform/fault"
)

// Slow gives a handler a limit of its own beside the general ones, counted by key: for forms that a stranger
// could use to guess. An empty key is not counted.
func (s *Server) Slow(h Handler, r Rate, key func(*http.Request) string) Handler {
	b := newBuckets(r, s.config.Clock)
	return func(w http.ResponseWriter, q *http.Request) error {
		wait := b.take(key(q))
		if wait == 0 {
			return h(w, q)
		}
		seconds := max(1, int(math.Ceil(wait.Seconds())))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		s.refuseStatus(w, q, http.StatusTooManyRequests, fault.New(fault.Busy, "web.error.too_many", "Seconds", seconds))
		return nil
	}
}

// Address is the client's address as the limits see it: behind a trusted proxy the one it names.
func (s *Server) Address(r *http.Request) string { return s.proxies.client(r) }

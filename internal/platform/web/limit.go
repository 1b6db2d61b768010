package web

import (
	"net/http"
	"time"
)

// Limit is Slow for a handler that finds out only on its way whether a request counts: it takes a token of the request's
// key and tells how long to wait for the next one, zero when it may go on. An empty key is not counted.
func (s *Server) Limit(r Rate, key func(*http.Request) string) func(*http.Request) time.Duration {
	b := newBuckets(r, s.config.Clock)
	return func(q *http.Request) time.Duration { return b.take(key(q)) }
}

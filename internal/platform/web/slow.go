package web

import "net/http"

// Slow gives a handler a limit of its own beside the general ones, counted by key: for forms that a stranger
// could use to guess. An empty key is not counted.
func (s *Server) Slow(h Handler, r Rate, key func(*http.Request) string) Handler {
	b := newBuckets(r, s.config.Clock)
	return func(w http.ResponseWriter, q *http.Request) error {
		wait := b.take(key(q))
		if wait == 0 {
			return h(w, q)
		}
		s.tooMany(w, q, wait)
		return nil
	}
}

// Address is the client's address as the limits see it: behind a trusted proxy the one it names.
func (s *Server) Address(r *http.Request) string { return s.proxies.client(r) }

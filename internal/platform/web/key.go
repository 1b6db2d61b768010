package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/fault"
)

// key finds the program whose key comes with the request ("Authorization: Bearer …", RFC 6750). A key has its own
// quota and is held back by nothing else; who tries wrong ones waits by address and learns nothing more, not even that
// one was right.
func (s *Server) key(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret, ok := bearer(r)
		if !ok || !strings.HasPrefix(secret, s.config.KeyPrefix) || s.config.Keys == nil || traceOf(r).static {
			next.ServeHTTP(w, r)
			return
		}
		address := s.proxies.client(r)
		if wait := s.wrong.wait(address); wait > 0 {
			s.tooMany(w, r, wait)
			return
		}
		visitor, wait, err := s.config.Keys(r.Context(), secret)
		switch {
		case fault.KindOf(err) == fault.Forbidden:
			s.wrong.take(address)
			s.WhoAsks(w, r, err)
		case err != nil:
			s.refuse(w, r, err)
		case wait > 0:
			s.tooMany(w, r, wait)
		default:
			p := PageOf(r)
			p.Visitor = visitor
			next.ServeHTTP(w, r.WithContext(WithPage(r.Context(), p)))
		}
	})
}

// bearer is the token of the Authorization header.
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// WhoAsks refuses a request that needs a key and has none, or a wrong one: 401.
func (s *Server) WhoAsks(w http.ResponseWriter, r *http.Request, err error) {
	challenge := `Bearer realm="banyan"`
	if _, tried := bearer(r); tried {
		challenge += `, error="invalid_token"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	s.refuseStatus(w, r, http.StatusUnauthorized, err)
}

// tooMany tells when to come again: 429.
func (s *Server) tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	s.refuseStatus(w, r, http.StatusTooManyRequests, fault.New(fault.Busy, "web.error.too_many", "Seconds", seconds))
}

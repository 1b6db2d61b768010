package web

import (
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"banyan/internal/platform/fault"
)

// admit takes a place for the request, or tells its sender to come back. The body has been received by then, and nothing
// has been done with it: a form that is turned away can be sent again as it is.
func (s *Server) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		class := s.class(r)
		leave, reason, again := s.config.Gate.enter(r.Context(), class)
		if leave == nil {
			s.turnAway(w, r, reason, again)
			return
		}
		defer leave()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) class(r *http.Request) Class {
	t := traceOf(r)
	if t.static || s.config.Class == nil {
		return Free
	}
	return s.config.Class(r, t.pattern)
}

// turnAway answers "busy" without asking the store for anything.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, reason string, again time.Duration) {
	s.config.Gate.refuse(s.class(r), reason)
	setRetryAfter(w, again)
	s.refuse(w, r, busy(r))
}

// busy is the sentence of a busy hour; one who sent a form learns that it is not lost.
func busy(r *http.Request) *fault.Error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return fault.New(fault.Busy, "web.error.busy")
	}
	return fault.New(fault.Busy, "web.error.busy_form")
}

// setRetryAfter asks for a pause, in whole seconds, up to half a minute and not the same for all.
func setRetryAfter(w http.ResponseWriter, d time.Duration) {
	seconds := min(30, max(1, int(math.Ceil(d.Seconds()))))
	w.Header().Set("Retry-After", strconv.Itoa(seconds+rand.IntN(3))) //nolint:gosec // spreads load, guards nothing
}

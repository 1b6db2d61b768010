package web

import (
	"net/http"
	"strings"
)

// Refusal writes a refusal in the form that a protocol has of its own.
type Refusal func(w http.ResponseWriter, r *http.Request, status int, err error)

// RefuseAt gives the addresses below a prefix a form of refusal of their own, also for what no handler answers: an unknown
// address, a wrong method, a body too large, too many requests. Call it before Handler.
func (s *Server) RefuseAt(prefix string, draw Refusal) {
	if s.refusals == nil {
		s.refusals = map[string]Refusal{}
	}
	s.refusals[prefix] = draw
}

// refusalFor finds the form of refusal of an address.
func (s *Server) refusalFor(r *http.Request) (Refusal, bool) {
	for prefix, draw := range s.refusals {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return draw, true
		}
	}
	return nil, false
}

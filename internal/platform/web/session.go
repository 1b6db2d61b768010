package web

import "net/http"

// session finds the visitor of the session cookie. A token nobody knows makes a stranger; who came with a key is
// known already.
func (s *Server) session(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := SessionToken(r)
		if token == "" || s.config.Sessions == nil || traceOf(r).static || VisitorOf(r).Program() {
			next.ServeHTTP(w, r)
			return
		}
		visitor, ok := s.config.Sessions(r.Context(), token)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		p := PageOf(r)
		p.Visitor = visitor
		next.ServeHTTP(w, r.WithContext(WithPage(r.Context(), p)))
	})
}

package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// recover turns a panic into an internal error with its reference; the stack goes to the log.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if reason == http.ErrAbortHandler {
				panic(reason)
			}
			s.config.Logger.LogAttrs(r.Context(), slog.LevelError, "panic",
				slog.String("ref", traceOf(r).ref), slog.String("stack", string(debug.Stack())))
			s.refuse(w, r, fmt.Errorf("panic: %v", reason))
		}()
		next.ServeHTTP(w, r)
	})
}

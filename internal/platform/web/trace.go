package web

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// trace is what the middleware learns of one request on its way in and out.
type trace struct {
	ref     string
	pattern string // the route, "" when none matches
	static  bool
	body    io.ReadCloser // the body before its limit, to be drained after a refusal
	fault   error
}

type traceKey struct{}

func traceOf(r *http.Request) *trace { return traceIn(r.Context()) }

func traceIn(ctx context.Context) *trace {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		return t
	}
	return &trace{}
}

// page gives each request its id, route, language and look. It is the outermost middleware.
func (s *Server) page(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := s.mux.Handler(r)
		_, isStatic := h.(static)
		t := &trace{ref: newRef(), pattern: pattern, static: isStatic}
		p := Page{
			Lang: langOf(r), Look: lookOf(r), Ref: t.ref, catalog: s.config.Catalog,
			Path: r.URL.Path, Query: r.URL.RawQuery,
		}
		ctx := WithPage(context.WithValue(r.Context(), traceKey{}, t), p)
		w.Header().Set("X-Request-Id", t.ref)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// newRef makes a request id that can be read out on the phone: 50 random bits as XXXXX-XXXXX.
func newRef() string {
	t := rand.Text()
	return t[:5] + "-" + t[5:10]
}

// log writes one line for each request: method, route, status, bytes and time. It holds no URL,
// address, name or form value.
func (s *Server) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, begun := s.config.Clock.Now(), time.Now()
		rec := &recorder{ResponseWriter: w}
		next.ServeHTTP(rec, r)
		t := traceOf(r)
		if s.config.Observe != nil {
			s.config.Observe(t.pattern, r.Method, rec.Status(), time.Since(begun))
		}
		level := slog.LevelInfo
		if t.static {
			level = slog.LevelDebug
		}
		attrs := []slog.Attr{
			slog.String("ref", t.ref), slog.String("method", r.Method), slog.String("route", t.pattern),
			slog.Int("status", rec.Status()), slog.Int64("bytes", rec.bytes),
			slog.Duration("took", s.config.Clock.Now().Sub(start).Round(10*time.Microsecond)),
		}
		if t.fault != nil {
			attrs = append(attrs, slog.String("fault", t.fault.Error()))
		}
		s.config.Logger.LogAttrs(r.Context(), level, "request", attrs...)
	})
}

// recorder remembers status and size, and whether an answer has begun.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	moved  time.Time // when the time limit for writing was moved on last
}

// Status returns the status sent; 200 when the handler wrote none.
func (rec *recorder) Status() int { return or(rec.status, http.StatusOK) }

// WriteHeader sends the status once.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write counts what is sent.
func (rec *recorder) Write(b []byte) (int, error) {
	rec.status = rec.Status()
	rec.goOn()
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	return n, err
}

// How long a reader may take none of what is sent, and how often that is counted anew.
const (
	readerWait = time.Minute
	goOnEvery  = 5 * time.Second
)

// goOn gives an answer that is being read more time: a long export or stream ends when its reader stands still, not after
// a fixed time.
func (rec *recorder) goOn() {
	now := time.Now()
	if now.Sub(rec.moved) < goOnEvery {
		return
	}
	rec.moved = now
	// A server without deadlines (a test recorder) needs none.
	_ = http.NewResponseController(rec.ResponseWriter).SetWriteDeadline(now.Add(readerWait))
}

// Unwrap lets http.ResponseController flush through the recorder.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

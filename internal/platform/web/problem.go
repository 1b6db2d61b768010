package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/fault"
)

func crossSite() *fault.Error { return fault.New(fault.Forbidden, "web.error.cross_site") }

// Status returns the HTTP status for err: the one place where kinds become statuses.
func Status(err error) int {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.Busy:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// Sentence returns what a person reads of err: the message of its key, or for what went wrong inside a sentence
// that says nothing but the reference.
func Sentence(p Page, err error) string {
	e := spoken(err)
	return p.T(e.Key, slices.Concat(e.Args, []any{"Ref", p.Ref})...)
}

// spoken returns the fault a person may read of err.
func spoken(err error) *fault.Error {
	e, ok := fault.As(err)
	if !ok || e.Kind == fault.Internal || e.Key == "" {
		return fault.New(fault.Internal, "web.error.internal")
	}
	return e
}

// refuse answers err as a problem or a page.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.refuseStatus(w, r, Status(err), err)
}

// Refuse answers err with a status that its kind does not have.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	s.refuseStatus(w, r, status, err)
}

func (s *Server) refuseStatus(w http.ResponseWriter, r *http.Request, status int, err error) {
	s.Note(r.Context(), status, err)
	if begun(w) {
		return // too late for another answer; the log has it
	}
	if status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		setRetryAfter(w, 3*time.Second)
	}
	drain(w, r, traceOf(r), status)
	if draw, ok := s.refusalFor(r); ok {
		draw(w, r, status, err)
		return
	}
	if wantsJSON(r) {
		problem(w, r, status, err)
		return
	}
	s.errorPage(w, r, status, err)
}

// Note keeps err for the request's line in the log; an internal error gets a line of its own with the cause.
func (s *Server) Note(ctx context.Context, status int, err error) {
	t := traceIn(ctx)
	t.fault = err
	if status == http.StatusInternalServerError {
		s.config.Logger.LogAttrs(ctx, slog.LevelError, "internal error",
			slog.String("ref", t.ref), slog.String("route", t.pattern), slog.String("error", err.Error()))
	}
}

func (s *Server) errorPage(w http.ResponseWriter, r *http.Request, status int, err error) {
	p := PageOf(r)
	if s.config.ErrorPage != nil {
		e := spoken(err)
		p.Title = Sentence(p, err)
		if drawn := Render(w, r, status, s.config.ErrorPage(p, e, p.Ref)); drawn == nil {
			return
		}
	}
	http.Error(w, Sentence(p, err), status)
}

// begun tells whether the answer's status has left already.
func begun(w http.ResponseWriter) bool {
	for {
		switch v := w.(type) {
		case *recorder:
			return v.status != 0
		case *packer:
			if v.status != 0 {
				return true
			}
			w = v.ResponseWriter
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return false
		}
	}
}

// drain reads away what is still being sent with a refused request, so that a browser, which first sends all and then
// listens, sees the answer instead of a broken connection. Nothing is kept: what is too large is read up to 512 MiB, a
// form with files that came in a busy hour up to the limit of forms, for a bounded time.
func drain(w http.ResponseWriter, r *http.Request, t *trace, status int) {
	most := int64(512 << 20)
	switch {
	case t.body == nil:
		return
	case status == http.StatusServiceUnavailable && isMultipart(r):
		most = 80 << 20
	case status != http.StatusRequestEntityTooLarge:
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime)) // as in receive
	_, _ = io.Copy(io.Discard, io.LimitReader(t.body, most))                     // a sender who has gone needs no answer
}

// wantsJSON tells whether the client is a program: an address under /api/ or an Accept without HTML.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.HasPrefix(r.URL.Path, "/api/") ||
		strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// Detail is a problem document (RFC 9457). Code is the stable message key, Detail the sentence in the reader's
// language, Ref the request id.
type Detail struct {
	Type   string        `json:"type"`
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Detail string        `json:"detail"`
	Code   string        `json:"code"`
	Ref    string        `json:"ref"`
	Errors []FieldDetail `json:"errors,omitempty"`
}

// FieldDetail is one wrong field of a problem.
type FieldDetail struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Problem writes err as a problem document.
func Problem(w http.ResponseWriter, r *http.Request, err error) { problem(w, r, Status(err), err) }

func problem(w http.ResponseWriter, r *http.Request, status int, err error) {
	p := PageOf(r)
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.Header().Set("Content-Language", string(p.Lang))
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(DetailOf(p, status, err)) // the client has gone away
}

// DetailOf is err as a problem in the reader's language.
func DetailOf(p Page, status int, err error) Detail {
	d := Detail{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: Sentence(p, err), Code: spoken(err).Key, Ref: p.Ref,
	}
	for _, e := range fault.FieldsOf(err) {
		d.Errors = append(d.Errors, FieldDetail{Field: e.Field, Code: e.Key, Detail: p.T(e.Key, e.Args...)})
	}
	return d
}

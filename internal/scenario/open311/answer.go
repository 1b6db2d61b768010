package open311

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

// send answers with what a writer built. Anybody's page may read it; it depends on the reader's language.
func send(w http.ResponseWriter, p web.Page, status int, out *writer) error {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Language", string(p.Lang))
	h.Add("Vary", "Accept-Language")
	h.Set("Content-Type", contentType(out))
	if !out.xml {
		out.raw("\n")
	}
	w.WriteHeader(status)
	_, _ = w.Write(out.b) // the client has gone away
	return nil
}

// contentType is what strict checkers compare letter by letter. JSON has no charset (RFC 8259). XML says its own in its
// first line, and the charset beside it helps readers that do not look there; where the checkers want none, the text is
// ASCII alone.
func contentType(out *writer) string {
	switch {
	case !out.xml:
		return "application/json"
	case out.ascii:
		return "text/xml"
	default:
		return "text/xml; charset=utf-8"
	}
}

// waiting is a refusal for a client that asks too often.
type waiting struct{ why *fault.Error }

func (w waiting) Error() string { return w.why.Error() }

// Unwrap shows the fault inside.
func (w waiting) Unwrap() error { return w.why }

func tooMany(w http.ResponseWriter, wait time.Duration) error {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return waiting{fault.New(fault.Busy, "web.error.too_many", "Seconds", seconds)}
}

// Refuse answers a refusal as GeoReport v2 has it: a list of errors, each with a code and a description in the reader's
// language. It serves every address below /open311, also for what never reached a handler.
func Refuse(w http.ResponseWriter, q *http.Request, status int, err error) {
	p := web.PageOf(q)
	if slow := (waiting{}); errors.As(err, &slow) {
		status = http.StatusTooManyRequests
	}
	fields := fault.FieldsOf(err)
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	out := newWriter(formatOf(q.URL.Path), 512)
	out.list("errors", func() {
		if len(fields) == 0 {
			refusal(out, status, web.Sentence(p, err))
		}
		for _, f := range fields {
			refusal(out, status, f.Field+": "+p.T(f.Key, f.Args...))
		}
	})
	_ = send(w, p, status, out) // it never fails
}

func refusal(out *writer, code int, description string) {
	out.item("error", func() {
		out.number("code", code)
		out.text("description", description)
	})
}

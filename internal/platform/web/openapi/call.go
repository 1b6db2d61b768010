package openapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// under is huma's context of a request, under a name that leaves Context free.
type under huma.Context

// call is one request to an operation, with its body read.
type call struct {
	under
	ctx  context.Context
	body io.Reader
}

// Context is the request's, with what once needs.
func (c *call) Context() context.Context { return c.ctx }

// BodyReader gives the body that was read, or a form as it comes.
func (c *call) BodyReader() io.Reader { return c.body }

// SetReadDeadline does nothing: the server keeps the time of bodies.
func (c *call) SetReadDeadline(time.Time) error { return nil }

// filled refuses a header of the operation that is there but empty: huma would take it as left out, and whoever sent an
// empty If-Match meant to be careful.
func filled(h http.Header, op *huma.Operation) error {
	for _, p := range op.Parameters {
		if p.In == "header" && slices.Contains(h.Values(p.Name), "") {
			return fault.Field(p.Name, "web.field.header_empty")
		}
	}
	return nil
}

// serve asks who calls and whether they may, reads the body and lets huma go on.
func (a *API) serve(w http.ResponseWriter, r *http.Request, op *huma.Operation, next func(huma.Context)) error {
	scope, _ := op.Metadata[scopeKey].(string)
	v := web.VisitorOf(r)
	switch {
	case scope != "" && !v.Program():
		a.server.WhoAsks(w, r, fault.New(fault.Forbidden, "web.error.key"))
		return nil
	case scope != "" && !slices.ContainsFunc(strings.Split(scope, "|"), v.May):
		return fault.New(fault.Forbidden, "web.error.scope", "Scope", scope)
	}
	if err := errors.Join(readable(r.URL), filled(r.Header, op)); err != nil {
		return err
	}
	c := &call{under: humago.NewContext(op, r, w), ctx: r.Context(), body: r.Body}
	if op.RequestBody != nil && op.RequestBody.Content[formType] != nil {
		if !strings.HasPrefix(r.Header.Get("Content-Type"), formType) {
			a.server.Refuse(w, r, http.StatusUnsupportedMediaType, fault.New(fault.Invalid, "web.error.form_media"))
			return nil
		}
		if err := readForm(r); err != nil {
			return err
		}
		next(c)
		return nil
	}
	body, err := readBody(r, op)
	if err != nil {
		return err
	}
	c.body = bytes.NewReader(body)
	if c.ctx, err = withRepeat(r, v, body); err != nil {
		return err
	}
	next(c)
	return nil
}

// readForm reads a form with files; they lie in temporary files until the answer is given.
func readForm(r *http.Request) error {
	err := r.ParseMultipartForm(64 << 10)
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return web.TooLarge(large)
	default:
		return fault.New(fault.Invalid, "web.error.form").Wrap(err)
	}
}

// readBody reads a whole body. The server bounds it; an operation may bound it further.
func readBody(r *http.Request, op *huma.Operation) ([]byte, error) {
	if r.Body == nil || r.Method == http.MethodGet {
		return nil, nil
	}
	limited := r.Body
	if op.MaxBodyBytes > 0 {
		limited = http.MaxBytesReader(nil, r.Body, op.MaxBodyBytes)
	}
	body, err := io.ReadAll(limited)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, web.TooLarge(large)
	case err != nil:
		return nil, fault.New(fault.Invalid, "web.error.body").Wrap(err)
	}
	return body, nil
}

// readable refuses addresses with bytes that are no text: no id, code or word holds any.
func readable(u *url.URL) error {
	if !plain(u.Path) {
		return fault.New(fault.NotFound, "web.error.not_found")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fault.New(fault.Invalid, "web.error.query").Wrap(err)
	}
	for name, values := range query {
		switch {
		case !plain(name) || !plain(strings.Join(values, " ")):
			return fault.Field(name, "web.field.characters")
		case slices.Contains(values, ""):
			return fault.Field(name, "web.field.required") // a parameter is left out, not left empty
		}
	}
	return nil
}

func plain(text string) bool { return !strings.ContainsFunc(text, broken) }

// broken marks bytes that are no UTF-8, and control characters that no text needs.
func broken(c rune) bool {
	return c == utf8.RuneError || unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r'
}

// digest tells two calls of one operation apart.
func digest(r *http.Request, body []byte) string {
	h := sha256.New()
	_, _ = io.WriteString(h, r.Method+" "+r.URL.RequestURI()+"\n") // a hash takes everything
	_, _ = h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

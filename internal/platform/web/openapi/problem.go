package openapi

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
)

// refusal is a handler's error on its way through huma.
type refusal struct {
	status int
	err    error
}

// Stale marks the refusal of a change whose If-Match names another version: 412.
type Stale struct{ Err error }

// Error is the cause's.
func (s Stale) Error() string { return s.Err.Error() }

// Unwrap gives the cause, which has the sentence.
func (s Stale) Unwrap() error { return s.Err }

func refusalOf(err error) *refusal {
	var stale Stale
	if errors.As(err, &stale) {
		return &refusal{http.StatusPreconditionFailed, err}
	}
	return &refusal{web.Status(err), err}
}

// Error is the cause's.
func (r *refusal) Error() string { return r.err.Error() }

// Unwrap gives the cause.
func (r *refusal) Unwrap() error { return r.err }

// GetStatus is for huma.
func (r *refusal) GetStatus() int { return r.status }

// ContentType is for huma.
func (r *refusal) ContentType(string) string { return problemType }

// problem turns refusals, huma's and ours, into problems in the reader's language.
func (a *API) problem(ctx huma.Context, status string, v any) (any, error) {
	var err error
	switch e := v.(type) {
	case *refusal:
		err = e.err
	case *huma.ErrorModel:
		err = faultOf(e)
	default:
		return v, nil
	}
	code, _ := strconv.Atoi(status) // huma made it of a number
	a.server.Note(ctx.Context(), code, err)
	p := web.PageIn(ctx.Context())
	ctx.SetHeader("Content-Language", string(p.Lang))
	if code == http.StatusServiceUnavailable {
		ctx.SetHeader("Retry-After", "1")
	}
	return web.DetailOf(p, code, err), nil
}

// faultOf says in our words what huma found wrong.
func faultOf(e *huma.ErrorModel) error {
	switch {
	case e.Status == http.StatusUnsupportedMediaType:
		return fault.New(fault.Invalid, "web.error.media")
	case e.Status == http.StatusRequestEntityTooLarge:
		return web.TooLarge(&http.MaxBytesError{Limit: 1 << 20})
	case e.Status >= http.StatusInternalServerError:
		return fmt.Errorf("huma: %s", e.Detail)
	case len(e.Errors) == 0:
		return fault.New(fault.Invalid, "web.error.body")
	}
	var wrong fault.Fields
	for _, d := range e.Errors {
		if d.Location == "body" && e.Status == http.StatusBadRequest {
			return fault.New(fault.Invalid, "web.error.json")
		}
		wrong = append(wrong, fieldOf(d))
	}
	return wrong
}

// fieldOf names the field as the caller knows it, without where it stood.
func fieldOf(d *huma.ErrorDetail) *fault.Error {
	_, field, inside := strings.Cut(d.Location, ".")
	if !inside && d.Location != "body" {
		field = d.Location
	}
	if name, ok := between(d.Message, "expected required property ", " to be present"); ok {
		return fault.Field(strings.TrimPrefix(field+"."+name, "."), "web.field.required")
	}
	for _, w := range wrongs() {
		if rest, ok := strings.CutPrefix(d.Message, w.says); ok {
			if w.arg == "" {
				return fault.Field(field, w.key)
			}
			return fault.Field(field, w.key, w.arg, strings.Trim(rest, `"`))
		}
	}
	return fault.Field(field, "web.field.invalid")
}

func between(text, before, after string) (string, bool) {
	rest, ok := strings.CutPrefix(text, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, after)
}

// wrong is how a message of huma begins, and ours for it.
type wrong struct{ says, key, arg string }

func wrongs() []wrong {
	return []wrong{
		{"unexpected property", "web.field.unknown", ""},
		{"unknown query parameter", "web.field.unknown", ""},
		{"required ", "web.field.required", ""},
		{"expected value to be one of ", "web.field.one_of", "Options"},
		{"expected length >= ", "web.field.too_short", "Min"},
		{"expected length <= ", "web.field.too_long", "Max"},
		{"expected array length >= ", "web.field.too_few", "Min"},
		{"expected array length <= ", "web.field.too_many", "Max"},
		{"expected number >= ", "web.field.at_least", "Min"},
		{"expected number <= ", "web.field.at_most", "Max"},
		{"expected array items to be unique", "web.field.twice", ""},
		{"expected number", "web.field.number", ""},
		{"expected integer", "web.field.integer", ""},
		{"invalid integer", "web.field.integer", ""},
		{"invalid float", "web.field.number", ""},
		{"expected boolean", "web.field.boolean", ""},
		{"invalid boolean", "web.field.boolean", ""},
		{"expected string to be RFC 3339 date-time", "web.field.time", ""},
		{"invalid date/time", "web.field.time", ""},
		{"expected string to match pattern ", "web.field.pattern", "Pattern"},
		{"expected string", "web.field.text", ""},
		{"expected array", "web.field.list", ""},
		{"expected object", "web.field.object", ""},
	}
}

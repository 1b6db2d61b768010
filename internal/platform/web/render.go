package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"banyan/internal/platform/fault"
)

// Render writes a page with a status. The page is drawn whole before the first byte leaves, so that a page that
// breaks half way is an internal error and not half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return fmt.Errorf("render %s: %w", r.Pattern, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the reader has gone away: nobody is left to tell
	return nil
}

// Show writes a page with the status that err deserves; nil is 200. A refused form is shown with it again.
func Show(w http.ResponseWriter, r *http.Request, err error, c templ.Component) error {
	status := http.StatusOK
	if err != nil {
		status = Status(err)
	}
	return Render(w, r, status, c)
}

// Again tells whether a form that was refused is shown again with what was typed, instead of an error page: a field
// is wrong, or somebody was faster.
func Again(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict
}

// JSON writes v with a status.
func JSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // as in Render
	return nil
}

// Redirect sends the reader to a path of this server after a form: 303, or HX-Location for a request by htmx, so
// that the page changes without a full load.
func Redirect(w http.ResponseWriter, r *http.Request, to string) error {
	if ByHTMX(r) {
		w.Header().Set("HX-Location", to)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// ByHTMX tells whether htmx asks for a part of a page; a boosted link or form wants the whole page.
func ByHTMX(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true"
}

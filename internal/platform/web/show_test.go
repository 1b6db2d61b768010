package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/a-h/templ"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

// A refused form is shown again with the status of the refusal.
func TestShowAgain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err    error
		status int
		again  bool
	}{
		"nothing is wrong":    {nil, http.StatusOK, false},
		"a wrong field":       {fault.Field("words", "web.error.required"), http.StatusUnprocessableEntity, true},
		"wrong fields":        {fault.Fields{fault.Field("a", "x"), fault.Field("b", "x")}, http.StatusUnprocessableEntity, true},
		"somebody was faster": {fault.New(fault.Conflict, "x"), http.StatusConflict, true},
		"not allowed":         {fault.New(fault.Forbidden, "x"), http.StatusForbidden, false},
		"something broke":     {errors.New("x"), http.StatusInternalServerError, false},
	} {
		w := httptest.NewRecorder()
		if err := web.Show(w, httptest.NewRequest(http.MethodPost, "/", nil), tc.err, templ.Raw("<p>typed</p>")); err != nil {
			t.Fatal(err)
		}
		if w.Code != tc.status || w.Body.String() != "<p>typed</p>" {
			t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, tc.status)
		}
		if got := web.Again(tc.err); got != tc.again {
			t.Errorf("%s: shown again %v", name, got)
		}
	}
}

func TestSessionToken(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if got := web.SessionToken(r); got != "" {
		t.Errorf("a browser without a session carries %q", got)
	}
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "one"})
	if got := web.SessionToken(r); got != "one" {
		t.Errorf("the token is %q", got)
	}
}

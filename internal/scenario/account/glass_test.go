package account_test

import (
	"net/http"
	"net/url"
	"testing"

	"banyan/internal/register/trail"
)

func TestAGlassIsBrokenWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.Browser().Get("/account/glass").Want(http.StatusForbidden)
	b := w.signedIn("lisi")
	b.Get("/account/glass").Want(http.StatusOK).Has("textarea[name=reason][required]", 1)
	b.Post("/account/glass", url.Values{"reason": {"急"}}).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#reason']", 1)
	if a := b.Post("/account/glass", url.Values{"reason": {"台风来临核对转移安置名单"}}).Want(http.StatusSeeOther); a.To != "/account/glass?done" {
		t.Errorf("led to %s", a.To)
	}
	b.Get("/account/glass?done").Want(http.StatusOK).Has(".notice-ok", 1)
	list, err := w.Trail.Alarms(t.Context(), true, 9, func(trail.Alarm) bool { return true })
	if err != nil || len(list) != 1 || list[0].Kind != trail.Glass || list[0].Reason != "台风来临核对转移安置名单" {
		t.Errorf("alarms %+v, %v", list, err)
	}
}

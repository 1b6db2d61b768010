package proof_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"banyan/internal/register/identity"
)

func TestAnotherPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.citizen()
	w.Clock.Advance(2 * time.Minute)
	b.Get("/me/phone").Want(http.StatusOK)
	b.Post("/me/phone", url.Values{"phone": {phone}}).Want(http.StatusUnprocessableEntity, "现在的号码")
	b.Post("/me/phone", url.Values{"phone": {"12"}}).Want(http.StatusUnprocessableEntity)

	const fresh = "13900000077"
	w.Must(w.identity.StartCitizen(w.Context(), fresh)) // the new card signed in before: a stranger's account
	token, err := w.identity.FinishCitizen(w.Context(), fresh, w.codes[len(w.codes)-1], identity.Visit{})
	w.Must(err)
	stranger := w.As(token)
	was, _ := w.identity.Lookup(w.Context(), token)
	stranger.Get("/me/sheet").Want(http.StatusOK)
	w.Clock.Advance(2 * time.Minute)

	b.Post("/me/phone", url.Values{"phone": {fresh}}).Want(http.StatusOK, "139****0077").Has("form[action='/me/phone/code'] input[name=phone]", 1)
	b.Post("/me/phone/code", url.Values{"phone": {fresh}, "code": {"1"}}).Want(http.StatusUnprocessableEntity, "验证码不正确")
	code := w.codes[len(w.codes)-1]
	if to := b.Post("/me/phone/code", url.Values{"phone": {fresh}, "code": {code}}).Want(http.StatusSeeOther).To; to != "/me/phone?done" {
		t.Errorf("it leads to %s", to)
	}
	b.Get("/me/phone?done").Want(http.StatusOK, "已经更换")
	b.Post("/me/phone/code", url.Values{"phone": {fresh}, "code": {code}}).Want(http.StatusUnprocessableEntity)
	stranger.Get("/me/sheet").Want(http.StatusSeeOther) // both are one now
	if !slices.Equal(w.told, []string{"phone_asked", "phone_changed"}) || !slices.Equal(w.joined, []string{was.PersonID}) {
		t.Errorf("told %v, joined %v", w.told, w.joined)
	}

	w.Clock.Advance(2 * time.Minute)
	w.Must(w.identity.StartCitizen(w.Context(), fresh))
	token, err = w.identity.FinishCitizen(w.Context(), fresh, w.codes[len(w.codes)-1], identity.Visit{})
	w.Must(err)
	mine, ok := w.identity.Lookup(w.Context(), token)
	old, _ := w.identity.Lookup(w.Context(), b.Cookies["banyan"])
	if !ok || mine.PersonID != old.PersonID {
		t.Errorf("the new phone signs in %+v, the account is %+v", mine, old)
	}
	w.Browser().Get("/me/phone").Want(http.StatusSeeOther)
}

package connect_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/internal/register/signon"
	"banyan/internal/scenario/connect"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/worktest"
)

const (
	phone    = "13900000001"
	redirect = "https://kitchen.example/done?from=city"
	verifier = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
)

// house is one test's own city with the room in it.
type house struct {
	*roomtest.House
	signon   *signon.Service
	identity *identity.Service
	code     string // that was sent last
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{}
	h.House = roomtest.Over(worktest.Fresh(t), h.visitor)
	var err error
	h.identity, err = identity.New(identity.Deps{DB: h.DB, Clock: h.Clock, People: h.People, Key: bytes.Repeat([]byte{5}, 32), Send: func(_ *db.Tx, _, code string) error {
		h.code = code
		return nil
	}})
	h.Must(err)
	h.signon, err = signon.New(h.DB, h.Clock, bytes.Repeat([]byte{7}, 32))
	h.Must(err)
	r, err := connect.New(connect.Deps{
		DB: h.DB, Clock: h.Clock, Log: slog.New(slog.DiscardHandler), SignOn: h.signon, Consents: h.Consents, Identity: h.identity, People: h.People, Trail: h.Trail, Grants: h.Grants, Assure: h.Assure, Orgs: h.City.Orgs,
		Title: i18n.Text{Hans: "福州市"}, Address: "https://12345.example",
	})
	h.Must(err)
	h.Serve(map[string]web.Handler{
		"GET /.well-known/openid-configuration": r.Discovery, "GET /oauth/keys": r.Keys,
		"GET /oauth/authorize": r.Authorize, "GET /oauth/consent": r.Consent, "POST /oauth/consent": r.Answer,
		"POST /oauth/token": r.Token, "POST /oauth/revoke": r.Revoke, "POST /oauth/introspect": r.Introspect,
		"GET /oauth/userinfo": r.UserInfo, "POST /oauth/userinfo": r.UserInfo,
		"GET /usage/v3/findUsage": r.FindUsage, "GET /usage/v3/heartbeat": r.Heartbeat,
		"GET /me/apps": r.Mine, "POST /me/apps/{id}/end": r.TakeBack,
	})
	return h
}

func (h *house) visitor(ctx context.Context, token string) (web.Visitor, bool) {
	s, ok := h.identity.Lookup(ctx, token)
	return web.Visitor{Account: s.Account, Kind: string(s.Kind), Person: s.PersonID, Session: s.ID}, ok
}

// app registers an app of a unit with a secret.
func (h *house) app(unit string, scopes ...string) (signon.App, string) {
	h.Helper()
	a, secret, err := h.signon.Register(h.Context(), "s1", signon.NewApp{Name: "长者食堂", Unit: unit, Redirects: []string{redirect}, Scopes: scopes, Days: 90, Secret: true})
	h.Must(err)
	return a, secret
}

// citizen is a browser in which the person of a phone is signed in.
func (h *house) citizen(phone string) (b *roomtest.Browser, person string) {
	h.Helper()
	h.Must(h.identity.StartCitizen(h.Context(), phone))
	token, err := h.identity.FinishCitizen(h.Context(), phone, h.code, identity.Visit{})
	h.Must(err)
	s, ok := h.identity.Lookup(h.Context(), token)
	if !ok {
		h.Fatal("nobody is signed in")
	}
	return h.As(token), s.PersonID
}

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// wish is where an app sends a browser.
func wish(a signon.App, scope string, more ...string) string {
	v := url.Values{
		"client_id": {a.ID}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {scope}, "state": {"st"}, "nonce": {"no"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "/oauth/authorize?" + v.Encode()
}

// call asks an endpoint as an app does: no browser, no cookies.
func (h *house) call(path, authorization string, form url.Values) (status int, answer map[string]any, header http.Header) {
	h.Helper()
	q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if authorization != "" {
		q.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, q)
	_ = json.Unmarshal(w.Body.Bytes(), &answer) // an answer without JSON has no fields, which the test sees
	return w.Code, answer, w.Result().Header
}

func basic(a signon.App, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.ID+":"+secret))
}

// lapse ends the assessment of a purpose, as its last day does, without ending anything else.
func (h *house) lapse(purpose string) {
	h.Helper()
	h.Must(h.DB.Write(h.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE consent_assessment SET until_at = 1 WHERE purpose = $1`, purpose)
		return err
	}))
}

package idp

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"banyan/internal/platform/clock"
)

// NetCertSettings say where the platform is and how it knows this city. Without an issuer nothing is asked.
type NetCertSettings struct {
	Issuer string `yaml:"issuer"` // https://…
	Client string `yaml:"client"`
	Secret string `yaml:"secret"`
}

// On tells whether the platform can be asked.
func (s NetCertSettings) On() bool { return s.Issuer != "" }

// NetCertLevel is what the platform says of its check: the person at the device is the holder of the certificate.
const NetCertLevel = 3

// NetCert asks the platform.
type NetCert struct {
	settings NetCertSettings
	clock    clock.Clock
	http     *http.Client
}

// NewNetCert makes its client.
func NewNetCert(s NetCertSettings, c clock.Clock) *NetCert {
	return &NetCert{settings: s, clock: c, http: &http.Client{Timeout: 10 * time.Second}}
}

// Ask is the address to lead the person to. back is where they come back to.
func (c *NetCert) Ask(_ context.Context, back, state, nonce, _ string) (string, error) {
	return c.settings.Issuer + "/authorize?" + url.Values{"client_id": {c.settings.Client}, "redirect_uri": {back}, "state": {state}, "nonce": {nonce}}.Encode(), nil
}

// Take exchanges what the person came back with. ErrRefused when they said no; ErrWrong when it proves nothing.
func (c *NetCert) Take(ctx context.Context, _ string, answer url.Values, nonce, _ string) (Assertion, error) {
	if answer.Get("error") == "refused" {
		return Assertion{}, ErrRefused
	}
	pass := answer.Get("pass")
	if pass == "" {
		return Assertion{}, ErrWrong
	}
	body, err := c.post(ctx, "/verify", url.Values{"pass": {pass}})
	if err != nil {
		return Assertion{}, err
	}
	var out struct {
		Assertion string `json:"assertion"`
	}
	if err := json.Unmarshal(body, &out); err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	keys, err := c.keys(ctx)
	if err != nil {
		return Assertion{}, err
	}
	return c.read(out.Assertion, nonce, keys)
}

// claims are what an assertion states.
type claims struct {
	jwt.Claims

	Nonce string `json:"nonce"`
	Level int    `json:"level"`
}

// skew is how far the platform's clock may be from ours.
const skew = time.Minute

func (c *NetCert) read(text, nonce string, keys jose.JSONWebKeySet) (Assertion, error) {
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256})
	if err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	var said claims
	if err := token.Claims(keys, &said); err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	now := c.clock.Now()
	want := jwt.Expected{Issuer: c.settings.Issuer, AnyAudience: jwt.Audience{c.settings.Client}, Time: now}
	if err := said.ValidateWithLeeway(want, skew); err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	if said.Expiry == nil || said.IssuedAt == nil || said.Subject == "" || said.Nonce != nonce || nonce == "" || said.Level != NetCertLevel {
		return Assertion{}, ErrWrong
	}
	return Assertion{Issuer: said.Issuer, Subject: said.Subject, Level: said.Level, At: said.IssuedAt.Time()}, nil
}

func (c *NetCert) keys(ctx context.Context) (set jose.JSONWebKeySet, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, c.settings.Issuer+"/keys", nil)
	if err != nil {
		return set, err
	}
	body, err := c.do(q)
	if err != nil {
		return set, err
	}
	return set, json.Unmarshal(body, &set)
}

func (c *NetCert) post(ctx context.Context, path string, form url.Values) ([]byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, c.settings.Issuer+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.SetBasicAuth(c.settings.Client, c.settings.Secret)
	return c.do(q)
}

// answerMost is what an answer of the platform may have, in bytes.
const answerMost = 64 << 10

// do gives a body; a refusal of the platform is ErrWrong.
func (c *NetCert) do(q *http.Request) ([]byte, error) {
	answer, err := c.http.Do(q)
	if err != nil {
		return nil, fmt.Errorf("ask the identity platform: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the identity platform's answer: %w", err)
	case answer.StatusCode >= http.StatusInternalServerError:
		return nil, fmt.Errorf("the identity platform answers %s", answer.Status)
	case answer.StatusCode != http.StatusOK:
		return nil, ErrWrong
	}
	return body, nil
}

package idp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/i18n"
)

// ProvinceSettings say where the provincial service is. Without an issuer nothing is asked.
type ProvinceSettings struct {
	Issuer string         `yaml:"issuer"` // https://…
	Client string         `yaml:"client"`
	Secret string         `yaml:"secret"`
	Name   i18n.Text      `yaml:"name"`   // of the service, as people know it
	Level  int            `yaml:"level"`  // of assurance, when the service says no acr that Levels has; 2 when it is not set
	Levels map[string]int `yaml:"levels"` // acr of the service to a level of assurance
}

// On tells whether the service can be asked.
func (s ProvinceSettings) On() bool { return s.Issuer != "" }

// Province is a client of the service. It finds the service's addresses and keys when it first needs them, so that a service that is down
// keeps nobody from starting.
type Province struct {
	settings ProvinceSettings
	clock    clock.Clock
	http     *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

// NewProvince makes the client.
func NewProvince(s ProvinceSettings, c clock.Clock) *Province {
	if s.Level == 0 {
		s.Level = 2
	}
	return &Province{settings: s, clock: c, http: &http.Client{Timeout: 10 * time.Second}}
}

func (p *Province) provider(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(p.with(context.WithoutCancel(ctx)), p.settings.Issuer) // it keeps the context to fetch keys later
	if err != nil {
		return nil, fmt.Errorf("find the provincial identity service: %w", err)
	}
	p.found = found
	return found, nil
}

func (p *Province) with(ctx context.Context) context.Context { return oidc.ClientContext(ctx, p.http) }

func (p *Province) config(o *oidc.Provider, back string) oauth2.Config {
	return oauth2.Config{ClientID: p.settings.Client, ClientSecret: p.settings.Secret, Endpoint: o.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID}}
}

// Ask is the address to lead the person to: they are asked for nothing beside who they are.
func (p *Province) Ask(ctx context.Context, back, state, nonce, verifier string) (string, error) {
	o, err := p.provider(ctx)
	if err != nil {
		return "", err
	}
	c := p.config(o, back)
	more := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)}
	if len(p.settings.Levels) > 0 {
		more = append(more, oauth2.SetAuthURLParam("acr_values", strings.Join(p.best(), " ")))
	}
	return c.AuthCodeURL(state, more...), nil
}

// best lists the service's acr values, the highest level first.
func (p *Province) best() []string {
	levels := p.settings.Levels
	return slices.SortedFunc(maps.Keys(levels), func(a, b string) int { return cmp.Or(levels[b]-levels[a], strings.Compare(a, b)) })
}

// Take redeems the code that the person came back with. ErrRefused when they said no; ErrWrong when it proves nothing.
func (p *Province) Take(ctx context.Context, back string, answer url.Values, nonce, verifier string) (Assertion, error) {
	if answer.Get("error") == "access_denied" {
		return Assertion{}, ErrRefused
	}
	code := answer.Get("code")
	if iss := answer.Get("iss"); code == "" || nonce == "" || iss != "" && iss != p.settings.Issuer { // RFC 9207
		return Assertion{}, ErrWrong
	}
	o, err := p.provider(ctx)
	if err != nil {
		return Assertion{}, err
	}
	c := p.config(o, back)
	tokens, err := c.Exchange(p.with(ctx), code, oauth2.VerifierOption(verifier))
	if refusal := (*oauth2.RetrieveError)(nil); errors.As(err, &refusal) && refusal.Response.StatusCode < http.StatusInternalServerError {
		return Assertion{}, fmt.Errorf("%w: the service refuses the code: %s", ErrWrong, refusal.ErrorCode)
	}
	if err != nil {
		return Assertion{}, fmt.Errorf("redeem a code of the provincial identity service: %w", err)
	}
	text, _ := tokens.Extra("id_token").(string)
	return p.read(ctx, o, text, nonce)
}

func (p *Province) read(ctx context.Context, o *oidc.Provider, text, nonce string) (Assertion, error) {
	verifier := o.VerifierContext(p.with(ctx), &oidc.Config{ClientID: p.settings.Client, Now: p.clock.Now})
	token, err := verifier.Verify(p.with(ctx), text)
	if err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	var said struct {
		ACR   string `json:"acr"`
		Party string `json:"azp"`
	}
	if err := token.Claims(&said); err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrWrong, err)
	}
	alone := len(token.Audience) == 1 && slices.Contains(token.Audience, p.settings.Client)
	if token.Nonce != nonce || token.Subject == "" || said.Party != "" && said.Party != p.settings.Client || said.Party == "" && !alone {
		return Assertion{}, ErrWrong
	}
	level := p.settings.Level
	if known, ok := p.settings.Levels[said.ACR]; ok {
		level = known
	}
	return Assertion{Issuer: token.Issuer, Subject: token.Subject, Level: level, At: token.IssuedAt}, nil
}

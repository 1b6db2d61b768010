package connect

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"banyan/internal/register/signon"
)

// party is an app as the library wants to see it.
type party struct{ signon.App }

func (p party) GetID() string                      { return p.ID }
func (p party) RedirectURIs() []string             { return p.Redirects }
func (p party) PostLogoutRedirectURIs() []string   { return nil }
func (p party) ResponseTypes() []oidc.ResponseType { return []oidc.ResponseType{oidc.ResponseTypeCode} }
func (p party) LoginURL(id string) string          { return consentPage + "?id=" + id }
func (p party) AccessTokenType() op.AccessTokenType {
	return op.AccessTokenTypeBearer
}
func (p party) IDTokenLifetime() time.Duration       { return signon.AccessLives }
func (p party) DevMode() bool                        { return false }
func (p party) IsScopeAllowed(scope string) bool     { return slices.Contains(p.Scopes, scope) }
func (p party) IDTokenUserinfoClaimsAssertion() bool { return false }
func (p party) ClockSkew() time.Duration             { return 0 }

func (p party) ApplicationType() op.ApplicationType {
	if p.Secret {
		return op.ApplicationTypeWeb
	}
	return op.ApplicationTypeNative
}

func (p party) AuthMethod() oidc.AuthMethod {
	if p.Secret {
		return oidc.AuthMethodBasic
	}
	return oidc.AuthMethodNone
}

func (p party) GrantTypes() []oidc.GrantType {
	types := []oidc.GrantType{oidc.GrantTypeCode}
	if slices.Contains(p.Scopes, signon.Offline) {
		types = append(types, oidc.GrantTypeRefreshToken)
	}
	return types
}

func (p party) RestrictAdditionalIdTokenScopes() func([]string) []string     { return all }
func (p party) RestrictAdditionalAccessTokenScopes() func([]string) []string { return all }

func all(scopes []string) []string { return scopes }

// asked is an answered ask as the library wants to see it.
type asked struct {
	signon.Answered
	subject string
	acr     string
}

func (a *asked) GetID() string                      { return a.Ask.ID }
func (a *asked) GetACR() string                     { return a.acr }
func (a *asked) GetAMR() []string                   { return nil }
func (a *asked) GetAudience() []string              { return []string{a.App.ID} }
func (a *asked) GetAuthTime() time.Time             { return a.Ask.Auth }
func (a *asked) GetClientID() string                { return a.App.ID }
func (a *asked) GetNonce() string                   { return a.Ask.Nonce }
func (a *asked) GetRedirectURI() string             { return a.Ask.Redirect }
func (a *asked) GetResponseType() oidc.ResponseType { return oidc.ResponseTypeCode }
func (a *asked) GetResponseMode() oidc.ResponseMode { return oidc.ResponseModeQuery }
func (a *asked) GetScopes() []string                { return a.Ask.Scopes }
func (a *asked) GetState() string                   { return a.Ask.State }
func (a *asked) GetSubject() string                 { return a.subject }
func (a *asked) Done() bool                         { return a.Ask.Grant != "" }

func (a *asked) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: a.Ask.Challenge, Method: oidc.CodeChallengeMethodS256}
}

// renewed is a refresh token as the library wants to see it.
type renewed struct {
	signon.Token
	subject string
}

func (t *renewed) GetAMR() []string                 { return nil }
func (t *renewed) GetAudience() []string            { return []string{t.App.ID} }
func (t *renewed) GetAuthTime() time.Time           { return t.Auth }
func (t *renewed) GetClientID() string              { return t.App.ID }
func (t *renewed) GetScopes() []string              { return t.Scopes }
func (t *renewed) GetSubject() string               { return t.subject }
func (t *renewed) SetCurrentScopes(scopes []string) { t.Scopes = scopes }

// key is a signing key as the library wants to see it, and its public half to be published.
type key struct {
	signon.SigningKey
	public bool
}

func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }
func (k key) Algorithm() jose.SignatureAlgorithm          { return jose.ES256 }
func (k key) Use() string                                 { return "sig" }
func (k key) ID() string                                  { return k.SigningKey.ID }

func (k key) Key() any {
	if k.public {
		return &k.SigningKey.Key.PublicKey
	}
	return k.SigningKey.Key
}

package connect

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/signon"
)

// storage is what the library asks of us. Its errors go to apps, so what went wrong inside is logged and told as server_error.
type storage struct{ room *Room }

// errUnused is the answer of those parts of the protocol that are not offered here.
var errUnused = errors.New("connect: not offered")

// tell keeps what went wrong inside from the app.
func (s storage) tell(ctx context.Context, err error) error {
	_, refused := fault.As(err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, signon.ErrRefused), refused:
		return oidc.ErrInvalidGrant()
	}
	s.room.Log.ErrorContext(ctx, "an app's request could not be answered", "err", err)
	return oidc.ErrServerError()
}

// whole gives the subject of a grant whose account is still open.
func (s storage) whole(ctx context.Context, a signon.App, g signon.Grant) (subject string, err error) {
	account, err := s.room.Identity.Account(ctx, g.Account)
	if err == nil && account.Disabled {
		err = signon.ErrRefused
	}
	if err != nil {
		return "", err
	}
	return s.room.SignOn.Subject(a.Sector, g.Person)
}

// levelACR begins the acr of an ID token: how surely the city knows the person, 1 to 3 (package assure).
const levelACR = "urn:banyan:level:"

func (s storage) acr(ctx context.Context, person string) (acr string, err error) {
	err = s.room.DB.Read(ctx, func(tx *db.Tx) error {
		level, err := s.room.Assure.LevelTx(tx, person)
		acr = levelACR + strconv.Itoa(int(level))
		return err
	})
	return acr, err
}

func (s storage) asked(ctx context.Context, a signon.Answered, err error) (op.AuthRequest, error) {
	out := &asked{Answered: a}
	if err == nil {
		out.subject, err = s.whole(ctx, a.App, a.Grant)
	}
	if err == nil {
		out.acr, err = s.acr(ctx, a.Grant.Person)
	}
	if err != nil {
		return nil, s.tell(ctx, err)
	}
	return out, nil
}

// AuthRequestByID gives an allowed ask.
func (s storage) AuthRequestByID(ctx context.Context, id string) (op.AuthRequest, error) {
	a, err := s.room.SignOn.ByID(ctx, id)
	return s.asked(ctx, a, err)
}

// AuthRequestByCode gives the ask of a code, also of one that was used: that is acted upon when its app has proven itself.
func (s storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	a, err := s.room.SignOn.ByCode(ctx, code)
	return s.asked(ctx, a, err)
}

// SaveAuthCode keeps the digest of an ask's code.
func (s storage) SaveAuthCode(ctx context.Context, id, code string) error {
	return s.room.SignOn.SaveCode(ctx, id, code)
}

// DeleteAuthRequest leaves the ask until it is tidied away: a code that comes again must be known.
func (s storage) DeleteAuthRequest(context.Context, string) error { return nil }

// CreateAccessToken redeems a code without a refresh token.
func (s storage) CreateAccessToken(ctx context.Context, q op.TokenRequest) (string, time.Time, error) {
	a, ok := q.(*asked)
	if !ok {
		return "", time.Time{}, errUnused
	}
	out, err := s.room.SignOn.Redeem(ctx, a.Ask.ID, false)
	return out.Access, out.Expires, s.tell(ctx, err)
}

// CreateAccessAndRefreshTokens redeems a code, or uses a refresh token up.
func (s storage) CreateAccessAndRefreshTokens(ctx context.Context, q op.TokenRequest, current string) (string, string, time.Time, error) {
	var out signon.Issued
	var err error
	switch q := q.(type) {
	case *asked:
		out, err = s.room.SignOn.Redeem(ctx, q.Ask.ID, true)
	case *renewed:
		out, err = s.room.SignOn.Rotate(ctx, current, q.Scopes)
	default:
		err = errUnused
	}
	return out.Access, out.Refresh, out.Expires, s.tell(ctx, err)
}

// TokenRequestByRefreshToken gives a refresh token that is good.
func (s storage) TokenRequestByRefreshToken(ctx context.Context, secret string) (op.RefreshTokenRequest, error) {
	t, err := s.room.SignOn.Refresh(ctx, secret)
	out := &renewed{Token: t}
	if err == nil {
		out.subject, err = s.whole(ctx, t.App, t.Grant)
	}
	if err != nil {
		return nil, s.tell(ctx, err)
	}
	return out, nil
}

// RevokeToken takes a token back; whose it is is looked up.
func (s storage) RevokeToken(ctx context.Context, secret, _, app string) *oidc.Error {
	if err := s.room.SignOn.EndToken(ctx, app, secret); err != nil {
		s.room.Log.ErrorContext(ctx, "a token could not be taken back", "err", err)
		return oidc.ErrServerError()
	}
	return nil
}

// GetRefreshTokenInfo tells refresh tokens by their form.
func (s storage) GetRefreshTokenInfo(_ context.Context, _, token string) (string, string, error) {
	if !signon.IsRefresh(token) {
		return "", "", op.ErrInvalidRefreshToken
	}
	return "", token, nil
}

// SigningKey is the key that signs now.
func (s storage) SigningKey(context.Context) (op.SigningKey, error) {
	keys, err := s.room.SignOn.SigningKeys()
	if err != nil {
		return nil, err
	}
	return key{SigningKey: keys[0]}, nil
}

// SignatureAlgorithms is ES256.
func (s storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

// KeySet is what is published.
func (s storage) KeySet(context.Context) (list []op.Key, err error) {
	keys, err := s.room.SignOn.SigningKeys()
	for _, k := range keys {
		list = append(list, key{SigningKey: k, public: true})
	}
	return list, err
}

// GetClientByClientID gives an app that is open.
func (s storage) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	a, err := s.app(ctx, id)
	if err != nil {
		return nil, err
	}
	return party{a}, nil
}

func (s storage) app(ctx context.Context, id string) (signon.App, error) {
	a, err := s.room.SignOn.App(ctx, id)
	switch {
	case fault.KindOf(err) == fault.NotFound || err == nil && !a.Open():
		return a, oidc.ErrInvalidClient()
	case err != nil:
		return a, s.tell(ctx, err)
	}
	return a, nil
}

// AuthorizeClientIDSecret compares an app's secret.
func (s storage) AuthorizeClientIDSecret(ctx context.Context, id, secret string) error {
	a, err := s.app(ctx, id)
	if err == nil && !a.Proves(secret) {
		err = oidc.ErrInvalidClient()
	}
	return err
}

// SetIntrospectionFromToken tells an app about an access token of its own.
func (s storage) SetIntrospectionFromToken(ctx context.Context, out *oidc.IntrospectionResponse, secret, subject, app string) error {
	var t signon.Token
	err := s.room.DB.Read(ctx, func(tx *db.Tx) (err error) {
		t, err = s.room.SignOn.AccessTx(tx, secret)
		return err
	})
	if err == nil && t.App.ID != app {
		err = signon.ErrRefused
	}
	if err != nil {
		return s.tell(ctx, err)
	}
	out.Subject, out.ClientID, out.Audience, out.Scope = subject, app, []string{app}, t.Scopes
	out.TokenType, out.Issuer = oidc.BearerToken, op.IssuerFromContext(ctx)
	out.Expiration, out.IssuedAt = oidc.FromTime(t.Expires), oidc.FromTime(t.Made)
	return nil
}

// What follows belongs to parts of the protocol that are not offered.

// CreateAuthRequest is not used: Authorize keeps asks by itself.
func (s storage) CreateAuthRequest(context.Context, *oidc.AuthRequest, string) (op.AuthRequest, error) {
	return nil, errUnused
}

// SetUserinfoFromToken is not used: UserInfo answers by itself.
func (s storage) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errUnused
}

// TerminateSession is not used.
func (s storage) TerminateSession(context.Context, string, string) error { return errUnused }

// SetUserinfoFromScopes adds nothing to an ID token; the library puts the subject that stands here into it.
func (s storage) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, subject, _ string, _ []string) error {
	info.Subject = subject
	return nil
}

// GetPrivateClaimsFromScopes adds nothing to a token.
func (s storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

// GetKeyByIDAndClientID is not used: no app proves itself by a key.
func (s storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnused
}

// ValidateJWTProfileScopes is not used.
func (s storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnused
}

// Health says nothing: the house has its own.
func (s storage) Health(context.Context) error { return nil }

package connect

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
)

// Token gives tokens for a code or a refresh token, and for nothing else (RFC 6749, 4.1.3 and 6).
func (r *Room) Token(w http.ResponseWriter, q *http.Request) error {
	if q.URL.RawQuery != "" {
		return inAddress(w)
	}
	switch q.PostFormValue("grant_type") {
	case string(oidc.GrantTypeCode), string(oidc.GrantTypeRefreshToken):
		w.Header().Set("Pragma", "no-cache")
		op.Exchange(w, r.within(q), r.op)
		return nil
	case "":
		return web.JSON(w, http.StatusBadRequest, oidc.ErrInvalidRequest().WithDescription("grant_type missing"))
	default:
		return web.JSON(w, http.StatusBadRequest, oidc.ErrUnsupportedGrantType())
	}
}

// inAddress refuses secrets in an address, which proxies write down (RFC 6749, 2.3.1).
func inAddress(w http.ResponseWriter) error {
	return web.JSON(w, http.StatusBadRequest, oidc.ErrInvalidRequest().WithDescription("parameters belong in the body"))
}

// Revoke takes a token back (RFC 7009).
func (r *Room) Revoke(w http.ResponseWriter, q *http.Request) error {
	if q.URL.RawQuery != "" {
		return inAddress(w)
	}
	op.Revoke(w, r.within(q), r.op)
	return nil
}

// Introspect tells an app with a secret whether an access token of its own is good (RFC 7662).
func (r *Room) Introspect(w http.ResponseWriter, q *http.Request) error {
	if q.URL.RawQuery != "" {
		return inAddress(w)
	}
	op.Introspect(w, r.within(q), r.op)
	return nil
}

// UserInfo hands over what the person allowed (OpenID Connect Core 1.0, 5.3); a name or phone leaves a row in their trail. A token that
// opens nothing is told so by 401 with a challenge (RFC 6750, 3).
func (r *Room) UserInfo(w http.ResponseWriter, q *http.Request) error {
	if q.URL.RawQuery != "" {
		return inAddress(w)
	}
	token, err := op.ParseUserinfoRequest(q, r.op.Decoder())
	if err != nil || token == "" {
		return challenge(w, "")
	}
	secret, subject, ok := r.opened(token)
	if !ok {
		return challenge(w, invalidToken)
	}
	info, err := r.userInfo(q.Context(), secret)
	if errors.Is(err, signon.ErrRefused) || err == nil && info.Subject != subject {
		return challenge(w, invalidToken)
	}
	if err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, info)
}

// opened gives what an access token holds: the secret that the register knows, and whom it was given for.
func (r *Room) opened(token string) (secret, subject string, ok bool) {
	text, err := r.op.Crypto().Decrypt(token)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(text, ":")
}

const invalidToken = "invalid_token"

// challenge answers 401 and says how to come in; reason is "" for whoever showed nothing.
func challenge(w http.ResponseWriter, reason string) error {
	how := `Bearer realm="banyan"`
	if reason != "" {
		how += `, error="` + reason + `"`
	}
	w.Header().Set("WWW-Authenticate", how)
	return web.JSON(w, http.StatusUnauthorized, map[string]string{"error": cmp.Or(reason, "invalid_request")})
}

// userInfo gives what a token's scopes allow. A name or phone leaves only with its row in the person's trail.
func (r *Room) userInfo(ctx context.Context, secret string) (info oidc.UserInfo, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := r.accessTx(tx, secret)
		if err != nil {
			return err
		}
		info, err = r.handOver(tx, t)
		return err
	})
	if err != nil {
		return oidc.UserInfo{}, err
	}
	return info, nil
}

// accessTx gives what an access token opens; signon.ErrRefused when that is nothing.
func (r *Room) accessTx(tx *db.Tx, secret string) (signon.Token, error) {
	t, err := r.SignOn.AccessTx(tx, secret)
	if err != nil {
		return t, err
	}
	if _, err := r.Consents.Live(tx, consent.ForApps); consent.Refused(err) {
		return t, signon.ErrRefused // nothing is handed over until the purpose is assessed
	} else if err != nil {
		return t, err
	}
	return t, nil
}

// handsTo is the app of a token as the trail names it.
func handsTo(t signon.Token) trail.Reader {
	return trail.Reader{Actor: access.Actor{Kind: access.Partner, ID: t.App.ID, Unit: t.App.Unit}, Purpose: trail.ForSignOn, Subject: t.Grant.ID}
}

func (r *Room) handOver(tx *db.Tx, t signon.Token) (info oidc.UserInfo, err error) {
	if info.Subject, err = r.SignOn.Subject(t.App.Sector, t.Grant.Person); err != nil {
		return info, err
	}
	var fields []string
	if slices.Contains(t.Scopes, signon.Name) {
		fields = append(fields, trail.Name)
	}
	if slices.Contains(t.Scopes, signon.Phone) {
		fields = append(fields, trail.Phone)
	}
	if len(fields) == 0 {
		return info, nil
	}
	p, err := r.People.HandOver(tx, handsTo(t), t.Grant.Person, fields...)
	info.Name, info.PhoneNumber, info.PhoneNumberVerified = p.Name, p.Phone.International(), p.Phone != ""
	return info, err
}

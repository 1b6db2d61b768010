package signon

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Lives of tokens. A refresh token that is not used for thirty days ends, and none outlives its grant.
const (
	AccessLives  = 15 * time.Minute
	RefreshLives = 30 * 24 * time.Hour

	refreshPrefix = "br_"
	accessKind    = "access"
	refreshKind   = "refresh"
)

// Token is one token with the grant and the app it hangs on.
type Token struct {
	Kind    string
	Family  string
	Scopes  []string
	Auth    time.Time
	Made    time.Time
	Expires time.Time
	Ended   time.Time
	Grant   Grant
	App     App

	hash string
}

func (t Token) good(at time.Time) bool {
	return t.Ended.IsZero() && at.Before(t.Expires) && t.Grant.Holds(at) && t.App.Open()
}

// Issued are fresh tokens; Refresh is "" when none was asked for.
type Issued struct {
	Access, Refresh string
	Expires         time.Time // of the access token
}

// ErrRefused is a code or token that opens nothing: unknown, used up, too old or taken back.
var ErrRefused = errors.New("signon: the code or token opens nothing")

// Redeem makes tokens of an ask's code, once; refresh says whether the app gets a refresh token. ErrRefused when the code was used, is
// too old, or the grant ended; a code that was used already ends every token that came of it.
func (s *Service) Redeem(ctx context.Context, ask string, refresh bool) (out Issued, err error) {
	refused := false
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		refused = false
		now := s.clock.Now()
		first, err := useAsk(tx, ask, clock.Ms(now))
		if err != nil {
			return err
		}
		if !first {
			refused = true
			return endFamily(tx, ask, clock.Ms(now))
		}
		a, err := selectAsk(tx, "id", ask)
		if err != nil {
			return err
		}
		t := Token{Family: ask, Scopes: a.Scopes, Auth: a.Auth}
		if t.Grant, t.App, err = grantAndApp(tx, a.Grant); err != nil {
			return err
		}
		if refused = !t.Grant.Holds(now) || !t.App.Open(); refused {
			return nil
		}
		out, err = s.issue(tx, t, refresh, now)
		return err
	})
	return out, tell(refused, err, "redeem a code")
}

// issue writes an access token and, when wanted, a refresh token beside it.
func (s *Service) issue(tx *db.Tx, t Token, refresh bool, now time.Time) (out Issued, err error) {
	t.Made = now
	out.Access, out.Expires = newSecret(""), earlier(now.Add(AccessLives), t.Grant.Until)
	t.Kind, t.hash, t.Expires = accessKind, digest(out.Access), out.Expires
	if err := insertToken(tx, t); err != nil || !refresh {
		return out, err
	}
	out.Refresh = newSecret(refreshPrefix)
	t.Kind, t.hash, t.Expires = refreshKind, digest(out.Refresh), earlier(now.Add(RefreshLives), t.Grant.Until)
	return out, insertToken(tx, t)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Refresh gives a refresh token that is good. ErrRefused for any other; one that was used up already ends its whole family.
func (s *Service) Refresh(ctx context.Context, secret string) (t Token, err error) {
	refused := false
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		t, refused, err = s.refresh(tx, secret)
		return err
	})
	return t, tell(refused, err, "look at a refresh token")
}

func (s *Service) refresh(tx *db.Tx, secret string) (t Token, refused bool, err error) {
	now := s.clock.Now()
	t, err = selectToken(tx, digest(secret))
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && t.Kind != refreshKind:
		return Token{}, true, nil
	case err != nil:
		return Token{}, false, err
	case !t.Ended.IsZero():
		return Token{}, true, endFamily(tx, t.Family, clock.Ms(now))
	}
	return t, !t.good(now), nil
}

// Rotate uses a refresh token up and gives the next one with an access token for scopes, a part of the token's own. ErrRefused as Refresh.
func (s *Service) Rotate(ctx context.Context, secret string, scopes []string) (out Issued, err error) {
	refused := false
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		var t Token
		if t, refused, err = s.refresh(tx, secret); err != nil || refused {
			return err
		}
		now := s.clock.Now()
		if err := endToken(tx, t.hash, clock.Ms(now)); err != nil {
			return err
		}
		all := t.Scopes
		t.Scopes = slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return !slices.Contains(scopes, scope) })
		if out, err = s.issue(tx, t, false, now); err != nil {
			return err
		}
		out.Refresh = newSecret(refreshPrefix)
		t.Kind, t.hash, t.Scopes, t.Made, t.Expires = refreshKind, digest(out.Refresh), all, now, earlier(now.Add(RefreshLives), t.Grant.Until)
		return insertToken(tx, t)
	})
	return out, tell(refused, err, "rotate a refresh token")
}

// AccessTx gives an access token that is good, in the caller's transaction. ErrRefused for any other.
func (s *Service) AccessTx(tx *db.Tx, secret string) (Token, error) {
	t, err := selectToken(tx, digest(secret))
	if errors.Is(err, sql.ErrNoRows) || err == nil && (t.Kind != accessKind || !t.good(s.clock.Now())) {
		return Token{}, ErrRefused
	}
	return t, err
}

// IsRefresh tells whether a text has the form of a refresh token.
func IsRefresh(secret string) bool {
	return len(secret) > len(refreshPrefix) && secret[:len(refreshPrefix)] == refreshPrefix
}

// EndToken takes a token of an app back (RFC 7009): an access token alone, a refresh token with its whole family. A token that nobody
// has, or another app has, is left alone and not told of.
func (s *Service) EndToken(ctx context.Context, app, secret string) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := selectToken(tx, digest(secret))
		now := clock.Ms(s.clock.Now())
		switch {
		case errors.Is(err, sql.ErrNoRows) || err == nil && t.App.ID != app:
			return nil
		case err != nil:
			return err
		case t.Kind == refreshKind:
			return endFamily(tx, t.Family, now)
		}
		return endToken(tx, t.hash, now)
	})
	if err != nil {
		return fmt.Errorf("take back a token of app %s: %w", app, err)
	}
	return nil
}

// Tidy removes asks and tokens that are over: asks an hour after their end, tokens thirty days after theirs. A refresh token that was
// used up is known until then.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.clock.Now()
	err := s.db.Write(ctx, func(tx *db.Tx) error { return deleteOld(tx, now.Add(-askKept), now.Add(-RefreshLives)) })
	if err != nil {
		return fmt.Errorf("tidy asks and tokens: %w", err)
	}
	return nil
}

// tell turns what a transaction found into one answer. What it wrote about a refused token is kept.
func tell(refused bool, err error, doing string) error {
	switch {
	case err == nil && refused:
		return ErrRefused
	case err == nil || fault.Refused(err):
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

package signon

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

const (
	askLives  = 30 * time.Minute // to sign in and to read what is asked
	codeLives = time.Minute
	askKept   = time.Hour // after its end, so that a code used twice is known
)

// Ask is an app that asks for somebody to be signed in.
type Ask struct {
	ID        string
	App       string
	Redirect  string
	Scopes    []string
	State     string
	Nonce     string
	Challenge string // of PKCE, S256 (RFC 7636)
	Made      time.Time
	Expires   time.Time
	Grant     string    // "" until it is allowed
	Auth      time.Time // when the person signed in to the city
	Used      time.Time

	code string
}

// Begin keeps what an app asks. The scopes are cut to those the app may ask for; its redirect must be one of the app's, exactly:
// Invalid otherwise, or without a challenge.
func (s *Service) Begin(ctx context.Context, a App, ask Ask) (Ask, error) {
	if !a.Open() || !slices.Contains(a.Redirects, ask.Redirect) {
		return Ask{}, fault.New(fault.Invalid, "signon.redirect_unknown")
	}
	if ask.Challenge == "" {
		return Ask{}, fault.New(fault.Invalid, "signon.no_challenge")
	}
	now := s.clock.Now()
	ask.ID, ask.App, ask.Made, ask.Expires = newSecret(""), a.ID, now, now.Add(askLives)
	ask.Scopes = slices.DeleteFunc(slices.Clone(ask.Scopes), func(scope string) bool { return scope != OpenID && !slices.Contains(a.Scopes, scope) })
	if err := s.db.Write(ctx, func(tx *db.Tx) error { return insertAsk(tx, ask) }); err != nil {
		return Ask{}, fmt.Errorf("keep what app %s asks: %w", a.ID, err)
	}
	return ask, nil
}

// Asked gives an ask that waits for its answer, with its app. NotFound when there is none, it was answered, or it took too long.
func (s *Service) Asked(ctx context.Context, id string) (ask Ask, a App, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		ask, a, err = s.waiting(tx, id)
		return err
	})
	return ask, a, missing(err, "signon.ask_gone", "read an ask")
}

func (s *Service) waiting(tx *db.Tx, id string) (Ask, App, error) {
	ask, err := selectAsk(tx, "id", id)
	if err != nil {
		return Ask{}, App{}, err
	}
	a, err := selectApp(tx, ask.App)
	if err == nil && (!a.Open() || ask.Grant != "" || !s.clock.Now().Before(ask.Expires)) {
		err = fault.New(fault.NotFound, "signon.ask_gone")
	}
	return ask, a, err
}

// Who is the person who answers an ask, and since when they are signed in.
type Who struct {
	Person, Account string
	Auth            time.Time
}

// Allow answers an ask with yes: a grant for as long as the app's days, which stands in the place of an earlier one. NotFound as Asked.
func (s *Service) Allow(ctx context.Context, id string, by Who) (g Grant, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ask, a, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		g = Grant{ID: db.NewID(now), App: a.ID, Person: by.Person, Account: by.Account, Scopes: ask.Scopes, Given: now, Until: now.AddDate(0, 0, a.Days)}
		if err := endGrants(tx, by.Person, a.ID, clock.Ms(now)); err != nil {
			return err
		}
		if err := insertGrant(tx, g); err != nil {
			return err
		}
		return answerAsk(tx, id, g.ID, by.Auth)
	})
	return g, missing(err, "signon.ask_gone", "allow an ask")
}

// AllowAgain answers an ask by the grant that the person gave before, when one holds and covers it; ok is false when none does.
func (s *Service) AllowAgain(ctx context.Context, id string, by Who) (ok bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ok = false
		ask, a, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		grants, err := selectGrants(tx, by.Person, a.ID)
		for _, g := range grants {
			if err == nil && !ok && g.Holds(s.clock.Now()) && g.covers(ask.Scopes) {
				ok, err = true, answerAsk(tx, id, g.ID, by.Auth)
			}
		}
		return err
	})
	return ok, missing(err, "signon.ask_gone", "allow an ask by an earlier grant")
}

// Refuse answers an ask with no. NotFound as Asked.
func (s *Service) Refuse(ctx context.Context, id string) (ask Ask, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if ask, _, err = s.waiting(tx, id); err != nil {
			return err
		}
		return deleteAsk(tx, id)
	})
	return ask, missing(err, "signon.ask_gone", "refuse an ask")
}

// SaveCode gives an allowed ask its code, once. NotFound when it is not allowed or has one.
func (s *Service) SaveCode(ctx context.Context, id, code string) error {
	var done bool
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		done, err = saveCode(tx, id, digest(code), s.clock.Now().Add(codeLives))
		return err
	})
	if err == nil && !done {
		return fault.New(fault.NotFound, "signon.ask_gone")
	}
	return missing(err, "signon.ask_gone", "give a code")
}

// ByID and ByCode give an ask in any state, with its app and its grant; a code that was used is found so that it can be acted upon.
func (s *Service) ByID(ctx context.Context, id string) (Answered, error) {
	return s.answered(ctx, "id", id)
}

// ByCode is ByID by the code. NotFound for a code that nobody was given.
func (s *Service) ByCode(ctx context.Context, code string) (Answered, error) {
	return s.answered(ctx, "code", digest(code))
}

// Answered is an ask with what became of it.
type Answered struct {
	Ask   Ask
	App   App
	Grant Grant
}

func (s *Service) answered(ctx context.Context, column, value string) (a Answered, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if a.Ask, err = selectAsk(tx, column, value); err != nil {
			return err
		}
		if a.App, err = selectApp(tx, a.Ask.App); err != nil {
			return err
		}
		a.Grant, err = selectGrant(tx, a.Ask.Grant)
		return err
	})
	return a, missing(err, "signon.ask_gone", "read an answered ask")
}

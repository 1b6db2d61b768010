package signon

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Scopes an app may ask for beside who somebody is.
const (
	OpenID  = "openid"         // always: the subject and nothing else
	Name    = "profile"        // the name
	Phone   = "phone"          // the phone
	Looks   = "looks"          // who looked at the person's data: the question findUsage
	Offline = "offline_access" // to come again without the person, until the grant ends
)

// Scopes lists what an administrator may let an app ask for.
func Scopes() []string { return []string{Name, Phone, Looks, Offline} }

// MostDays is the longest a consent lasts.
const MostDays = 365

// App is a program of others that signs people in here.
type App struct {
	ID        string
	Name      string
	Unit      string   // that answers for it
	Sector    string   // apps of one sector know a person by the same subject
	Redirects []string // exact addresses to which an answer may go
	Scopes    []string
	Days      int
	Secret    bool // it can keep one and must show it
	Made      time.Time
	MadeBy    string
	Ended     time.Time // zero while it is open
	EndedBy   string

	hash string
}

// Open tells whether the app may sign people in.
func (a App) Open() bool { return a.Ended.IsZero() }

// Proves compares a secret with the app's. An app without one proves nothing by it.
func (a App) Proves(secret string) bool {
	return a.Secret && hmac.Equal([]byte(digest(secret)), []byte(a.hash))
}

// NewApp is an app to be registered.
type NewApp struct {
	Name      string
	Unit      string
	Redirects []string
	Scopes    []string
	Days      int
	Secret    bool
}

func (n NewApp) check() error {
	var wrong fault.Fields
	add := func(field, key string, args ...any) {
		e := fault.New(fault.Invalid, key, args...)
		e.Field = field
		wrong = append(wrong, e)
	}
	if size := utf8.RuneCountInString(n.Name); size == 0 || size > 60 {
		add("name", "signon.name")
	}
	if n.Unit == "" {
		add("unit", "signon.unit")
	}
	if len(n.Redirects) == 0 || len(n.Redirects) > 10 {
		add("redirects", "signon.redirects")
	}
	for _, to := range n.Redirects {
		if !redirectOK(to, n.Secret) {
			add("redirects", "signon.redirect", "To", to)
			break
		}
	}
	if slices.ContainsFunc(n.Scopes, func(scope string) bool { return !slices.Contains(Scopes(), scope) }) {
		add("scopes", "signon.scope")
	}
	if n.Days < 1 || n.Days > MostDays {
		add("days", "signon.days", "Most", MostDays)
	}
	return wrong.OrNil()
}

// Register keeps a new app and gives its secret, which cannot be shown again; "" for an app without one. by is the id of the member of
// staff. Invalid with every wrong field.
func (s *Service) Register(ctx context.Context, by string, n NewApp) (a App, secret string, err error) {
	n.Name = strings.TrimSpace(n.Name)
	if err := n.check(); err != nil {
		return App{}, "", err
	}
	now := s.clock.Now()
	a = App{
		ID: db.NewID(now), Name: n.Name, Unit: n.Unit, Sector: n.Unit, Redirects: n.Redirects, Scopes: n.Scopes, Days: n.Days, Secret: n.Secret,
		Made: now, MadeBy: by,
	}
	if n.Secret {
		secret = newSecret("bs_")
		a.hash = digest(secret)
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error { return insertApp(tx, a) }); err != nil {
		return App{}, "", fmt.Errorf("register app %s: %w", n.Name, err)
	}
	return a, secret, nil
}

// App gives an app by its id, also one that has ended. NotFound when there is none.
func (s *Service) App(ctx context.Context, id string) (a App, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, err = selectApp(tx, id)
		return err
	})
	return a, missing(err, "signon.app_unknown", "read app "+id)
}

// Apps lists every app, newest first, with those that have ended.
func (s *Service) Apps(ctx context.Context) (list []App, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err = selectApps(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	return list, nil
}

// End closes an app: nobody signs in by it any more and its tokens open nothing. Ending it twice changes nothing.
func (s *Service) End(ctx context.Context, by, id string) error {
	if _, err := s.App(ctx, id); err != nil {
		return err
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error { return endApp(tx, id, by, clock.Ms(s.clock.Now())) }); err != nil {
		return fmt.Errorf("end app %s: %w", id, err)
	}
	return nil
}

// missing makes of a row that is not there a refusal with a key.
func missing(err error, key, doing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, key)
	}
	if _, refused := fault.As(err); err == nil || refused {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

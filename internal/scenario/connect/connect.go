package connect

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/zitadel/oidc/v3/pkg/op"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/assure"
	"banyan/internal/register/consent"
	"banyan/internal/register/grant"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Log      *slog.Logger
	SignOn   *signon.Service
	Consents *consent.Service
	Identity *identity.Service
	People   *person.Service
	Trail    *trail.Log
	Grants   *grant.Service
	Assure   *assure.Service
	Orgs     *org.Register

	Title   i18n.Text // the city's name
	Address string    // the portal's public address, https://…; "" takes the request's host
}

// Room holds the handlers; app names their routes.
type Room struct {
	Deps
	op *op.Provider
}

// New makes the room.
func New(d Deps) (*Room, error) {
	key, err := d.SignOn.Seal()
	if err != nil {
		return nil, err
	}
	r := &Room{Deps: d}
	issuer := func(bool) (op.IssuerFromRequest, error) { return r.issuer, nil }
	endpoint := op.NewEndpoint
	r.op, err = op.NewProvider(&op.Config{CodeMethodS256: true, AuthMethodPost: true, GrantTypeRefreshToken: true}, storage{r}, issuer,
		op.WithCrypto(op.NewAES256GCMCrypto([32]byte(key), "1")),
		op.WithCustomEndpoints(endpoint("oauth/authorize"), endpoint("oauth/token"), endpoint("oauth/userinfo"), endpoint("oauth/revoke"), endpoint("oauth/none"), endpoint("oauth/keys")),
		op.WithCustomIntrospectionEndpoint(endpoint("oauth/introspect")))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return r, nil
}

// issuer is the address by which apps know this provider; it stands in every token.
func (r *Room) issuer(q *http.Request) string {
	if r.Address != "" {
		return r.Address
	}
	scheme := "http"
	if q.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + q.Host
}

// within gives the request to the library with the issuer it looks for.
func (r *Room) within(q *http.Request) *http.Request {
	return q.WithContext(op.ContextWithIssuer(q.Context(), r.issuer(q)))
}

// who is the citizen of the request; ok is false for everybody else.
func (r *Room) who(q *http.Request) (who signon.Who, ok bool) {
	if !web.VisitorOf(q).Citizen() {
		return who, false
	}
	s, ok := r.Identity.Lookup(q.Context(), web.SessionToken(q))
	return signon.Who{Person: s.PersonID, Account: s.Account, Auth: s.CreatedAt}, ok && s.PersonID != ""
}

// toSignIn leads to the sign-in and back by a form.
func (r *Room) toSignIn(w http.ResponseWriter, q *http.Request, to string) error {
	return web.Redirect(w, q, "/signin?to="+url.QueryEscape(to))
}

func (r *Room) task(q *http.Request, title, back string) ui.CitizenView {
	p := web.PageOf(q)
	return ui.CitizenView{Page: p, Title: title, City: r.Title.In(p.Lang), Back: back}
}

// inside keeps an error from inside out of an answer to an app: the log has it.
func (r *Room) inside(q *http.Request, err error) error {
	if _, refused := fault.As(err); !refused && !errors.Is(err, signon.ErrRefused) {
		r.Log.ErrorContext(q.Context(), "signing an app's person in", "err", err)
	}
	return err
}

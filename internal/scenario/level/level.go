package level

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/idp"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/assure"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/web/ui"
)

// Provider is an identity service of others: package idp has two.
type Provider interface {
	// Ask is the address to lead the person to; back is where they come back to.
	Ask(ctx context.Context, back, state, nonce, verifier string) (string, error)
	// Take makes an assertion of what they came back with.
	Take(ctx context.Context, back string, answer url.Values, nonce, verifier string) (idp.Assertion, error)
}

// Service is a provider with the name by which people know it.
type Service struct {
	Provider
	Method assure.Method
	Name   i18n.Text // empty: the message level.method.<method>
}

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Web      *web.Server // for cookies
	Clock    clock.Clock
	Log      *slog.Logger
	Assure   *assure.Service
	Identity *identity.Service
	People   *person.Service
	Policy   *access.Policy
	Orgs     *org.Register
	Services []Service
	Title    i18n.Text // the city's name
	Address  string    // the portal's public address, https://…; "" takes the request's host

	// Actor gives who acts: a citizen, a member of staff in a post, or a guest.
	Actor func(r *http.Request) (access.Actor, error)
	// Also is the navigation of the other rooms this post may enter; nil: none.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Room holds the handlers; app names their routes.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// visit is one request to the room.
type visit struct {
	p     web.Page
	actor access.Actor
	now   time.Time
	ctx   context.Context
}

func (r *Room) visit(q *http.Request) (visit, error) {
	actor, err := r.Actor(q)
	return visit{p: web.PageOf(q), actor: actor, now: r.Clock.Now(), ctx: q.Context()}, err
}

// citizen is the visit of somebody signed in for themselves; ok is false for everybody else.
func (r *Room) citizen(q *http.Request) (v visit, ok bool, err error) {
	v, err = r.visit(q)
	return v, err == nil && v.actor.Kind == access.Citizen && v.actor.ID != "" && !v.actor.Acts(), err
}

func (r *Room) task(v visit, title, back string) ui.CitizenView {
	return ui.CitizenView{Page: v.p, Title: title, City: r.Title.In(v.p.Lang), Back: back}
}

// browserCookie holds the browser's half of a way to a service and back.
const browserCookie = "way"

func (r *Room) service(name string) (Service, error) {
	i := slices.IndexFunc(r.Services, func(s Service) bool { return string(s.Method) == name })
	if i < 0 {
		return Service{}, fault.New(fault.NotFound, "level.no_service")
	}
	return r.Services[i], nil
}

// back is the address to which a service leads people back. It is registered there, so it never has more.
func (r *Room) back(q *http.Request, s Service) string {
	base := r.Address
	if base == "" {
		base = r.Web.Scheme(q) + "://" + q.Host
	}
	return base + "/identity/" + string(s.Method) + "/back"
}

// ProveBy leads a signed-in citizen to a service, to prove who they are and to be able to sign in by it.
func (r *Room) ProveBy(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	if !ok {
		return web.Redirect(w, q, "/signin?to=/me/level")
	}
	s, to, err := r.setOut(w, q, v.actor.ID, "/me/level")
	if err != nil {
		return err
	}
	return r.goOn(w, q, v, s, to)
}

// goOn is the page from which a browser goes on to a service by itself. The form of a fresh proof may have led here, and a form of ours
// may not lead to another site (content security policy), not even by redirects.
func (r *Room) goOn(w http.ResponseWriter, q *http.Request, v visit, s Service, to string) error {
	w.Header().Set("Refresh", "0; url="+to)
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, q, http.StatusOK, goOnPage(goOnView{CitizenView: r.task(v, v.p.T("level.go", "Name", NameOf(v.p, s)), "/me/level"), to: to}))
}

// SignInBy leads anybody to a service, to sign in.
func (r *Room) SignInBy(w http.ResponseWriter, q *http.Request) error {
	_, address, err := r.setOut(w, q, "", web.Inside(q.URL.Query().Get("to"), "/my"))
	if err != nil {
		return err
	}
	http.Redirect(w, q, address, http.StatusSeeOther)
	return nil
}

// setOut keeps that somebody sets out, and gives where the service wants them.
func (r *Room) setOut(w http.ResponseWriter, q *http.Request, person, to string) (s Service, address string, err error) {
	if s, err = r.service(q.PathValue("service")); err != nil {
		return s, "", err
	}
	st, err := r.Assure.Begin(q.Context(), s.Method, person, to)
	if err != nil {
		return s, "", err
	}
	if address, err = s.Ask(q.Context(), r.back(q, s), st.State, st.Nonce, st.Verifier); err != nil {
		return s, "", r.down(q, err)
	}
	r.Web.SetCookie(w, q, browserCookie, st.Browser, 10*time.Minute)
	return s, address, nil
}

// down tells the person that the service cannot be asked; the log has why.
func (r *Room) down(q *http.Request, err error) error {
	r.Log.ErrorContext(q.Context(), "an identity service cannot be asked", "err", err)
	return fault.New(fault.Busy, "level.down")
}

// Back takes somebody who comes back from a service: their level is raised, or they are signed in.
func (r *Room) Back(w http.ResponseWriter, q *http.Request) error {
	s, err := r.service(q.PathValue("service"))
	if err != nil {
		return err
	}
	browser := ""
	if c, err := q.Cookie(browserCookie); err == nil {
		browser = c.Value
	}
	r.Web.SetCookie(w, q, browserCookie, "", -time.Second)
	answer := q.URL.Query()
	st, err := r.Assure.Back(q.Context(), s.Method, answer.Get("state"), browser)
	if err != nil {
		return err
	}
	a, err := s.Take(q.Context(), r.back(q, s), answer, st.Nonce, st.Verifier)
	switch {
	case errors.Is(err, idp.ErrRefused) && st.Person != "":
		return web.Redirect(w, q, st.To+"?no=1")
	case errors.Is(err, idp.ErrRefused):
		return fault.New(fault.Forbidden, "level.refused")
	case errors.Is(err, idp.ErrWrong):
		r.Log.WarnContext(q.Context(), "an identity service's answer proves nothing", "service", s.Method, "err", err)
		return fault.New(fault.Forbidden, "level.wrong")
	case err != nil:
		return r.down(q, err)
	}
	if st.Person == "" {
		return r.signIn(w, q, s, a, st.To)
	}
	return r.prove(w, q, s, a, st)
}

// prove keeps the assertion for the citizen who set out, if they are still the one who is signed in.
func (r *Room) prove(w http.ResponseWriter, q *http.Request, s Service, a idp.Assertion, st assure.Start) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	if !ok || v.actor.ID != st.Person {
		return fault.New(fault.Forbidden, "assure.refuse.back")
	}
	err = r.DB.Write(q.Context(), func(tx *db.Tx) error {
		_, err := r.Assure.AssertTx(tx, st.Person, s.Method, a)
		return err
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, q, st.To+"?done=1")
}

// signIn opens a session for whoever linked the service before.
func (r *Room) signIn(w http.ResponseWriter, q *http.Request, s Service, a idp.Assertion, to string) error {
	token, err := r.Identity.SignInAssured(q.Context(), identity.Visit{Agent: q.UserAgent(), Old: web.SessionToken(q)}, func(tx *db.Tx) (string, error) {
		whose, err := r.Assure.LinkedTx(tx, a.Issuer, a.Subject)
		if err != nil || whose == "" {
			return "", err
		}
		_, err = r.Assure.AssertTx(tx, whose, s.Method, a)
		return whose, err
	})
	if err != nil {
		return err
	}
	r.Web.StartSession(w, q, token, identity.CitizenLives)
	return web.Redirect(w, q, to)
}

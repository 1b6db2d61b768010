package app

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/url"

	"banyan/internal/platform/db"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
)

// siteOf gives by what name a request's browser knows the city. Passkeys hold for one host: with an address in the settings only there,
// else wherever the program is reached by a name. An IP address has none (Web Authentication, section 5.1.2).
func (a *App) siteOf(s *web.Server) func(*http.Request) (identity.Site, bool) {
	return func(r *http.Request) (identity.Site, bool) {
		origin := a.Settings.Address
		if origin == "" {
			origin = s.Scheme(r) + "://" + r.Host
		}
		u, err := url.Parse(origin)
		if err != nil {
			return identity.Site{}, false
		}
		here, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			here = r.Host
		}
		site := identity.Site{Host: u.Hostname(), Origin: u.Scheme + "://" + u.Host, Name: cmp.Or(a.City.Pack.Title.In(web.PageOf(r).Lang), u.Hostname())}
		return site, site.Host != "" && net.ParseIP(site.Host) == nil && here == site.Host
	}
}

// tellOfSignIn leaves a person a note about the ways into their account, and a message by the best other way.
func (a *App) tellOfSignIn(tx *db.Tx, person, id, what string) error {
	m := notify.Message{Key: "identity:" + id, To: "person:" + person, Channel: notify.InApp, Template: "identity.told." + what, Link: "/me"}
	if err := a.Outbox.Send(tx, m); err != nil {
		return err
	}
	return a.reach(tx, person, m)
}

// joined hands what a person had to the one who holds their phone now: requests go over, and what they allowed others ends. So does how
// they proved who they are: a number given to somebody new proves nothing about them.
func (a *App) joined(tx *db.Tx, from, to string) error {
	return errors.Join(a.Requests.Give(tx, from, to), a.SignOn.EraseTx(tx, from), a.Mandates.EraseTx(tx, from), a.Assure.EraseTx(tx, from))
}

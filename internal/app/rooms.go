package app

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/scenario/account"
	"banyan/internal/scenario/behalf"
	"banyan/internal/scenario/brain"
	"banyan/internal/scenario/citizen"
	"banyan/internal/scenario/connect"
	"banyan/internal/scenario/demo"
	"banyan/internal/scenario/frontline"
	"banyan/internal/scenario/hotline"
	"banyan/internal/scenario/level"
	"banyan/internal/scenario/proof"
	"banyan/internal/scenario/survey"
	"banyan/internal/scenario/trust"
	"banyan/internal/scenario/wallet"
)

// rooms are the scenarios over one server.
type rooms struct {
	citizen   *citizen.Room
	hotline   *hotline.Room
	frontline *frontline.Room
	brain     *brain.Room
	account   *account.Room
	trust     *trust.Room
	connect   *connect.Room
	survey    *survey.Room
	behalf    *behalf.Room
	proof     *proof.Room
	wallet    *wallet.Room
	level     *level.Room
}

// mapAddress is where the schematic map is served.
const mapAddress = "/map.geojson"

func (a *App) rooms(s *web.Server) (r rooms, err error) {
	c := a.City
	logs, err := a.Settings.Trail.logs()
	if err != nil {
		return r, err
	}
	r.trust = &trust.Room{
		DB: a.DB, Clock: a.Clock, Tree: a.Tree, Logs: logs, Title: c.Pack.Title, Policy: a.Policy, Consents: a.Consents, Grants: a.Grants, Trail: a.Trail, Keys: a.Keys, Requests: a.Requests,
		Areas: c.Areas, Orgs: c.Orgs, Keeps: a.keeps, Name: a.actorName, Actor: a.actor, Also: a.beside("trust"),
	}
	r.citizen = citizen.New(citizen.Deps{
		DB: a.DB, Web: s, Cases: a.Cases, Requests: a.Requests, People: a.People, Trail: a.Trail, Triage: a.Triage, Outbox: a.Outbox,
		Files: a.Files, Rates: a.Rate, Identity: a.Identity, SignOn: a.SignOn, Grants: a.Grants, Purposes: c.Purposes, Surveys: a.Surveys, Mandates: a.Mandates,
		Title: c.Pack.Title, Shapes: mapAddress, Address: a.Settings.Address, Key: a.key, Site: a.siteOf(s), Actor: a.actor,
		Credentials: a.Credentials, Assure: a.Assure, Ways: a.waysIn,
	})
	r.frontline = frontline.New(frontline.Deps{
		DB: a.DB, Policy: a.Policy, Cases: a.Cases, Requests: a.Requests, People: a.People, Oversee: a.Oversee, Staff: a.Staff, Files: a.Files,
		City: frontline.City{Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties, Shapes: mapAddress}, Actor: a.actor, Also: a.beside("frontline"),
	})
	if r.hotline, err = hotline.New(hotline.Deps{
		DB: a.DB, Policy: a.Policy, Cases: a.Cases, Requests: a.Requests, People: a.People, Triage: a.Triage, Files: a.Files,
		City: hotline.City{Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties, Rules: c.Loop, Map: c.Map}, Actor: a.actor, Also: a.beside("hotline"), Police: a.toPolice(),
	}); err != nil {
		return r, err
	}
	if r.account, err = account.New(account.Deps{
		Web: s, Clock: a.Clock, Identity: a.Identity, Staff: a.Staff, Policy: a.Policy, Facts: a.Facts, Outbox: a.Outbox,
		APIKeys: a.Keys, Grants: a.Grants, Apps: a.SignOn, Trail: a.Trail, Post: c.post,
		City: account.City{Title: c.Pack.Title, Areas: c.Areas, Orgs: c.Orgs}, Key: a.key, Dev: a.Dev, Logins: a.demoLogins(), Actor: a.actor, Site: a.siteOf(s),
		Seats: a.seats, Choose: func(w http.ResponseWriter, r *http.Request, seat string) {
			s.SetCookie(w, r, postCookie, seat, seatLife)
		},
	}); err != nil {
		return r, err
	}
	r.level = level.New(level.Deps{
		DB: a.DB, Web: s, Clock: a.Clock, Log: a.Log, Assure: a.Assure, Identity: a.Identity, People: a.People, Policy: a.Policy, Orgs: c.Orgs,
		Services: a.identityServices(), Title: c.Pack.Title, Address: a.Settings.Address, Actor: a.actor, Also: a.beside("level"),
	})
	r.proof = proof.New(proof.Deps{
		DB: a.DB, Web: s, Clock: a.Clock, Identity: a.Identity, People: a.People, Policy: a.Policy, Orgs: c.Orgs, Title: c.Pack.Title,
		Site: a.siteOf(s), Desk: r.account.Frame, Actor: a.actor, Name: a.actorName, Joined: a.joined, Also: a.beside("proof"),
	})
	if r.connect, err = connect.New(connect.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, SignOn: a.SignOn, Consents: a.Consents, Identity: a.Identity, People: a.People, Trail: a.Trail, Grants: a.Grants, Assure: a.Assure, Orgs: c.Orgs,
		Title: c.Pack.Title, Address: a.Settings.Address,
	}); err != nil {
		return r, err
	}
	r.survey = survey.New(survey.Deps{
		Clock: a.Clock, Surveys: a.Surveys, Staff: a.Staff, Areas: c.Areas, Orgs: c.Orgs, Title: c.Pack.Title, Name: a.actorName, Actor: a.actor, Also: a.beside("survey"),
	})
	r.behalf = behalf.New(behalf.Deps{
		DB: a.DB, Clock: a.Clock, Mandates: a.Mandates, People: a.People, Policy: a.Policy, Staff: a.Staff, Orgs: c.Orgs, Cases: a.Cases, Requests: a.Requests, Trail: a.Trail,
		Title: c.Pack.Title, Actor: a.actor, Also: a.beside("behalf"),
	})
	r.wallet = wallet.New(wallet.Deps{
		DB: a.DB, Clock: a.Clock, Credentials: a.Credentials, People: a.People, Policy: a.Policy, Orgs: c.Orgs, Title: c.Pack.Title, Address: a.Settings.Address,
		Actor: a.actor, Also: a.beside("wallet"),
	})
	r.brain, err = brain.New(brain.Deps{
		DB: a.DB, Policy: a.Policy, Cases: a.Cases, Requests: a.Requests, Oversee: a.Oversee, Rate: a.Rate,
		City: brain.City{Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties, Map: c.Map, Pack: c.Pack.Ref()}, Actor: a.actor, Also: a.beside("brain"),
		Leak: a.Leak, Trail: a.Trail, Taken: a.taken, Name: a.actorName,
	})
	return r, err
}

// home sends a member of staff to the first page of their post.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.actor(r)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, firstPage(actor))
}

// firstPage is where a post's work begins.
func firstPage(actor access.Actor) string {
	for _, p := range []struct{ role, page string }{
		{access.Dispatcher, "/desk/queue"}, {access.CallTaker, "/desk/call"}, {access.FollowUp, "/desk/followup"}, {access.Arbiter, "/desk/rulings"},
		{access.Caller, "/calls"}, {access.Handler, "/work"}, {access.Community, "/calls"}, {access.Supervisor, "/supervise"},
		{access.Brain, "/brain"}, {access.Data, "/rates"}, {access.Admin, "/admin"},
	} {
		if actor.Is(p.role) {
			return p.page
		}
	}
	return "/staff/signin"
}

// demoLogins lists the logins of the pack's demo for the development page.
func (a *App) demoLogins() []account.Login {
	if a.Dev == nil {
		return nil
	}
	file, err := demo.Load(a.City.Pack)
	if err != nil {
		return nil // a pack without a demo
	}
	var out []account.Login
	for _, s := range file.Staff {
		for _, p := range s.Posts {
			u, _ := a.City.Orgs.Get(p.Unit)
			out = append(out, account.Login{Login: s.Login, Password: demo.Password, Name: s.Name.Hans, Unit: u.Name.Hans, Roles: p.Role})
		}
	}
	return out
}

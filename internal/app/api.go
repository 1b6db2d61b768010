package app

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/scenario/api"
)

// apiVersion is the version of the JSON API's document; it grows with every change of the document.
const apiVersion = "1.0.0"

// programs finds the key of a secret and takes one call of its quota, for every request that carries one.
func (a *App) programs(ctx context.Context, secret string) (web.Visitor, time.Duration, error) {
	k, err := a.Keys.Find(ctx, secret)
	if err != nil {
		return web.Visitor{}, 0, err
	}
	wait, err := a.Keys.Take(ctx, k)
	return web.Visitor{
		Account: k.ActorID(), Kind: "partner", Name: k.Name, Unit: k.Unit, Area: a.areaPath(k.Area), Roles: k.Roles, Scopes: k.Scopes,
	}, wait, err
}

// partner is a program in the post of its key.
func partner(v web.Visitor) access.Actor {
	return access.Actor{Kind: access.Partner, ID: v.Account, Unit: v.Unit, Area: v.Area, Roles: v.Roles}
}

// program is the partner who asks, for operations of the JSON API.
func program(ctx context.Context) access.Actor { return partner(web.PageIn(ctx).Visitor) }

// openAPI serves the JSON API: rooms add their operations to one document.
func (a *App) openAPI(s *web.Server) {
	o := openapi.New(s, "Banyan", apiVersion, a.Answers)
	api.New(api.Deps{
		DB: a.DB, Clock: a.Clock, Policy: a.Policy, Cases: a.Cases, Requests: a.Requests, People: a.People, Triage: a.Triage, Oversee: a.Oversee, Staff: a.Staff, Rate: a.Rate, Files: a.Files,
		City: api.City{Areas: a.City.Areas, Orgs: a.City.Orgs, Duties: a.City.Duties, Pack: a.City.Pack.Ref()}, Actor: program,
	}).Register(o)
	a.Feed.Register(o)
	for path, h := range map[string]web.Handler{"/openapi.json": o.JSON, "/openapi.yaml": o.YAML, "/docs": api.Docs(o)} {
		s.Handle(http.MethodGet+" "+openapi.Prefix+path, h)
	}
}

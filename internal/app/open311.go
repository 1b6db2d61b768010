package app

import (
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/web"
	"banyan/internal/scenario/open311"
	"banyan/internal/work/casework"
)

// open311Base is where both endpoints and their discovery stand.
const open311Base = "/open311/"

// openDoor makes the room of Open311, which reactions and pages share.
func (a *App) openDoor() {
	a.Open311 = open311.New(open311.Deps{
		DB: a.DB, Clock: a.Clock, Cases: a.Cases, Requests: a.Requests, People: a.People, Files: a.Files, Keys: a.Keys,
		Catalogue: a.City.Services, Settings: a.Settings.Open311, Pack: a.City.Pack.Name, Address: a.Settings.Address,
	})
}

// foldOpen311 keeps what Open311 may show in step with the cases.
func (a *App) foldOpen311(tx *db.Tx, facts []fact.Fact) error {
	happened := make([]casework.Happened, len(facts))
	for i, f := range facts {
		h, err := fact.Decode[casework.Happened](f)
		if err != nil {
			return err
		}
		happened[i] = h
	}
	return a.Open311.FoldTx(tx, happened...)
}

// open311Routes are the discovery, the production endpoint, and the test endpoint with the same addresses.
func (a *App) open311Routes(s *web.Server) map[string]web.Handler {
	s.RefuseAt(open311Base, open311.Refuse)
	a.Open311.Slow(s.Limit(open311.Strangers(), s.Address))
	list := endpointRoutes(a.Open311)
	for pattern, h := range endpointRoutes(a.Open311.Test()) {
		list[strings.Replace(pattern, open311Base, open311Base+"test/", 1)] = h
	}
	list["GET /open311/discovery.json"], list["GET /open311/discovery.xml"] = a.Open311.Discovery, a.Open311.Discovery
	return list
}

func endpointRoutes(r *open311.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /open311/v2/services.json": r.Services, "GET /open311/v2/services.xml": r.Services, "GET /open311/v2/services/{file}": r.Definition,
		"GET /open311/v2/requests.json": r.List, "GET /open311/v2/requests.xml": r.List, "GET /open311/v2/requests/{file}": r.One,
		"POST /open311/v2/requests.json": r.Report, "POST /open311/v2/requests.xml": r.Report, "GET /open311/v2/tokens/{file}": r.Token,
		"GET /open311/v2/servicerequestupdates.json": r.Updates, "GET /open311/v2/servicerequestupdates.xml": r.Updates,
		"POST /open311/v2/servicerequestupdates.json": r.Say, "POST /open311/v2/servicerequestupdates.xml": r.Say,
	}
}

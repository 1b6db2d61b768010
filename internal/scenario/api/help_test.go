package api_test

import (
	"net/http"
	"testing"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/scenario/api"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/worktest"
)

// house is a city hall whose only room is the JSON API.
type house struct {
	*roomtest.House
	api *openapi.API
}

func schemas() []db.Schema { return append(worktest.Schemas(), api.Schema()) }

// each opens a house on every engine there is.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, schemas(), func(t *testing.T, d *db.DB) { test(over(t, d)) })
}

func open(t *testing.T) *house {
	t.Helper()
	return over(t, dbtest.OpenSQLite(t, schemas()...))
}

func over(t *testing.T, d *db.DB) *house {
	t.Helper()
	work := worktest.New(t, d, worktest.Town(t))
	h := &house{House: roomtest.Over(work, nil)}
	files, err := blob.Open(t.TempDir())
	h.Must(err)
	h.api = openapi.New(h.Web, "Banyan", "1", api.NewAnswers(d, h.Clock))
	api.New(api.Deps{
		DB: d, Clock: h.Clock, Policy: h.City.Policy, Cases: h.Cases, Requests: h.Requests, People: h.People, Triage: h.Triage(), Oversee: h.Oversee, Staff: h.Staff, Rate: h.Rate,
		Files: files, City: api.City{Areas: h.City.Areas, Orgs: h.City.Orgs, Duties: h.City.Duties, Pack: h.City.City.Pack}, Actor: h.Partner,
	}).Register(h.api)
	h.Serve(map[string]web.Handler{
		http.MethodGet + " " + openapi.Prefix + "/openapi.json": h.api.JSON, http.MethodGet + " " + openapi.Prefix + "/docs": api.Docs(h.api),
	})
	return h
}

// object is a JSON object.
type object = map[string]any

// lamp is what an invented requester says about a street lamp.
func lamp(more ...any) object {
	o := object{
		"kind": "complaint", "words": "军门社区3号楼前路灯坏了三盏", "area": "350102004001", "channel": "app", "name": "张三", "phone": "13900000001",
		"lat": 26.0853, "lon": 119.2965, "publish": true,
	}
	for i := 0; i < len(more); i += 2 {
		if o[more[i].(string)] = more[i+1]; more[i+1] == nil {
			delete(o, more[i].(string))
		}
	}
	return o
}

const root = openapi.Prefix

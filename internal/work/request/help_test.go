package request_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/consent"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
	"banyan/internal/work/request"
)

const (
	areasCSV = `level,code,parent,sub,name,name_hant,name_en,outside,population,population_year
city,3501,,,福州市,福州市,Fuzhou City,,,
district,350102,3501,district,鼓楼区,鼓樓區,Gulou District,,,
subdistrict,350102001,350102,street,鼓东街道,鼓東街道,Gudong Subdistrict,,,
`
	kindsYAML = `
- {code: inquiry, name: 咨询, anonymous: true, public: true}
- {code: help, name: 求助, anonymous: false, public: true}
- {code: report, name: 举报, anonymous: true, public: false}
`
	// publication that nobody needs to assess, so that only the consent counts
	purposesYAML = `
- id: publish
  name: 公开
  owner: "350102.zx"
  asked: matter
  texts:
    - {version: 1, from: "2026-01-01", basis: consent, what: 标题, why: 给大家看, ask: 我同意公开, after: 不再公开, keep: 到撤回为止}
`
	frontYAML = `
subdistrict: {street: {dept: jd, name: "{area}办事处"}}
groups: {district_centre: 区县处置中心, subdistrict: 街道}
`
	unitsYAML = `
- {id: 350102.zx, dept: zx, area: "350102", kind: centre, name: 鼓楼区处置中心, short: 鼓楼中心, group: district_centre}
`
	channelsYAML = `
- {code: web, name: 网站, icon: globe}
- {code: phone, name: 电话, icon: phone}
- {code: import, name: 批量导入, icon: upload}
`
)

func testPack(t testing.TB) *pack.Pack {
	t.Helper()
	p, err := pack.Load(fstest.MapFS{
		"pack.yaml":      {Data: []byte("name: small\ntitle: 小城\nversion: \"1\"\n")},
		"areas.csv":      {Data: []byte(areasCSV)},
		"kinds.yaml":     {Data: []byte(kindsYAML)},
		"channels.yaml":  {Data: []byte(channelsYAML)},
		"purposes.yaml":  {Data: []byte(purposesYAML)},
		"org/front.yaml": {Data: []byte(frontYAML)},
		"org/units.yaml": {Data: []byte(unitsYAML)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// desk stands in for casework: it opens a case per request and can refuse.
type desk struct {
	last   request.Opening
	refuse error
}

func (d *desk) Open(o request.Opening) (request.Opened, error) {
	d.last = o
	if o.JoinCase != "" {
		return request.Opened{Tx: func(*db.Tx) (string, error) { return o.JoinCase, d.refuse }}, nil
	}
	id := "case-" + o.RequestID
	return request.Opened{Case: id, Tx: func(*db.Tx) (string, error) { return id, d.refuse }}, nil
}

// bench is a service on a fresh store with everything it stands on.
type bench struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	facts    *fact.Log
	heard    *[]fact.Fact
	trail    *trail.Log
	people   *person.Service
	desk     *desk
	consents *consent.Service
	requests *request.Service
}

func each(t *testing.T, test func(b bench)) {
	p := testPack(t)
	areas, err := area.New(p)
	if err != nil {
		t.Fatal(err)
	}
	units, err := org.New(p, areas)
	if err != nil {
		t.Fatal(err)
	}
	purposes, err := consent.Load(p, areas, units)
	if err != nil {
		t.Fatal(err)
	}
	terms, err := request.LoadTerms(p)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	schemas := append(trailtest.Schemas(), fact.Schema(), vault.Schema(), person.Schema(), consent.Schema(), request.Schema())
	dbtest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
		b := bench{T: t, db: d, clock: c, heard: new([]fact.Fact), desk: &desk{}}
		b.facts = fact.New(d, c, slog.New(slog.DiscardHandler))
		b.facts.React(fact.Reaction{
			Name: "test.hear", On: []string{request.FactReceived, request.FactConsentGiven, request.FactConsentWithdrawn},
			Do: func(_ *db.Tx, facts []fact.Fact) error { *b.heard = append(*b.heard, facts...); return nil },
		})
		b.trail = trailtest.New(t, d, c)
		if b.people, err = person.New(d, c, b.trail, bytes.Repeat([]byte{7}, 32)); err != nil {
			t.Fatal(err)
		}
		b.consents = consent.New(consent.Deps{DB: d, Clock: c, Trail: b.trail, Policy: policy, Purposes: purposes, Same: b.people.Same})
		if err := b.consents.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.requests = request.New(
			request.Deps{DB: d, Clock: c, Facts: b.facts, Trail: b.trail, People: b.people, Policy: policy, Consents: b.consents},
			request.City{Prefix: "FZ", Terms: terms, Areas: areas, Urgent: func(text string) bool { return text != "" && bytes.Contains([]byte(text), []byte("燃气泄漏")) }},
			b.desk)
		test(b)
	})
}

func guest() access.Actor { return access.Actor{Kind: access.Guest} }

func lamp() request.Intake {
	return request.Intake{
		ClientID: "client-0001", Kind: "help", Words: "军门社区3号楼前路灯坏了，请联系13900000001", Address: "军门社区3号楼",
		Point: geo.Point{Lat: 26.0853, Lon: 119.2965}, Area: "350102001", Channel: "web", Language: "zh-Hans",
		Contact: person.Contact{Name: "张三", Phone: "139 0000 0001"}, Publish: true,
		Photos: []request.Photo{{Key: "blob-1", Type: "image/jpeg", Size: 1234}, {Key: "blob-2", Type: "image/png", Size: 5}},
	}
}

func (b bench) receive(in request.Intake) request.Receipt {
	b.Helper()
	r, err := b.requests.Receive(context.Background(), guest(), in)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (b bench) get(id string) (h request.Headline) {
	b.Helper()
	err := b.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		h, err = b.requests.Get(tx, id)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return h
}

func (b bench) drain() []fact.Fact {
	b.Helper()
	if err := b.facts.Drain(context.Background()); err != nil {
		b.Fatal(err)
	}
	return *b.heard
}

func (b bench) count(table string) (n int) {
	b.Helper()
	err := b.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM " + table).Scan(&n)
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

var errRefused = errors.New("refused")

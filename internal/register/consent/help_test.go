package consent_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/consent"
	"banyan/internal/register/org"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

const (
	areasCSV = `level,code,parent,sub,name,name_hant,name_en,outside,population,population_year
city,3501,,,福州市,福州市,Fuzhou City,,,
district,350102,3501,district,鼓楼区,鼓樓區,Gulou District,,,
`
	frontYAML = "groups: {hotline: 热线, district_centre: 区县}\n"
	unitsYAML = `
- {id: '3501.12345', dept: '12345', area: '3501', kind: centre, name: 热线, short: 热线, group: hotline}
- {id: 350102.zx, dept: zx, area: '350102', kind: centre, name: 鼓楼区处置中心, short: 鼓楼中心, group: district_centre}
`
	purposesYAML = `
- id: handling
  name: 办理
  owner: '3501.12345'
  texts:
    - {version: 1, from: '2026-01-01', basis: duty, what: 电话, why: 办理, keep: 到办结}
- id: steps
  name: 每一步
  owner: '3501.12345'
  asked: standing
  texts:
    - {version: 1, from: '2026-01-01', basis: consent, what: 电话, why: 告诉您, ask: 我同意, after: 不再发, keep: 到撤回}
    - {version: 2, from: '2026-12-01', basis: consent, what: 电话和邮箱, why: 告诉您, ask: 我同意, after: 不再发, keep: 到撤回}
- id: publish
  name: 公开
  owner: 350102.zx
  asked: matter
  texts:
    - {version: 1, from: '2026-01-01', basis: consent, kinds: [public], to: 任何人, what: 标题, why: 大家看, ask: 我同意公开, after: 不再公开, keep: 到撤回}
    - {version: 2, from: '2026-12-01', basis: consent, kinds: [public], to: 任何人, what: 标题和照片, why: 大家看, ask: 我同意公开, after: 不再公开, keep: 到撤回}
`
)

// small is a pack of two units with some purposes.
func small(t testing.TB, purposes string) *pack.Pack {
	t.Helper()
	p, err := pack.Load(fstest.MapFS{
		"pack.yaml": {Data: []byte("name: small\ntitle: 小城\nversion: \"1\"\n")}, "areas.csv": {Data: []byte(areasCSV)}, "org/front.yaml": {Data: []byte(frontYAML)},
		"org/units.yaml": {Data: []byte(unitsYAML)}, "purposes.yaml": {Data: []byte(purposes)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func load(t testing.TB, purposes string) (*consent.Register, error) {
	t.Helper()
	p := small(t, purposes)
	areas, err := area.New(p)
	if err != nil {
		t.Fatal(err)
	}
	units, err := org.New(p, areas)
	if err != nil {
		t.Fatal(err)
	}
	return consent.Load(p, areas, units)
}

// bench is the service over a fresh store, on 23 November 2026.
type bench struct {
	*testing.T
	*consent.Service
	clock *clock.Manual
	tree  *merkle.Log
}

func each(t *testing.T, test func(b bench)) {
	t.Parallel()
	dbtest.Each(t, append(trailtest.Schemas(), consent.Schema()), func(t *testing.T, d *db.DB) {
		purposes, err := load(t, purposesYAML)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := access.New()
		if err != nil {
			t.Fatal(err)
		}
		c := clock.NewManual(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City))
		b := bench{T: t, clock: c, tree: trailtest.Tree(t, d, c)}
		b.Service = consent.New(consent.Deps{DB: d, Clock: c, Trail: trail.New(d, c, b.tree, trailtest.Open{}), Policy: policy, Purposes: purposes, Same: same})
		b.must(b.Sync(t.Context()))
		test(b)
	})
}

// same knows p1 under an older id, too.
func same(_ *db.Tx, person string) ([]string, error) {
	if person == "p1" || person == "p1-old" {
		return []string{"p1", "p1-old"}, nil
	}
	return []string{person}, nil
}

func (b bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b bench) give(in consent.Said) (c consent.Consent, err error) {
	err = b.DB.Write(b.Context(), func(tx *db.Tx) (err error) {
		c, err = b.Give(tx, in)
		return err
	})
	return c, err
}

func (b bench) withdraw(in consent.Said) {
	b.Helper()
	b.must(b.DB.Write(b.Context(), func(tx *db.Tx) error { return b.Withdraw(tx, in) }))
}

// need is the key of the refusal, "" when there is none.
func (b bench) need(person, purpose, matter string) string {
	b.Helper()
	err := b.DB.Read(b.Context(), func(tx *db.Tx) error { return b.NeedIn(tx, person, purpose, matter) })
	return b.key(err)
}

func (b bench) of(person string) (list []consent.Consent) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		list, err = b.Of(tx, person)
		return err
	}))
	return list
}

func citizen(id string) access.Actor { return access.Actor{Kind: access.Citizen, ID: id} }

func staff(id, unit, area string, roles ...string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: area, Roles: roles}
}

func officer(id string) access.Actor { return staff(id, "3501.12345", "/3501/", access.Data) }

func steps(person string) consent.Said {
	return consent.Said{Person: person, Purpose: consent.ForSteps, Way: consent.Page, Lang: "zh-Hans", By: citizen(person)}
}

func publish(person, matter string) consent.Said {
	return consent.Said{Person: person, Purpose: consent.ForPublish, Matter: matter, Way: consent.Page, Lang: "zh-Hans", By: citizen(person)}
}

func (b bench) draft(purpose string, version int) consent.Assessment {
	words := strings.Repeat("为了试验，写够字。", 4)
	return consent.Assessment{Purpose: purpose, Version: version, Necessity: words, Risks: words, Measures: words, Until: b.clock.Now().AddDate(1, 0, 0)}
}

// assessed puts an assessment of a text into force.
func (b bench) assessed(purpose string, version int) consent.Assessment {
	b.Helper()
	a, err := b.Assess(b.Context(), officer("writer"), b.draft(purpose, version))
	b.must(err)
	b.must(b.Approve(b.Context(), officer("reader"), a.ID, a.Rev))
	return a
}

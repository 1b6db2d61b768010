package oversee_test

import (
	"log/slog"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/org"
	"banyan/internal/work/oversee"
)

// monday is the morning on which every test begins, in a week without holidays.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City)

// house is one test's own world.
type house struct {
	*testing.T
	*oversee.Service
	clock *clock.Manual
	db    *db.DB
}

// fuzhou loads the registers once for all tests; they never change.
var fuzhou = sync.OnceValues(func() (oversee.Deps, error) {
	var d oversee.Deps
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		return d, err
	}
	if d.Areas, err = area.New(p); err != nil {
		return d, err
	}
	if d.Orgs, err = org.New(p, d.Areas); err != nil {
		return d, err
	}
	if d.Calendar, err = calendar.FromPack(p); err != nil {
		return d, err
	}
	if d.Rules, err = oversee.LoadRules(p); err != nil {
		return d, err
	}
	d.Policy, err = access.New()
	return d, err
})

// each runs a test on every engine there is, under the rules of packs/fuzhou.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, schemas(), func(t *testing.T, d *db.DB) { test(build(t, d)) })
}

// small is a house on SQLite alone, for tables of rules: each row has its own.
func small(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	return build(t, dbtest.OpenSQLite(t, schemas()...))
}

func schemas() []db.Schema { return []db.Schema{fact.Schema(), oversee.Schema()} }

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	deps, err := fuzhou()
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(monday)
	deps.DB, deps.Clock, deps.Facts = d, c, fact.New(d, c, slog.New(slog.DiscardHandler))
	return &house{T: t, Service: oversee.New(deps), clock: c, db: d}
}

// rules reads assess/rates.yaml from a text.
func rules(yaml string) (*oversee.Rules, error) {
	p, err := pack.Load(fstest.MapFS{
		"pack.yaml":         {Data: []byte("name: small\nversion: '1'\ntitle: {zh-Hans: 小, zh-Hant: 小, en: Small}\nextends: []\n")},
		"assess/rates.yaml": {Data: []byte(yaml)},
	}, nil)
	if err != nil {
		return nil, err
	}
	return oversee.LoadRules(p)
}

// The people of the tests, each in one post.
var (
	lamps   = staff("lamps", "3501.zmzx", "/3501/", access.Handler)
	streets = staff("streets", "350102.cgj", "/3501/350102/", access.Handler)
	chief   = staff("chief", "3501.12345", "/3501/", access.Supervisor)
	gulou   = staff("gulou", "350102.zx", "/3501/350102/", access.Supervisor)
	minqing = staff("minqing", "350124.zx", "/3501/350124/", access.Supervisor)
)

func staff(id, unit, area string, roles ...string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: area, Roles: roles}
}

func (h *house) write(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

func (h *house) assess(events ...oversee.Event) {
	h.Helper()
	h.write(func(tx *db.Tx) error { return h.AssessTx(tx, events) })
}

// first is an assessed first response of a unit to a case.
func first(id, unit string, inTime bool) oversee.Event {
	return oversee.Event{Case: id, Seq: 3, Kind: oversee.FirstResponse, Unit: unit, Path: "/3501/350102/", At: monday, InTime: inTime}
}

// asked is a follow-up on a case.
func asked(id, unit string, solved, satisfied bool) oversee.Event {
	return oversee.Event{Case: id, Seq: 5, Kind: oversee.FollowedUp, Unit: unit, Path: "/3501/350102/", At: monday, Solved: solved, Satisfied: satisfied}
}

// rates finds one unit's rates of all time.
func (h *house) rates(unit string) oversee.UnitRates {
	h.Helper()
	list, err := h.AllRates(h.Context(), oversee.Period{})
	if err != nil {
		h.Fatal(err)
	}
	for _, u := range list {
		if u.Unit == unit {
			return u
		}
	}
	return oversee.UnitRates{}
}

// levels lists the orders on a case, oldest first.
func (h *house) levels(id string) (out []oversee.Level) {
	h.Helper()
	list, err := h.OrdersOn(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	for _, o := range list {
		out = append(out, o.Level)
	}
	return out
}

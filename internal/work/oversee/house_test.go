package oversee_test

import (
	"testing"
	"testing/fstest"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/work/oversee"
	"banyan/internal/work/worktest"
)

// monday is the morning on which every test begins, in a week without holidays.
var monday = worktest.Monday()

// house is one test's own world.
type house struct {
	*worktest.House
	*oversee.Service
	clock *clock.Manual
	db    *db.DB
}

// each runs a test on every engine there is, under the rules of packs/fuzhou.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	worktest.Each(t, func(h *worktest.House) { test(build(h)) })
}

// small is a house on SQLite alone, for tables of rules: each row has its own.
func small(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	return build(worktest.Fresh(t))
}

func build(h *worktest.House) *house {
	return &house{House: h, Service: h.Oversee, clock: h.Clock, db: h.DB}
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
	lamps   = worktest.Staff("lamps", "3501.zmzx", access.Handler)
	streets = worktest.Staff("streets", "350102.cgj", access.Handler)
	chief   = worktest.Staff("chief", "3501.12345", access.Supervisor)
	gulou   = worktest.Staff("gulou", "350102.zx", access.Supervisor)
	minqing = worktest.Staff("minqing", "350124.zx", access.Supervisor)
)

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
	return oversee.Event{Case: id, Seq: 5, Kind: oversee.FollowedUp, Unit: unit, Path: "/3501/350102/", At: monday, Solved: solved, Satisfied: satisfied, Asked: true}
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

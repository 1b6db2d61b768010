package casework_test

import (
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
)

// house is one test's own world: a store, a clock that stands at a Monday
// morning, and the loop over the Fuzhou pack.
type house struct {
	*testing.T
	cases *casework.Service
	clock *clock.Manual
	facts *fact.Log
	db    *db.DB
	n     int
}

// fuzhou loads the pack once for all tests; registers never change.
var fuzhou = sync.OnceValues(func() (casework.City, error) {
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		return casework.City{}, err
	}
	c := casework.City{Pack: p.Ref()}
	if c.Areas, err = area.New(p); err != nil {
		return c, err
	}
	if c.Orgs, err = org.New(p, c.Areas); err != nil {
		return c, err
	}
	if c.Profiles, err = calendar.LoadProfiles(p); err != nil {
		return c, err
	}
	if c.Calendar, err = calendar.FromPack(p); err != nil {
		return c, err
	}
	if c.Duties, err = duty.New(p, c.Areas, c.Orgs, c.Profiles.Has); err != nil {
		return c, err
	}
	c.Rules, err = casework.LoadRules(p)
	return c, err
})

// each runs a test on every engine there is, each time in a fresh house.
func each(t *testing.T, test func(h *house)) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{fact.Schema(), casework.Schema()}, func(t *testing.T, d *db.DB) {
		city, err := fuzhou()
		if err != nil {
			t.Fatal(err)
		}
		policy, err := access.New()
		if err != nil {
			t.Fatal(err)
		}
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		facts := fact.New(d, c, slog.New(slog.DiscardHandler))
		cases, err := casework.New(casework.Deps{DB: d, Facts: facts, Clock: c, Policy: policy, City: city})
		if err != nil {
			t.Fatal(err)
		}
		test(&house{T: t, cases: cases, clock: c, facts: facts, db: d})
	})
}

// The people of the tests, each in one post.
var (
	desk      = staff("desk", "3501.12345", "/3501/", access.CallTaker, access.Dispatcher)
	caller    = staff("caller", "350102004.jd", "/3501/350102/350102004/", access.Caller)
	lamps     = staff("lamps", "3501.zmzx", "/3501/", access.Handler)
	streets   = staff("streets", "350102.cgj", "/3501/350102/", access.Handler)
	builders  = staff("builders", "350102.jsj", "/3501/350102/", access.Handler)
	asker     = staff("asker", "3501.12345", "/3501/", access.FollowUp)
	arbiter   = staff("arbiter", "3501.12345", "/3501/", access.Arbiter)
	chief     = staff("chief", "3501.12345", "/3501/", access.Supervisor)
	requester = access.Actor{Kind: access.Citizen, ID: "p1"}
)

func staff(id, unit, area string, roles ...string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: area, Roles: roles}
}

// ok fails the test on an error and hands the file on.
func (h *house) ok(f *casework.File, err error) *casework.File {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return f
}

// open opens a case in 东街街道 for a new request.
func (h *house) open() *casework.File {
	h.Helper()
	h.n++
	var id string
	err := h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		id, err = h.cases.OpenTx(tx, desk, casework.Opening{
			Request: request(h.n), Number: "FZ" + request(h.n), Kind: "complaint", Channel: "phone", Area: "350102004", HasContact: true, Consent: true,
		})
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return h.ok(h.cases.Get(h.Context(), desk, id))
}

func request(n int) string { return "r" + string(rune('0'+n)) }

// dispatch gives a case to the lamp centre under the street lamp duty.
func (h *house) dispatch(f *casework.File, assisting ...string) *casework.File {
	h.Helper()
	return h.ok(h.cases.Dispatch(h.Context(), desk, casework.Dispatch{
		Case: f.Case.ID, Version: f.Case.Version, Duty: lampDuty(h), Lead: "3501.zmzx", Assisting: assisting, Explanation: []byte(`{"why":"test"}`),
	}))
}

// lampDuty finds the duty that the lamp centre leads.
func lampDuty(h *house) string {
	city, err := fuzhou()
	if err != nil {
		h.Fatal(err)
	}
	for _, d := range city.Duties.All() {
		if d.Lead.Dept == "zmzx" {
			return d.Code
		}
	}
	h.Fatal("no duty is led by zmzx")
	return ""
}

func lead(h *house, f *casework.File) casework.Order {
	h.Helper()
	o, ok := f.LeadOrder()
	if !ok {
		h.Fatalf("case %s in state %s has no lead order", f.Case.ID, f.Case.State)
	}
	return o
}

func (h *house) reply(f *casework.File, by access.Actor) *casework.File {
	h.Helper()
	return h.ok(h.cases.Reply(h.Context(), by, lead(h, f).ID, casework.Reply{
		True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: h.clock.Now(), Means: "phone", Visited: true, Public: "三盏路灯已修好。",
	}))
}

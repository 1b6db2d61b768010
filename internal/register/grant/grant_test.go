package grant_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/grant"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

// desk is a store with grants and the trail that asks them.
type desk struct {
	*testing.T
	*grant.Service
	db    *db.DB
	clock *clock.Manual
	trail *trail.Log
}

func each(t *testing.T, test func(d desk)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, append(trailtest.Schemas(), grant.Schema()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		s, err := grant.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		test(desk{t, s, d, c, trail.New(d, c, trailtest.Tree(t, d, c), s)})
	})
}

// look reads a field of some persons and gives what was refused: "" when nothing was.
func (d desk) look(who access.Actor, use, subject, field string, persons ...string) string {
	d.Helper()
	err := d.db.Write(d.Context(), func(tx *db.Tx) error {
		return d.trail.Look(tx, trail.Reader{Actor: who, Purpose: "trail.purpose." + use, Subject: subject}, []string{field}, persons...)
	})
	e, ok := fault.As(err)
	if err != nil && !ok {
		d.Fatal(err)
	}
	if err == nil {
		return ""
	}
	return e.Key
}

func officer() access.Actor {
	return access.Actor{Kind: access.Staff, ID: "officer", Unit: "3501.sjj", Area: "/3501/", Roles: []string{access.Data}}
}

func partner() access.Actor {
	return access.Actor{Kind: access.Partner, ID: "key:k1", Unit: "350102.cgj", Area: "/3501/350102/", Roles: []string{access.Handler, access.Dispatcher}}
}

func (d desk) giving() grant.Giving {
	return grant.Giving{
		Holder: "key:k1", Uses: []string{"handling"}, Fields: []string{trail.Phone, trail.Words}, Area: "/3501/350102/", Purpose: "handling", Law: "《民法典》第一千零三十五条",
		Reason: "联通办件系统", Daily: 3, Until: d.clock.Now().AddDate(0, 0, 30),
	}
}

func (d desk) give(n grant.Giving) grant.Grant {
	d.Helper()
	g, err := d.Give(d.Context(), officer(), n)
	if err != nil {
		d.Fatal(err)
	}
	return g
}

// A post reads for its own work and nothing else; another system reads nothing by its roles alone.
func TestStandingGrants(t *testing.T) {
	staff := func(roles ...string) access.Actor {
		return access.Actor{Kind: access.Staff, ID: "s", Unit: "350102.cgj", Area: "/3501/350102/", Roles: roles}
	}
	person := access.Actor{Kind: access.Citizen, ID: "p1"}
	each(t, func(d desk) {
		for _, tt := range []struct {
			who        access.Actor
			use, field string
			want       string
		}{
			{staff(access.Handler), "handling", trail.Phone, ""},
			{staff(access.Handler), "oversight", trail.Phone, "grant.none"},
			{staff(access.Handler), "followup", trail.Words, "grant.none"},
			{staff(access.Brain), "oversight", trail.Words, "grant.none"},
			{staff(access.Admin, access.Data), "handling", trail.Words, "grant.none"},
			{staff(access.Brain), "list", trail.Masked, ""},
			{staff(access.Brain), "list", trail.Phone, "grant.none"},
			{staff(access.Supervisor), "oversight", trail.Words, ""},
			{staff(access.Supervisor), "own", trail.Words, "grant.none"},
			{staff(access.Community), "mandate", trail.Phone, "grant.none"},
			{person, "own", trail.Words, ""},
			{person, "handling", trail.Words, "grant.none"},
			{access.Program("triage"), "index", trail.Words, ""},
			{access.Program("triage"), "index", trail.Phone, "grant.none"},
			{access.Program("triage"), "handling", trail.Words, "grant.none"},
			{partner(), "handling", trail.Phone, "grant.none"},
			{partner(), "signon", trail.Phone, ""},
			{partner(), "signon", trail.Words, "grant.none"},
		} {
			if got := d.look(tt.who, tt.use, "c1", tt.field, "p1"); got != tt.want {
				d.Errorf("%s %v reading %s for %s: %q, want %q", tt.who.Kind, tt.who.Roles, tt.field, tt.use, got, tt.want)
			}
		}
	})
}

// A grant covers its holder, use, fields, area and cases until its end, and the row of each look names it.
func TestWhatAGrantCovers(t *testing.T) {
	each(t, func(d desk) {
		n := d.giving()
		n.Cases = []string{"c1"}
		g := d.give(n)
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p1"); got != "" {
			d.Fatalf("its own case: %s", got)
		}
		rows, err := d.trail.ForPerson(d.Context(), "p1", "", 10)
		if err != nil || len(rows) != 1 || rows[0].Grant != g.ID {
			d.Fatalf("the row names %+v, %v, want grant %s", rows, err, g.ID)
		}
		purpose, of, err := d.Of(d.Context(), rows[0].Grant)
		if err != nil || purpose != "handling" || of.Law != n.Law {
			d.Errorf("the grant of the row: %s, %+v, %v", purpose, of, err)
		}
		elsewhere, other, colleague := partner(), partner(), partner()
		elsewhere.Area, other.ID, colleague.ID = "/3501/", "key:k2", "s9"
		for name, refused := range map[string]string{
			"another case": d.look(partner(), "handling", "c2", trail.Phone, "p1"), "another use": d.look(partner(), "dispatch", "c1", trail.Phone, "p1"),
			"another field": d.look(partner(), "handling", "c1", trail.Address, "p1"), "a wider area": d.look(elsewhere, "handling", "c1", trail.Phone, "p1"),
			"another key": d.look(other, "handling", "c1", trail.Phone, "p1"), "a colleague": d.look(colleague, "handling", "c1", trail.Phone, "p1"),
		} {
			if refused != "grant.none" {
				d.Errorf("%s: %q", name, refused)
			}
		}
		if err := d.End(d.Context(), officer(), g.ID); err != nil {
			d.Fatal(err)
		}
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p1"); got != "grant.none" {
			d.Errorf("after its end: %q", got)
		}
		if err := d.End(d.Context(), officer(), g.ID); !refused(err, "grant.refuse.ended") {
			d.Errorf("ended twice: %v", err)
		}
		d.give(d.giving())
		d.clock.Advance(31 * 24 * time.Hour)
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p1"); got != "grant.none" {
			d.Errorf("after its last day: %q", got)
		}
	})
}

// A picture seen a minute ago is not shown again when the grant has ended since.
func TestAnEndHoldsForWhatWasJustSeen(t *testing.T) {
	each(t, func(d desk) {
		n := d.giving()
		n.Fields = []string{trail.Photos}
		g := d.give(n)
		again := func() error {
			return d.db.Write(d.Context(), func(tx *db.Tx) error {
				return d.trail.LookAgain(tx, trail.Reader{Actor: partner(), Purpose: trail.ForHandling, Subject: "c1"}, trail.Photos, "p1")
			})
		}
		if err := errors.Join(again(), again()); err != nil {
			d.Fatal(err)
		}
		if err := d.End(d.Context(), officer(), g.ID); err != nil {
			d.Fatal(err)
		}
		if err := again(); !refused(err, "grant.none") {
			d.Errorf("after the end: %v", err)
		}
	})
}

// Beyond its looks of a day a grant shows nothing, and the refused look leaves no row; the next day of the city it does again.
func TestTheQuotaOfADay(t *testing.T) {
	each(t, func(d desk) {
		d.give(d.giving())
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p1", "p2"); got != "" {
			d.Fatal(got)
		}
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p3", "p4"); got != "grant.used_up" {
			d.Errorf("a fourth person of three: %q", got)
		}
		if rows, err := d.trail.ForPerson(d.Context(), "p3", "", 9); err != nil || len(rows) != 0 {
			d.Errorf("the refused look left %+v, %v", rows, err)
		}
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p3"); got != "" {
			d.Errorf("the third person: %q", got)
		}
		fresh := trail.New(d.db, d.clock, trailtest.Tree(d.T, d.db, d.clock), d.Service) // a process that has counted nothing yet
		err := d.db.Write(d.Context(), func(tx *db.Tx) error {
			return fresh.Look(tx, trail.Reader{Actor: partner(), Purpose: trail.ForHandling}, []string{trail.Phone}, "p4")
		})
		if !refused(err, "grant.used_up") {
			d.Errorf("another process: %v", err)
		}
		d.clock.Set(time.Date(2026, 11, 23, 16, 0, 1, 0, time.UTC)) // midnight in the city
		if got := d.look(partner(), "handling", "c1", trail.Phone, "p4"); got != "" {
			d.Errorf("the next day: %q", got)
		}
	})
}

// A unit's grant is its members', and goes no further than their posts.
func TestAUnitsGrant(t *testing.T) {
	each(t, func(d desk) {
		n := d.giving()
		n.Holder = grant.UnitHolder("350102.cgj")
		d.give(n)
		member := access.Actor{Kind: access.Staff, ID: "s1", Unit: "350102.cgj", Area: "/3501/350102/", Roles: []string{access.Brain}}
		if got := d.look(member, "handling", "c1", trail.Phone, "p1"); got != "" {
			d.Errorf("a member: %q", got)
		}
		member.Unit = "350103.cgj"
		if got := d.look(member, "handling", "c1", trail.Phone, "p1"); got != "grant.none" {
			d.Errorf("another unit: %q", got)
		}
	})
}

// What is missing is told of all at once; nobody gives themselves or their own unit; there is no grant without an end.
func TestWhatMayBeGiven(t *testing.T) {
	each(t, func(d desk) {
		_, err := d.Give(d.Context(), officer(), grant.Giving{})
		for _, field := range []string{"holder", "uses", "fields", "area", "purpose", "law", "reason", "daily", "until"} {
			if err == nil || !strings.Contains(err.Error(), "field "+field) {
				d.Errorf("nothing is said of %s: %v", field, err)
			}
		}
		for name, change := range map[string]func(n *grant.Giving){
			"until": func(n *grant.Giving) { n.Until = d.clock.Now().AddDate(2, 0, 0) }, "uses": func(n *grant.Giving) { n.Uses = []string{"own"} },
			"fields": func(n *grant.Giving) { n.Fields = []string{"answers"} },
		} {
			n := d.giving()
			change(&n)
			if _, err := d.Give(d.Context(), officer(), n); err == nil {
				d.Errorf("a wrong %s was taken", name)
			}
		}
		for _, holder := range []string{"officer", grant.UnitHolder("3501.sjj")} {
			n := d.giving()
			n.Holder = holder
			if _, err := d.Give(d.Context(), officer(), n); !refused(err, "grant.refuse.oneself") {
				d.Errorf("to %s: %v", holder, err)
			}
		}
	})
}

// Older keys are given what they need once, whoever starts first.
func TestAdoptOnce(t *testing.T) {
	each(t, func(d desk) {
		for range 2 {
			if err := d.Adopt(d.Context(), func() ([]grant.Giving, error) { return []grant.Giving{d.giving()}, nil }); err != nil {
				d.Fatal(err)
			}
		}
		list, err := d.List(d.Context())
		if err != nil || len(list) != 1 || list[0].By != "" {
			d.Errorf("%+v, %v", list, err)
		}
	})
}

func refused(err error, key string) bool {
	e, ok := fault.As(err)
	return ok && e.Key == key
}

package casework_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// How many worlds the lists are compared in: on SQLite in new stores, on PostgreSQL in one.
const (
	worldStores     = 40
	viewersOfStore  = 25
	casesOfStore    = 12
	viewersPostgres = 100
)

var (
	worldAreas = []string{"350102001", "350102004001", "350103", "350103001", "350104", "3501", "350102"}
	worldUnits = []string{"3501.zmzx", "350102.cgj", "350103.cgj", "350104.cgj"}
)

// world is one store's cases as the policies see them.
type world struct {
	*worktest.House
	*rand.Rand
	units []string // that can lead here
	files []*casework.File
	said  []string // every request
}

// TestListsAreTheAllowSet compares every list of cases with what Cedar allows case by case, for random viewers in random worlds: the
// worklist, the queue, the boards and exports (List), the API and feed (Standings), a unit's orders (OrdersOf), search and a caller's
// earlier matters (RowsOf). No row too many, none too few.
func TestListsAreTheAllowSet(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		for store := range worldStores {
			t.Run(fmt.Sprint(store), func(t *testing.T) {
				t.Parallel()
				newWorld(worktest.Fresh(t), uint64(store)).compare(viewersOfStore)
			})
		}
	})
	worktest.Each(t, func(h *worktest.House) {
		if h.DB.Dialect() == db.Postgres {
			newWorld(h, worldStores).compare(viewersPostgres)
		}
	})
}

func newWorld(h *worktest.House, seed uint64) *world {
	w := &world{House: h, Rand: rand.New(rand.NewPCG(seed, 7))} //nolint:gosec // a world, not a secret
	for _, u := range worldUnits {
		if _, ok := h.City.Orgs.Get(u); ok {
			w.units = append(w.units, u)
		}
	}
	for i := range casesOfStore {
		in := worktest.Lamp()
		in.Area, in.ClientID = w.pick(worldAreas), fmt.Sprintf("client-%04d", i)
		in.Contact.Phone = fmt.Sprintf("1390000%04d", w.IntN(3))
		f := h.File(h.Receive(in).CaseID)
		if w.IntN(4) > 0 {
			lead := w.pick(w.units)
			var assisting []string
			if other := w.pick(w.units); other != lead {
				assisting = []string{other}
			}
			sent, err := h.Cases.Dispatch(h.Context(), worktest.Desk(), casework.Dispatch{Case: f.Case.ID, Duty: h.City.LedBy(h, lead), Lead: lead, Assisting: assisting})
			h.Must(err)
			f = sent
		}
		w.files = append(w.files, f)
		w.said = append(w.said, f.Requests()...)
	}
	return w
}

func (w *world) pick(of []string) string { return of[w.IntN(len(of))] }

// viewer is anybody: in a post of any unit and reach, with one or two roles.
func (w *world) viewer() access.Actor {
	a := worktest.Staff("viewer", w.pick(append(w.units, "3501.12345", "350102.12345")), w.pick(access.Roles()))
	if w.IntN(3) == 0 {
		a.Roles = append(a.Roles, w.pick(access.Roles()))
	}
	if w.IntN(3) == 0 {
		place, _ := w.City.Areas.Get(w.pick(worldAreas))
		a.Area = place.Path
	}
	return a
}

// allowed are the cases that fit and whose reading Cedar allows.
func (w *world) allowed(a access.Actor, fits func(*casework.File) bool) (ids []string) {
	for _, f := range w.files {
		if fits(f) && w.City.Policy.May(a, access.CaseRead, f.Resource()).Allow {
			ids = append(ids, f.Case.ID)
		}
	}
	return ids
}

func (w *world) compare(viewers int) {
	w.Helper()
	for range viewers {
		a := w.viewer()
		w.list(a)
		w.standings(a)
		w.orders(a)
		rows, err := w.Cases.RowsOf(w.Context(), a, access.CaseRead, w.said...)
		w.Must(err)
		w.same(a, "RowsOf", idsOf(rows), w.allowed(a, func(*casework.File) bool { return true }))
	}
}

// list asks for a place and perhaps a unit. A list that is refused shows nothing; one that is given holds all of the place, so each
// of its cases must be allowed.
func (w *world) list(a access.Actor) {
	w.Helper()
	f := casework.Filter{Newest: true, Limit: 500}
	place, _ := w.City.Areas.Get(w.pick(worldAreas))
	switch len(place.Code) {
	case 6:
		f.District = place.Code
	case 9:
		f.Subdistrict = place.Code
	case 12:
		f.Community = place.Code
	}
	if w.IntN(2) == 0 {
		f.Unit = w.pick(w.units)
	}
	rows, err := w.Cases.List(w.Context(), a, f)
	if fault.KindOf(err) == fault.Forbidden {
		if len(rows) > 0 {
			w.Errorf("a refused list shows %d rows", len(rows))
		}
		return
	}
	w.Must(err)
	fits := func(c *casework.File) bool {
		return (f.Unit == "" || c.Case.Lead == f.Unit) && (f.District == "" || c.Case.District == f.District) &&
			(f.Subdistrict == "" || c.Case.Subdistrict == f.Subdistrict) && (f.Community == "" || c.Case.Community == f.Community)
	}
	w.same(a, fmt.Sprintf("List %+v", f), idsOf(rows), w.allowed(a, fits))
}

func (w *world) standings(a access.Actor) {
	w.Helper()
	list, _, err := w.Cases.Standings(w.Context(), a, "", 500)
	if fault.KindOf(err) != fault.Forbidden {
		w.Must(err)
	}
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	w.same(a, "Standings", ids, w.allowed(a, func(*casework.File) bool { return true }))
}

func (w *world) orders(a access.Actor) {
	w.Helper()
	unit := w.pick(w.units)
	var ids []string
	for _, owing := range []bool{true, false} {
		rows, err := w.Cases.OrdersOf(w.Context(), a, unit, owing, 500)
		if fault.KindOf(err) == fault.Forbidden {
			return
		}
		w.Must(err)
		ids = append(ids, idsOf(rows)...)
	}
	w.same(a, "OrdersOf "+unit, ids, w.allowed(a, func(f *casework.File) bool { return slices.Contains(f.Units(), unit) }))
}

func idsOf(rows []casework.Row) (ids []string) {
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// same compares as sets.
func (w *world) same(a access.Actor, what string, got, want []string) {
	w.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		w.Errorf("%s for %s of %s in %s: %d rows, Cedar allows %d: %v, %v", what, a.Roles, a.Unit, a.Area, len(got), len(want), got, want)
	}
}

package oversee_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/oversee"
	"banyan/internal/work/worktest"
)

// How many worlds the lists are compared in: on SQLite in new stores, on PostgreSQL in one.
const (
	worldStores     = 20
	viewersOfStore  = 50
	viewersPostgres = 100
	thingsOfStore   = 30
)

var (
	worldAreas = []string{"350102001", "350102004001", "350103", "350103001", "350104", "3501", "350102"}
	worldUnits = []string{"3501.zmzx", "350102.cgj", "350103.cgj", "350102.jsj", "350104.cgj"}
)

// worlds is orders from above and appeals as the policies see them.
type worlds struct {
	*house
	*rand.Rand
	orders  map[string]access.Resource
	appeals map[string]access.Resource
}

// TestListsAreTheAllowSet compares what is open from above (/supervise, /api oversight and appeals) and what a unit is told of itself
// (/oversight) with what Cedar allows one by one, for random viewers. A list that is refused shows nothing.
func TestListsAreTheAllowSet(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		for store := range worldStores {
			t.Run(fmt.Sprint(store), func(t *testing.T) {
				t.Parallel()
				newWorlds(build(worktest.Fresh(t)), uint64(store)).compare(viewersOfStore)
			})
		}
	})
	each(t, func(h *house) {
		if h.db.Dialect() == db.Postgres {
			newWorlds(h, worldStores).compare(viewersPostgres)
		}
	})
}

func newWorlds(h *house, seed uint64) *worlds {
	w := &worlds{house: h, Rand: rand.New(rand.NewPCG(seed, 11)), orders: map[string]access.Resource{}, appeals: map[string]access.Resource{}} //nolint:gosec // a world, not a secret
	above := worktest.Staff("above", "3501.12345", access.Supervisor)
	for i := range thingsOfStore {
		unit := w.pick(worldUnits)
		at, _ := w.City.Areas.Get(w.pick(worldAreas))
		id := fmt.Sprintf("c%02d", i)
		h.Must(h.Issue(h.Context(), above, oversee.Issuing{Case: id, Number: id, Unit: unit, Units: []string{unit}, Path: at.Path, Level: oversee.Oversight, Words: "请说明"}))
		list, err := h.OrdersOn(h.Context(), id)
		h.Must(err)
		w.orders[list[0].ID] = access.Resource{Kind: "case", Unit: unit, Units: []string{unit}, AreaPath: at.Path}
		if w.IntN(2) == 0 {
			h.Must(h.Appeal(h.Context(), worktest.Staff("head", unit, access.Handler), oversee.Appeal{Order: list[0].ID, Words: "不同意"}))
		}
	}
	for _, unit := range worldUnits {
		asked, err := h.Appeals(h.Context(), above, unit, 500)
		h.Must(err)
		for _, a := range asked {
			w.appeals[a.ID] = w.unit(unit)
		}
	}
	if len(w.appeals) == 0 {
		h.Fatal("a world without appeals compares nothing")
	}
	return w
}

func (w *worlds) pick(of []string) string { return of[w.IntN(len(of))] }

// viewer is anybody: in a post of any unit and reach, with one or two roles.
func (w *worlds) viewer() access.Actor {
	a := worktest.Staff("viewer", w.pick(append(slices.Clone(worldUnits), "3501.12345", "350102.12345")), w.pick(access.Roles()))
	if w.IntN(3) == 0 {
		a.Roles = append(a.Roles, w.pick(access.Roles()))
	}
	if w.IntN(3) == 0 {
		at, _ := w.City.Areas.Get(w.pick(worldAreas))
		a.Area = at.Path
	}
	return a
}

// compare holds that what a viewer gets by area and by unit together is what Cedar allows, no row too many and none too few. An order
// is of its case; but who may read about a unit reads all orders on it, wherever their cases lie: number and reason, no requester's word.
func (w *worlds) compare(viewers int) {
	w.Helper()
	for range viewers {
		a := w.viewer()
		inArea, errArea := w.OpenOrders(w.Context(), a, 500)
		own, errOwn := w.OrdersOf(w.Context(), a, a.Unit, 500)
		orders := append(shown(w, inArea, errArea, orderID), shown(w, own, errOwn, orderID)...)
		w.same(a, "orders", orders, w.orders, func(o access.Resource) bool {
			return w.may(a, o, access.ReportRead, access.CaseRead) || o.Unit == a.Unit && w.may(a, w.unit(a.Unit), access.ReportRead, access.CaseList)
		})
		waiting, errArea := w.Appeals(w.Context(), a, "", 500)
		ours, errOwn := w.Appeals(w.Context(), a, a.Unit, 500)
		appeals := append(shown(w, waiting, errArea, appealID), shown(w, ours, errOwn, appealID)...)
		w.same(a, "appeals", appeals, w.appeals, func(x access.Resource) bool { return w.may(a, x, access.ReportRead) })
		w.ofUnit(a, w.pick(worldUnits))
	}
}

// may asks Cedar for all of some actions.
func (w *worlds) may(a access.Actor, of access.Resource, actions ...string) bool {
	return !slices.ContainsFunc(actions, func(action string) bool { return !w.City.Policy.May(a, action, of).Allow })
}

func (w *worlds) unit(id string) access.Resource {
	org, _ := w.City.Orgs.Get(id)
	at, _ := w.City.Areas.Get(org.Area)
	return access.Resource{Kind: "unit", ID: id, Unit: id, AreaPath: at.Path}
}

func orderID(o oversee.Order) string   { return o.ID }
func appealID(a oversee.Appeal) string { return a.ID }

// shown are the ids of a list: none of one that is refused, which must be empty.
func shown[T any](w *worlds, list []T, err error, id func(T) string) (ids []string) {
	w.Helper()
	if fault.KindOf(err) != fault.Forbidden {
		w.Must(err)
	} else if len(list) > 0 {
		w.Errorf("a refused list shows %d rows", len(list))
	}
	for _, x := range list {
		ids = append(ids, id(x))
	}
	return ids
}

// same compares as sets.
func (w *worlds) same(a access.Actor, what string, got []string, things map[string]access.Resource, allowed func(access.Resource) bool) {
	w.Helper()
	var want []string
	for id, res := range things {
		if allowed(res) {
			want = append(want, id)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		w.Errorf("%s for %s of %s in %s: %d rows, Cedar allows %d", what, a.Roles, a.Unit, a.Area, len(got), len(want))
	}
}

// ofUnit asks for the orders on any unit: whoever oversees it sees all of them, wherever their cases lie, and nobody else one.
func (w *worlds) ofUnit(a access.Actor, unit string) {
	w.Helper()
	list, err := w.OrdersOf(w.Context(), a, unit, 500)
	may, want := w.may(a, w.unit(unit), access.ReportRead, access.CaseList), 0
	for _, o := range w.orders {
		if may && o.Unit == unit {
			want++
		}
	}
	if got := len(shown(w, list, err, orderID)); got != want || may != (err == nil) {
		w.Errorf("orders on %s for %s of %s in %s: %d rows and %v, Cedar allows %d", unit, a.Roles, a.Unit, a.Area, got, err, want)
	}
}

// A list has room for its limit of what the viewer may see, however much of others stands before it.
func TestAppealsOfOthersTakeNoRoom(t *testing.T) {
	each(t, func(h *house) {
		for i := range 5 {
			h.assess(first(fmt.Sprint("far", i), "350103.cgj", false))
			h.Must(h.Appeal(h.Context(), worktest.Staff("head", "350103.cgj", access.Handler), oversee.Appeal{Case: fmt.Sprint("far", i), Seq: 3, Indicator: "response", Words: "不同意"}))
		}
		h.assess(first("near", streets.Unit, false))
		h.Must(h.Appeal(h.Context(), streets, oversee.Appeal{Case: "near", Seq: 3, Indicator: "response", Words: "不同意"}))
		list, err := h.Appeals(h.Context(), gulou, "", 3)
		h.Must(err)
		if len(list) != 1 || list[0].Unit != streets.Unit {
			h.Errorf("the supervisor of one district sees %d appeals, want the one of the own district: %+v", len(list), list)
		}
	})
}

package rate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/rate"
	"banyan/internal/work/worktest"
)

// How many worlds the lists are compared in: on SQLite in new stores, on PostgreSQL in one.
const (
	worldStores     = 20
	viewersOfStore  = 50
	viewersPostgres = 100
	ratingsOfStore  = 24
)

var (
	worldUnits = []string{"3501.zmzx", "350102.cgj", "350103.cgj", "350104.cgj"}
	worldPaths = []string{"/3501/", "/3501/350102/", "/3501/350102/350102001/", "/3501/350103/", "/3501/350104/"}
)

// TestRectificationsAreTheAllowSet compares what waits for the centre (/rectifications) and what a unit owes (/rectify) with what Cedar
// allows one by one, for random viewers.
func TestRectificationsAreTheAllowSet(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		for store := range worldStores {
			t.Run(fmt.Sprint(store), func(t *testing.T) {
				t.Parallel()
				compare(worktest.Fresh(t), uint64(store), viewersOfStore)
			})
		}
	})
	worktest.Each(t, func(w *worktest.House) {
		if w.DB.Dialect() == db.Postgres {
			compare(w, worldStores, viewersPostgres)
		}
	})
}

func compare(w *worktest.House, seed uint64, viewers int) {
	w.Helper()
	r := rand.New(rand.NewPCG(seed, 17)) //nolint:gosec // a world, not a secret
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	for i := range ratingsOfStore {
		unit := pick(worldUnits)
		_, err := w.Rate.Give(w.Context(), requester, rate.Giving{
			Request: fmt.Sprintf("r%02d", i), Case: fmt.Sprintf("c%02d", i), Unit: unit, Units: []string{unit}, Path: pick(worldPaths), Level: rate.VeryDissatisfied, Channel: "web",
		})
		w.Must(err)
	}
	all := map[string]rate.Rectification{}
	for _, unit := range worldUnits {
		head := worktest.Staff("head", unit, access.Handler)
		owed, err := w.Rate.Mine(w.Context(), head, unit, 500)
		w.Must(err)
		for _, x := range owed {
			if r.IntN(2) == 0 {
				w.Must(w.Rate.Fix(w.Context(), head, x.ID, "已上门更换"))
				x.State = rate.Fixed
			}
			all[x.ID] = x
		}
	}
	if len(all) != ratingsOfStore {
		w.Fatalf("%d rectifications, want %d", len(all), ratingsOfStore)
	}
	for range viewers {
		a := worktest.Staff("viewer", pick(append(slices.Clone(worldUnits), "3501.12345", "350102.12345")), pick(access.Roles()))
		if r.IntN(2) == 0 {
			a.Roles = append(a.Roles, pick(access.Roles()))
		}
		if r.IntN(3) == 0 {
			a.Area = pick(worldPaths)
		}
		may := func(of access.Resource) bool { return w.City.Policy.May(a, access.CaseList, of).Allow }
		judge, err := w.Rate.ToJudge(w.Context(), a, 500)
		same(w, a, "to judge", judge, err, all, func(x rate.Rectification) bool {
			return x.State == rate.Fixed && may(access.Resource{Kind: "list", AreaPath: x.Path})
		})
		unit := pick(worldUnits)
		owed, err := w.Rate.Mine(w.Context(), a, unit, 500)
		same(w, a, "owed by "+unit, owed, err, all, func(x rate.Rectification) bool {
			return x.State == rate.Open && x.Unit == unit && may(access.Resource{Kind: "order", Unit: x.Unit, Units: []string{x.Unit}})
		})
	}
}

// same compares as sets; a list that is refused must be of somebody who may see nothing of it.
func same(w *worktest.House, a access.Actor, what string, list []rate.Rectification, err error, all map[string]rate.Rectification, allowed func(rate.Rectification) bool) {
	w.Helper()
	if fault.KindOf(err) != fault.Forbidden {
		w.Must(err)
	}
	var got, want []string
	for _, x := range list {
		got = append(got, x.ID)
	}
	for id, x := range all {
		if allowed(x) {
			want = append(want, id)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.Errorf("%s for %s of %s in %s: %d rows, Cedar allows %d", what, a.Roles, a.Unit, a.Area, len(got), len(want))
	}
}

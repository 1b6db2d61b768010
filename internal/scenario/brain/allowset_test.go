package brain_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/worktest"
)

// How many worlds the pages are compared in. The engine makes no difference to what a page leaves out; the store's own lists are
// compared on both where they are made.
const (
	worldStores    = 20
	viewersOfStore = 50
	alarmsOfStore  = 20
)

// TestAlarmsAndLeaksAreTheAllowSet compares the alarms that /supervise/looks shows, and whether /supervise/leaks opens, with what Cedar
// allows, for random viewers.
func TestAlarmsAndLeaksAreTheAllowSet(t *testing.T) {
	t.Parallel()
	for store := range worldStores {
		t.Run(fmt.Sprint(store), func(t *testing.T) {
			t.Parallel()
			newWorld(t).compareAlarms(rand.New(rand.NewPCG(uint64(store), 19))) //nolint:gosec // a world, not a secret
		})
	}
}

func (w *world) compareAlarms(r *rand.Rand) {
	w.Helper()
	units := []string{"350102.cgj", "350103.cgj", "350104.cgj", "350102004.jd", "3501.zmzx", "gone.unit"}
	paths := []string{"/3501/", "/3501/350102/", "/3501/350103/", "/3501/350102/350102004/"}
	for i := range alarmsOfStore {
		w.glass(fmt.Sprintf("s%02d", i), units[r.IntN(len(units))])
	}
	alarms, err := w.Trail.Alarms(w.Context(), true, 500, func(trail.Alarm) bool { return true })
	w.Must(err)
	if len(alarms) != alarmsOfStore {
		w.Fatalf("%d alarms, want %d", len(alarms), alarmsOfStore)
	}
	for range viewersOfStore {
		a := worktest.Staff("viewer", units[r.IntN(len(units)-1)], access.Supervisor)
		if r.IntN(3) == 0 {
			a.Roles = []string{access.Roles()[r.IntN(len(access.Roles()))]}
		}
		a.Area = paths[r.IntN(len(paths))]
		w.Cast["viewer"] = a
		may := func(action, path string) bool {
			return w.City.Policy.May(a, action, access.Resource{Kind: "list", AreaPath: path}).Allow
		}
		var got, want []string
		for _, x := range alarms {
			unit, _ := w.City.Orgs.Get(x.Unit)
			if place, _ := w.City.Areas.Get(unit.Area); may(access.TrailRead, place.Path) {
				want = append(want, x.ID)
			}
		}
		if page := w.Get("viewer", "/supervise/looks"); page.Status == http.StatusOK {
			page.Doc().Find("form[action='/supervise/looks'] input[name=id]").Each(func(_ int, s *goquery.Selection) { got = append(got, s.AttrOr("value", "")) })
		} else if page.Status != http.StatusForbidden {
			w.Errorf("/supervise/looks: %d", page.Status)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			w.Errorf("alarms for %s in %s: %d, Cedar allows %d", a.Roles, a.Area, len(got), len(want))
		}
		if opens := w.Get("viewer", "/supervise/leaks").Status == http.StatusOK; opens != may(access.LeakTrace, "/3501/350102/") {
			w.Errorf("/supervise/leaks for %s in %s opens: %v", a.Roles, a.Area, opens)
		}
	}
}

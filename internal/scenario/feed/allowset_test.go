package feed_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// How many worlds the feed and the exports are compared in: on SQLite in new stores, on PostgreSQL in one.
const (
	worldStores     = 20
	viewersOfStore  = 50
	viewersPostgres = 60
	casesOfStore    = 12
)

var (
	worldAreas = []string{"350102001", "350102004001", "350103", "350103001", "350104", "3501", "350102"}
	worldUnits = []string{"350102.cgj", "350103.cgj", "350104.cgj"}
)

// world is one store's cases as the policies see them.
type world struct {
	*house
	*rand.Rand
	files []*casework.File
}

// TestFeedAndExportsAreTheAllowSet compares the feed (/api feed/cases) and the table of cases (/api exports, /exports of staff) with what
// Cedar allows case by case, for random viewers.
func TestFeedAndExportsAreTheAllowSet(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		for store := range worldStores {
			t.Run(fmt.Sprint(store), func(t *testing.T) {
				t.Parallel()
				newWorld(over(t, dbtest.OpenSQLite(t, schemas()...)), uint64(store)).compare(viewersOfStore)
			})
		}
	})
	each(t, func(h *house) {
		if h.DB.Dialect() == db.Postgres {
			newWorld(h, worldStores).compare(viewersPostgres)
		}
	})
}

func newWorld(h *house, seed uint64) *world {
	w := &world{house: h, Rand: rand.New(rand.NewPCG(seed, 13))} //nolint:gosec // a world, not a secret
	for i := range casesOfStore {
		in := worktest.Lamp()
		in.Area, in.ClientID = w.pick(worldAreas), fmt.Sprintf("client-%04d", i)
		in.Point.Lat, in.Point.Lon = 0, 0
		f := h.File(h.Receive(in).CaseID)
		if w.IntN(4) > 0 {
			lead, other := w.pick(worldUnits), w.pick(worldUnits)
			var assisting []string
			if other != lead {
				assisting = []string{other}
			}
			sent, err := h.Cases.Dispatch(h.Context(), worktest.Desk(), casework.Dispatch{Case: f.Case.ID, Duty: h.City.LedBy(h, lead), Lead: lead, Assisting: assisting})
			h.Must(err)
			f = sent
		}
		w.files = append(w.files, f)
	}
	h.Drain()
	return w
}

func (w *world) pick(of []string) string { return of[w.IntN(len(of))] }

// viewer is anybody: in a post of any unit and reach, with one or two roles.
func (w *world) viewer() access.Actor {
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

func (w *world) compare(viewers int) {
	w.Helper()
	for range viewers {
		a := w.viewer()
		w.Cast["viewer"] = a
		w.feed(a)
		w.table(a)
	}
}

// allowed are the numbers of the cases that fit and whose reading Cedar allows.
func (w *world) allowed(a access.Actor, fits func(*casework.File) bool) (numbers []string) {
	for _, f := range w.files {
		if fits(f) && w.City.Policy.May(a, access.CaseRead, f.Resource()).Allow {
			numbers = append(numbers, f.Case.Number)
		}
	}
	return numbers
}

func (w *world) feed(a access.Actor) {
	w.Helper()
	want := w.allowed(a, func(*casework.File) bool { return true })
	if w.Program("viewer").Call(http.MethodGet, root+"/feed/cases", nil).Status == http.StatusForbidden {
		w.same(a, "the refused feed", nil, want)
		return
	}
	list, _ := w.changes("viewer", "0", "5")
	var got []string
	for _, c := range list {
		got = append(got, c.Case.Number)
	}
	w.same(a, "feed", got, want)
}

// table asks for all of the post: a post with an area exports what lies in it, another what its unit leads.
func (w *world) table(a access.Actor) {
	w.Helper()
	scope := access.ScopeOf(a)
	want := w.allowed(a, func(f *casework.File) bool {
		if scope.Area != "" {
			return strings.HasPrefix(f.Case.Path, scope.Area)
		}
		return f.Case.Lead == scope.Unit
	})
	key := w.Program("viewer").Call(http.MethodGet, root+"/exports/cases.csv", nil)
	page := w.Get("viewer", "/exports/cases.csv")
	for what, got := range map[string]struct {
		status int
		body   string
	}{"a key's export": {key.Status, string(key.Body)}, "an export": {page.Status, page.Body}} {
		if got.status == http.StatusForbidden {
			w.same(a, what+", refused", nil, want)
			continue
		}
		if got.status != http.StatusOK {
			w.Errorf("%s: %d", what, got.status)
			continue
		}
		_, rows := records(w.T, got.body)
		var numbers []string
		for number := range rows {
			numbers = append(numbers, number)
		}
		w.same(a, what, numbers, want)
	}
}

// same compares as sets.
func (w *world) same(a access.Actor, what string, got, want []string) {
	w.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		w.Errorf("%s for %s of %s in %s: %v, Cedar allows %v", what, a.Roles, a.Unit, a.Area, got, want)
	}
}

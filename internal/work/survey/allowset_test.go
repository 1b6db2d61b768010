package survey_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/survey"
	"banyan/internal/work/worktest"
)

// How many worlds the list is compared in: on SQLite in new stores, on PostgreSQL in one.
const (
	worldStores     = 12
	viewersOfStore  = 60
	viewersPostgres = 100
	surveysOfStore  = 24
)

// TestSurveysAreTheAllowSet compares the list of surveys, and each of them by id, with what Cedar allows one by one, for random viewers.
func TestSurveysAreTheAllowSet(t *testing.T) {
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
	r := rand.New(rand.NewPCG(seed, 23)) //nolint:gosec // a world, not a secret
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	units := []string{"3501.zmzx", "350102.cgj", "350102004.jd", "350103.cgj", "350103001.jd"}
	areas := []string{"3501", "350102", "350102004", "350102004001", "350103", "350103001"}
	var all []survey.Survey
	for i := range surveysOfStore {
		in := proposal(fmt.Sprint("form", i))
		in.Area = pick(areas)
		owner := worktest.Staff("owner", pick(units), access.Handler)
		owner.Area = w.City.Areas.City().Path
		v, err := w.Surveys.Propose(w.Context(), owner, in)
		w.Must(err)
		all = append(all, v)
	}
	shown := 0
	for range viewers {
		a := worktest.Staff("viewer", pick(units), pick(access.Roles()))
		if r.IntN(2) == 0 {
			a.Roles = append(a.Roles, pick(access.Roles()))
		}
		place, _ := w.City.Areas.Get(pick(areas))
		a.Area = place.Path
		if r.IntN(10) == 0 {
			a.Kind = access.Partner
		}
		list, err := w.Surveys.List(w.Context(), a, 500)
		w.Must(err)
		shown += len(list)
		for _, v := range all {
			may := a.Kind == access.Staff && w.City.Policy.May(a, access.SurveyRead, access.Resource{Kind: "survey", Unit: v.Unit, AreaPath: v.Path}).Allow
			listed := slices.ContainsFunc(list, func(x survey.Survey) bool { return x.ID == v.ID })
			_, err := w.Surveys.Get(w.Context(), a, v.ID)
			if listed != may || (err == nil) != may || err != nil && fault.KindOf(err) != fault.NotFound {
				w.Errorf("%s %v of %s in %s, survey of %s in %s: listed %v, by id %v, Cedar %v", a.Kind, a.Roles, a.Unit, a.Area, v.Unit, v.Path, listed, err, may)
			}
		}
	}
	if shown == 0 || shown == viewers*len(all) {
		w.Errorf("%d surveys shown: nothing is compared", shown)
	}
}

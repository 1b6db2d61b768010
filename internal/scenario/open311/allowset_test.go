package open311

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

// How many worlds the lists are compared in: on SQLite in new stores, on PostgreSQL in one.
const (
	worldStores     = 10
	readersOfStore  = 100
	readersPostgres = 100
	recordsOfStore  = 40
)

// TestListsAreWhatAReaderMaySee compares requests.json, one request and servicerequestupdates.json with what a reader may see, for random
// readers: what is public, what the own key handed in, and of the test endpoint what was made there. A reader has no post here and Cedar
// is not asked: whether a case is public was decided before, where it was published.
func TestListsAreWhatAReaderMaySee(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schemas(), func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.Postgres {
			newRecords(t, d, worldStores).compare(t, readersPostgres)
			return
		}
		for store := range worldStores {
			newRecords(t, dbtest.OpenSQLite(t, schemas()...), uint64(store)).compare(t, readersOfStore)
		}
	})
}

// records is one store's records.
type records struct {
	*rand.Rand
	db  *db.DB
	now time.Time
	all []Record
}

func newRecords(t *testing.T, d *db.DB, seed uint64) *records {
	t.Helper()
	r := &records{Rand: rand.New(rand.NewPCG(seed, 23)), db: d, now: time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City)} //nolint:gosec // a world, not a secret
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for i := range recordsOfStore {
			x := Record{
				ID: fmt.Sprintf("r%02d", i), Number: fmt.Sprintf("FZ26112300%06d", i), Case: fmt.Sprintf("c%02d", i), Realm: r.pick(public, own, own, trial), Key: r.pick("", "k1", "k2", "k3"),
				Service: r.pick("lamp", "road", "tree"), Open: r.IntN(2) == 0, State: "received", RequestedAt: r.now.Add(time.Duration(i) * time.Minute), UpdatedAt: r.now.Add(time.Duration(i) * time.Minute),
			}
			if x.Realm == own && x.Key == "" {
				x.Key = "k1" // somebody handed it in
			}
			r.all = append(r.all, x)
			if err := saveRecord(tx, x); err != nil {
				return err
			}
			if err := insertUpdate(tx, x.told(x.ID+"/1", x.UpdatedAt)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *records) pick(of ...string) string { return of[r.IntN(len(of))] }

// mayRead is the rule in the words of the manual.
func mayRead(realm, key string, x Record) bool {
	switch {
	case realm == trial:
		return x.Realm == trial
	case x.Realm == trial:
		return false
	}
	return x.Realm == public || key != "" && x.Key == key
}

func (r *records) compare(t *testing.T, readers int) {
	t.Helper()
	for range readers {
		realm, key := r.pick(public, public, trial), r.pick("", "k1", "k2", "k4")
		list := Filter{Realm: realm, Key: key, Limit: rowsMost}
		if r.IntN(2) == 0 {
			list.Services = []string{r.pick("lamp", "road"), "tree"}
		}
		if r.IntN(3) == 0 {
			open := r.IntN(2) == 0
			list.Open = &open
		}
		byNumber, updates := Filter{Realm: realm, Key: key, Limit: rowsMost}, Filter{Realm: realm, Key: key, Limit: rowsMost}
		var want, wantAll []string
		for _, x := range r.all {
			byNumber.Numbers = append(byNumber.Numbers, x.Number)
			if !mayRead(realm, key, x) {
				continue
			}
			wantAll = append(wantAll, x.Number)
			if (len(list.Services) == 0 || slices.Contains(list.Services, x.Service)) && (list.Open == nil || x.Open == *list.Open) {
				want = append(want, x.Number)
			}
		}
		err := r.db.Read(t.Context(), func(tx *db.Tx) error {
			rows, err := listRecords(tx, list)
			same(t, "a list", realm, key, shownNumbers(rows), want)
			if err != nil {
				return err
			}
			if rows, err = listRecords(tx, byNumber); err != nil {
				return err
			}
			same(t, "a list by numbers", realm, key, shownNumbers(rows), wantAll)
			told, err := listUpdates(tx, updates)
			var numbers []string
			for _, u := range told {
				numbers = append(numbers, u.Number)
			}
			same(t, "updates", realm, key, numbers, wantAll)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func shownNumbers(rows []Record) (numbers []string) {
	for _, x := range rows {
		numbers = append(numbers, x.Number)
	}
	return numbers
}

// same compares as lists without an order; a row that comes twice is one too many.
func same(t *testing.T, what, realm, key string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s in %s for the key %q: %d rows, may see %d: %v, %v", what, realm, key, len(got), len(want), got, want)
	}
}

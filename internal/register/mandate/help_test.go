package mandate_test

import (
	"bytes"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
)

// house is one test's service on one engine.
type house struct {
	*testing.T
	*mandate.Service
	db    *db.DB
	clock *clock.Manual
	posts map[string]string // staff -> the unit where they serve people

	mu    sync.Mutex
	notes map[string]note
}

type note struct {
	person string
	what   mandate.Note
}

// each runs a test on every engine.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, []db.Schema{mandate.Schema()}, func(t *testing.T, d *db.DB) {
		h := &house{T: t, db: d, clock: clock.NewManual(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City)), posts: map[string]string{}, notes: map[string]note{}}
		var err error
		h.Service, err = mandate.New(mandate.Deps{DB: d, Clock: h.clock, Key: bytes.Repeat([]byte{8}, 32), Tell: h.tell, Serves: h.serves})
		h.Must(err)
		test(h)
	})
}

func (h *house) serves(_ *db.Tx, staff, unit string, _ time.Time) (bool, error) {
	return h.posts[staff] == unit, nil
}

// tell keeps a note when its transaction is kept, each key once.
func (h *house) tell(tx *db.Tx, person, key string, what mandate.Note) error {
	tx.AfterCommit(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.notes[key] = note{person, what}
	})
	return nil
}

// told are the notes of a person, sorted.
func (h *house) told(person string) (list []mandate.Note) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n := range maps.Values(h.notes) {
		if n.person == person {
			list = append(list, n.what)
		}
	}
	slices.Sort(list)
	return list
}

func (h *house) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) Read(do func(tx *db.Tx) error) {
	h.Helper()
	h.Must(h.db.Read(h.Context(), do))
}

func (h *house) Write(do func(tx *db.Tx) error) {
	h.Helper()
	h.Must(h.db.Write(h.Context(), do))
}

const (
	granny   = "granny"
	daughter = "daughter"
	stranger = "stranger"
)

func citizen(id string) access.Actor {
	return access.Actor{Kind: access.Citizen, ID: id, Session: "session of " + id}
}

// giving is what granny allows her daughter.
func giving(change func(*mandate.Giving)) mandate.Giving {
	g := mandate.Giving{Holder: daughter, Relation: mandate.Child, Scope: []mandate.Scope{mandate.Follow, mandate.Report}, Days: 90}
	if change != nil {
		change(&g)
	}
	return g
}

// given is a mandate that the daughter has accepted.
func given(h *house, change func(*mandate.Giving)) mandate.Mandate {
	h.Helper()
	m, _, err := h.Give(h.Context(), citizen(granny), giving(change))
	h.Must(err)
	m, err = h.Accept(h.Context(), citizen(m.Holder), m.ID)
	h.Must(err)
	return m
}

func check(h *house, by access.Actor, scope mandate.Scope) error {
	h.Helper()
	return h.db.Read(h.Context(), func(tx *db.Tx) error { return h.CheckTx(tx, by, scope) })
}

func acting(id string, m mandate.Mandate) access.Actor {
	a := citizen(id)
	a.For = m.Behalf()
	return a
}

// refused holds that an error is a refusal with the key, also as one of several fields.
func refused(t *house, err error, key string) {
	t.Helper()
	if f, ok := fault.As(err); ok && f.Key == key {
		return
	}
	for _, f := range fault.FieldsOf(err) {
		if f.Key == key {
			return
		}
	}
	t.Errorf("%v, want %s", err, key)
}

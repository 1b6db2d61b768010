package trail_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

// watched is a trail with its log and clock.
type watched struct {
	*testing.T
	db    *db.DB
	clock *clock.Manual
	tree  *merkle.Log
	log   *trail.Log
}

func eachWatched(t *testing.T, test func(w watched)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 123_000_000, time.UTC))
		tree := trailtest.Tree(t, d, c)
		test(watched{t, d, c, tree, trail.New(d, c, tree, trailtest.Open{})})
	})
}

// look writes a row about each person and gives the newest id of the first.
func (w watched) look(persons ...string) string {
	w.Helper()
	w.must(w.db.Write(w.Context(), func(tx *db.Tx) error {
		return w.log.Look(tx, reader("s1"), []string{trail.Name, trail.Phone}, persons...)
	}))
	rows, err := w.log.ForPerson(w.Context(), persons[0], "", 1)
	w.must(err)
	return rows[0].ID
}

func (w watched) fold() {
	w.Helper()
	w.must(w.log.Adopt(w.Context()))
	_, err := w.tree.Sequence(w.Context())
	w.must(err)
}

func (w watched) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w watched) audit() string {
	w.Helper()
	var found []string
	_, err := w.log.Audit(w.Context(), 0, func(finding string) { found = append(found, finding) })
	w.must(err)
	return strings.Join(found, "\n")
}

func (w watched) exec(query string, args ...any) error {
	return w.db.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err })
}

func TestAReceiptHoldsTheRow(t *testing.T) {
	eachWatched(t, func(w watched) {
		id := w.look("p1")
		if _, err := w.log.Receipt(w.Context(), id, []string{"p1"}); fault.KindOf(err) != fault.NotFound {
			w.Errorf("before it is in the log: %v", err)
		}
		w.fold()
		w.look("p2")
		w.fold()
		receipt, err := w.log.Receipt(w.Context(), id, []string{"p0", "p1"})
		w.must(err)
		look, p, err := trail.Verify(receipt, w.tree.Key())
		w.must(err)
		if look.ID != id || look.Person != "p1" || look.Actor != "s1" || !look.At.Equal(w.clock.Now()) || look.Purpose != trail.ForHandling || len(look.Fields) != 2 || p.Head.Size != 2 {
			w.Errorf("it proves %+v of %d", look, p.Head.Size)
		}
		if len(look.Salt) < 20 {
			w.Errorf("the salt %q can be guessed", look.Salt)
		}
		for _, others := range [][]string{{"p2"}, {""}, nil} {
			if _, err := w.log.Receipt(w.Context(), id, others); fault.KindOf(err) != fault.NotFound {
				w.Errorf("somebody else's row for %q: %v", others, err)
			}
		}
		if _, _, err := trail.Verify(bytes.Replace(receipt, []byte("index 0"), []byte("index 1"), 1), w.tree.Key()); !errors.Is(err, merkle.ErrNotProven) {
			w.Errorf("another place: %v", err)
		}
	})
}

func TestAuditFindsWhatWasDoneToTheTrail(t *testing.T) {
	eachWatched(t, func(w watched) {
		var ids []string
		for _, person := range []string{"p1", "p2", "p3"} {
			ids = append(ids, w.look(person))
			w.clock.Advance(time.Second) // ids of one instant have no order
		}
		first, second := ids[0], ids[1]
		w.fold()
		if found := w.audit(); found != "" {
			w.Fatalf("a true trail: %s", found)
		}
		off, on := "DROP TRIGGER trail_look_no_update", "DROP TRIGGER trail_look_no_delete"
		if w.db.Dialect() == db.Postgres {
			off, on = "DROP TRIGGER trail_look_no_change ON trail_look", "DROP TRIGGER trail_look_no_delete ON trail_look"
		}
		w.must(errors.Join(w.exec(off), w.exec(on), // somebody who owns the database
			w.exec("UPDATE trail_look SET actor_id = 'somebody else' WHERE id = $1", first),
			w.exec("DELETE FROM trail_look WHERE id = $1", second),
			w.exec(`INSERT INTO trail_look (id, at, person_id, actor_kind, actor_id, unit_id, purpose, subject, fields, session, salt)
				VALUES ('7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 1, 'p9', 'staff', 's9', '', 'x', '', 'name', '', 'salt')`)))
		found := w.audit()
		for _, want := range []string{first + " at place 0 was changed", second + " at place 1 is in the log and no longer in the store", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ of the trail is not in the log"} {
			if !strings.Contains(found, want) {
				w.Errorf("found %q, want %q in it", found, want)
			}
		}
	})
}

// Rows from before there was a log come into it, and only once.
func TestOlderRowsAreAdopted(t *testing.T) {
	eachWatched(t, func(w watched) {
		for i, id := range []string{"01AAAAAAAAAAAAAAAAAAAAAAAA", "01BBBBBBBBBBBBBBBBBBBBBBBB"} {
			w.must(w.exec(`INSERT INTO trail_look (id, at, person_id, actor_kind, actor_id, unit_id, purpose, subject, fields, session)
				VALUES ($1, $2, 'p1', 'staff', 's1', '', 'x', '', 'name', '')`, id, i+1))
		}
		w.look("p1")
		if found := w.audit(); found != "" {
			w.Errorf("before they are adopted: %s", found)
		}
		w.fold()
		w.fold()
		got, err := w.log.Audit(w.Context(), 0, func(finding string) { w.Error(finding) })
		if err != nil || got.Logged != 3 || got.Stored != 3 {
			w.Errorf("audited %+v, %v; want three and three", got, err)
		}
	})
}

// What is old enough goes, with its salt; the log and everybody's receipts stay true.
func TestExpire(t *testing.T) {
	eachWatched(t, func(w watched) {
		w.clock.Set(time.Now().Add(-trail.LeastKept - 48*time.Hour))
		old := w.look("p1")
		w.fold()
		receipt, err := w.log.Receipt(w.Context(), old, []string{"p1"})
		w.must(err)
		w.clock.Set(time.Now())
		young := w.look("p1")
		w.fold()
		if n, err := w.log.Expire(w.Context(), time.Hour); err != nil || n != 1 {
			w.Fatalf("deleted %d, %v; want the old row alone, whatever the settings say", n, err)
		}
		rows, err := w.log.ForPerson(w.Context(), "p1", "", 9)
		w.must(err)
		if len(rows) != 1 || rows[0].ID != young {
			w.Errorf("left %v", rows)
		}
		if found := w.audit(); found != "" {
			w.Errorf("after a lawful deletion: %s", found)
		}
		if _, _, err := trail.Verify(receipt, w.tree.Key()); err != nil {
			w.Errorf("a receipt from before: %v", err)
		}
	})
}

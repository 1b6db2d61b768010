package trail_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

func reader(staff string) trail.Reader {
	return trail.Reader{
		Actor:   access.Actor{Kind: access.Staff, ID: staff, Unit: "350102.cgj", Session: "se1"},
		Purpose: trail.ForHandling, Subject: "case1",
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		log := trailtest.New(t, d, c)
		look := func(r trail.Reader, persons ...string) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				return log.Look(tx, r, []string{trail.Name, trail.Phone}, persons...)
			})
		}
		var many []string
		for i := range 120 {
			many = append(many, string(rune('A'+i%60))+"x")
		}
		for i, err := range []error{look(reader("s1"), "p1", "p2", "p1"), nil, look(reader("s1"), many...)} {
			if err != nil {
				t.Fatal(i, err)
			}
		}
		c.Advance(time.Minute)
		if err := look(reader("s2"), "p1"); err != nil {
			t.Fatal(err)
		}

		got, err := log.ForPerson(ctx, "p1", "", 10)
		if err != nil || len(got) != 2 {
			t.Fatalf("ForPerson = %v, %v; want two rows, the repeated person once", got, err)
		}
		l := got[0]
		want := trail.Look{ID: l.ID, At: c.Now(), Person: "p1", Kind: access.Staff, Actor: "s2", Unit: "350102.cgj",
			Purpose: trail.ForHandling, Subject: "case1", Fields: []string{"name", "phone"}, Session: "se1"}
		if l.At != want.At || !slices.Equal(l.Fields, want.Fields) || l.Actor != "s2" || l.Session != want.Session || l.Kind != want.Kind {
			t.Errorf("newest = %+v, want %+v", l, want)
		}
		next, err := log.ForPerson(ctx, "p1", l.ID, 10)
		if err != nil || len(next) != 1 || next[0].Actor != "s1" {
			t.Errorf("second page = %v, %v", next, err)
		}
		all, err := log.OfActor(ctx, "s1", "", 500)
		if err != nil || len(all) != 62 {
			t.Errorf("OfActor has %d rows, %v; want 62", len(all), err)
		}
	})
}

func TestLookAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		now := clock.NewManual(time.Now())
		log := trailtest.New(t, d, now)
		other, matter := reader("s2"), reader("s1")
		matter.Subject = "another matter"
		steps := []struct {
			name  string
			by    trail.Reader
			wait  time.Duration
			field string
			want  int // rows afterwards
		}{
			{"first", reader("s1"), 0, trail.Photos, 1},
			{"once more", reader("s1"), time.Minute, trail.Photos, 1},
			{"another field", reader("s1"), 0, trail.Words, 2},
			{"another reader", other, 0, trail.Photos, 3},
			{"another matter", matter, 0, trail.Photos, 4},
			{"later", reader("s1"), 31 * time.Minute, trail.Photos, 5},
		}
		for _, s := range steps {
			now.Advance(s.wait)
			if err := d.Write(context.Background(), func(tx *db.Tx) error { return log.LookAgain(tx, s.by, s.field, "p1") }); err != nil {
				t.Fatal(err)
			}
			if got, err := log.ForPerson(context.Background(), "p1", "", 500); err != nil || len(got) != s.want {
				t.Errorf("%s: %d rows, %v; want %d", s.name, len(got), err, s.want)
			}
		}
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			return errors.Join(log.Look(tx, other, []string{trail.Words, trail.Photos}, "p2"), log.LookAgain(tx, other, trail.Photos, "p2"))
		})
		if got, _ := log.ForPerson(context.Background(), "p2", "", 500); err != nil || len(got) != 1 {
			t.Errorf("a picture after its page: %d rows, %v; want 1", len(got), err)
		}
	})
}

func TestLookNeedsSomebodyAndAPurpose(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		log := trailtest.New(t, d, clock.NewManual(time.Now()))
		nobody, aimless := reader(""), reader("s1")
		aimless.Purpose = ""
		for _, r := range []trail.Reader{nobody, aimless, {}} {
			err := d.Write(context.Background(), func(tx *db.Tx) error { return log.Look(tx, r, []string{trail.Phone}, "p1") })
			if !errors.Is(err, trail.ErrNoPurpose) {
				t.Errorf("Look by %+v = %v, want ErrNoPurpose", r, err)
			}
		}
	})
}

func TestLookInsideReadFails(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		log := trailtest.New(t, d, clock.NewManual(time.Now()))
		err := d.Read(context.Background(), func(tx *db.Tx) error { return log.Look(tx, reader("s1"), []string{trail.Phone}, "p1") })
		if err == nil {
			t.Error("a read without a durable row was possible")
		}
	})
}

func TestTheSchemaRefusesChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		log := trailtest.New(t, d, clock.NewManual(time.Now()))
		if err := d.Write(ctx, func(tx *db.Tx) error { return log.Look(tx, reader("s1"), []string{trail.Phone}, "p1") }); err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"UPDATE trail_look SET actor_id = 'x'", "DELETE FROM trail_look"} {
			err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err })
			if err == nil {
				t.Errorf("%s worked", q)
			}
		}
		if got, err := log.ForPerson(ctx, "p1", "", 10); err != nil || len(got) != 1 {
			t.Errorf("after the attempts: %v, %v", got, err)
		}
	})
}

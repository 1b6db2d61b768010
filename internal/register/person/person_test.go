package person_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

type world struct {
	*testing.T
	db     *db.DB
	trail  *trail.Log
	people *person.Service
}

func each(t *testing.T, test func(w world)) {
	dbtest.Each(t, append(trailtest.Schemas(), vault.Schema(), person.Schema()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		log := trailtest.New(t, d, c)
		people, err := person.New(d, c, log, bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		test(world{t, d, log, people})
	})
}

func (w world) write(do func(tx *db.Tx) error) error {
	return w.db.Write(context.Background(), do)
}

func (w world) ensure(name, phone string) (id string) {
	w.Helper()
	err := w.write(func(tx *db.Tx) (err error) {
		id, err = w.people.Ensure(tx, person.Contact{Name: name, Phone: phone})
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return id
}

func (w world) looks(id string) []trail.Look {
	w.Helper()
	looks, err := w.trail.ForPerson(context.Background(), id, "", 100)
	if err != nil {
		w.Fatal(err)
	}
	return looks
}

func handler() trail.Reader {
	return trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: "s1", Unit: "350102.cgj"}, Purpose: trail.ForHandling, Subject: "case1"}
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		id := w.ensure("", "139 0000 0001")
		if again := w.ensure("张三", "+8613900000001"); again != id {
			w.Errorf("the same phone made %s and %s", id, again)
		}
		w.ensure("李四", "13900000001")
		if other := w.ensure("李四", "13900000002"); other == id {
			w.Error("two phones made one person")
		}
		var got person.Person
		if err := w.write(func(tx *db.Tx) (err error) {
			got, err = w.people.Contact(tx, handler(), id)
			return err
		}); err != nil {
			w.Fatal(err)
		}
		if got.Name != "张三" || got.Phone != "13900000001" {
			w.Errorf("Contact = %+v, want the first name that was given", got)
		}
	})
}

func TestEnsureAnonymousKeepsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		err := w.write(func(tx *db.Tx) error {
			id, err := w.people.Ensure(tx, person.Contact{Name: "张三", Phone: "13900000001", Anonymous: true})
			if id != "" {
				w.Errorf("an anonymous contact got the id %s", id)
			}
			if err != nil {
				return err
			}
			_, known, err := w.people.Find(tx, "13900000001")
			if known {
				w.Error("the phone of an anonymous contact was kept")
			}
			return err
		})
		if err != nil {
			w.Fatal(err)
		}
	})
}

func TestEnsureRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		for _, c := range []person.Contact{{Name: "张三"}, {Name: "张\x00三", Phone: "13900000001"}, {Name: strings.Repeat("张", 41), Phone: "13900000001"}} {
			err := w.write(func(tx *db.Tx) error { _, err := w.people.Ensure(tx, c); return err })
			if fault.KindOf(err) != fault.Invalid {
				w.Errorf("Ensure(%q, %q) = %v, want invalid", c.Name, c.Phone, err)
			}
		}
	})
}

func TestEnsureAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ids := make([]string, 6)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() { ids[i] = w.ensure("张三", "13900000003") })
		}
		all.Wait()
		if n := len(slices.Compact(slices.Sorted(slices.Values(ids)))); n != 1 {
			w.Errorf("one phone made %d persons", n)
		}
	})
}

// Nothing of a person leaves without a row, and a refused row refuses the answer.
func TestEveryReadLeavesARow(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		id := w.ensure("张三", "13900000001")
		reads := map[string]func(tx *db.Tx, r trail.Reader) error{
			"name,phone": func(tx *db.Tx, r trail.Reader) error { _, err := w.people.Contact(tx, r, id); return err },
			"phone,name": func(tx *db.Tx, r trail.Reader) error { _, err := w.people.ByPhone(tx, r, "13900000001"); return err },
			"masked": func(tx *db.Tx, r trail.Reader) error {
				got, err := w.people.Masked(tx, r, id, "", "unknown")
				if err == nil && (len(got) != 1 || got[id] != person.Hidden{Name: "张**", Phone: person.Phone("13900000001").MaskedBy(w.people.Mark("s1", id))}) {
					w.Errorf("Masked = %v", got)
				}
				return err
			},
		}
		for name, read := range reads {
			before := len(w.looks(id))
			if err := w.write(func(tx *db.Tx) error { return read(tx, handler()) }); err != nil {
				w.Fatal(name, err)
			}
			looks := w.looks(id)
			if len(looks) != before+1 || looks[0].Actor != "s1" || looks[0].Subject != "case1" {
				w.Errorf("%s left %d rows: %+v", name, len(looks)-before, looks[0])
			}
			if err := w.write(func(tx *db.Tx) error { return read(tx, trail.Reader{}) }); !errors.Is(err, trail.ErrNoPurpose) {
				w.Errorf("%s without a purpose = %v", name, err)
			}
			if err := w.db.Read(context.Background(), func(tx *db.Tx) error { return read(tx, handler()) }); err == nil {
				w.Errorf("%s worked where no row can be written", name)
			}
		}
	})
}

func TestUnknownPerson(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		for name, read := range map[string]func(tx *db.Tx) error{
			"Contact": func(tx *db.Tx) error { _, err := w.people.Contact(tx, handler(), "nobody"); return err },
			"ByPhone": func(tx *db.Tx) error { _, err := w.people.ByPhone(tx, handler(), "13900000009"); return err },
		} {
			if err := w.write(read); fault.KindOf(err) != fault.NotFound {
				w.Errorf("%s = %v, want not found", name, err)
			}
		}
	})
}

func TestVerifyPhone(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		id := w.ensure("张三", "13900000001")
		for _, tt := range []struct {
			id, phone string
			want      bool
		}{
			{id, "13900000001", true},
			{id, "+86 139 0000 0001", true},
			{id, "13900000002", false},
			{id, "not a phone", false},
			{id, "", false},
			{"unknown", "13900000001", false},
			{"", "13900000001", false},
			{"", "", false},
		} {
			got, err := w.people.VerifyPhone(context.Background(), tt.id, tt.phone)
			if err != nil || got != tt.want {
				w.Errorf("VerifyPhone(%q, %q) = %v, %v", tt.id, tt.phone, got, err)
			}
		}
		if n := len(w.looks(id)); n != 0 {
			w.Errorf("comparing left %d rows", n)
		}
	})
}

func TestNewNeedsAKey(t *testing.T) {
	t.Parallel()
	if _, err := person.New(nil, clock.System{}, nil, []byte("short")); err == nil {
		t.Error("a short key was taken")
	}
}

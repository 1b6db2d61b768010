package person_test

import (
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

func TestMove(t *testing.T) {
	each(t, func(w world) {
		id, other := w.ensure("陈阿婆", "13900000001"), w.ensure("", "13900000002")
		own := trail.Reader{Actor: access.Actor{Kind: access.Citizen, ID: id}, Purpose: trail.ForOwn}
		move := func(to person.Phone) (from string, err error) {
			err = w.write(func(tx *db.Tx) (err error) {
				from, err = w.people.Move(tx, own, id, to)
				return err
			})
			return from, err
		}
		if _, err := move("13900000001"); err == nil {
			t.Error("the own phone is given again")
		}
		if from, err := move("13900000002"); err != nil || from != other {
			t.Fatalf("%q, %v", from, err)
		}
		if from, err := move("13900000003"); err != nil || from != "" {
			t.Fatalf("%q, %v", from, err)
		}
		err := w.write(func(tx *db.Tx) error {
			p, err := w.people.Contact(tx, own, id)
			if err != nil || p.Phone != "13900000003" || p.Name != "陈阿婆" {
				t.Errorf("%+v, %v", p, err)
			}
			if p, err := w.people.Contact(tx, own, other); err != nil || p.ID != id {
				t.Errorf("whose phone it was leads to %+v, %v", p, err)
			}
			for phone, want := range map[person.Phone]string{"13900000001": "", "13900000002": "", "13900000003": id} {
				if got, _, err := w.people.Find(tx, phone); err != nil || got != want {
					t.Errorf("%s finds %q, want %q, %v", phone, got, want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		moved := 0
		for _, l := range w.looks(id) {
			if len(l.Fields) == 1 && l.Fields[0] == trail.Phone {
				moved++
			}
		}
		if moved != 2 {
			t.Errorf("%d rows say that the phone was changed, want 2", moved)
		}
	})
}

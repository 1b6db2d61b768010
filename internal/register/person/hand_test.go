package person_test

import (
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

func TestOnlyWhatIsAllowedIsHandedOver(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		app := trail.Reader{Actor: access.Actor{Kind: access.Partner, ID: "app1", Unit: "350102.cgj"}, Purpose: trail.ForSignOn, Subject: "grant1"}
		hand := func(id string, fields ...string) (p person.Person, err error) {
			err = w.write(func(tx *db.Tx) (err error) {
				p, err = w.people.HandOver(tx, app, id, fields...)
				return err
			})
			return p, err
		}
		named, nameless := w.ensure("张三", "13900000001"), w.ensure("", "13900000002")
		for _, c := range []struct {
			id          string
			fields      []string
			name, phone string
			row         []string // nil: none
		}{
			{named, []string{trail.Name}, "张三", "", []string{trail.Name}},
			{named, []string{trail.Phone}, "", "13900000001", []string{trail.Phone}},
			{named, []string{trail.Name, trail.Phone}, "张三", "13900000001", []string{trail.Name, trail.Phone}},
			{nameless, []string{trail.Name}, "", "", nil},
			{named, nil, "", "", nil},
		} {
			before := len(w.looks(c.id))
			got, err := hand(c.id, c.fields...)
			if err != nil || got.Name != c.name || string(got.Phone) != c.phone {
				w.Errorf("%v: %+v, %v", c.fields, got, err)
			}
			rows := w.looks(c.id)
			said := slices.ContainsFunc(rows, func(l trail.Look) bool { return slices.Equal(l.Fields, c.row) && l.Actor == "app1" })
			if c.row == nil && len(rows) != before || c.row != nil && (len(rows) != before+1 || !said) {
				w.Errorf("%v: rows %+v", c.fields, rows)
			}
		}
		if _, err := hand(named, trail.Words); err == nil || len(w.looks(named)) != 3 {
			w.Errorf("a field that is not handed over: %v", err)
		}
		if _, err := hand("nobody", trail.Name); fault.KindOf(err) != fault.NotFound {
			w.Errorf("nobody: %v", err)
		}
	})
}

func TestInternational(t *testing.T) {
	t.Parallel()
	for phone, want := range map[person.Phone]string{"": "", "13900000001": "+8613900000001", "059187654321": "+8659187654321"} {
		if got := phone.International(); got != want {
			t.Errorf("%s: %s, want %s", phone, got, want)
		}
	}
}

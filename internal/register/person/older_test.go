package person_test

import (
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
	"banyan/internal/register/person"
)

// raw gives a column of one person as it stands in the table.
func (w world) raw(query, id string) (value string) {
	w.Helper()
	if err := w.write(func(tx *db.Tx) error { return tx.QueryRow(query, id).Scan(&value) }); err != nil {
		w.Fatal(err)
	}
	return value
}

func TestWhatIsKeptOfAPersonIsSealed(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		id := w.keep(person.Contact{Phone: "13900000001", Email: "zhang@example.com"})
		w.keep(person.Contact{Phone: "13900000001", Name: "张三"}) // filled in later
		for query, plain := range map[string]string{
			`SELECT name FROM person_person WHERE id = $1`: "张三", `SELECT phone FROM person_person WHERE id = $1`: "13900000001",
			`SELECT value FROM person_address WHERE person_id = $1`: "zhang@example.com",
		} {
			if got := w.raw(query, id); !vault.Sealed(got) || strings.Contains(got, plain) {
				w.Errorf("%s gives %q", query, got)
			}
		}
		if p := w.contact(id); p.Name != "张三" || p.Phone != "13900000001" || p.Email != "zhang@example.com" {
			w.Errorf("Contact = %+v", p)
		}
	})
}

// A store from before there were keys is read as it stands, and sealed row by row.
func TestSealOlder(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		const people = 250 // more than one batch
		ids := make([]string, people)
		for i := range ids {
			ids[i] = w.keep(person.Contact{Phone: "139" + strings.Repeat("0", 6) + string('0'+rune(i/26%10)) + string('0'+rune(i%10)), Email: "a@b.cn", Name: "张三"})
		}
		plain := func(tx *db.Tx) error {
			for query, value := range map[string]string{
				`UPDATE person_person SET name = $1`: "李四", `UPDATE person_address SET value = $1`: "old@b.cn",
			} {
				if _, err := tx.Exec(query, value); err != nil {
					return err
				}
			}
			return nil
		}
		if err := w.write(plain); err != nil {
			w.Fatal(err)
		}
		if p := w.contact(ids[0]); p.Name != "李四" || p.Email != "old@b.cn" || p.Phone == "" {
			w.Errorf("before it is sealed: %+v", p)
		}
		n, err := w.people.SealOlder(w.Context())
		if err != nil || n == 0 {
			w.Fatalf("%d rows were sealed, %v", n, err)
		}
		for _, id := range ids {
			if got := w.raw(`SELECT name FROM person_person WHERE id = $1`, id); !vault.Sealed(got) {
				w.Fatalf("person %s is not sealed: %q", id, got)
			}
		}
		if p := w.contact(ids[people-1]); p.Name != "李四" || p.Email != "old@b.cn" || p.Phone == "" {
			w.Errorf("after it was sealed: %+v", p)
		}
		if n, err := w.people.SealOlder(w.Context()); n != 0 || err != nil {
			w.Errorf("a second time %d rows are sealed, %v", n, err)
		}
	})
}

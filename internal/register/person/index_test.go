package person_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/suite"
	"banyan/internal/register/person"
)

// other is the same register by another suite, as another process with other settings has it.
func (w world) other(by suite.Suite) world {
	w.Helper()
	people, err := person.New(w.db, clock.NewManual(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)), w.trail, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		w.Fatal(err)
	}
	people.Use(by)
	w.people = people
	return w
}

// found holds that each way of looking somebody up gives id.
func (w world) found(when, id string, c person.Contact) {
	w.Helper()
	if err := w.write(func(tx *db.Tx) error {
		for name, find := range map[string]func() (string, bool, error){
			"phone":  func() (string, bool, error) { return w.people.Find(tx, person.Phone(c.Phone)) },
			"email":  func() (string, bool, error) { return w.people.FindEmail(tx, c.Email) },
			"wechat": func() (string, bool, error) { return w.people.FindWeChat(tx, c.WeChat) },
		} {
			if given := map[string]string{"phone": c.Phone, "email": c.Email, "wechat": c.WeChat}[name]; given == "" {
				continue
			}
			if got, ok, err := find(); got != id || !ok || err != nil {
				w.Errorf("%s, by %s: %q, %v, %v; want %s", when, name, got, ok, err, id)
			}
		}
		return nil
	}); err != nil {
		w.Fatal(err)
	}
	if again := w.keep(c); again != id {
		w.Errorf("%s: another person was made", when)
	}
	if c.Phone == "" {
		return
	}
	if ok, err := w.people.VerifyPhone(w.Context(), id, c.Phone); !ok || err != nil {
		w.Errorf("%s: the phone is not verified, %v", when, err)
	}
	if err := w.write(func(tx *db.Tx) error {
		p, err := w.people.ByPhone(tx, handler(), c.Phone)
		index, errIndex := w.people.IndexOf(tx, id)
		if err != nil || p.ID != id || errIndex != nil || index != w.people.Index(person.Phone(c.Phone)) {
			w.Errorf("%s: ByPhone gives %+v, %v; IndexOf %q, %v", when, p, err, index, errIndex)
		}
		return nil
	}); err != nil {
		w.Fatal(err)
	}
}

// A store changes its suite there and back: everybody is found all the time, nobody becomes two, and at the end every index is of the new one.
func TestReindex(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		const people = 230 // more than one batch
		phones := make([]person.Contact, people)
		ids := make([]string, people)
		for i := range ids {
			phones[i] = person.Contact{Phone: fmt.Sprintf("139%08d", i)}
			ids[i] = w.keep(phones[i])
		}
		mail, chat := person.Contact{Email: "a@b.cn"}, person.Contact{WeChat: "oABCDEFGHIJKLMNOPQRSTUVWXYZ01"}
		byMail, byChat := w.keep(mail), w.keep(chat)
		noted := w.keep(person.Contact{Phone: phones[0].Phone, Email: "noted@b.cn"})
		gone := w.keep(person.Contact{Phone: "13800000001", Email: "gone@b.cn"})
		if err := w.write(func(tx *db.Tx) error { return w.people.Erase(tx, handler(), person.Erasure{Person: gone}) }); err != nil {
			w.Fatal(err)
		}
		all := func(when string, w world, want int) {
			w.Helper()
			for _, i := range []int{0, 7, people - 1} {
				w.found(when, ids[i], phones[i])
			}
			w.found(when, byMail, mail)
			w.found(when, byChat, chat)
			if again := w.keep(person.Contact{Phone: phones[0].Phone, Email: "noted@b.cn"}); again != noted {
				w.Errorf("%s: another person was made", when)
			}
			if n := w.raw(`SELECT CAST(count(*) AS TEXT) FROM person_address WHERE person_id = $1`, noted); n != "1" {
				w.Errorf("%s: the noted address stands there %s times", when, n)
			}
			if p := w.contact(noted); p.Email != "noted@b.cn" {
				w.Errorf("%s: contact %+v", when, p)
			}
			if n := w.raw(`SELECT CAST(count(*) AS TEXT) FROM person_person WHERE id <> $1`, gone); n != fmt.Sprint(want) {
				w.Errorf("%s: there are %s people", when, n)
			}
		}
		state := w.other(suite.State())
		all("before", state, people+2)
		fresh := person.Contact{Phone: "13700000001"}
		freshID := state.keep(fresh)
		w.found("of the new suite, by the old", freshID, fresh)
		cut, stop := context.WithCancel(w.Context())
		stop()
		if _, err := state.people.Reindex(cut); err == nil {
			w.Error("a run that was cut off ended well")
		}
		if n, err := state.people.Reindex(w.Context()); err != nil || n != people+3 {
			w.Fatalf("%d indexes changed, %v", n, err)
		}
		if n := w.raw(`SELECT CAST(count(*) AS TEXT) FROM person_person p LEFT JOIN person_address a ON a.person_id = p.id
			WHERE $1 <> '' AND (substr(p.phone_index, 1, 2) <> '2.' OR substr(a.hash, 1, 2) <> '2.')`, "x"); n != "0" {
			w.Errorf("%s indexes are of the old suite", n)
		}
		if n, err := state.people.Reindex(w.Context()); err != nil || n != 0 {
			w.Errorf("a second time %d changed, %v", n, err)
		}
		for name, one := range map[string]world{"state": state, "the old process": w} {
			if name == "state" {
				all("after, "+name, one, people+3)
			} else {
				one.found("after, "+name, ids[7], phones[7])
				one.found("after, "+name, byMail, mail)
			}
		}
		back := w.other(suite.Standard())
		if n, err := back.people.Reindex(w.Context()); err != nil || n != people+4 { // the fresh one, too
			w.Errorf("back: %d indexes changed, %v", n, err)
		}
		w.found("back", freshID, fresh)
		w.found("back", ids[7], phones[7])
		w.found("back", byChat, chat)
		if p := w.contact(gone); p.Phone != "" || p.Email != "" {
			w.Errorf("the erased one: %+v", p)
		}
	})
}

// Two processes with two settings, at the same moment, make one person of one phone.
func TestEnsureByTwoSuitesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		state := w.other(suite.State())
		for i := range 12 {
			phone := fmt.Sprintf("139%08d", i)
			var a, b string
			var both sync.WaitGroup
			both.Go(func() { a = w.ensure("张三", phone) })
			both.Go(func() { b = state.ensure("张三", phone) })
			both.Wait()
			if a != b || a == "" {
				w.Errorf("%s became %s and %s", phone, a, b)
			}
		}
	})
}

// The index of the standard suite is what it was before there was a choice.
func TestIndexStaysAsItWas(t *testing.T) {
	t.Parallel()
	people, err := person.New(nil, clock.System{}, nil, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	const was = "4ae20520092a475bad2d1c9db902f0cf78f9daeb27b28cab574855ed7348f4fa"
	if got := people.Index("13900000001"); got != was {
		t.Errorf("the index is %s", got)
	}
	people.Use(suite.State())
	if got := people.Indexes("13900000001"); !strings.HasPrefix(got[0], "2.") || got[1] != was {
		t.Errorf("the indexes are %v", got)
	}
}

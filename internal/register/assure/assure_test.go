package assure_test

import (
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/idp"
	"banyan/internal/register/access"
	"banyan/internal/register/assure"
)

// desk is a register of proofs in which p1 was p0 before.
type desk struct {
	*testing.T
	*assure.Service
	clock *clock.Manual
	told  []string
}

func each(t *testing.T, test func(d *desk)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, []db.Schema{assure.Schema()}, func(t *testing.T, store *db.DB) {
		d := &desk{T: t, clock: clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))}
		d.Service = assure.New(assure.Deps{
			DB: store, Clock: d.clock,
			Same: func(_ *db.Tx, person string) ([]string, error) {
				if person == "p1" {
					return []string{"p1", "p0"}, nil
				}
				return []string{person}, nil
			},
			Tell: func(_ *db.Tx, person, _, what string) error {
				d.told = append(d.told, person+" "+what)
				return nil
			},
		})
		test(d)
	})
}

func (d *desk) write(do func(tx *db.Tx) error) string {
	d.Helper()
	err := d.DB.Write(d.Context(), do)
	if e, ok := fault.As(err); ok {
		return e.Key
	}
	if err != nil {
		d.Fatal(err)
	}
	return ""
}

func (d *desk) level(person string) (l assure.Level) {
	d.Helper()
	d.write(func(tx *db.Tx) (err error) {
		l, err = d.LevelTx(tx, person)
		return err
	})
	return l
}

func clerk() access.Actor { return access.Actor{Kind: access.Staff, ID: "s1", Unit: "u"} }

func (d *desk) check(person, document string) (p assure.Proof, refused string) {
	d.Helper()
	refused = d.write(func(tx *db.Tx) (err error) {
		p, err = d.CheckTx(tx, clerk(), person, document, true)
		return err
	})
	return p, refused
}

func (d *desk) assert(person, subject string) string {
	d.Helper()
	return d.write(func(tx *db.Tx) error {
		_, err := d.AssertTx(tx, person, assure.NetCert, idp.Assertion{Issuer: "https://id.example", Subject: subject, Level: 3})
		return err
	})
}

func (d *desk) whose(subject string) (person string) {
	d.Helper()
	d.write(func(tx *db.Tx) (err error) {
		person, err = d.LinkedTx(tx, "https://id.example", subject)
		return err
	})
	return person
}

// The level is the highest proof that counts, whoever the person was before, and falls back when it ends.
func TestLevels(t *testing.T) {
	each(t, func(d *desk) {
		if d.level("") != assure.Unverified || d.level("p1") != assure.Phone {
			d.Errorf("without a proof: %d, %d", d.level(""), d.level("p1"))
		}
		if _, refused := d.check("p0", "social_card"); refused != "" || d.level("p1") != assure.RealName {
			d.Errorf("a card without a photograph: %q, %d", refused, d.level("p1"))
		}
		if refused := d.write(func(tx *db.Tx) error { return d.NeedTx(tx, "p1", assure.Certain) }); refused != "assure.refuse.level" {
			d.Errorf("level 3 with 2: %q", refused)
		}
		p, _ := d.check("p1", "id_card")
		if d.level("p1") != assure.Certain || d.write(func(tx *db.Tx) error { return d.NeedTx(tx, "p1", assure.Certain) }) != "" {
			d.Errorf("an identity card: %d", d.level("p1"))
		}
		if err := d.EndOwn(d.Context(), "p2", p.ID); err == nil {
			d.Error("another ends it")
		}
		if err := d.EndOwn(d.Context(), "p1", p.ID); err != nil || d.level("p1") != assure.Phone {
			d.Errorf("ended: %v, %d (the one before was renewed by it)", err, d.level("p1"))
		}
		d.check("p1", "passport")
		d.clock.Advance(assure.Lasts)
		if d.level("p1") != assure.Phone {
			d.Errorf("after a year: %d", d.level("p1"))
		}
		high, _ := d.check("p1", "passport")
		if low, refused := d.check("p1", "household"); refused != "" || d.level("p1") != assure.Certain {
			d.Errorf("a document without a photograph after one with: %q, %d", refused, d.level("p1"))
		} else if err := d.EndOwn(d.Context(), "p1", high.ID); err != nil || d.level("p1") != assure.RealName || low.Level != assure.RealName {
			d.Errorf("the passport ended: %v, %d", err, d.level("p1"))
		}
		if _, refused := d.check("p1", "library_card"); refused != "assure.need.document" {
			d.Errorf("a library card: %q", refused)
		}
		if refused := d.write(func(tx *db.Tx) error { _, err := d.CheckTx(tx, clerk(), "p1", "id_card", false); return err }); refused != "assure.need.seen" {
			d.Errorf("not seen: %q", refused)
		}
	})
}

// One certificate proves one person, until they let go of it or its time is over; both are told.
func TestOneCertificateOnePerson(t *testing.T) {
	each(t, func(d *desk) {
		if d.whose("a") != "" || d.assert("p0", "a") != "" || d.whose("a") != "p0" {
			d.Fatal("not linked")
		}
		if refused := d.assert("p2", "a"); refused != "assure.refuse.taken" {
			d.Errorf("a second person: %q", refused)
		}
		if refused := d.assert("p1", "a"); refused != "" || d.whose("a") != "p1" {
			d.Errorf("the same person under a newer id: %q, %s", refused, d.whose("a"))
		}
		d.assert("p1", "b")
		if d.whose("a") != "" || d.whose("b") != "p1" {
			d.Error("a second certificate does not take the place of the first")
		}
		d.clock.Advance(assure.Lasts)
		if d.whose("b") != "" || d.assert("p2", "b") != "" || d.whose("b") != "p2" {
			d.Error("a certificate whose time is over is not free")
		}
		if refused := d.write(func(tx *db.Tx) error { return d.EraseTx(tx, "p2") }); refused != "" || d.whose("b") != "" {
			d.Errorf("erased: %q", refused)
		}
		if len(d.told) != 4 {
			d.Errorf("told %v", d.told)
		}
	})
}

// Who comes back is taken once, in the browser that set out, from the service it set out to, within ten minutes.
func TestThereAndBack(t *testing.T) {
	each(t, func(d *desk) {
		begin := func() assure.Start {
			st, err := d.Begin(d.Context(), assure.NetCert, "p1", "/me/level")
			if err != nil {
				d.Fatal(err)
			}
			return st
		}
		back := func(m assure.Method, state, browser string) string {
			got, err := d.Back(d.Context(), m, state, browser)
			if e, ok := fault.As(err); ok {
				return e.Key
			}
			if err != nil || got.Person != "p1" || got.Nonce == "" || got.Verifier == "" || got.To != "/me/level" {
				d.Errorf("back with %+v, %v", got, err)
			}
			return ""
		}
		st := begin()
		if got := back(assure.NetCert, st.State, st.Browser); got != "" {
			d.Error(got)
		}
		if got := back(assure.NetCert, st.State, st.Browser); got != "assure.refuse.back" {
			d.Errorf("twice: %q", got)
		}
		for name, do := range map[string]func(st assure.Start) string{
			"another browser": func(st assure.Start) string { return back(assure.NetCert, st.State, "OTHER") },
			"no browser":      func(st assure.Start) string { return back(assure.NetCert, st.State, "") },
			"another service": func(st assure.Start) string { return back(assure.Province, st.State, st.Browser) },
			"another state":   func(st assure.Start) string { return back(assure.NetCert, "OTHER", st.Browser) },
			"too late": func(st assure.Start) string {
				d.clock.Advance(11 * time.Minute)
				return back(assure.NetCert, st.State, st.Browser)
			},
		} {
			if got := do(begin()); got != "assure.refuse.back" {
				d.Errorf("%s: %q", name, got)
			}
		}
		if err := d.Tidy(d.Context()); err != nil {
			d.Fatal(err)
		}
	})
}

// Who of the staff had a proof count no more stands with it, and the person is told; ended once, it stays ended by the first.
func TestStaffEndsAProof(t *testing.T) {
	each(t, func(d *desk) {
		p, _ := d.check("p1", "id_card")
		boss := access.Actor{Kind: access.Staff, ID: "s2", Unit: "u"}
		end := func(by access.Actor, person string) string {
			return d.write(func(tx *db.Tx) error { return d.EndTx(tx, by, person, p.ID) })
		}
		if refused := end(boss, "p2"); refused != "assure.no_proof" {
			d.Errorf("of another person: %q", refused)
		}
		if refused := end(boss, "p1"); refused != "" || d.level("p1") != assure.Phone {
			d.Errorf("ended: %q, %d", refused, d.level("p1"))
		}
		if refused := end(clerk(), "p1"); refused != "" {
			d.Errorf("a second time: %q", refused)
		}
		d.write(func(tx *db.Tx) error {
			list, err := d.ProofsTx(tx, "p1")
			if err != nil || len(list) != 1 || list[0].EndedBy != assure.EndedStaff || list[0].EndedWho != "s2" {
				d.Errorf("%+v, %v", list, err)
			}
			return err
		})
		if len(d.told) != 2 {
			d.Errorf("told %v", d.told)
		}
	})
}

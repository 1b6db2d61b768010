package survey_test

import (
	"fmt"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/suite"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/survey"
)

// What ends is destroyed: rows and key are gone, a certificate with counts that lead to nobody and a proof in the log remain.
func TestDestroyed(t *testing.T) {
	each(t, func(h *house) {
		var known string
		h.Write(func(tx *db.Tx) (err error) {
			known, err = h.People.Ensure(tx, person.Contact{Name: "王某零", Phone: "13900000000"})
			return err
		})
		v := h.running(20)
		for i, by := range slices.Concat(slices.Repeat([]string{"子女"}, 11), slices.Repeat([]string{"邻居"}, 6), []string{"没有人"}) {
			a := h.answers(v, h.first(v), fmt.Sprint("f", i))
			a.Answers[1] = by
			h.Must(h.Surveys.Answer(t.Context(), h.worker, a))
		}
		h.Read(func(tx *db.Tx) error {
			mine, err := h.Surveys.Of(tx, []string{known})
			if len(mine) != 1 || mine[0].ID != v.ID {
				t.Errorf("who is asked sees %+v", mine)
			}
			return err
		})
		var sealed vault.Cell
		h.Read(func(tx *db.Tx) error {
			text := ""
			err := tx.QueryRow(`SELECT who FROM survey_entry ORDER BY id LIMIT 1`).Scan(&text)
			sealed = vault.Cell{Text: &text}
			return err
		})
		if !vault.Sealed(*sealed.Text) {
			t.Fatalf("in the clear: %s", *sealed.Text)
		}
		if n, err := h.Surveys.Tidy(t.Context()); err != nil || n != 0 {
			t.Fatalf("destroyed %d before its end: %v", n, err)
		}
		h.Clock.Set(v.Ends)
		if n, err := h.Surveys.Tidy(t.Context()); err != nil || n != 1 {
			t.Fatalf("destroyed %d: %v", n, err)
		}
		if n, err := h.Surveys.Tidy(t.Context()); err != nil || n != 0 {
			t.Errorf("destroyed again: %d %v", n, err)
		}
		after, c, err := h.Surveys.PublicOne(t.Context(), v.ID)
		h.Must(err)
		if after.State != survey.Destroyed || c == nil || c.Records != 20 || c.Rule != survey.ByDate || !c.At.Equal(h.Clock.Now()) {
			t.Errorf("certificate %+v of %s", c, after.State)
		}
		if len(c.Counts) != 2 || !slices.Equal(c.Counts[1].Counts, []int{11, survey.Hidden, survey.Hidden}) {
			t.Errorf("counts %+v", c.Counts)
		}
		h.Read(func(tx *db.Tx) error {
			var n int
			if err := tx.QueryRow(`SELECT (SELECT count(*) FROM survey_entry) + (SELECT count(*) FROM survey_round)`).Scan(&n); n != 0 || err != nil {
				t.Errorf("%d rows are left: %v", n, err)
			}
			err := h.People.Vault().Open(tx, []vault.Cell{sealed})
			if *sealed.Text != "" {
				t.Error("what was sealed still opens")
			}
			return err
		})
		_, err = h.Tree.Sequence(t.Context())
		h.Must(err)
		proof, err := h.Surveys.Proof(t.Context(), v.ID)
		h.Must(err)
		if look, _, err := trail.Verify(proof, h.Tree.Key()); err != nil || look.Purpose != trail.ForSurveyEnd || look.Subject != v.ID || look.Kind != access.System {
			t.Errorf("the proof: %v %+v", err, look)
		}
		if looks := h.looksAt(known); looks[0].Purpose != trail.ForSurveyEnd || looks[0].Subject != v.ID {
			t.Errorf("the person does not see that it is gone: %+v", looks[0])
		}
	})
}

// A survey that a supervisor's end or an old backup destroys says so.
func TestOtherRules(t *testing.T) {
	each(t, func(h *house) {
		early, back := h.running(1), h.running(2)
		h.Must(h.Surveys.End(t.Context(), h.chief, early.ID, "目的已经达到"))
		_, err := h.Surveys.Tidy(t.Context())
		h.Must(err)
		at := h.Clock.Now()
		h.Write(func(tx *db.Tx) error {
			if err := h.Surveys.DestroyAgainTx(tx, "unknown", at); err != nil {
				return err
			}
			return h.Surveys.DestroyAgainTx(tx, back.ID, at)
		})
		for v, rule := range map[string]survey.Rule{early.ID: survey.Early, back.ID: survey.Restored} {
			if _, c, err := h.Surveys.PublicOne(t.Context(), v); err != nil || c == nil || c.Rule != rule {
				t.Errorf("%s: %+v %v", rule, c, err)
			}
		}
		_, _, err = h.Surveys.PublicOne(t.Context(), h.proposed().ID)
		h.refused("a proposal in public", err, fault.NotFound, "")
		h.Read(func(tx *db.Tx) error {
			gone, err := h.People.Vault().Destroyed(tx, "", 10)
			if len(gone) != 3 {
				t.Errorf("destroyed keys: %+v", gone)
			}
			return err
		})
	})
}

// Whoever is forgotten leaves every survey, also when the register came to know their phone only later.
func TestErasedLeaveSurveys(t *testing.T) {
	each(t, func(h *house) {
		v := h.running(3)
		var id string
		h.Write(func(tx *db.Tx) (err error) {
			id, err = h.People.Ensure(tx, person.Contact{Phone: "13900000001"})
			return err
		})
		h.Write(func(tx *db.Tx) error {
			asked, err := h.Surveys.AnswersOf(tx, trail.Reader{Actor: access.Actor{Kind: access.Citizen, ID: id}, Purpose: trail.ForOwn}, []string{id})
			if len(asked) != 1 || asked[0].Entry.Who.Name != "王某1" {
				t.Errorf("one's own: %+v", asked)
			}
			more, errMore := h.Surveys.SubjectsOf(tx, []string{id})
			if errMore != nil || len(more) != 1 || more[0] != asked[0].Entry.ID {
				t.Errorf("under which ids the trail knows them: %v %v", more, errMore)
			}
			return err
		})
		h.Write(func(tx *db.Tx) error { return h.Surveys.EraseTx(tx, id) })
		rounds, err := h.Surveys.Rounds(t.Context(), h.owner, v.ID)
		if err != nil || rounds[0].Total != 2 {
			t.Errorf("left: %+v %v", rounds, err)
		}
	})
}

// Somebody whom a survey asked before the city changed its algorithms is found by their phone afterwards, and leaves it when they are forgotten.
func TestFoundByPhoneAfterAChangeOfSuite(t *testing.T) {
	each(t, func(h *house) {
		v := h.running(3)
		h.People.Use(suite.State())
		var known string
		h.Write(func(tx *db.Tx) (err error) {
			known, err = h.People.Ensure(tx, person.Contact{Name: "王某一", Phone: "13900000001"})
			return err
		})
		mine := func() (n int) {
			h.Read(func(tx *db.Tx) error {
				list, err := h.Surveys.Of(tx, []string{known})
				n = len(list)
				return err
			})
			return n
		}
		if n := mine(); n != 1 {
			t.Errorf("who was asked in survey %s sees %d", v.ID, n)
		}
		h.Write(func(tx *db.Tx) error { return h.Surveys.EraseTx(tx, known) })
		if n := mine(); n != 0 {
			t.Errorf("who left sees %d", n)
		}
		h.Read(func(tx *db.Tx) error {
			var n int
			if err := tx.QueryRow(`SELECT count(*) FROM survey_entry`).Scan(&n); n != 2 || err != nil {
				t.Errorf("%d entries are left, %v", n, err)
			}
			return nil
		})
	})
}

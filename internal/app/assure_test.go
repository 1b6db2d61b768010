package app

import (
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/idp"
	"banyan/internal/register/access"
	"banyan/internal/register/assure"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// A number given to somebody new takes nothing of who had it before along: not their level, and not their network certificate.
func TestANumberProvesNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	cert := idp.Assertion{Issuer: "https://id.example", Subject: "s", Level: int(assure.Certain)}
	clerk := access.Actor{Kind: access.Staff, ID: "s1", Unit: "u"}
	err := h.DB.Write(t.Context(), func(tx *db.Tx) error {
		before, err := h.People.Ensure(tx, person.Contact{Phone: "13900000001"})
		if err != nil {
			return err
		}
		now, err := h.People.Ensure(tx, person.Contact{Phone: "13900000002"})
		if err != nil {
			return err
		}
		if _, err := h.Assure.AssertTx(tx, before, assure.NetCert, cert); err != nil {
			return err
		}
		if _, err := h.Assure.CheckTx(tx, clerk, before, "id_card", true); err != nil {
			return err
		}
		if _, err := h.Assure.CheckTx(tx, clerk, now, "household", true); err != nil {
			return err
		}
		own := trail.Reader{Actor: access.Actor{Kind: access.Citizen, ID: now}, Purpose: trail.ForOwn}
		from, err := h.People.Move(tx, own, now, "13900000001")
		if err != nil || from != before {
			t.Errorf("moved from %q, %v", from, err)
		}
		if err := h.joined(tx, from, now); err != nil {
			return err
		}
		if l, err := h.Assure.LevelTx(tx, now); err != nil || l != assure.RealName {
			t.Errorf("level %d, %v; their own proof gives %d", l, err, assure.RealName)
		}
		if list, err := h.Assure.ProofsTx(tx, now); err != nil || len(list) != 1 {
			t.Errorf("%d proofs, %v", len(list), err)
		}
		again, err := h.People.Ensure(tx, person.Contact{Phone: "13900000003"})
		if err != nil {
			return err
		}
		_, err = h.Assure.AssertTx(tx, again, assure.NetCert, cert) // its owner, under another number
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

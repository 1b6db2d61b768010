package app

import (
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// caseOf is the case the request itself names.
func (h *house) caseOf(id string) (at string) {
	h.Helper()
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, id)
		at = head.CaseID
		return err
	})
	return at
}

// A request names the case it belongs to now, through merging and taking out.
func TestARequestFollowsItsCase(t *testing.T) {
	t.Parallel()
	h := open(t)
	a := h.receive(lamp())
	in := lamp()
	in.ClientID = "test-lamp-2"
	b := h.receive(in)
	in.ClientID, in.JoinCase = "test-lamp-3", a.CaseID
	joined := h.receive(in)
	h.ok(h.Cases.Merge(t.Context(), desk, b.CaseID, a.CaseID, "同一盏灯"))
	h.drain()
	if got := h.caseOf(b.RequestID); got != a.CaseID {
		t.Errorf("merged in: it names %s, not %s", got, a.CaseID)
	}
	own, err := h.Cases.Unmerge(t.Context(), desk, a.CaseID, joined.RequestID, "不是同一处")
	h.ok(own, err)
	h.ok(h.Cases.Unmerge(t.Context(), desk, a.CaseID, b.RequestID, "不是同一处"))
	h.drain()
	if got := h.caseOf(b.RequestID); got != b.CaseID {
		t.Errorf("taken out: it names %s, not %s", got, b.CaseID)
	}
	if got := h.caseOf(joined.RequestID); got != own.Case.ID {
		t.Errorf("in a case of its own: it names %s, not %s", got, own.Case.ID)
	}
}

// Consent that is given after the report reaches the case, in whatever order
// the facts come.
func TestConsentGivenAfterwards(t *testing.T) {
	t.Parallel()
	h := open(t)
	in := lamp()
	in.Publish = false
	r := h.receive(in)
	owner := access.Actor{Kind: access.Citizen}
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, r.RequestID)
		owner.ID = head.PersonID
		return err
	})
	if err := h.Requests.GrantPublish(t.Context(), owner, r.RequestID); err != nil {
		t.Fatal(err)
	}
	h.drain()
	if !h.file(r.CaseID).Case.Consent {
		t.Error("the case does not know of the consent")
	}
	h.dispatch(r.CaseID)
	h.reply(r.CaseID)
	h.followUp(r.CaseID, "yes")
	h.drain()
	if !h.file(r.CaseID).Case.Published {
		t.Error("closed with consent, and not published")
	}
}

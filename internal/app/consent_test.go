package app

import (
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// ownerOf is the requester as the program knows them when they have signed in.
func (h *house) ownerOf(r request.Receipt) access.Actor {
	h.Helper()
	who := access.Actor{Kind: access.Citizen}
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, r.RequestID)
		who.ID = head.PersonID
		return err
	})
	return who
}

// messages counts what goes by phone to anybody.
func (h *house) messages() (n int) {
	h.Helper()
	h.read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM notify_outbox WHERE channel = 'sms'`).Scan(&n)
	})
	return n
}

// The result is told to everybody; a step on the way only to who agreed, and no more from the moment they take it back.
func TestStepsAreToldToWhoAgreed(t *testing.T) {
	t.Parallel()
	h := open(t)
	send := func(id string) request.Receipt {
		in := lamp()
		in.ClientID, in.Contact = id, person.Contact{Phone: "13900000001"}
		r := h.receive(in)
		h.dispatch(r.CaseID)
		h.drain()
		return r
	}
	first := send("steps-0001")
	if n := h.messages(); n != 0 {
		t.Errorf("%d messages about a step that nobody agreed to", n)
	}
	h.reply(first.CaseID)
	h.drain()
	if n := h.messages(); n != 1 {
		t.Errorf("%d messages about the result", n)
	}
	owner := h.ownerOf(first)
	said := consent.Said{Person: owner.ID, Purpose: consent.ForSteps, Way: consent.Page, By: owner}
	if _, err := h.Consents.Agree(t.Context(), said, ""); err != nil {
		t.Fatal(err)
	}
	send("steps-0002")
	if n := h.messages(); n != 2 {
		t.Errorf("%d messages after agreeing", n)
	}
	if err := h.Consents.TakeBack(t.Context(), said, ""); err != nil {
		t.Fatal(err)
	}
	send("steps-0003")
	if n := h.messages(); n != 2 {
		t.Errorf("%d messages after taking it back", n)
	}
}

// Nothing goes public while no approved assessment holds; what is said is taken in all the same.
func TestNothingGoesPublicUnassessed(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.receive(lamp())
	h.clock.Set(monday.AddDate(2, 0, 1)) // the assessments have run out
	in := lamp()
	in.ClientID = "unassessed-1"
	after := h.receive(in)
	h.ok(h.Cases.Answer(t.Context(), desk, casework.Answering{Case: before.CaseID, Version: h.file(before.CaseID).Case.Version, Public: "已经告知如何报修。"}))
	h.drain()
	if h.file(before.CaseID).Case.Published {
		t.Error("a case went public")
	}
	supervisor := staff("boss", "3501.12345", "/3501/", access.Supervisor, access.Dispatcher)
	if _, err := h.Cases.Publish(t.Context(), supervisor, before.CaseID); !consent.Refused(err) {
		t.Errorf("staff publish: %v", err)
	}
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, after.RequestID)
		if head.Publish || h.file(after.CaseID).Case.Consent {
			t.Error("a consent was taken for what may not be done")
		}
		return err
	})
	if err := h.Requests.GrantPublish(t.Context(), h.ownerOf(after), after.RequestID); !consent.Refused(err) {
		t.Errorf("agreed afterwards: %v", err)
	}
	if err := h.Requests.WithdrawPublish(t.Context(), h.ownerOf(before), before.RequestID); err != nil {
		t.Errorf("taken back all the same: %v", err)
	}
	if ids, err := h.unassessed(t.Context()); err != nil || len(ids) != 3 {
		t.Errorf("doctor hears of %v, %v", ids, err)
	}
}

// Who is forgotten has no consents left; their trail still proves that there were some, by ids.
func TestErasureForgetsConsents(t *testing.T) {
	t.Parallel()
	h := open(t)
	in := lamp()
	in.Contact = person.Contact{Phone: "13900000001"}
	r := h.receive(in)
	owner := h.ownerOf(r)
	list := func() (out []consent.Consent) {
		h.read(func(tx *db.Tx) (err error) {
			out, err = h.Consents.Of(tx, owner.ID)
			return err
		})
		return out
	}
	given := list()
	if len(given) != 1 || given[0].Matter != r.RequestID || given[0].Given.Way != consent.Page {
		t.Fatalf("the consent of the form: %+v", given)
	}
	h.ok(h.Cases.Answer(t.Context(), desk, casework.Answering{Case: r.CaseID, Version: h.file(r.CaseID).Case.Version, Public: "已经告知如何报修。"}))
	h.write(func(tx *db.Tx) error {
		_, err := h.People.AskErasure(tx, owner.ID)
		return err
	})
	h.drain()
	h.clock.Advance(time.Minute)
	if err := h.erase(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.drain()
	if left := list(); len(left) != 0 || h.file(r.CaseID).Case.Published {
		t.Errorf("left: %+v, published %v", left, h.file(r.CaseID).Case.Published)
	}
	looks, err := h.Trail.ForPerson(t.Context(), owner.ID, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, l := range looks {
		found = found || l.ID == given[0].Given.Row && l.Purpose == trail.ForConsent
	}
	if !found {
		t.Error("the row of the consent is gone from the trail")
	}
}

// Flag and receipt of a request never part, whoever clicks at once.
func TestPublishAndReceiptStayTogether(t *testing.T) {
	t.Parallel()
	h := open(t)
	in := lamp()
	in.Contact = person.Contact{Phone: "13900000001"}
	r := h.receive(in)
	owner := h.ownerOf(r)
	done := make(chan error)
	const clicks = 12
	for i := range clicks {
		go func() {
			if i%2 == 0 {
				done <- h.Requests.WithdrawPublish(t.Context(), owner, r.RequestID)
			} else {
				done <- h.Requests.GrantPublish(t.Context(), owner, r.RequestID)
			}
		}()
	}
	for range clicks {
		if err := <-done; err != nil && fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	}
	h.drain()
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, r.RequestID)
		if err != nil {
			return err
		}
		agrees := h.Consents.NeedIn(tx, owner.ID, consent.ForPublish, r.RequestID) == nil
		if agrees != head.Publish || h.file(r.CaseID).Case.Consent != head.Publish {
			t.Errorf("the request says %v, the receipt %v, the case %v", head.Publish, agrees, h.file(r.CaseID).Case.Consent)
		}
		return nil
	})
}

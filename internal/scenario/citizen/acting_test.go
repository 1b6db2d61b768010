package citizen_test

import (
	"net/http"
	"net/url"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// TestAStaleSessionActsNoMore: a session that still says that it acts for somebody can do and see nothing once the mandate ended: each
// act asks in its own transaction.
func TestAStaleSessionActsNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	said := h.lamp(nil)
	f := h.reply(said)
	granny := h.head(said.RequestID).PersonID
	var daughter string
	h.Write(func(tx *db.Tx) (err error) {
		daughter, err = h.People.Ensure(tx, person.Contact{Phone: "13900000002"})
		return err
	})
	giver := access.Actor{Kind: access.Citizen, ID: granny}
	m, _, err := h.Mandates.Give(t.Context(), giver, mandate.Giving{Holder: daughter, Relation: mandate.Child, Scope: mandate.Scopes(), Days: 30})
	h.Must(err)
	_, err = h.Mandates.Accept(t.Context(), access.Actor{Kind: access.Citizen, ID: daughter}, m.ID)
	h.Must(err)
	b := h.browser()
	b.signIn("13900000002")
	h.stale[daughter] = m.Behalf()
	if a := b.get("/mine/" + said.RequestID + "/words"); a.status != http.StatusOK {
		t.Fatalf("while it holds: %d", a.status)
	}
	b.post("/mine/"+said.RequestID+"/contest", url.Values{"words": {"还没有修好"}})
	remarks := func() (n int) {
		h.Write(func(tx *db.Tx) error {
			list, err := h.Requests.Remarks(tx, trail.Reader{Actor: desk(), Purpose: trail.ForDispatch}, said.RequestID, request.OnContest)
			for _, one := range list {
				if one.Acted.By != daughter || one.Acted.As != mandate.Child || one.Acted.Mandate != m.ID {
					t.Errorf("said by %+v", one.Acted)
				}
			}
			n = len(list)
			return err
		})
		return n
	}
	if remarks() != 1 {
		t.Fatal("what she said for her mother is not kept")
	}
	entries, err := h.Cases.Journal(t.Context(), f.Case.ID)
	h.Must(err)
	if by := entries[len(entries)-1].Actor; by.ID != daughter || by.For != granny || by.As != mandate.Child {
		t.Errorf("the journal says %+v", by)
	}
	h.Must(h.Mandates.End(t.Context(), giver, m.ID))
	for _, path := range []string{"/mine", "/mine/" + said.RequestID, "/mine/" + said.RequestID + "/words", "/messages", "/"} {
		if a := b.get(path); a.status != http.StatusForbidden {
			t.Errorf("GET %s: %d", path, a.status)
		}
	}
	for path, form := range map[string]url.Values{
		"/confirm": {"satisfied": {"yes"}}, "/contest": {"words": {"再说一次"}}, "/rate": {"level": {"1"}}, "/consent": {},
	} {
		if a := b.post("/mine/"+said.RequestID+path, form); a.status != http.StatusForbidden {
			t.Errorf("POST %s: %d", path, a.status)
		}
	}
	report := url.Values{"step": {"check"}, "go": {"send"}, "form_id": {"stale-form-1"}, "district": {"350102"}, "subdistrict": {"350102004"}, "words": {"请来修"}, "kind": {"help"}, "seen": {"1"}, "duty": {"none"}}
	if a := b.post("/report", report); a.status != http.StatusForbidden {
		t.Errorf("POST /report: %d", a.status)
	}
	var n int
	h.Read(func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM request_request`).Scan(&n) })
	if n != 1 || remarks() != 1 {
		t.Errorf("%d requests, %d remarks after it ended", n, remarks())
	}
}

package citizen_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// lookedAt lets the desk look at the requester of a lamp and gives the address of that look in the matter.
func (h *house) lookedAt(r request.Receipt) (page string) {
	h.Helper()
	h.Must(h.DB.Write(h.Context(), func(tx *db.Tx) error {
		_, err := h.People.Contact(tx, trail.Reader{Actor: desk(), Purpose: trail.ForDispatch, Subject: r.CaseID}, h.head(r.RequestID).PersonID)
		return err
	}))
	rows, err := h.Trail.ForPerson(h.Context(), h.head(r.RequestID).PersonID, "", 9)
	h.Must(err)
	rows = slices.DeleteFunc(rows, func(l trail.Look) bool { return l.Purpose != trail.ForDispatch })
	return "/mine/" + r.RequestID + "/looks/" + rows[0].ID
}

func TestAReceiptIsGivenToThePersonAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	page := h.lookedAt(r)
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	if a := b.get(page + "/receipt"); a.status != http.StatusNotFound {
		t.Errorf("before it is in the log: %d", a.status)
	}
	_, err := h.Tree.Sequence(t.Context())
	h.Must(err)
	a := b.get(page + "/receipt")
	look, _, err := trail.Verify([]byte(a.body), h.Tree.Key())
	if err != nil || look.Purpose != trail.ForDispatch {
		t.Errorf("the receipt proves %+v, %v", look, err)
	}
	other := h.lamp(func(in *request.Intake) { in.ClientID, in.Contact.Phone = "other-request", "13900000002" })
	stranger := h.browser()
	stranger.post("/track", url.Values{"number": {other.Number}, "phone": {"13900000002"}})
	for _, path := range []string{page, strings.Replace(page, r.RequestID, other.RequestID, 1)} {
		for _, end := range []string{"/receipt", "/object"} {
			if a := stranger.get(path + end); a.status == http.StatusOK && a.path == path+end {
				t.Errorf("a stranger gets %s", path+end)
			}
		}
	}
}

func TestAnObjectionIsACase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	page := h.lookedAt(r) + "/object"
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	form := b.get(page)
	if n := form.Find("form[action$='/object'] textarea[required]").Length(); n != 1 {
		t.Fatalf("no form: %s", form.Find("main").Text())
	}
	if a := b.post(page, fill(form, "form[action$='/object']", url.Values{"words": {" "}})); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an objection without words: %d", a.status)
	}
	send := fill(form, "form[action$='/object']", url.Values{"words": {"我从未与热线打过交道"}})
	first, again := b.post(page, send), b.post(page, send)
	if n := first.Find(".notice-ok").Text(); !strings.Contains(n, "FZ26") || n != again.Find(".notice-ok").Text() {
		t.Fatalf("sent twice: %s and %s", first.Find("main").Text(), again.Find("main").Text())
	}
	heads, err := h.Requests.OfPerson(t.Context(), h.head(r.RequestID).PersonID)
	h.Must(err)
	if len(heads) != 2 {
		t.Fatalf("%d requests of the person, want the lamp and the objection", len(heads))
	}
	own := h.browser() // the proof by number is for the first matter alone
	own.signIn("13900000001")
	objection := heads[0].ID
	if objection == r.RequestID { // both came in the same moment
		objection = heads[1].ID
	}
	words := own.get("/mine/" + objection + "/words").Find("main").Text()
	if !strings.Contains(words, "我从未与热线打过交道") || !strings.Contains(words, strings.Split(page, "/")[4]) || strings.Contains(words, "1390000") {
		t.Errorf("the objection says %s", words)
	}
}

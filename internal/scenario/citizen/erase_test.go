package citizen_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// Who wishes to be forgotten is told what it means, must mean it, and keeps an address that answers without signing in.
func TestEraseMe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine := h.lamp(nil)
	id := h.head(mine.RequestID).PersonID
	if a := h.browser().get("/me/erase"); a.path != "/signin" {
		t.Errorf("a stranger is led to %s", a.path)
	}
	b := h.browser()
	b.signIn("13900000001")
	if a := b.get("/me/erase"); a.status != http.StatusOK || !strings.Contains(a.body, "还有1件诉求正在办理") {
		t.Errorf("the form: %d %s", a.status, a.body)
	}
	if a := b.post("/me/erase", url.Values{}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "请先勾选") {
		t.Errorf("without a tick: %d, %s", a.status, a.path)
	}
	a := b.post("/me/erase", url.Values{"sure": {"yes"}})
	token, ok := strings.CutPrefix(a.path, "/erasure/")
	if !ok || !strings.Contains(a.body, "还有1件诉求正在办理") {
		t.Fatalf("the wish leads to %s: %s", a.path, a.body)
	}
	second := b.post("/me/erase", url.Values{"sure": {"yes"}})
	if old := h.browser().get(a.path); old.status != http.StatusNotFound || second.path == a.path {
		t.Errorf("the first address of a wish made twice gives %d", old.status)
	}
	token = strings.TrimPrefix(second.path, "/erasure/")
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		e, err := h.People.ErasureOf(tx, token)
		if err != nil {
			return err
		}
		e.Requests, e.Files = 1, 2
		return h.People.Erase(tx, trail.Reader{Actor: access.Program("erasure"), Purpose: trail.ForErasure}, e)
	}))
	_, err := h.Tree.Sequence(t.Context())
	h.Must(err)
	if a := h.browser().get("/erasure/" + token); a.status != http.StatusOK || !strings.Contains(a.body, "已于") || !strings.Contains(a.body, "2张照片已删除") {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
	proof := h.browser().get("/erasure/" + token + "/proof")
	if look, _, err := trail.Verify([]byte(proof.body), h.Tree.Key()); err != nil || look.Purpose != trail.ForErasure || look.Person != id {
		t.Errorf("the proof: %d %v %+v", proof.status, err, look)
	}
	if a := h.browser().get("/erasure/" + strings.Repeat("A", 26)); a.status != http.StatusNotFound {
		t.Errorf("a guessed token gives %d", a.status)
	}
	var back person.Person
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		again, err := h.People.Ensure(tx, person.Contact{Phone: "13900000001"})
		if err == nil && again == id {
			t.Error("who calls again is the one who was forgotten")
		}
		if err == nil {
			back, err = h.People.Contact(tx, trail.Reader{Actor: desk(), Purpose: trail.ForDispatch}, id)
		}
		return err
	}))
	if back.Name != "" || back.Phone != "" {
		t.Errorf("what is left: %+v", back)
	}
}

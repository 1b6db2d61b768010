package citizen_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/consent"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// consents are what a person agreed to, the newest first.
func (h *house) consents(person string) (list []consent.Consent) {
	h.Helper()
	h.Read(func(tx *db.Tx) (err error) {
		list, err = h.Consents.Of(tx, person)
		return err
	})
	return list
}

// One button gives, one takes back, a double click changes nothing, and each leaves a receipt that the log proves.
func TestConsentsOnOnePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	h.Clock.Advance(time.Minute)
	person := h.head(r.RequestID).PersonID
	if a := h.browser().get("/me/consents"); a.path != "/signin" {
		t.Errorf("a stranger gets %s", a.path)
	}
	if a := h.browser().post("/me/consents/steps", url.Values{"grant": {"1"}, "version": {"1"}}); a.path != "/signin" {
		t.Errorf("a stranger agrees and gets to %s", a.path)
	}
	b := h.browser()
	b.signIn("13900000001")
	page := b.get("/me/consents")
	for _, words := range []string{"我同意在办理的每一步", "马上停发", "履行法定职责", "回访", "其他单位的应用", "已同意公开"} {
		if !strings.Contains(page.body, words) {
			t.Errorf("the page does not say %s", words)
		}
	}
	agree := fill(page, "form[action='/me/consents/steps']", url.Values{"grant": {"1"}})
	b.post("/me/consents/steps", agree)
	page = b.post("/me/consents/steps", agree)
	if list := h.consents(person); len(list) != 2 || list[0].Purpose != consent.ForSteps || list[0].Given.Lang != "zh-Hans" || list[0].Given.Way != consent.Page {
		t.Fatalf("after a double click: %+v", list)
	}
	id := h.consents(person)[0].ID
	if href := page.Find("form[action='/me/consents/steps'] a").First().AttrOr("href", ""); href != "/me/consents/"+id {
		t.Errorf("the receipt is at %q", href)
	}
	take := fill(page, "form[action='/me/consents/steps']", nil)
	if take.Get("grant") != "" {
		t.Fatal("the button to take it back agrees")
	}
	page = b.post("/me/consents/steps", take)
	if list := h.consents(person); list[0].Holds() || !strings.Contains(page.Find("h2").Text(), "以前的同意") {
		t.Errorf("after taking it back: %+v", list[0])
	}
	page = b.post("/me/consents/publish", fill(page, "form[action='/me/consents/publish']", nil))
	if h.head(r.RequestID).Publish || page.Find("form[action='/me/consents/publish']").Length() != 0 {
		t.Error("the request is still public")
	}
	_, err := h.Tree.Sequence(t.Context())
	h.Must(err)
	receipt := b.get("/me/consents/" + id)
	if receipt.status != http.StatusOK || !strings.Contains(receipt.body, "撤回于") {
		t.Errorf("the receipt: %d %s", receipt.status, receipt.Find("main").Text())
	}
	var file consent.Receipt
	h.Must(json.Unmarshal([]byte(b.get("/me/consents/"+id+"/receipt").body), &file))
	if file.ID != id || file.Person != person || len(file.Events) != 2 || !strings.HasSuffix(file.Processing.Withdrawal, "/me/consents") {
		t.Errorf("the file %+v", file)
	}
	for _, e := range file.Events {
		look, _, err := trail.Verify([]byte(b.get("/me/consents/"+id+"/proof/"+e.Row).body), h.Tree.Key())
		h.Must(err)
		if got, ok := file.Proven(look.Subject); !ok || got.State != e.State {
			t.Errorf("event %s is proven as %+v, %v", e.State, got, ok)
		}
	}
}

// Somebody else's receipt, request or row is not found, and changes nothing.
func TestConsentsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine := h.lamp(nil)
	h.lamp(func(in *request.Intake) { in.ClientID, in.Contact.Phone = "other-request", "13900000002" })
	other := h.browser()
	other.signIn("13900000002")
	id := h.consents(h.head(mine.RequestID).PersonID)[0]
	for _, path := range []string{"/me/consents/" + id.ID, "/me/consents/" + id.ID + "/receipt", "/me/consents/" + id.ID + "/proof/" + id.Given.Row, "/me/consents/01ARZ3NDEKTSV4RRFFQ69G5FAV"} {
		if a := other.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := other.post("/me/consents/publish", url.Values{"matter": {mine.RequestID}}); a.status != http.StatusForbidden || !h.head(mine.RequestID).Publish {
		t.Errorf("taking back somebody else's: %d, public %v", a.status, h.head(mine.RequestID).Publish)
	}
	for _, purpose := range []string{"handling", "apps", "advertising"} {
		if a := other.post("/me/consents/"+purpose, url.Values{"grant": {"1"}, "version": {"1"}}); a.status < 400 {
			t.Errorf("agreeing to %s: %d", purpose, a.status)
		}
	}
}

// While nothing may be published, nobody is asked, and what was agreed to can still be taken back.
func TestNobodyIsAskedUnassessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE consent_assessment SET until_at = 1`)
		return err
	}))
	page := b.get("/mine/" + r.RequestID)
	page = b.post("/mine/"+r.RequestID+"/consent", fill(page, "form[action$='/consent']", nil))
	if h.head(r.RequestID).Publish {
		t.Fatal("still public")
	}
	if card := page.Find("#consent"); card.Find("button").Length() != 0 || !strings.Contains(card.Text(), "影响评估还没有批准") {
		t.Errorf("the card says %s", card.Text())
	}
	if a := b.post("/mine/"+r.RequestID+"/consent", url.Values{"grant": {"1"}}); a.status != http.StatusForbidden {
		t.Errorf("agreeing all the same: %d", a.status)
	}
}

// Who read a text that is over is not taken at their word about the new one.
func TestATextReadBeforeItChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(func(in *request.Intake) { in.Read = 7 })
	if h.head(r.RequestID).Publish || len(h.consents(h.head(r.RequestID).PersonID)) != 0 {
		t.Error("agreed to a text that the requester never saw")
	}
	b := h.browser()
	b.signIn("13900000001")
	if a := b.post("/me/consents/steps", url.Values{"grant": {"1"}, "version": {"7"}}); a.status != http.StatusConflict || !strings.Contains(a.body, "请重新看一遍") {
		t.Errorf("agreeing to another text: %d", a.status)
	}
	if h.Clock.Now().Before(time.Date(2026, 1, 1, 0, 0, 0, 0, clock.City)) {
		t.Fatal("the texts of the pack are not in force")
	}
}

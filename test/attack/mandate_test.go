package attack

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
)

const (
	grannyPhone   = "13900000171"
	daughterPhone = "13900000172"
)

// kin are a grandmother and the daughter whom she lets act for her.
type kin struct {
	*house
	granny, daughter     *browser
	grannyID, daughterID string
	mandate              string
}

// kinOf has a grandmother allow her daughter some things, through the pages.
func kinOf(h *house, scopes ...string) *kin {
	h.Helper()
	k := &kin{house: h, granny: h.citizen(grannyPhone)}
	h.clock.Advance(2 * time.Minute)
	k.daughter = h.citizen(daughterPhone)
	k.grannyID, k.daughterID = h.personOf(grannyPhone), h.personOf(daughterPhone)
	k.granny.post("/me/family", url.Values{"form_id": {formID()}, "relation": {"child"}, "scope": scopes, "days": {"90"}, "how": {"phone"}, "phone": {daughterPhone}}).wants(k.granny, http.StatusSeeOther)
	h.read(func(tx *db.Tx) error {
		list, err := h.Mandates.GivenBy(tx, k.grannyID)
		if len(list) != 1 {
			h.Fatalf("%d mandates", len(list))
		}
		k.mandate = list[0].ID
		return err
	})
	k.daughter.post("/me/family/"+k.mandate+"/accept", nil).wants(k.daughter, http.StatusSeeOther)
	return k
}

func (h *house) personOf(phone string) (id string) {
	h.Helper()
	h.read(func(tx *db.Tx) error {
		found, ok, err := h.People.Find(tx, person.Phone(phone))
		if !ok {
			h.Fatalf("nobody has %s", phone)
		}
		id = found
		return err
	})
	return id
}

// act has the daughter begin to act.
func (k *kin) act() {
	k.Helper()
	k.daughter.post("/me/family/"+k.mandate+"/act", nil).wants(k.daughter, http.StatusSeeOther)
}

// forGranny is a form that was shown while acting.
func (k *kin) forGranny(f url.Values) url.Values {
	if f == nil {
		f = url.Values{}
	}
	f.Set("acting", k.mandate)
	return f
}

func TestADaughterActsForHerMother(t *testing.T) {
	t.Parallel()
	h := open(t)
	k := kinOf(h, "report", "follow", "rate")
	own := k.daughter.report(url.Values{"phone": {daughterPhone}, "words": {"女儿自己的事：楼道灯坏了。"}})
	k.act()
	if a := k.daughter.get("/"); !a.says(`class="acting"`) || !a.says("正在替") {
		t.Error("no line says for whom she acts")
	}
	if a := k.daughter.get("/mine"); a.says(h.head(own).ID) {
		t.Error("her own matter stands among her mother's")
	}
	k.daughter.get("/mine/"+h.head(own).ID).wants(k.daughter, http.StatusSeeOther)
	number := k.daughter.report(k.forGranny(url.Values{"phone": {"13900000199"}, "name": {"李四"}, "anonymous": {"1"}, "words": {"妈妈家的水管漏水，请来看看。"}}))
	head := h.head(number)
	want := access.Acted{By: k.daughterID, As: mandate.Child, Mandate: k.mandate}
	if head.PersonID != k.grannyID || head.Acted != want || head.Publish || head.Anonymous {
		t.Fatalf("filed as %+v", head)
	}
	if h.count(`SELECT count(*) FROM person_person WHERE id NOT IN ($1, $2) AND created_at >= $3`, k.grannyID, k.daughterID, morning.UnixMilli()) != 0 {
		t.Error("a phone in the form made a person")
	}
	k.daughter.get("/report/done/"+number).wants(k.daughter, http.StatusOK)
	if a := k.daughter.get("/mine/" + head.ID + "/words"); !a.says("妈妈家的水管漏水") {
		t.Error("she cannot read what she follows")
	}
	// the mark, for the giver, on her page and in her trail
	for path, words := range map[string]string{"/mine/" + head.ID: "由您委托的子女代办", "/me/family/" + k.mandate: head.Text, "/me/looks": "与您有委托关系的人查看了", "/messages": "替您提交了一件诉求"} {
		if a := k.granny.get(path); !a.says(words) {
			t.Errorf("her mother's %s does not say %q", path, words)
		}
	}
	rows, err := h.Trail.ForPerson(t.Context(), k.grannyID, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	for _, l := range rows {
		if l.Purpose == trail.ForMandate && l.Actor == k.daughterID && l.Kind == access.Citizen {
			for _, f := range l.Fields {
				fields[f] = true
			}
		}
	}
	for _, f := range []string{trail.Words, trail.Matters, trail.Masked} {
		if !fields[f] {
			t.Errorf("her mother's trail has no row for %s: %v", f, fields)
		}
	}
	// and for staff
	if a := h.staff("dispatcher").get("/desk/cases/" + head.CaseID); !a.says("由诉求人的子女代为提交") || !a.says("代办人（诉求人的子女）") {
		t.Error("staff do not see who filed it")
	}
	desk := access.Actor{Kind: access.Staff, ID: "desk", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.CallTaker}}
	if _, err := h.Cases.Answer(t.Context(), desk, casework.Answering{Case: head.CaseID, Public: "已经答复。"}); err != nil {
		t.Fatal(err)
	}
	k.daughter.post("/mine/"+head.ID+"/rate", k.forGranny(url.Values{"level": {"5"}, "words": {"师傅很好"}})).wants(k.daughter, http.StatusSeeOther)
	given, err := h.Rate.Of(t.Context(), head.ID)
	if err != nil || given.Acted != want {
		t.Errorf("rated %+v %v", given, err)
	}
	k.daughter.post("/me/family/leave", nil).wants(k.daughter, http.StatusSeeOther)
	if a := k.daughter.get("/mine"); !a.says(h.head(own).ID) || a.says(head.ID) {
		t.Error("after leaving she does not see her own matters")
	}
}

// TestWhatIsNeverDoneForAnother walks all routes as somebody who acts for another.
func TestWhatIsNeverDoneForAnother(t *testing.T) {
	t.Parallel()
	h := open(t)
	k := kinOf(h, "report", "follow", "rate", "messages")
	head := h.head(k.granny.report(url.Values{"phone": {grannyPhone}}))
	k.act()
	for path, words := range map[string]string{
		"GET /me/erase": "只能由本人决定", "POST /me/erase": "只能由本人决定", "GET /me/data": "只能由本人办理", "GET /me/apps": "只能由本人决定", "POST /me/apps/x/end": "只能由本人决定",
		"GET /me/looks": "只给本人看", "GET /mine/" + head.ID + "/looks": "只给本人看", "GET /me/family": "不能再转托别人", "GET /me/family/new": "不能再转托别人",
		"POST /me/family": "不能再转托别人", "POST /me/family/enter": "不能再转托别人", "POST /me/family/" + k.mandate + "/end": "不能再转托别人", "POST /me/sessions/x/end": "只能由本人管理",
		"POST /signin": "只能由本人管理", "POST /messages/read": "由本人决定", "GET /oauth/authorize": "只能由本人决定", "POST /oauth/consent": "只能由本人决定",
	} {
		method, to, _ := strings.Cut(path, " ")
		a := k.daughter.send(k.daughter.request(method, to, "application/x-www-form-urlencoded", nil))
		if a.Code != http.StatusForbidden || !a.says(words) {
			t.Errorf("%s: %d, want a refusal that says %q", path, a.Code, words)
		}
	}
	a := k.daughter.post("/mine/"+head.ID+"/consent", k.forGranny(url.Values{"grant": {"1"}}))
	if a.Code != http.StatusForbidden || !a.says("只能由本人作出") {
		t.Errorf("consent given for another: %d", a.Code)
	}
	if !h.head(head.Number).Publish {
		t.Fatal("her own consent is gone")
	}
	k.daughter.post("/mine/"+head.ID+"/consent", k.forGranny(nil)).wants(k.daughter, http.StatusSeeOther)
	if h.head(head.Number).Publish {
		t.Error("the consent was not taken back")
	}
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	open := []string{"/me/family/acting", "/me/family/leave", "/me"}
	tried := 0
	for _, pattern := range routes {
		method, path, _ := strings.Cut(pattern, " ")
		if !strings.HasPrefix(path, "/me") && !strings.HasPrefix(path, "/oauth") && !strings.HasPrefix(path, "/signin") || slices.Contains(open, path) || strings.HasPrefix(path, "/messages") {
			continue
		}
		tried++
		to := part.ReplaceAllString(path, "x")
		if a := k.daughter.send(k.daughter.request(method, to, "application/x-www-form-urlencoded", nil)); a.Code != http.StatusForbidden {
			t.Errorf("%s while acting: %d to %s", pattern, a.Code, a.to)
		}
		h.clock.Advance(time.Second)
	}
	if tried < 25 {
		t.Errorf("only %d routes tried", tried)
	}
}

// TestAMandateStopsAtOnce: what was opened before it ended is not sent, and neither is a form of another turn.
func TestAMandateStopsAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	k := kinOf(h, "report")
	k.act()
	if a := k.daughter.get("/mine"); a.Code != http.StatusOK || a.says("/mine/0") {
		t.Errorf("without that scope: %d", a.Code)
	}
	before := h.count(`SELECT count(*) FROM request_request`)
	for what, form := range map[string]url.Values{"a form of herself": reportForm(nil), "a form for somebody else": reportForm(url.Values{"acting": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}})} {
		if a := k.daughter.post("/report", form); a.Code != http.StatusConflict || !a.says("没有提交") {
			t.Errorf("%s while acting: %d", what, a.Code)
		}
	}
	k.granny.post("/me/family/"+k.mandate+"/end", nil).wants(k.granny, http.StatusSeeOther)
	if a := k.daughter.post("/report", reportForm(k.forGranny(nil))); a.Code != http.StatusConflict {
		t.Errorf("after it was taken back: %d", a.Code)
	}
	if a := k.daughter.get("/"); a.says(`class="acting"`) {
		t.Error("she still acts")
	}
	k.daughter.post("/me/family/"+k.mandate+"/act", nil).wants(k.daughter, http.StatusConflict)
	if after := h.count(`SELECT count(*) FROM request_request`); after != before {
		t.Errorf("%d requests were taken in", after-before)
	}
	if a := k.daughter.get("/me/family?acting=" + k.mandate); a.says(`class="acting"`) {
		t.Error("an address makes somebody act")
	}
}

// TestAStrangersMandate tries the ids and codes of others.
func TestAStrangersMandate(t *testing.T) {
	t.Parallel()
	h := open(t)
	k := kinOf(h, "report", "follow")
	h.clock.Advance(2 * time.Minute)
	thief := h.citizen("13900000173")
	for _, path := range []string{"GET /me/family/", "POST /me/family/%/accept", "POST /me/family/%/end", "POST /me/family/%/act"} {
		method, to, _ := strings.Cut(path, " ")
		to = strings.Replace(to, "%", k.mandate, 1)
		if strings.HasSuffix(to, "/") {
			to += k.mandate
		}
		if a := thief.send(thief.request(method, to, "application/x-www-form-urlencoded", nil)); a.Code != http.StatusNotFound {
			t.Errorf("a stranger's %s: %d", path, a.Code)
		}
		if a := h.browser().send(h.browser().request(method, to, "application/x-www-form-urlencoded", nil)); a.Code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/signin") {
			t.Errorf("nobody's %s: %d to %s", path, a.Code, a.to)
		}
	}
	k.act()
	if a := thief.post("/report", reportForm(k.forGranny(nil))); a.Code != http.StatusConflict {
		t.Errorf("a stranger files for her: %d", a.Code)
	}
	a := k.granny.post("/me/family", url.Values{"form_id": {formID()}, "relation": {"friend"}, "scope": {"report"}, "days": {"30"}, "how": {"code"}}).wants(k.granny, http.StatusOK)
	code := strings.TrimSpace(between(a.Body.String(), `class="panel-number num">`, "<"))
	if len(code) != 6 {
		t.Fatalf("the page shows code %q", code)
	}
	for range 6 {
		thief.post("/me/family/enter", url.Values{"phone": {grannyPhone}, "code": {"000000"}}).wants(thief, http.StatusUnprocessableEntity)
		h.clock.Advance(3 * time.Second)
	}
	if a := thief.post("/me/family/enter", url.Values{"phone": {grannyPhone}, "code": {code}}); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("the code after five wrong tries: %d to %s", a.Code, a.to)
	}
	same := func(phone string) string {
		h.clock.Advance(time.Minute)
		a := thief.post("/me/family/enter", url.Values{"phone": {phone}, "code": {"123456"}})
		return strings.ReplaceAll(a.Body.String(), phone, "")
	}
	if len(same(grannyPhone)) != len(same("13900000999")) {
		t.Error("the answer tells a known phone from an unknown one")
	}
	if a := thief.get("/me/family"); a.says("我可以替他们办理") {
		t.Error("the stranger holds something")
	}
}

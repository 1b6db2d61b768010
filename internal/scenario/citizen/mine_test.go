package citizen_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/notify"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/citizen"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

func TestTrack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	anonymous := h.lamp(func(in *request.Intake) {
		in.Kind, in.Contact, in.ClientID = "complaint", person.Contact{Anonymous: true}, "anonymous-1"
	})
	wrongDigit := r.Number[:len(r.Number)-1] + string('0'+(r.Number[len(r.Number)-1]-'0'+1)%10)
	tests := []struct {
		name, number, phone, want string // want "" leads to the page
	}{
		{"right", r.Number, "13900000001", ""},
		{"right, as people write", strings.ToLower(request.DisplayNumber(r.Number)), "+86 139-0000-0001", ""},
		{"anonymous", anonymous.Number, "", ""},
		{"wrong phone", r.Number, "13900000002", "没有找到这件诉求"},
		{"no phone", r.Number, "", "没有找到这件诉求"},
		{"unknown number", "FZ26112312345672", "13900000001", "没有找到这件诉求"},
		{"wrong digit", wrongDigit, "13900000001", "有一位数字不对"},
		{"no number", "", "13900000001", "请填写这一项"},
		{"not a number", "hello", "13900000001", "两个字母加 14 位数字"},
	}
	for _, tt := range tests {
		number := tt.number
		if tt.name == "unknown number" {
			number = unknown(h)
		}
		a := h.browser().post("/track", url.Values{"number": {number}, "phone": {tt.phone}})
		switch {
		case tt.want == "" && (a.status != http.StatusOK || !strings.HasPrefix(a.path, "/mine/")):
			t.Errorf("%s: %d %s %s", tt.name, a.status, a.path, a.Find(".error-summary").Text())
		case tt.want != "" && (a.status != http.StatusUnprocessableEntity || !strings.Contains(a.Find(".error-summary").Text(), tt.want)):
			t.Errorf("%s: %d %s", tt.name, a.status, a.Find(".error-summary").Text())
		}
	}
}

// unknown is a well-formed number that nobody has.
func unknown(h *house) string {
	for check := '0'; check <= '9'; check++ {
		if n, err := request.ParseNumber("FZ", "FZ2611230000000"+string(check)); err == nil {
			return n
		}
	}
	h.Fatal("no check digit fits")
	return ""
}

func TestProofIsShortAndForOneRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	other := h.lamp(func(in *request.Intake) { in.ClientID = "other-request" })
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	page := "/mine/" + r.RequestID
	if a := b.get(page); a.path != page || strings.Contains(a.body, "13900000001") {
		t.Fatalf("own page: %s", a.path)
	}
	for _, path := range []string{"/mine/" + other.RequestID, "/mine/nothing", "/mine/" + other.RequestID + "/words"} {
		if a := b.get(path); a.path != "/track" {
			t.Errorf("%s without a proof: %s", path, a.path)
		}
	}
	if a := h.browser().post(page+"/contest", url.Values{"words": {"没有"}}); a.path != "/track" {
		t.Errorf("a stranger contests: %s", a.path)
	}
	h.Clock.Advance(31 * time.Minute)
	if a := b.get(page); a.path != "/track" {
		t.Errorf("after 31 minutes: %s", a.path)
	}
}

func TestConfirmContestRate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	page := "/mine/" + r.RequestID
	if a := b.get(page); a.Find("form[action$=confirm]").Length() != 0 || !strings.Contains(a.Find("main").Text(), "最迟") {
		t.Errorf("before the reply: %s", a.Find("main").Text())
	}
	if a := b.post(page+"/confirm", nil); a.status != http.StatusConflict {
		t.Errorf("confirm before the reply: %d", a.status)
	}
	h.reply(r)
	if a := b.get(page); a.Find("form[action$=contest]").Length() != 1 || !strings.Contains(a.Find("main").Text(), "三盏路灯已修好") || strings.Contains(a.body, "内部说明") {
		t.Errorf("after the reply: %s", a.Find("main").Text())
	}
	if a := b.post(page+"/contest", url.Values{"words": {" "}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("contest without words: %d", a.status)
	}
	b.post(page+"/contest", url.Values{"words": {"还有一盏不亮"}})
	if f := h.File(r.CaseID); f.Case.State != casework.Contested {
		t.Fatalf("after contesting: %s", f.Case.State)
	}
	f, err := h.Cases.Rework(t.Context(), desk(), r.CaseID, "再去看看")
	h.Must(err)
	h.Reply(f, lamps())
	if a := b.post(page+"/rate", url.Values{"level": {"5"}}); a.status != http.StatusConflict {
		t.Errorf("rating before the end: %d", a.status)
	}
	b.post(page+"/confirm", url.Values{"satisfied": {"yes"}})
	if f := h.File(r.CaseID); f.Case.State != casework.Closed || f.Case.Ending != casework.ByRequester {
		t.Fatalf("after confirming: %s %s", f.Case.State, f.Case.Ending)
	}
	if a := b.post(page+"/rate", url.Values{"level": {"7"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("level 7: %d", a.status)
	}
	a := b.post(page+"/rate", url.Values{"level": {"2"}, "reasons": {"slow"}})
	if !strings.Contains(a.Find("main").Text(), "您的评价：不满意") || a.Find("form[action$=rate]").Length() != 0 {
		t.Errorf("after rating: %s", a.Find("main").Text())
	}
	given, err := h.Rate.Of(t.Context(), r.RequestID)
	if err != nil || given.Unit != "3501.zmzx" || given.Reasons[0] != "slow" {
		t.Errorf("rating: %+v %v", given, err)
	}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	for _, grant := range []string{"", "1"} {
		b.post("/mine/"+r.RequestID+"/consent", url.Values{"grant": {grant}})
		if got := h.head(r.RequestID).Publish; got != (grant == "1") {
			t.Errorf("grant %q: consent is %v", grant, got)
		}
	}
}

func TestWordsAndLooks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	other := h.lamp(func(in *request.Intake) { in.ClientID = "other-request" })
	person := h.head(r.RequestID).PersonID
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		for _, subject := range []string{r.CaseID, other.CaseID} {
			if _, err := h.People.Contact(tx, trail.Reader{Actor: desk(), Purpose: trail.ForDispatch, Subject: subject}, person); err != nil {
				return err
			}
		}
		return nil
	}))
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}, "phone": {"13900000001"}})
	if a := b.get("/mine/" + r.RequestID + "/words"); !strings.Contains(a.Find("main").Text(), "我叫张三") {
		t.Errorf("own words: %s", a.Find("main").Text())
	}
	a := b.get("/mine/" + r.RequestID + "/looks")
	if n := a.Find(".timeline li").Length(); n != 1 || !strings.Contains(a.Find(".timeline").Text(), "确定由哪个单位办理") || !strings.Contains(a.Find(".timeline").Text(), "姓名、电话") {
		t.Errorf("%d looks in this matter: %s", n, a.Find(".timeline").Text())
	}
	own := h.browser()
	own.signIn("13900000001")
	if n := own.get("/me/looks").Find(".timeline li").Length(); n != 2 {
		t.Errorf("%d looks in all matters, want 2", n)
	}
	looks, err := h.Trail.ForPerson(t.Context(), person, "", 10)
	if err != nil || !slices.ContainsFunc(looks, func(l trail.Look) bool { return l.Purpose == trail.ForOwn }) {
		t.Errorf("the own look left no row: %+v %v", looks, err)
	}
}

func TestNumberAloneShowsOnlyProgressOnceItIsPublic(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(func(in *request.Intake) { in.Kind, in.Contact = "complaint", person.Contact{Anonymous: true} })
	b := h.browser()
	b.post("/track", url.Values{"number": {r.Number}})
	page := "/mine/" + r.RequestID
	h.reply(r)
	if a := b.get(page); a.Find("form[action$=contest]").Length() != 1 {
		t.Error("an anonymous requester cannot contest")
	}
	_, err := h.Cases.Publish(t.Context(), desk(), r.CaseID)
	h.Must(err)
	if a := b.get(page); a.Find("form[action$=contest]").Length() != 0 {
		t.Error("whoever reads the public number may contest")
	}
	for _, path := range []string{"/contest", "/confirm", "/rate", "/consent"} {
		if a := b.post(page+path, url.Values{"words": {"没有"}}); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := b.get(page + "/words"); a.status != http.StatusForbidden {
		t.Errorf("words: %d", a.status)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	b := h.browser()
	if a := b.get("/me/looks"); a.path != "/signin" {
		t.Errorf("a stranger's looks: %s", a.path)
	}
	if a := b.post("/signin", url.Values{"phone": {"123"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a phone that is none: %d", a.status)
	}
	code := b.post("/signin", url.Values{"phone": {"13900000001"}})
	if a := b.post("/signin/code", fill(code, "form[action='/signin/code']", url.Values{"code": {"x"}})); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", a.status)
	}
	h.Clock.Advance(2 * time.Minute)
	a := b.signIn("13900000001")
	if a.path != "/mine" || a.Find("a[href='/mine/"+r.RequestID+"']").Length() != 1 {
		t.Fatalf("signed in: %s %s", a.path, a.Find("main").Text())
	}
	if a := b.get("/mine/" + r.RequestID); a.Find("h1").Length() == 0 || a.path == "/track" {
		t.Errorf("own request: %s", a.path)
	}
	if a := b.get("/me"); a.Find("form[action='/signout']").Length() != 1 || !strings.Contains(a.Find("main").Text(), "这台") {
		t.Errorf("me: %s", a.Find("main").Text())
	}
	if a := b.post("/signin/code", url.Values{"phone": {"13900000001"}, "code": {"1"}, "to": {"//evil.example"}}); strings.Contains(a.path, "evil") {
		t.Error("open redirect")
	}
}

func TestSessionsAndMessages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	first, second := h.browser(), h.browser()
	first.signIn("13900000001")
	h.Clock.Advance(2 * time.Minute)
	second.signIn("13900000001")
	end := second.get("/me").Find("form[action^='/me/sessions/']").AttrOr("action", "")
	second.post(end, nil)
	h.Clock.Advance(time.Minute)
	if a := first.get("/me"); a.Find("form[action='/signout']").Length() != 0 {
		t.Error("the other place is still signed in")
	}
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		return h.outbox.Send(tx, notify.Message{
			Key: "one", To: "person:" + h.head(r.RequestID).PersonID, Channel: notify.InApp, Template: "citizen.told.open", Link: "/mine/" + r.RequestID,
		})
	}))
	if a := second.get("/messages"); a.Find(".link-rows li").Length() != 1 || a.Find(".chip").Length() != 1 {
		t.Errorf("messages: %s", a.Find("main").Text())
	}
	if a := second.post("/messages/read", nil); a.Find(".chip").Length() != 0 {
		t.Error("still unread")
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.lamp(nil)
	hidden := h.lamp(func(in *request.Intake) { in.ClientID, in.Publish = "not-public-1", false })
	b := h.browser()
	for _, number := range []string{r.Number, hidden.Number, unknown(h), "x"} {
		if a := b.get("/public/" + number); a.status != http.StatusNotFound {
			t.Errorf("%s before publication: %d", number, a.status)
		}
	}
	h.reply(r)
	_, err := h.Cases.Publish(t.Context(), desk(), r.CaseID)
	h.Must(err)
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		return citizen.IndexTx(tx, h.Requests, h.City.City, citizen.Shown{Case: r.CaseID, Number: r.Number, Area: "350102004", Published: true})
	}))
	a := b.get("/public/" + r.Number)
	text := a.Find("main").Text()
	if a.status != http.StatusOK || !strings.Contains(text, "三盏路灯已修好") || !strings.Contains(text, "东街街道") || !strings.Contains(text, "照明") {
		t.Fatalf("%d %s", a.status, text)
	}
	for _, secret := range []string{"13900000001", "张三", "内部说明", "staff-"} {
		if strings.Contains(a.body, secret) {
			t.Errorf("the public page shows %s", secret)
		}
	}
	tests := []struct {
		path string
		rows int
	}{
		{"/public", 1}, {"/public?district=350102", 1}, {"/public?district=350103", 0}, {"/public?kind=praise", 0},
		{"/public?after=1.x", 0}, {"/public?after=nonsense", 1},
		{"/search?q=%E8%B7%AF%E7%81%AF", 1}, {"/search?q=13900000001", 0}, {"/search?q=%E5%BC%A0%E4%B8%89", 0}, {"/", 1},
	}
	for _, tt := range tests {
		if n := b.get(tt.path).Find("a[href^='/public/FZ']").Length(); n != tt.rows {
			t.Errorf("%s: %d rows, want %d", tt.path, n, tt.rows)
		}
	}
	h.Must(h.Cases.DB.Write(t.Context(), func(tx *db.Tx) error { return h.Cases.WithdrawConsentTx(tx, r.RequestID) }))
	if a := b.get("/public/" + r.Number); a.status != http.StatusNotFound {
		t.Errorf("after the consent was withdrawn: %d", a.status)
	}
	if n := b.get("/search?q=%E8%B7%AF%E7%81%AF").Find("a[href^='/public/FZ']").Length(); n != 0 {
		t.Error("search still finds it")
	}
}

func TestHomeOfElders(t *testing.T) {
	t.Parallel()
	b := newHouse(t).browser()
	b.post("/look", url.Values{"mode": {"elder"}})
	a := b.get("/")
	if n := a.Find(".entries li").Length(); n == 0 || n > 6 {
		t.Errorf("%d entries, at most six", n)
	}
	if a.Find(".elder-call a[href='tel:12345']").Length() != 1 {
		t.Error("no fixed call")
	}
}

package attack

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

func (h *house) count(query string, args ...any) (n int) {
	h.Helper()
	h.read(func(tx *db.Tx) error { return tx.QueryRow(query, args...).Scan(&n) })
	return n
}

// TestTheSameFormTwice: one form has one effect, sent twice, at once or by somebody who saw its id.
func TestTheSameFormTwice(t *testing.T) {
	t.Parallel()
	h := open(t)
	forms := []struct {
		name, login, path, field string
		form                     url.Values
	}{
		{"report", "", "/report", "form_id", reportForm(nil)},
		{"call", "calltaker", "/desk/call", "form_id", url.Values{"do": {"answer"}, "phone": {"13900000093"}, "kind": {"inquiry"}, "words": {"问一下路灯归谁管"}, "where": {"350102"}, "district": {"350102"}, "public": {"归城管局管。"}}},
		{"patrol", "junmen", "/patrol", "form_id", url.Values{"kind": {"help"}, "phone": {"13900000096"}, "words": {"井盖松动了"}, "area": {"350102004001"}}},
	}
	for _, f := range forms {
		b := h.browser()
		if f.login != "" {
			b = h.staff(f.login)
		}
		f.form.Set(f.field, formID())
		before := h.count(`SELECT count(*) FROM request_request`)
		var all sync.WaitGroup
		var mu sync.Mutex
		places := map[string]int{}
		for range 4 {
			one := &browser{house: h, jar: b.jar, addr: b.addr, lang: b.lang}
			all.Go(func() {
				a := one.post(f.path, f.form)
				mu.Lock()
				defer mu.Unlock()
				places[strconv.Itoa(a.Code)+" "+a.to]++
			})
		}
		all.Wait()
		if after := h.count(`SELECT count(*) FROM request_request`); after != before+1 || len(places) != 1 {
			t.Errorf("%s: %d requests of one form, answers %v", f.name, after-before, places)
		}
		for place := range places {
			if !strings.HasPrefix(place, "303 ") {
				t.Errorf("%s: %s", f.name, place)
			}
		}
	}
}

// TestRatingTwice: a request is rated once.
func TestRatingTwice(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browser()
	number := b.report(nil)
	h.publish(number)
	id := h.head(number).ID
	b.post("/mine/"+id+"/rate", url.Values{"level": {"5"}}).wants(b, http.StatusSeeOther)
	b.post("/mine/"+id+"/rate", url.Values{"level": {"1"}})
	if n := h.count(`SELECT count(*) FROM rate_rating WHERE request_id = $1`, id); n != 1 {
		t.Errorf("%d ratings", n)
	}
}

// TestKnownFormID: who learns the id of a request or of a form cannot pass for its sender.
func TestKnownFormID(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.head(h.browser().report(url.Values{"words": {"秘密的话：楼上漏水。"}})).ID
	thief := h.browser()
	thief.post("/report", reportForm(url.Values{"form_id": {id}, "phone": {"13900000094"}}))
	if a := thief.get("/mine/" + id); a.Code != http.StatusSeeOther {
		t.Errorf("the id of a request opens it: %d", a.Code)
	}
}

// TestTextStaysExact: what people write is stored and shown as it was, escaped and not changed.
func TestTextStaysExact(t *testing.T) {
	t.Parallel()
	h := open(t)
	words := "𠮷田路😀👨‍👩‍👧‍👦 <script>alert(1)</script> & \"引号\" '单' ＜全角＞ \t第一行\n第二行 {{.Name}} %s e\u0301"
	b := h.browser()
	number := b.report(url.Values{"words": {"  " + strings.ReplaceAll(words, "\n", "\r\n") + " "}, "name": {"𠮷三😀"}, "address": {"𠮷<b>巷"}, "phone": {"13900000095"}})
	head := h.head(number)
	err := h.DB.Write(t.Context(), func(tx *db.Tx) error {
		said, err := h.Requests.Words(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForIndex}, head.ID)
		if err == nil && (said[0].Words != words || said[0].Address != "𠮷<b>巷") {
			t.Errorf("stored %q, %q", said[0].Words, said[0].Address)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]answer{"own page": b.get("/mine/" + head.ID + "/words"), "desk": h.staff("dispatcher").get("/desk/cases/" + head.CaseID)} {
		text := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(a.Body.String())
		for _, line := range strings.Split(words, "\n") {
			if !strings.Contains(html.UnescapeString(text), strings.TrimSpace(line)) {
				t.Errorf("%s does not show %q", name, line)
			}
		}
		if strings.Contains(text, "<script>alert") || strings.Contains(text, "𠮷<b>") {
			t.Errorf("%s: not escaped", name)
		}
	}
	if a := h.staff("dispatcher").post("/desk/cases/"+head.CaseID+"/phone", url.Values{"request": {head.ID}, "purpose": {trail.ForDispatch}}); !a.says("𠮷三😀") {
		t.Error("the name is not shown as it was")
	}
}

// TestOddInput sends what no page sends; the answer is a refusal on a page that keeps the rest.
func TestOddInput(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browser()
	tests := []struct {
		name, field, value string
		code               int
	}{
		{"zero byte", "words", "路灯\x00不亮", 422}, {"escape", "words", "路灯\x1b[31m不亮", 422}, {"bad UTF-8", "words", "路灯\xff", 422}, {"line in an address", "address", "牌坊\n巷", 303},
		{"control in a name", "name", "张\x07三", 422}, {"not a number", "lat", "NaN", 422}, {"beyond the pole", "lat", "91", 422}, {"infinite", "lat", "Inf", 422},
		{"huge", "lat", strings.Repeat("9", 30), 422}, {"too long", "words", strings.Repeat("字", 5001), 422}, {"no kind", "kind", "nonsense", 422}, {"no area", "district", "999999", 422},
		{"phone of letters", "phone", "1390000009a", 422}, {"someone's case", "join", "01ARZ3NDEKTSV4RRFFQ69G5FAV", 303}, {"forged photos", "kept", "aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg:image/jpeg:1~xx", 422},
	}
	for _, test := range tests {
		f := reportForm(url.Values{test.field: {test.value}, "lon": {"119.3"}})
		switch {
		case test.field == "district":
			f.Del("subdistrict")
			f.Del("lon")
		case test.field != "lat":
			f.Del("lon")
		}
		a := b.post("/report", f)
		if a.Code != test.code {
			t.Errorf("%s: %d to %s", test.name, a.Code, a.to)
		}
		if a.Code == 422 && test.field != "words" && !a.says("牌坊下的路灯灭了三天") {
			t.Errorf("%s: what was typed is gone", test.name)
		}
	}
}

// TestUploads sends files that are not what they say.
func TestUploads(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browser()
	jpg := picture(t)
	script := []byte("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	comment := append(append(append([]byte{}, jpg[:2]...), append([]byte{0xff, 0xfe, 0, byte(len(script) + 2)}, script...)...), jpg[2:]...)
	tests := []struct {
		name string
		body []byte
		code int
	}{
		{"svg", script, 422}, {"page", []byte("<!DOCTYPE html><script>alert(1)</script>"), 422}, {"pdf", []byte("%PDF-1.7\n%"), 422}, {"gif", []byte("GIF89a<script>"), 422},
		{"head of a jpeg", append([]byte{0xff, 0xd8, 0xff, 0xe0}, script...), 422}, {"cut off", jpg[:len(jpg)/2], 422}, {"script in a comment", comment, 200},
		{"script behind the end", append(append([]byte{}, jpg...), script...), 200}, {"png with a tail", append(small.Bytes(), script...), 200},
		{"100 MB", make([]byte, 100<<20), 413}, {"13 MB", append(append([]byte{}, jpg...), make([]byte, 13<<20)...), 422},
	}
	for _, test := range tests {
		a := b.postFiles("/report", url.Values{"step": {"place"}, "form_id": {formID()}, "district": {"350102"}, "address": {"牌坊巷"}}, upload{"photos", "x.jpg", "image/jpeg", test.body})
		if a.Code != test.code {
			t.Errorf("%s: %d, want %d", test.name, a.Code, test.code)
		}
		src := html.UnescapeString(between(a.Body.String(), `src="/photos/`, `"`))
		if a.Code != http.StatusOK || src == "" {
			continue
		}
		whole := strings.Replace(src, "/thumb", "", 1)
		got := b.get("/photos/"+whole).wants(b, http.StatusOK)
		if got.says("<script>") || got.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(got.Header().Get("Content-Type"), "image/") ||
			!strings.Contains(got.Header().Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(got.Header().Get("Cache-Control"), "public") {
			t.Errorf("%s is served as %v", test.name, got.Header())
		}
		if a := b.get(strings.Split("/photos/"+whole, "?")[0]); a.Code != http.StatusNotFound {
			t.Errorf("%s: a draft's picture without its signature: %d", test.name, a.Code)
		}
	}
}

// TestTwoDispatchers: the slower one sees what happened and keeps what was typed.
func TestTwoDispatchers(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.file(h.browser().report(nil))
	form := url.Values{"version": {strconv.Itoa(f.Case.Version)}, "pick": {h.lampDuty()}, "instruction": {"请先看线路。"}, "board": {"queue"}}
	first, second := h.signIn("dispatcher"), h.staff("dispatcher")
	first.post("/desk/cases/"+f.Case.ID+"/dispatch", form).wants(first, http.StatusSeeOther)
	form.Set("instruction", "请带梯子𠮷。")
	for _, board := range []string{"queue", ""} {
		form.Set("board", board)
		a := second.post("/desk/cases/"+f.Case.ID+"/dispatch", form).wants(second, http.StatusConflict)
		if !a.says("请带梯子𠮷。") {
			t.Errorf("board %q: what was typed is gone", board)
		}
	}
	if got := h.file(f.Case.Number); len(got.Orders) == 0 || got.Orders[0].Instruction != "请先看线路。" {
		t.Errorf("orders %+v", got.Orders)
	}
}

// TestLimits: a guesser waits, whatever the form looks like and wherever it comes from.
func TestLimits(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.browser().report(nil)
	shapes := []url.Values{{"number": {number}}, {"number": {"", number}}, {"number": {" ", strings.ToLower(number)}}, {"number": {number[:4] + "　" + number[4:]}}}
	for i, form := range shapes {
		stopped := false
		h.clock.Advance(time.Hour)
		for n := range 12 {
			b := h.browser()
			b.addr = fmt.Sprintf("198.51.100.%d:99", 20*i+n)
			form.Set("phone", fmt.Sprintf("139000001%02d", n))
			form["number"] = shapes[i]["number"]
			stopped = stopped || b.post("/track", form).Code == http.StatusTooManyRequests
		}
		if !stopped {
			t.Errorf("form %v: twelve phones were tried", form)
		}
	}
	q := func(forwarded string) int {
		b := h.browser()
		r := b.request(http.MethodPost, "/staff/signin", "application/x-www-form-urlencoded", []byte("login=nobody&password=x"))
		r.Header.Set("X-Forwarded-For", forwarded)
		return b.send(r).Code
	}
	last := 0
	for n := range 40 {
		last = q(fmt.Sprintf("192.0.2.%d", n))
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("a header the client writes passes the limit: %d", last)
	}
}

// TestContestIsReadByWhoMay: words said when contesting are the requester's, also in the journal.
func TestContestIsReadByWhoMay(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browser()
	number := b.report(nil)
	h.publish(number)
	f := h.file(number)
	b.post("/mine/"+f.Requests()[0]+"/contest", url.Values{"words": {"秘密的话：还是不亮。"}}).wants(b, http.StatusSeeOther)
	if a := h.staff("brain").get("/cases/" + f.Case.ID); a.says("秘密") {
		t.Error("the screen's reader finds the requester's words in the journal")
	}
	if a := h.staff("dongjie").get("/cases/" + f.Case.ID); !a.says("秘密") {
		t.Error("the subdistrict does not see why it was contested")
	}
}

// TestSessionEndsWhileWriting: what a member of staff wrote for an hour can still be sent after signing in again.
func TestSessionEndsWhileWriting(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.file(h.browser().report(nil))
	b := h.staff("dispatcher")
	form := url.Values{"version": {strconv.Itoa(f.Case.Version)}, "reason": {"emergency"}, "words": {"请打 <110>\n第二行𠮷"}}
	h.clock.Advance(2 * time.Hour)
	a := b.post("/desk/cases/"+f.Case.ID+"/decline?x=1", form).wants(b, http.StatusForbidden)
	page, err := goquery.NewDocumentFromReader(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	again := url.Values{}
	page.Find("main form input[name]").Each(func(_ int, s *goquery.Selection) {
		again.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	action := page.Find("main form").AttrOr("action", "")
	if again.Get("words") != form.Get("words") || !strings.HasPrefix(action, "/desk/cases/"+f.Case.ID+"/decline") {
		t.Fatalf("kept %v for %s", again, action)
	}
	h.signIn("dispatcher").post(action, again).wants(b, http.StatusSeeOther)
	if got := h.file(f.Case.Number); got.Case.Decline == nil || got.Case.Decline.Words != form.Get("words") {
		t.Errorf("declined with %+v", got.Case.Decline)
	}
	if a := h.browser().post("/account/password", url.Values{"current": {"old-secret-1"}, "password": {"new-secret-1"}}); a.Code != http.StatusForbidden || a.says("secret-1") {
		t.Errorf("a password comes back on a page: %d", a.Code)
	}
}

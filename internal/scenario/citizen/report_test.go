package citizen_test

import (
	"encoding/binary"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// walk goes through the three steps without script and returns the check page.
func (b *browser) walk(photos ...[]byte) answer {
	b.Helper()
	a := b.get("/report")
	a = b.send(fill(a, "#report", url.Values{"district": {"350102"}, "address": {"东街口公交站往南二十米"}}), photos...)
	if a.Find("#subdistrict").Length() != 1 {
		b.Fatalf("no choice of a subdistrict after a district: %s", a.Find("main").Text())
	}
	a = b.send(fill(a, "#report", url.Values{"subdistrict": {"350102004"}}))
	a = b.send(fill(a, "#report", url.Values{"words": {"路灯不亮，坏了三盏"}, "kind": {"help"}}))
	if a.Find("[name=duty]").Length() < 2 {
		b.Fatalf("no suggestion of what it is about: %s", a.Find("main").Text())
	}
	a = b.send(fill(a, "#report", nil))
	return b.send(fill(a, "#report", url.Values{"phone": {"139 0000 0001"}, "name": {"张三"}, "publish": {"1"}}))
}

func TestReport(t *testing.T) {
	t.Parallel()
	b := newHouse(t).browser()
	check := b.walk(photo(t))
	if text := check.Find("main").Text(); !strings.Contains(text, "鼓楼区东街街道") || !strings.Contains(text, "139 0000 0001") || !strings.Contains(text, "路灯不亮，坏了三盏") {
		t.Fatalf("the check page: %s", text)
	}
	values := fill(check, "#report", url.Values{"go": {"send"}})
	done := b.send(values)
	if done.status != http.StatusOK || !strings.HasPrefix(done.path, "/report/done/FZ") {
		t.Fatalf("%d %s: %s", done.status, done.path, done.Find("main").Text())
	}
	if done.Find(".qr").Length() != 1 || !strings.Contains(done.Find("main").Text(), "最迟") || !strings.Contains(done.Find(".panel-number").Text(), " ") {
		t.Errorf("the confirmation: %s", done.Find("main").Text())
	}
	if again := b.send(values); again.path != done.path {
		t.Errorf("sent twice, it is %s and %s", done.path, again.path)
	}
	number := strings.TrimPrefix(done.path, "/report/done/")
	var head request.Headline
	var said []request.Said
	b.Must(b.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		if head, err = b.Requests.ByNumber(tx, number); err != nil {
			return err
		}
		said, err = b.Requests.Words(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForIndex}, head.ID)
		return err
	}))
	if head.Area != "350102004" || head.Channel != "photo" || !head.Publish || head.PersonID == "" || len(said[0].Photos) != 1 {
		t.Errorf("stored: %+v %+v", head, said)
	}
	if !strings.HasPrefix(said[0].Subject, "城市道路路灯不亮") {
		t.Errorf("subject %q does not begin with what was chosen", said[0].Subject)
	}
	stranger := b.house.browser()
	if seen := stranger.get(done.path); strings.Contains(seen.Find("main").Text(), "最迟") {
		t.Error("a stranger sees the times of a number")
	}
	if seen := stranger.get("/photos/" + said[0].Photos[0].Key); seen.status != http.StatusNotFound {
		t.Errorf("a stranger gets the photo: %d", seen.status)
	}
	if seen := b.get("/photos/" + said[0].Photos[0].Key + "/thumb"); seen.status != http.StatusOK {
		t.Errorf("the sender does not get the photo: %d", seen.status)
	}
	if a := b.house.browser().carry("staff.3501.12345").get("/photos/" + said[0].Photos[0].Key); a.status != http.StatusNotFound {
		t.Errorf("staff get a photo past their own addresses: %d", a.status)
	}
}

func TestReportRefusals(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ready := url.Values{"step": {"check"}, "go": {"send"}, "district": {"350102"}, "words": {"路灯不亮"}, "kind": {"complaint"}, "phone": {"13900000001"}}
	tests := []struct {
		name, field, value, lang, want, step string
	}{
		{"no place", "district", "", "zh-CN", "请定位，或选一个区县", "place"},
		{"no place, in English", "district", "", "en", "Locate yourself or choose a district", "place"},
		{"no place, traditional", "district", "", "zh-TW", "請定位，或選一個區縣", "place"},
		{"unknown area", "district", "999999", "", "请定位", "place"},
		{"wrong position", "lat", "200", "", "坐标", "place"},
		{"no words", "words", "", "", "至少 2 个字", "words"},
		{"control characters", "words", "路灯\x07", "", "无法识别的字符", "words"},
		{"unknown kind", "kind", "bribe", "", "请选择诉求的类型", "words"},
		{"no phone", "phone", "", "", "请填写大陆手机号码", "contact"},
		{"a phone that is none", "phone", "12345", "en", "mainland mobile number", "contact"},
		{"photos of another form", "kept", "abcdefghijklmnopqrstuvwxyz.jpg:image/jpeg:5~forged", "", "照片没有跟上", "place"},
	}
	for _, tt := range tests {
		b := h.browser()
		b.lang = tt.lang
		values := url.Values{}
		for k, v := range ready {
			values[k] = v
		}
		values.Set(tt.field, tt.value)
		if tt.field == "lat" {
			values.Set("lon", "119.3")
		}
		a := b.post("/report", values)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.Find(".error-summary").Text(), tt.want) {
			t.Errorf("%s: %d %q", tt.name, a.status, a.Find(".error-summary").Text())
		}
		if got := a.Find("input[name=step]").AttrOr("value", ""); got != tt.step {
			t.Errorf("%s: back at step %q, want %q", tt.name, got, tt.step)
		}
	}
	if rows, err := h.Cases.List(t.Context(), desk(), casework.Filter{Newest: true}); err != nil || len(rows) != 0 {
		t.Errorf("refused reports left %d cases, %v", len(rows), err)
	}
}

func TestReportAnonymously(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tests := []struct {
		kind string
		want int
	}{{"complaint", http.StatusOK}, {"help", http.StatusUnprocessableEntity}}
	for _, tt := range tests {
		a := h.browser().post("/report", url.Values{"step": {"check"}, "go": {"send"}, "district": {"350102"}, "words": {"路灯不亮"}, "kind": {tt.kind}, "anonymous": {"1"}})
		if a.status != tt.want {
			t.Errorf("%s without contact: %d, want %d", tt.kind, a.status, tt.want)
		}
	}
}

func TestReportNearby(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := h.lamp(func(in *request.Intake) { in.Point.Lat, in.Point.Lon = 26.0853, 119.3005 })
	h.lamp(func(in *request.Intake) { in.Point.Lat, in.Point.Lon, in.ClientID = 26.0853, 119.3005, "not-public-1" })
	h.reply(open)
	if _, err := h.Cases.Publish(t.Context(), desk(), open.CaseID); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	typed := url.Values{"step": {"words"}, "lat": {"26.0856"}, "lon": {"119.3005"}, "words": {"路灯不亮"}, "kind": {"help"}}
	part := b.post("/report/suggest", typed)
	if n := part.Find("input[name=join]").Length(); n != 1 || strings.Contains(part.Text(), "13900000001") {
		t.Fatalf("%d cases to join: %s", n, part.Text())
	}
	tests := []struct {
		name, join string
		same       bool
	}{{"the public one", open.CaseID, true}, {"one that was made up", "01JDC0000000000000000000AA", false}}
	for _, tt := range tests {
		typed.Set("join", tt.join)
		typed.Set("step", "check")
		typed.Set("go", "send")
		typed.Set("phone", "13900000002")
		done := b.post("/report", typed)
		number := strings.TrimPrefix(done.path, "/report/done/")
		var head request.Headline
		h.Must(h.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
			head, err = h.Requests.ByNumber(tx, number)
			return err
		}))
		if (head.CaseID == open.CaseID) != tt.same {
			t.Errorf("%s: joined %v", tt.name, head.CaseID == open.CaseID)
		}
	}
}

// located is a photo whose EXIF says 26.0853 N, 119.3005 E.
func located(t *testing.T) []byte {
	t.Helper()
	var b []byte
	u16 := func(v uint16) { b = binary.BigEndian.AppendUint16(b, v) }
	u32 := func(v ...uint32) {
		for _, x := range v {
			b = binary.BigEndian.AppendUint32(b, x)
		}
	}
	entry := func(tag, kind uint16, n, value uint32) { u16(tag); u16(kind); u32(n, value) }
	b = append(b, "Exif\x00\x00MM\x00*\x00\x00\x00\x08"...)
	u16(1)
	entry(0x8825, 4, 1, 26) // the GPS directory begins at 26
	u32(0)
	u16(4)
	entry(1, 2, 2, 'N'<<24)
	entry(2, 5, 3, 80)
	entry(3, 2, 2, 'E'<<24)
	entry(4, 5, 3, 104)
	u32(0)
	u32(260853, 10000, 0, 1, 0, 1)
	u32(1193005, 10000, 0, 1, 0, 1)
	plain := photo(t)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(b)+2))
	return slices.Concat(head, b, plain[2:])
}

func TestReportPhotos(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	a := b.send(fill(b.get("/report"), "#report", nil), located(t), photo(t))
	if place := a.Find(".place").Text(); !strings.Contains(place, "鼓楼区") || !strings.Contains(place, "用了照片里的位置") {
		t.Fatalf("the place of a photo: %s", a.Find("main").Text())
	}
	shown := a.Find(".photos img").First().AttrOr("src", "")
	key, _, _ := strings.Cut(shown, "?")
	if ok, no := h.browser().get(shown), b.get(key); ok.status != http.StatusOK || no.status != http.StatusNotFound {
		t.Errorf("a photo not yet sent: %d with its signature, %d without", ok.status, no.status)
	}
	a = b.send(fill(a, "#report", url.Values{"go": {"place"}}))
	drop := a.Find("input[name=drop]").First().AttrOr("value", "")
	a = b.send(fill(a, "#report", url.Values{"drop": {drop}}))
	if n := a.Find(".photos img").Length(); n != 1 {
		t.Errorf("%d photos after one was dropped", n)
	}
	tests := []struct {
		name   string
		photos [][]byte
		want   string
	}{
		{"a page instead of a photo", [][]byte{[]byte("%PDF-1.7")}, "只能选照片"},
		{"a broken photo", [][]byte{photo(t)[:40]}, "文件已损坏"},
		{"too many", [][]byte{photo(t), photo(t), photo(t)}, "最多选 3 张"},
	}
	kept := fill(b.send(fill(a, "#report", url.Values{"go": {"place"}})), "#report", nil)
	for _, tt := range tests {
		if a := b.send(kept, tt.photos...); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.Find(".error-summary").Text(), tt.want) || a.Find("[name=drop]").Length() == 0 {
			t.Errorf("%s: %d %s", tt.name, a.status, a.Find(".error-summary").Text())
		}
	}
}

func TestReportAreas(t *testing.T) {
	t.Parallel()
	b := newHouse(t).browser()
	a := b.get("/report/areas?district=350102&subdistrict=350102004")
	if a.Find("#subdistrict option").Length() < 5 || a.Find("#community option").Length() < 2 {
		t.Errorf("areas of a district: %s", a.Text())
	}
	if a := b.get("/report/areas?district=350103&subdistrict=350102004"); a.Find("#community").Length() != 0 {
		t.Error("communities of another district's subdistrict")
	}
}

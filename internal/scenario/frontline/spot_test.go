package frontline_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/work/oversee"
)

func TestCallToTheSpot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	page := "/cases/" + f.Case.ID
	w.get("caller", "/calls").want(200).has(".row", 1)
	w.get("grid", "/calls").want(200).has(".row", 1)
	w.get("caller", page).want(200).has(`a[href$="/call"]`, 1).says("main", "我叫张三")
	w.get("grid", page).want(200).says("main", "隐去个人信息")
	w.get("caller", page+"/call").want(200).has(`input[value="350102.cgj"]`, 1).has(`option[value="350102004003"]`, 1)

	for _, test := range []struct{ field, value, says string }{
		{"units", "", "至少选一个"}, {"words", "", "请写明"}, {"area", "350103", "没有这个地方"}, {"more", "月球局", "没有找到"}, {"lat", "x", "位置不正确"},
	} {
		form := url.Values{"units": {"350102.cgj"}, "words": {"请到现场"}, "area": {f.Case.Area}}
		form.Set(test.field, test.value)
		w.post("caller", page+"/call", form).want(422).says(".error-summary", test.says)
	}
	form := url.Values{"units": {"350102.cgj"}, "more": {"350102.sthj"}, "words": {"请到现场"}, "area": {f.Case.Area}}
	w.post("far", page+"/call", form).want(403)
	w.post("caller", page+"/call", form).want(303)
	w.post("caller", page+"/call", form).want(422)

	call := w.file(f.Case.ID).Calls[0]
	came, _ := w.file(f.Case.ID).Order(call.Orders[0])
	who := map[string]string{"350102.cgj": "lamps", "350102.sthj": "green"}[came.Unit]
	w.post(who, at(f, came, "sign"), url.Values{}).want(303)
	w.clock.Advance(10 * 24 * time.Hour)
	w.post(who, at(f, came, "checkin"), url.Values{"lat": {"26.2"}, "lon": {"119.2965"}}).want(303)
	w.get("caller", "/calls?view=open").want(200).says("main", "晚到").says("main", "偏远").says("main", "待签收")
	w.post(who, at(f, came, "report"), url.Values{"result": {"已设警示"}}).want(303)

	w.get("caller", page).want(200).has("input[name=score]", 5)
	w.post("caller", page+"/score", url.Values{"order": {came.ID}, "score": {"9"}}).want(422)
	w.post("caller", page+"/score", url.Values{"order": {"none"}, "score": {"4"}}).want(404)
	w.post("grid", page+"/score", url.Values{"order": {came.ID}, "score": {"4"}}).want(403)
	w.post("caller", page+"/score", url.Values{"order": {came.ID}, "score": {"4"}, "words": {"来得晚"}}).want(303)
	w.post("caller", page+"/end", url.Values{"call": {call.ID}, "result": {""}}).want(422)
	w.post("caller", page+"/end", url.Values{"call": {call.ID}, "result": {"一家未到"}}).want(303)
	w.post("caller", page+"/end", url.Values{"call": {call.ID}, "result": {"一家未到"}}).want(409)
	w.get("caller", "/calls?view=open").want(200).says(".empty-title", "没有呼叫")
	w.send("caller", "en", "GET", "/calls?view=past", nil).want(200).says("main", "4 points").says("main", "一家未到")

	got, _ := w.file(f.Case.ID).Order(came.ID)
	if got.Score != 4 || got.CheckIn == nil || !got.CheckIn.Late || !got.CheckIn.Far {
		t.Errorf("called order became %+v", got)
	}
}

func TestCommunityCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	w.post("grid", "/cases/"+f.Case.ID+"/call", url.Values{"units": {"350102.sthj"}, "words": {"请到社区"}, "area": {f.Case.Area}}).want(303)
	w.get("grid", "/calls?view=open").want(200).says("main", "请到社区")
	w.get("caller", "/calls?view=open").want(200).says(".empty-title", "没有呼叫")
}

// picture is a small PNG.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))))
	return b.Bytes()
}

// upload sends a form with one file.
func (w *world) upload(who, path string, form url.Values, field string, content []byte) answer {
	w.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			must(w.T, m.WriteField(name, v))
		}
	}
	part, err := m.CreateFormFile(field, "photo.png")
	must(w.T, err)
	_, err = part.Write(content)
	must(w.T, err)
	must(w.T, m.Close())
	q := httptest.NewRequest("POST", path, &b)
	q.Header.Set("Content-Type", m.FormDataContentType())
	return w.do(who, "zh-Hans", q)
}

func TestPatrol(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := func(change ...string) url.Values {
		v := url.Values{"form_id": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}, "kind": {"report"}, "words": {"井盖松动，已围挡"}, "area": {"350102004001-01"}, "lat": {"26.0853"}, "lon": {"119.2965"}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	for _, test := range []struct{ field, value, says string }{
		{"words", "", "情况说明"}, {"area", "350103001", "本辖区内"}, {"kind", "song", "发现了什么"}, {"kind", "help", "电话"}, {"lat", "999", "位置不正确"},
	} {
		w.post("grid", "/patrol", form(test.field, test.value)).want(422).says(".error-summary", test.says)
	}
	w.upload("grid", "/patrol", form(), "photos", []byte("no picture")).want(422)
	a := w.upload("grid", "/patrol", form(), "photos", picture(t)).want(303)
	if again := w.post("grid", "/patrol", form()).want(303); again.to != a.to {
		t.Errorf("the same form went to %s, then to %s", a.to, again.to)
	}
	w.get("grid", a.to).want(200).says(".panel", "已上报").says(".panel-number", "FZ").says(".panel", "派给承办单位")
	f := w.file(strings.TrimPrefix(a.to, "/patrol/"))
	if f.Case.Channel != "grid" || f.Case.Kind != "report" || f.Case.Area != "350102004001-01" || f.Case.HasContact {
		t.Errorf("case became %+v", f.Case)
	}
	w.get("grid", "/patrol?view=cases").want(200).has(".row", 1)
	w.post("grid", "/patrol", form("form_id", "01HYYYYYYYYYYYYYYYYYYYYYYY", "kind", "help", "phone", "13900000002")).want(303)
	w.get("grid", "/patrol?view=cases").want(200).has(".row", 2)
}

func TestReplyPhotos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	o := w.lead(f)
	w.post("lamps", at(f, o, "sign"), url.Values{}).want(303)
	form := url.Values{"true": {"yes"}, "ours": {"yes"}, "contacted": {"no"}, "visited": {"yes"}, "solved": {"yes"}}
	w.upload("lamps", at(f, o, "reply"), form, "after", picture(t)).want(422).says(".notice-warn", "照片没有保留")
	form.Set("public", "已修好。")
	w.upload("lamps", at(f, o, "reply"), form, "after", picture(t)).want(303)
	reply, _ := w.file(f.Case.ID).LastReply()
	if len(reply.Files) != 1 || reply.Files[0].Purpose != "after" {
		t.Fatalf("files %+v", reply.Files)
	}
	href := "/work/files/" + f.Case.ID + "/" + reply.Files[0].Key
	for who, status := range map[string]int{"lamps": 200, "caller": 200, "far": 403, "": 403} {
		if a := w.get(who, href); a.status != status {
			t.Errorf("%q got %d, want %d", who, a.status, status)
		}
	}
	if a := w.get("lamps", href+"?size=160"); a.status != 200 || !strings.HasPrefix(a.body, "\xff\xd8") {
		t.Errorf("the small picture: %d", a.status)
	}
	w.get("lamps", "/work/files/"+f.Case.ID+"/"+strings.Repeat("a", 26)+".png").want(404)
	w.get("lamps", at(f, o, "")).want(200).has(".photos img", 1)
}

func TestOversight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	must(t, w.oversee.Issue(t.Context(), w.people["chief"], oversee.Issuing{
		Case: f.Case.ID, Number: f.Case.Number, Unit: "350102.cgj", Path: f.Case.Path, Units: f.Units(), Level: oversee.Yellow, Words: "三天未响应",
	}))
	orders, err := w.oversee.OrdersOf(t.Context(), w.people["lamps"], "350102.cgj", 10)
	must(t, err)
	id := orders[0].ID
	w.get("lamps", "/oversight").want(200).says("main", "黄牌").says("main", "三天未响应").has(`a[href$="/answer"]`, 1)
	w.get("far", "/oversight").want(200).has(".card", 0)
	w.get("far", "/oversight/"+id+"/answer").want(404)
	w.get("lamps", "/oversight/"+id+"/answer").want(200).has("textarea", 1)
	w.post("far", "/oversight/"+id+"/answer", url.Values{"words": {"x"}}).want(403)
	w.post("lamps", "/oversight/"+id+"/answer", url.Values{"words": {""}}).want(422)
	w.post("lamps", "/oversight/"+id+"/answer", url.Values{"words": {"今天派人"}}).want(303)
	w.post("lamps", "/oversight/"+id+"/answer", url.Values{"words": {"今天派人"}}).want(409)
	w.get("lamps", "/oversight/appeal?order="+id).want(200).has(`input[name=order]`, 1)
	w.post("lamps", "/oversight/appeal", url.Values{"order": {id}, "words": {"当天已联系"}}).want(303)
	w.post("lamps", "/oversight/appeal", url.Values{"order": {id}, "words": {"当天已联系"}}).want(409)
	w.get("lamps", "/oversight?view=appeals").want(200).says("main", "当天已联系")
	w.get("lamps", "/oversight").want(200).says("main", "今天派人").has(`a[href*="appeal?order"]`, 0)
}

func TestScoreLinesCanBeAppealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	must(t, w.db.Write(t.Context(), func(tx *db.Tx) error {
		return w.oversee.AssessTx(tx, []oversee.Event{{
			Case: f.Case.ID, Number: f.Case.Number, Seq: 2, Kind: oversee.FirstResponse, Unit: "350102.cgj", Path: f.Case.Path, At: w.clock.Now(),
		}})
	}))
	a := w.get("lamps", "/oversight?view=scores").want(200).says("main", "响应率").says("main", "未达标")
	href, _ := a.doc().Find(`a[href*="/oversight/appeal"]`).Attr("href")
	w.get("lamps", href).want(200).has("input[name=indicator]", 1)
	link, err := url.Parse(href)
	must(t, err)
	form := link.Query()
	form.Set("words", "已按时联系")
	w.post("lamps", "/oversight/appeal", form).want(303)
	w.get("lamps", "/oversight?view=scores").want(200).has(`a[href*="/oversight/appeal"]`, 0)
	w.get("lamps", "/oversight/appeal").want(404)
	w.get("lamps", "/oversight?view=scores&month=2026-10").want(200).says(".empty-title", "没有考核记录")
}

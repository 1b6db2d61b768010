package frontline_test

import (
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
	w.Get("caller", "/calls").Want(200).Has(".row", 1)
	w.Get("grid", "/calls").Want(200).Has(".row", 1)
	w.Get("caller", page).Want(200).Has(`a[href$="/call"]`, 1).Says("main", "我叫张三")
	w.Get("grid", page).Want(200).Says("main", "隐去个人信息")
	w.Get("caller", page+"/call").Want(200).Has(`input[value="350102.cgj"]`, 1).Has(`option[value="350102004003"]`, 1)

	for _, test := range []struct{ field, value, says string }{
		{"units", "", "至少选一个"}, {"words", "", "请写明"}, {"area", "350103", "没有这个地方"}, {"more", "月球局", "没有找到"}, {"lat", "x", "位置不正确"},
	} {
		form := url.Values{"units": {"350102.cgj"}, "words": {"请到现场"}, "area": {f.Case.Area}}
		form.Set(test.field, test.value)
		w.Post("caller", page+"/call", form).Want(422).Says(".error-summary", test.says)
	}
	form := url.Values{"units": {"350102.cgj"}, "more": {"350102.sthj"}, "words": {"请到现场"}, "area": {f.Case.Area}}
	w.Post("far", page+"/call", form).Want(403)
	w.Post("caller", page+"/call", form).Want(303)
	w.Post("caller", page+"/call", form).Want(422)

	call := w.File(f.Case.ID).Calls[0]
	came, _ := w.File(f.Case.ID).Order(call.Orders[0])
	who := map[string]string{"350102.cgj": "lamps", "350102.sthj": "green"}[came.Unit]
	w.Post(who, at(f, came, "sign"), url.Values{}).Want(303)
	w.Clock.Advance(10 * 24 * time.Hour)
	w.Post(who, at(f, came, "checkin"), url.Values{"lat": {"26.2"}, "lon": {"119.2965"}}).Want(303)
	w.Get("caller", "/calls?view=open").Want(200).Says("main", "晚到").Says("main", "偏远").Says("main", "待签收")
	w.Post(who, at(f, came, "report"), url.Values{"result": {"已设警示"}}).Want(303)

	w.Get("caller", page).Want(200).Has("input[name=score]", 5)
	w.Post("caller", page+"/score", url.Values{"order": {came.ID}, "score": {"9"}}).Want(422)
	w.Post("caller", page+"/score", url.Values{"order": {"none"}, "score": {"4"}}).Want(404)
	w.Post("grid", page+"/score", url.Values{"order": {came.ID}, "score": {"4"}}).Want(403)
	w.Post("caller", page+"/score", url.Values{"order": {came.ID}, "score": {"4"}, "words": {"来得晚"}}).Want(303)
	w.Post("caller", page+"/end", url.Values{"call": {call.ID}, "result": {""}}).Want(422)
	w.Post("caller", page+"/end", url.Values{"call": {call.ID}, "result": {"一家未到"}}).Want(303)
	w.Post("caller", page+"/end", url.Values{"call": {call.ID}, "result": {"一家未到"}}).Want(409)
	w.Get("caller", "/calls?view=open").Want(200).Says(".empty-title", "没有呼叫")
	w.As("caller").In("en").Get("/calls?view=past").Want(200).Says("main", "4 points").Says("main", "一家未到")

	got, _ := w.File(f.Case.ID).Order(came.ID)
	if got.Score != 4 || got.CheckIn == nil || !got.CheckIn.Late || !got.CheckIn.Far {
		t.Errorf("called order became %+v", got)
	}
}

func TestCommunityCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	w.Post("grid", "/cases/"+f.Case.ID+"/call", url.Values{"units": {"350102.sthj"}, "words": {"请到社区"}, "area": {f.Case.Area}}).Want(303)
	w.Get("grid", "/calls?view=open").Want(200).Says("main", "请到社区")
	w.Get("caller", "/calls?view=open").Want(200).Says(".empty-title", "没有呼叫")
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
		w.Post("grid", "/patrol", form(test.field, test.value)).Want(422).Says(".error-summary", test.says)
	}
	w.As("grid").Upload("/patrol", form(), "photos", []byte("no picture")).Want(422)
	a := w.As("grid").Upload("/patrol", form(), "photos", w.Picture()).Want(303)
	if again := w.Post("grid", "/patrol", form()).Want(303); again.To != a.To {
		t.Errorf("the same form went to %s, then to %s", a.To, again.To)
	}
	w.Get("grid", a.To).Want(200).Says(".panel", "已上报").Says(".panel-number", "FZ").Says(".panel", "派给承办单位")
	f := w.File(strings.TrimPrefix(a.To, "/patrol/"))
	if f.Case.Channel != "grid" || f.Case.Kind != "report" || f.Case.Area != "350102004001-01" || f.Case.HasContact {
		t.Errorf("case became %+v", f.Case)
	}
	w.Get("grid", "/patrol?view=cases").Want(200).Has(".row", 1)
	w.Post("grid", "/patrol", form("form_id", "01HYYYYYYYYYYYYYYYYYYYYYYY", "kind", "help", "phone", "13900000002")).Want(303)
	w.Get("grid", "/patrol?view=cases").Want(200).Has(".row", 2)
}

func TestReplyPhotos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	o := w.Lead(f)
	w.Post("lamps", at(f, o, "sign"), url.Values{}).Want(303)
	form := url.Values{"true": {"yes"}, "ours": {"yes"}, "contacted": {"no"}, "visited": {"yes"}, "solved": {"yes"}}
	w.As("lamps").Upload(at(f, o, "reply"), form, "after", w.Picture()).Want(422).Says(".notice-warn", "照片没有保留")
	form.Set("public", "已修好。")
	w.As("lamps").Upload(at(f, o, "reply"), form, "after", w.Picture()).Want(303)
	reply, _ := w.File(f.Case.ID).LastReply()
	if len(reply.Files) != 1 || reply.Files[0].Purpose != "after" {
		t.Fatalf("files %+v", reply.Files)
	}
	href := "/work/files/" + f.Case.ID + "/" + reply.Files[0].Key
	for who, status := range map[string]int{"lamps": 200, "caller": 200, "far": 403, "": 403} {
		if a := w.Get(who, href); a.Status != status {
			t.Errorf("%q got %d, want %d", who, a.Status, status)
		}
	}
	if a := w.Get("lamps", href+"?size=160"); a.Status != 200 || !strings.HasPrefix(a.Body, "\xff\xd8") {
		t.Errorf("the small picture: %d", a.Status)
	}
	w.Get("lamps", "/work/files/"+f.Case.ID+"/"+strings.Repeat("a", 26)+".png").Want(404)
	w.Get("lamps", at(f, o, "")).Want(200).Has(".photos img", 1)
}

func TestOversight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	w.Must(w.Oversee.Issue(t.Context(), w.Cast["chief"], oversee.Issuing{
		Case: f.Case.ID, Number: f.Case.Number, Unit: "350102.cgj", Path: f.Case.Path, Units: f.Units(), Level: oversee.Yellow, Words: "三天未响应",
	}))
	orders, err := w.Oversee.OrdersOf(t.Context(), w.Cast["lamps"], "350102.cgj", 10)
	w.Must(err)
	id := orders[0].ID
	w.Get("lamps", "/oversight").Want(200).Says("main", "黄牌").Says("main", "三天未响应").Has(`a[href$="/answer"]`, 1)
	w.Get("far", "/oversight").Want(200).Has(".card", 0)
	w.Get("far", "/oversight/"+id+"/answer").Want(404)
	w.Get("lamps", "/oversight/"+id+"/answer").Want(200).Has("textarea", 1)
	w.Post("far", "/oversight/"+id+"/answer", url.Values{"words": {"x"}}).Want(403)
	w.Post("lamps", "/oversight/"+id+"/answer", url.Values{"words": {""}}).Want(422)
	w.Post("lamps", "/oversight/"+id+"/answer", url.Values{"words": {"今天派人"}}).Want(303)
	w.Post("lamps", "/oversight/"+id+"/answer", url.Values{"words": {"今天派人"}}).Want(409)
	w.Get("lamps", "/oversight/appeal?order="+id).Want(200).Has(`input[name=order]`, 1)
	w.Post("lamps", "/oversight/appeal", url.Values{"order": {id}, "words": {"当天已联系"}}).Want(303)
	w.Post("lamps", "/oversight/appeal", url.Values{"order": {id}, "words": {"当天已联系"}}).Want(409)
	w.Get("lamps", "/oversight?view=appeals").Want(200).Says("main", "当天已联系")
	w.Get("lamps", "/oversight").Want(200).Says("main", "今天派人").Has(`a[href*="appeal?order"]`, 0)
}

func TestScoreLinesCanBeAppealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	w.Must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
		return w.Oversee.AssessTx(tx, []oversee.Event{{
			Case: f.Case.ID, Number: f.Case.Number, Seq: 2, Kind: oversee.FirstResponse, Unit: "350102.cgj", Path: f.Case.Path, At: w.Clock.Now(),
		}})
	}))
	a := w.Get("lamps", "/oversight?view=scores").Want(200).Says("main", "响应率").Says("main", "未达标")
	href, _ := a.Doc().Find(`a[href*="/oversight/appeal"]`).Attr("href")
	w.Get("lamps", href).Want(200).Has("input[name=indicator]", 1)
	link, err := url.Parse(href)
	w.Must(err)
	form := link.Query()
	form.Set("words", "已按时联系")
	w.Post("lamps", "/oversight/appeal", form).Want(303)
	w.Get("lamps", "/oversight?view=scores").Want(200).Has(`a[href*="/oversight/appeal"]`, 0)
	w.Get("lamps", "/oversight/appeal").Want(404)
	w.Get("lamps", "/oversight?view=scores&month=2026-10").Want(200).Says(".empty-title", "没有考核记录")
}

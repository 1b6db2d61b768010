package hotline_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
)

// call is a form as a call-taker sends it.
func call(do string, more url.Values) url.Values {
	f := url.Values{
		"form_id": {"form-00000001"}, "do": {do}, "phone": {"139 0000 0005"}, "name": {"李四"}, "kind": {"help"}, "subject": {"路灯不亮"},
		"words": {"东街口的路灯坏了三盏，晚上很黑"}, "where": {"东街街道"}, "address": {"东街口"}, "publish": {"1"},
	}
	for name, values := range more {
		f[name] = values
	}
	return f
}

// only is the one case there is; nil when there is none.
func (w *world) only() *casework.File {
	w.Helper()
	rows, err := w.Cases.List(w.Context(), w.Cast["desk"], casework.Filter{Newest: true})
	w.Must(err)
	if len(rows) == 0 {
		return nil
	}
	if len(rows) > 1 {
		w.Fatalf("%d cases", len(rows))
	}
	return w.File(rows[0].ID)
}

func TestCallEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do     string
		more   url.Values
		status int
		says   string
		state  casework.State // empty: nothing was taken in
	}{
		"dispatch":             {"dispatch", nil, 303, "已转派单", casework.Received},
		"answer":               {"answer", url.Values{"public": {"今晚会有人来修。"}}, 303, "已直接答复", casework.Answered},
		"answer with nothing":  {"answer", nil, 422, "请写给诉求人看的答复", ""},
		"decline":              {"decline", url.Values{"reason": {"pingtan"}}, 303, "平潭由综合实验区管理", casework.Declined},
		"decline for nothing":  {"decline", nil, 422, "请选一个理由", ""},
		"decline lacks words":  {"decline", url.Values{"reason": {"private"}}, 422, "请写明原因", ""},
		"emergency":            {"emergency", nil, 303, "急救120", casework.Declined},
		"emergency in a hurry": {"emergency", url.Values{"phone": {""}, "words": {""}, "name": {""}, "where": {""}}, 303, "火警119", casework.Declined},
		"no words":             {"dispatch", url.Values{"words": {""}}, 422, "诉求内容", ""},
		"wrong phone":          {"dispatch", url.Values{"phone": {"12"}}, 422, "来电号码", ""},
		"nobody to help":       {"dispatch", url.Values{"phone": {""}}, 422, "来电号码", ""},
		"unknown button":       {"explode", nil, 422, "请选怎么处理这个来电", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.Post("taker", "/desk/call", call(c.do, c.more)).Want(c.status)
			if c.status == http.StatusSeeOther {
				a = a.Leads("/desk/call?done=")
			} else if got := a.Doc().Find("#subject").AttrOr("value", ""); got != "路灯不亮" {
				t.Errorf("what was typed is lost: %q", got)
			}
			a.Want(a.Status, c.says)
			f := w.only()
			if c.state == "" {
				if f != nil {
					t.Errorf("a case was opened: %s", f.Case.State)
				}
				return
			}
			if f == nil || f.Case.State != c.state {
				t.Errorf("the case is %+v, want %s", f, c.state)
			}
		})
	}
}

func TestCallSentTwiceIsOneRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		w.Post("taker", "/desk/call", call("answer", url.Values{"public": {"今晚来修。"}})).Leads("/desk/call?done=").Want(http.StatusOK)
	}
	f := w.only()
	if f.Case.State != casework.Answered || f.Case.Subdistrict != "350102004" || !f.Case.Consent {
		t.Errorf("the case is %+v", f.Case)
	}
}

func TestCallerIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.replied(5)
	a := w.Post("taker", "/desk/call", call("look", nil)).Want(http.StatusOK, "张三", f.Case.Number, "已答复")
	if w.looks("13900000005", trail.ForIntake) == 0 {
		t.Error("looking a caller up left no row")
	}
	if got := a.Doc().Find("#words").Text(); !strings.Contains(got, "路灯坏了三盏") {
		t.Errorf("what was typed is lost: %q", got)
	}
	to, ok := a.Doc().Find("#caller a[href*='act=contest']").Attr("href")
	if !ok {
		t.Fatal("no way to contest")
	}
	form := w.Get("taker", to).Form("form#act")
	form.Set("words", "第二天又灭了")
	form.Set("request", f.Requests()[0])
	w.Post("taker", at(f, "contest"), form).Want(http.StatusSeeOther)
	if got := w.File(f.Case.ID).Case.State; got != casework.Contested {
		t.Errorf("the case is %s", got)
	}
	w.Post("taker", "/desk/call", call("look", url.Values{"phone": {"13900000008"}})).Want(http.StatusOK, "第一次来电")
}

func TestCallJoinsTheSameMatter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatched(5)
	w.Post("taker", "/desk/call", call("dispatch", url.Values{"join": {f.Case.ID}})).Leads("/desk/call?done=").Want(http.StatusOK, "已补充到原来的案件")
	if n := len(w.File(f.Case.ID).Requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
	w.Post("taker", "/desk/call", call("answer", url.Values{"form_id": {"form-00000002"}, "join": {f.Case.ID}, "public": {"是"}})).Want(http.StatusUnprocessableEntity)
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   url.Values
		area string
	}{
		"name":                {url.Values{"where": {"鼓楼区东街街道"}}, "350102004"},
		"code":                {url.Values{"where": {"350102004001"}}, "350102004001"},
		"choice":              {url.Values{"where": {""}, "district": {"350104"}}, "350104"},
		"later choice wins":   {url.Values{"where": {"东街街道"}, "found": {"东街街道"}, "district": {"350104"}}, "350104"},
		"choice out of place": {url.Values{"where": {""}, "district": {"350104"}, "subdistrict": {"350102004"}}, "350104"},
		"unknown":             {url.Values{"where": {"月球"}}, "3501"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if text := w.Post("taker", "/desk/call", call("place", c.in)).Want(http.StatusOK).Doc().Text(); strings.Contains(text, "也可能是") {
				t.Error("the place is not clear")
			}
			w.Post("taker", "/desk/call", call("dispatch", c.in)).Want(http.StatusSeeOther)
			if got := w.only().Case.Area; got != c.area {
				t.Errorf("the area is %s, want %s", got, c.area)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	a := w.Post("taker", "/desk/suggest", call("", nil)).Want(http.StatusOK, "照明", f.Case.Number)
	if a.Doc().Find("main").Length() != 0 {
		t.Error("the part comes with a whole page")
	}
	w.Post("taker", "/desk/suggest", url.Values{"words": {"家里燃气泄漏，味道很大"}}).Want(http.StatusOK, "请先问是否要转 110")
	w.Post("taker", "/desk/suggest", url.Values{"words": {"灯"}}).Want(http.StatusOK, "写下诉求内容后")
	w.Post("citizen", "/desk/suggest", url.Values{"words": {"路灯不亮了"}}).Want(http.StatusForbidden)
}

func TestWordsStayOutOfLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := said(1)
	in.Subject, in.Words = "", "请打13900000001找张三，路灯坏了"
	w.receive(in)
	for _, path := range []string{"/desk/queue", "/desk/cases", "/desk/cases?q=路灯"} {
		if text := w.Get("desk", path).Want(http.StatusOK).Doc().Text(); strings.Contains(text, "13900000001") {
			t.Errorf("%s shows a number", path)
		}
	}
}

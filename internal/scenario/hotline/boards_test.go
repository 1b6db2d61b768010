package hotline_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/register/trail"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
)

// back is a return that the lamp unit asks for.
func back() casework.Asking {
	return casework.Asking{Kind: casework.Return, Reason: "not-ours", Words: "灯杆未移交", Proposed: "350102.jsj"}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask    casework.Asking
		who    string
		fields url.Values
		status int
		state  casework.State
		lead   string
	}{
		"return granted":        {back(), "desk", url.Values{"grant": {"yes"}, "words": {"同意"}}, 303, casework.Dispatched, "350102.jsj"},
		"return refused":        {back(), "arbiter", url.Values{"grant": {"no"}, "words": {"属本单位"}}, 303, casework.Dispatched, "350102.cgj"},
		"neither":               {back(), "desk", url.Values{"words": {"同意"}}, 422, casework.Dispatched, "350102.cgj"},
		"another case's":        {back(), "desk", url.Values{"grant": {"yes"}, "words": {"同意"}, "change": {"another"}}, 404, casework.Dispatched, "350102.cgj"},
		"without words":         {back(), "desk", url.Values{"grant": {"yes"}}, 422, casework.Dispatched, "350102.cgj"},
		"not by a call-taker":   {back(), "taker", url.Values{"grant": {"yes"}, "words": {"同意"}}, 403, casework.Dispatched, "350102.cgj"},
		"out of scope granted":  {casework.Asking{Kind: casework.OutOfScope, Reason: "not-ours", Words: "在平潭"}, "desk", url.Values{"grant": {"yes"}, "words": {"同意"}, "decline": {"pingtan"}}, 303, casework.Declined, ""},
		"out of scope to where": {casework.Asking{Kind: casework.OutOfScope, Reason: "not-ours", Words: "在平潭"}, "desk", url.Values{"grant": {"yes"}, "words": {"同意"}}, 422, casework.Dispatched, "350102.cgj"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.asked(1, c.ask)
			form := w.Get("desk", "/desk/changes?case="+f.Case.ID).Form("form#act")
			for field, values := range c.fields {
				form[field] = values
			}
			w.Post(c.who, at(f, "decide"), form).Want(c.status)
			if got := w.File(f.Case.ID).Case; got.State != c.state || got.Lead != c.lead {
				t.Errorf("the case is %s with %q, want %s with %q", got.State, got.Lead, c.state, c.lead)
			}
		})
	}
}

func TestRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := back()
	ask.Kind = casework.Dispute
	f, later := w.asked(1, ask), w.asked(2, ask)
	w.Get("desk", "/desk/changes").Want(http.StatusOK, "没有待审批的申请")
	form := w.Get("arbiter", "/desk/rulings?case="+f.Case.ID).Want(http.StatusOK, "灯杆未移交", "这条权责还没有裁定先例").Form("form#act")
	w.Post("desk", at(f, "rule"), form).Want(http.StatusForbidden)
	w.Post("arbiter", at(f, "rule"), form).Want(http.StatusUnprocessableEntity)
	form.Set("pick", "350102.jsj")
	form.Set("words", "未移交的设施由建设单位管养")
	w.Post("arbiter", at(f, "rule"), form).Leads("/desk/rulings?case="+later.Case.ID).Want(http.StatusOK, "未移交的设施由建设单位管养")
	if got := w.File(f.Case.ID); got.Case.Lead != "350102.jsj" || len(got.Rulings) != 1 {
		t.Errorf("lead %q, %d rulings", got.Case.Lead, len(got.Rulings))
	}
}

func TestFollowUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who    string
		fields url.Values
		status int
		state  casework.State
		tries  int
	}{
		"solved":         {"asker", url.Values{"reached": {"yes"}, "solved": {"yes"}, "satisfied": {"yes"}}, 303, casework.Closed, 1},
		"not asked":      {"asker", url.Values{"reached": {"yes"}, "solved": {"yes"}, "satisfied": {"none"}}, 303, casework.Closed, 1},
		"unsolved":       {"asker", url.Values{"reached": {"yes"}, "solved": {"no"}, "words": {"又灭了"}}, 303, casework.Contested, 1},
		"nobody there":   {"asker", url.Values{"reached": {"no"}}, 303, casework.FollowingUp, 1},
		"a bad time":     {"asker", url.Values{"reached": {"later"}}, 303, casework.FollowingUp, 1},
		"reached what":   {"asker", url.Values{}, 422, casework.Replied, 0},
		"solved or not":  {"asker", url.Values{"reached": {"yes"}}, 422, casework.Replied, 0},
		"no channel":     {"asker", url.Values{"reached": {"no"}, "channel": {""}}, 422, casework.Replied, 0},
		"not one's work": {"second", url.Values{"reached": {"yes"}, "solved": {"yes"}}, 403, casework.Replied, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.replied(1)
			form := w.Get("asker", "/desk/followup?case="+f.Case.ID).Want(http.StatusOK, "三盏路灯已修好").Form("form#act")
			for field, values := range c.fields {
				form[field] = values
			}
			w.Post(c.who, at(f, "followup"), form).Want(c.status)
			got, tries := w.File(f.Case.ID), 0
			for _, u := range got.FollowUps {
				tries += len(u.Attempts)
			}
			if got.Case.State != c.state || tries != c.tries {
				t.Errorf("the case is %s after %d tries, want %s after %d", got.Case.State, tries, c.state, c.tries)
			}
		})
	}
}

func TestFollowUpShowsTheNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.replied(1)
	fields := url.Values{"board": {"followup"}, "request": {f.Requests()[0]}, "purpose": {trail.ForFollowUp}, "act": {"followup"}}
	before := w.looks("13900000001", trail.ForFollowUp)
	a := w.Post("asker", at(f, "phone"), fields).Want(http.StatusOK, "13900000001")
	a.Form("form#act") // the sheet is still open beside the number
	if got := w.looks("13900000001", trail.ForFollowUp); got <= before {
		t.Error("the look left no row")
	}
}

func TestContested(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.replied(1)
	contest := func() {
		_, err := w.Cases.Contest(t.Context(), w.Cast["taker"], f.Requests()[0], "没有修好")
		w.Must(err)
	}
	reply := func() {
		lead, _ := w.File(f.Case.ID).LeadOrder()
		_, err := w.Cases.Reply(t.Context(), w.Cast["lamps"], lead.ID, casework.Reply{
			True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: w.Clock.Now(), Means: "phone", Visited: true, Public: "又修好了。",
		})
		w.Must(err)
	}
	for range 2 {
		contest()
		form := w.Get("desk", "/desk/contested?case="+f.Case.ID).Form("form#act")
		w.Post("desk", at(f, "rework"), form).Want(http.StatusUnprocessableEntity)
		form.Set("words", "请彻底检查线路")
		w.Post("desk", at(f, "rework"), form).Want(http.StatusSeeOther)
		reply()
	}
	contest()
	if got := w.File(f.Case.ID).Case.State; got != casework.Overseen {
		t.Fatalf("the case is %s", got)
	}
	if n := w.Get("desk", "/desk/contested?case="+f.Case.ID).Doc().Find("form#act").Length(); n != 0 {
		t.Error("a dispatcher is offered a supervisor's decision")
	}
	form := w.Get("chief", "/desk/contested?case="+f.Case.ID).Form("form#act")
	form.Set("words", "已向诉求人说明")
	w.Post("chief", at(f, "direct"), form).Want(http.StatusUnprocessableEntity, "请选怎么处理")
	form.Set("close", "yes")
	w.Post("chief", at(f, "direct"), form).Want(http.StatusSeeOther)
	if got := w.File(f.Case.ID).Case; got.Ending != casework.ByOversight {
		t.Errorf("the case is %s by %q", got.State, got.Ending)
	}
}

func TestCaseActions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatched(1, "350102.jsj")
	do := func(act string, fields url.Values) *casework.File {
		t.Helper()
		form := w.Get("desk", at(f, "")+"?act="+act).Want(http.StatusOK).Form("form#act")
		for field, values := range fields {
			form[field] = values
		}
		w.Post("desk", at(f, act), form).Leads(at(f, "")+"?did=").Want(http.StatusOK, f.Case.Number)
		return w.File(f.Case.ID)
	}
	if got := do("assist", url.Values{"unit": {"350102.sthj"}, "instruction": {"看看"}}); len(got.Orders) != 3 {
		t.Errorf("%d orders", len(got.Orders))
	}
	helper := ""
	for _, o := range w.File(f.Case.ID).Orders {
		if o.Unit == "350102.jsj" {
			helper = o.ID
		}
	}
	if got := do("overrule", url.Values{"order": {helper}, "words": {"不用协办"}}); len(got.Case.Flags) == 0 {
		t.Error("overruling raised no flag")
	}
	w.Get("desk", "/desk/cases?flagged=1").Want(http.StatusOK, "鼓楼区东街街道")
	if got := do("reassign", url.Values{"unit": {"350102.jsj"}, "words": {"属建设局"}}); got.Case.Lead != "350102.jsj" {
		t.Errorf("the lead is %q", got.Case.Lead)
	}
	other := w.receive(said(2))
	into := url.Values{"version": {"1"}, "into": {f.Case.ID}, "words": {"同一件事"}}
	w.Post("desk", at(other, "merge"), into).Want(http.StatusSeeOther)
	w.Get("desk", at(other, "")).Want(http.StatusOK, "已并入另一件案件")
	got := do("unmerge", url.Values{"request": {other.Requests()[0]}, "words": {"不是同一处"}})
	if len(got.Requests()) != 1 || w.File(other.Case.ID).Case.State != casework.Received {
		t.Errorf("%d requests, the other case is %s", len(got.Requests()), w.File(other.Case.ID).Case.State)
	}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	_, err := w.Cases.Answer(t.Context(), w.Cast["desk"], casework.Answering{Case: f.Case.ID, Public: "今晚来修。"})
	w.Must(err)
	form := w.Get("desk", at(f, "")+"?act=publish").Form("form#act")
	w.Post("desk", at(f, "publish"), form).Want(http.StatusSeeOther)
	if !w.File(f.Case.ID).Case.Published {
		t.Fatal("not published")
	}
	form = w.Get("desk", at(f, "")+"?act=unpublish").Form("form#act")
	w.Post("desk", at(f, "unpublish"), form).Want(http.StatusUnprocessableEntity)
	form.Set("words", "照片里有人脸")
	w.Post("desk", at(f, "unpublish"), form).Want(http.StatusSeeOther)
	if w.File(f.Case.ID).Case.Published {
		t.Error("still published")
	}
}

func TestSearchAndPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	w.Get("desk", "/desk/cases?q="+f.Case.Number).Leads(at(f, "")).Want(http.StatusOK, f.Case.Number)
	w.Get("desk", "/desk/cases?q=路灯").Want(http.StatusOK, "东街口公交站旁路灯不亮")
	w.Get("desk", "/desk/cases?q=路灯&state=closed").Want(http.StatusOK, "没有找到案件")
	w.Get("cangshan", "/desk/cases?q=路灯").Want(http.StatusOK, "没有找到案件")
	w.Get("cangshan", "/desk/cases?district=350102").Want(http.StatusForbidden)
	for n := range 52 {
		in := said(n % 8)
		in.ClientID = "pages-" + strings.Repeat("x", n+3)
		_, err := w.Requests.Receive(t.Context(), w.Cast["desk"], in)
		w.Must(err)
	}
	a := w.Get("desk", "/desk/cases").Want(http.StatusOK)
	first := a.Doc().Find(".row").Length()
	next, _ := a.Doc().Find("a[rel=next]").Attr("href")
	b := w.Get("desk", next).Want(http.StatusOK)
	if first != 50 || b.Doc().Find(".row").Length() != 3 {
		t.Errorf("pages of %d and %d rows", first, b.Doc().Find(".row").Length())
	}
	prev, _ := b.Doc().Find("a[rel=prev]").Attr("href")
	if w.Get("desk", prev).Want(http.StatusOK).Doc().Find(".row").Length() != 50 {
		t.Error("the way back does not lead to the first page")
	}
}

func TestNavigationShowsWhatThePostMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.receive(said(1))
	for who, want := range map[string]string{
		"taker": "接听 待派单1", "asker": "回访 重办与督办", "arbiter": "审批申请 争议裁定", "chief": "审批申请 重办与督办", "cangshan": "接听 待派单 审批申请 重办与督办",
	} {
		var got []string
		w.Get(who, "/desk/cases").Doc().Find(".desk-nav ul").First().Find("a").EachWithBreak(func(_ int, s *goquery.Selection) bool {
			got = append(got, strings.Join(strings.Fields(s.Text()), ""))
			return true
		})
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s sees %q, want %q", who, text, want)
		}
	}
}

func TestEveryPageInEveryLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	waiting, asked, replied := w.receive(said(1)), w.asked(2, back()), w.replied(3)
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		b := w.As("desk").In(lang)
		for _, path := range []string{
			"/desk/call", "/desk/queue", "/desk/changes?case=" + asked.Case.ID, "/desk/followup", "/desk/contested", "/desk/cases?open=1&overdue=1&urgent=1",
			at(replied, ""), at(asked, ""), "/desk/queue?case=" + waiting.Case.ID, "/desk/queue?act=other&case=" + waiting.Case.ID,
			"/desk/queue?act=answer&case=" + waiting.Case.ID, "/desk/queue?act=decline&case=" + waiting.Case.ID, "/desk/queue?act=merge&case=" + waiting.Case.ID,
		} {
			labels(t, lang+" "+path, b.Get(path).Want(http.StatusOK))
		}
		b.Post(at(waiting, "answer"), url.Values{"version": {"1"}, "board": {"queue"}}).Want(http.StatusUnprocessableEntity)
	}
}

// labels holds every field to a label and every page to no inline style.
func labels(t *testing.T, where string, a roomtest.Answer) {
	t.Helper()
	if n := a.Doc().Find("[style], style, script:not([src])").Length(); n > 0 {
		t.Errorf("%s: %d elements with inline style or script", where, n)
	}
	seen := map[string]bool{}
	a.Doc().Find("main input:not([type=hidden]), main select, main textarea").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if id == "" || a.Doc().Find(`label[for="`+id+`"]`).Length() != 1 {
			t.Errorf("%s: field %q has not one label", where, s.AttrOr("name", ""))
		}
		if seen[id] {
			t.Errorf("%s: two fields are called %q", where, id)
		}
		seen[id] = true
	})
}

package brain_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// assess counts n followed-up cases of a unit, good of them solved and answered
// in time.
func (w *world) assess(unit string, n, good int) {
	w.Helper()
	must(w.T, w.db.Write(w.Context(), func(tx *db.Tx) error {
		var events []oversee.Event
		for i := range n {
			base := oversee.Event{Case: "case-" + unit + strconv.Itoa(i), Seq: 1, Unit: unit, At: w.clock.Now(), InTime: i < good, Solved: i < good, Satisfied: i < good}
			first, asked := base, base
			first.Kind, asked.Kind, asked.Seq = oversee.FirstResponse, oversee.FollowedUp, 2
			events = append(events, first, asked)
		}
		return w.oversee.AssessTx(tx, events)
	}))
}

// call opens a call of the subdistrict on a case.
func (w *world) call(f *casework.File, units ...string) *casework.File {
	w.Helper()
	f, err := w.cases.Call(w.Context(), w.people["caller"], casework.Calling{Case: f.Case.ID, Words: "请马上到现场", Units: units})
	must(w.T, err)
	return f
}

func TestScreenCountsWhatThereIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	empty := w.get("brain", "/brain").want(http.StatusOK)
	empty.says(".stats", "本月还没有可以考核的案件").says("#brain", "此刻没有进行中的呼叫").says("#brain", "本月还没有单位够数可排")
	if got := empty.text(".stats .stat:nth-child(3) .stat-value"); got != "—" {
		t.Errorf("a rate of nothing says %q", got)
	}
	w.open()
	w.call(w.dispatch(), "350102.jsj", "350102.sthj")
	w.assess("350102.cgj", 6, 5)
	w.assess("350102.jsj", 2, 2)
	a := w.get("brain", "/brain").want(http.StatusOK)
	a.has("#brain[data-live=brain]", 1).has(".map-svg", 1)
	for i, want := range []string{"2", "2", "87.5%", "87.5%", "87.5%", "1"} {
		if got := strings.ReplaceAll(a.text(".stats .stat:nth-child("+strconv.Itoa(i+1)+") .stat-value"), " ", ""); got != want {
			t.Errorf("figure %d is %q, want %q", i, got, want)
		}
	}
	a.says(".stats", "7 / 8 件").says(".stats", "规则 2026-1").says("#brain", "待到场 0/2").says("#brain", "另有 1 个单位不排名").says("#brain", "没有给出这些单位的人数")
	a.has(`.bars a[href^="/rates/350102.cgj"]`, 1).has(`.bars a[href^="/rates/350102.jsj"]`, 0)
	if got := a.text(`.map-table tr:contains("鼓楼区")`); got != "鼓楼区0.03" { // 2 cases, 687,705 residents
		t.Errorf("per 10,000: %q", got)
	}
	if strings.Contains(a.body, "13900000001") || strings.Contains(a.body, "张三，") || strings.Contains(a.body, lampWords) {
		t.Error("the screen shows who asked")
	}
}

func TestEveryFigureLinksToItsList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call(w.dispatch(), "350102.jsj")
	w.clock.Advance(21 * 24 * time.Hour)
	_, err := w.cases.Scan(t.Context(), 100)
	must(t, err)
	w.open()
	a := w.get("brain", "/brain").want(http.StatusOK)
	for _, link := range a.doc().Find(".stats a, .map-svg a, .columns a").EachIter() {
		if href := link.AttrOr("href", ""); !strings.HasPrefix(href, "/cases/") {
			w.get("brain", href).want(http.StatusOK)
		}
	}
	tests := []struct {
		path string
		rows int
	}{
		{"/brain/cases?list=open", 2}, {"/brain/cases?list=overdue", 1}, {"/brain/cases?list=today", 1}, {"/brain/cases?list=calls", 1},
		{"/brain/cases?list=risk", 1}, {"/brain/cases?list=open&area=350103", 0}, {"/brain/cases?list=open&area=350102004", 2},
		{"/brain/cases?list=calls&area=350103", 0}, {"/brain/cases?list=nonsense&after=forged", 2},
	}
	for _, tt := range tests {
		w.get("brain", tt.path).want(http.StatusOK).has(".rows .row", tt.rows)
	}
	w.get("brain", "/brain/cases?area=nowhere").want(http.StatusNotFound)
}

func TestScreenOfOneDistrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	if a := w.get("gulou", "/brain").want(http.StatusSeeOther); a.to != "/brain/districts/350102" {
		t.Errorf("led to %s", a.to)
	}
	for _, who := range []string{"brain", "gulou"} {
		w.get(who, "/brain/districts/350102").want(http.StatusOK).has(".stats .stat", 5).says(".map-table", "东街街道1")
		w.get(who, "/brain/districts/350102?view=table").want(http.StatusOK).has(".map-svg", 0).says("table", "东街街道")
	}
	w.get("brain", "/brain?view=table").want(http.StatusOK).says("table", "687,705（2010）")
	tests := []struct {
		who, path string
		status    int
	}{
		{"taijiang", "/brain/districts/350102", http.StatusForbidden},
		{"taijiang", "/brain/cases?area=350102", http.StatusForbidden},
		{"lamps", "/brain", http.StatusSeeOther}, {"lamps", "/brain/districts/350102", http.StatusForbidden}, {"desk", "/brain", http.StatusForbidden},
		{"citizen", "/brain", http.StatusForbidden}, {"", "/brain", http.StatusForbidden},
		{"brain", "/brain/districts/350102004", http.StatusNotFound}, {"brain", "/brain/districts/x", http.StatusNotFound},
	}
	for _, tt := range tests {
		if got := w.get(tt.who, tt.path).status; got != tt.status {
			t.Errorf("%s %s: %d, want %d", tt.who, tt.path, got, tt.status)
		}
	}
}

func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call(w.dispatch(), "350102.jsj")
	w.assess("350102.cgj", 6, 5)
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		for _, path := range []string{"/brain", "/brain?view=table", "/brain/districts/350102", "/brain/cases", "/rates", "/rates/350102.cgj", "/supervise", "/supervise?view=overdue", "/supervise?view=risk", "/supervise?view=appeals"} {
			a := w.send("chief", lang, "GET", path, nil).want(http.StatusOK)
			a.has("html[lang="+lang+"]", 1).has("[style], script:not([src])", 0)
		}
	}
}

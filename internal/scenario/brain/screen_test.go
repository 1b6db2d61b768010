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
	"banyan/internal/work/worktest"
)

// assess counts n followed-up cases of a unit, good of them solved and answered
// in time.
func (w *world) assess(unit string, n, good int) {
	w.Helper()
	w.Must(w.DB.Write(w.Context(), func(tx *db.Tx) error {
		var events []oversee.Event
		for i := range n {
			base := oversee.Event{Case: "case-" + unit + strconv.Itoa(i), Seq: 1, Unit: unit, At: w.Clock.Now(), InTime: i < good, Solved: i < good, Satisfied: i < good, Asked: true}
			first, asked := base, base
			first.Kind, asked.Kind, asked.Seq = oversee.FirstResponse, oversee.FollowedUp, 2
			events = append(events, first, asked)
		}
		return w.Oversee.AssessTx(tx, events)
	}))
}

// call opens a call of the subdistrict on a case.
func (w *world) call(f *casework.File, units ...string) *casework.File {
	w.Helper()
	f, err := w.Cases.Call(w.Context(), w.Cast["caller"], casework.Calling{Case: f.Case.ID, Words: "请马上到现场", Units: units})
	w.Must(err)
	return f
}

func TestScreenCountsWhatThereIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	empty := w.Get("brain", "/brain").Want(http.StatusOK)
	empty.Says(".stats", "本月还没有可以考核的案件").Says("#brain", "此刻没有进行中的呼叫").Says("#brain", "本月还没有单位够数可排")
	if got := empty.Text(".stats .stat:nth-child(3) .stat-value"); got != "—" {
		t.Errorf("a rate of nothing says %q", got)
	}
	w.Opened()
	w.call(w.dispatch(), "350102.jsj", "350102.sthj")
	w.assess("350102.cgj", 6, 5)
	w.assess("350102.jsj", 2, 2)
	a := w.Get("brain", "/brain").Want(http.StatusOK)
	a.Has("#brain[data-live=brain]", 1).Has(".map-svg", 1)
	for i, want := range []string{"2", "2", "87.5%", "87.5%", "87.5%", "1"} {
		if got := strings.ReplaceAll(a.Text(".stats .stat:nth-child("+strconv.Itoa(i+1)+") .stat-value"), " ", ""); got != want {
			t.Errorf("figure %d is %q, want %q", i, got, want)
		}
	}
	a.Says(".stats", "7 / 8 件").Says(".stats", "规则 2026-1").Says("#brain", "待到场 0/2").Says("#brain", "另有 1 个单位不排名").Says("#brain", "没有给出这些单位的人数")
	a.Has(`.bars a[href^="/rates/350102.cgj"]`, 1).Has(`.bars a[href^="/rates/350102.jsj"]`, 0)
	if got := a.Text(`.map-table tr:contains("鼓楼区")`); got != "鼓楼区0.03" { // 2 cases, 687,705 residents
		t.Errorf("per 10,000: %q", got)
	}
	if strings.Contains(a.Body, "13900000001") || strings.Contains(a.Body, "张三，") || strings.Contains(a.Body, worktest.Lamp().Words) {
		t.Error("the screen shows who asked")
	}
}

func TestEveryFigureLinksToItsList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call(w.dispatch(), "350102.jsj")
	w.Clock.Advance(21 * 24 * time.Hour)
	_, err := w.Cases.Scan(t.Context(), 100)
	w.Must(err)
	w.Opened()
	a := w.Get("brain", "/brain").Want(http.StatusOK)
	for _, link := range a.Doc().Find(".stats a, .map-svg a, .columns a").EachIter() {
		if href := link.AttrOr("href", ""); !strings.HasPrefix(href, "/cases/") {
			w.Get("brain", href).Want(http.StatusOK)
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
		w.Get("brain", tt.path).Want(http.StatusOK).Has(".rows .row", tt.rows)
	}
	w.Get("brain", "/brain/cases?area=nowhere").Want(http.StatusNotFound)
}

func TestScreenOfOneDistrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Opened()
	if a := w.Get("gulou", "/brain").Want(http.StatusSeeOther); a.To != "/brain/districts/350102" {
		t.Errorf("led to %s", a.To)
	}
	for _, who := range []string{"brain", "gulou"} {
		w.Get(who, "/brain/districts/350102").Want(http.StatusOK).Has(".stats .stat", 5).Says(".map-table", "东街街道1")
		w.Get(who, "/brain/districts/350102?view=table").Want(http.StatusOK).Has(".map-svg", 0).Says("table", "东街街道")
	}
	w.Get("brain", "/brain?view=table").Want(http.StatusOK).Says("table", "687,705（2010）")
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
		if got := w.Get(tt.who, tt.path).Status; got != tt.status {
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
			a := w.As("chief").In(lang).Get(path).Want(http.StatusOK)
			a.Has("html[lang="+lang+"]", 1).Has("[style], script:not([src])", 0)
		}
	}
}

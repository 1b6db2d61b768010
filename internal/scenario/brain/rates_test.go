package brain_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
)

func TestRatesRankWithinGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assess("350102.cgj", 10, 9)
	w.assess("350103.cgj", 10, 10)
	w.assess("350102.jsj", 2, 2)
	w.assess("3501.zmzx", 5, 1)
	a := w.get("chief", "/rates?group=district_office").want(http.StatusOK).has("tbody tr", 3)
	for i, want := range []string{"台江区城管局1100.0100.0%（10/10）", "鼓楼区城管局290.090.0%（9/10）", "鼓楼区住建局不排名100.0100.0%（2/2）"} {
		if got := a.text("tbody tr:nth-child(" + string(rune('1'+i)) + ")"); !strings.Contains(got, want) {
			t.Errorf("line %d says %q, want %q", i, got, want)
		}
	}
	a.says("main", "权重 45").says("main", "assess/rates.yaml").says("main", "2026-1").says("main", "不足 5 件")
	w.get("chief", "/rates?from=2026-01&to=2026-02").want(http.StatusOK).says("main", "这段时间没有考核数据")
	w.get("chief", "/rates?from=2026-12&to=2026-01").want(http.StatusUnprocessableEntity).has(".error-summary a[href='#to']", 1)
	w.get("chief", "/rates?from=november").want(http.StatusUnprocessableEntity).has(".error-summary a[href='#from']", 1)
	w.get("lamps", "/rates").want(http.StatusForbidden)
	w.get("brain", "/rates").want(http.StatusOK)
}

func TestRatesDownload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assess("350102.cgj", 10, 9)
	w.assess("3501.zmzx", 5, 1)
	a := w.get("chief", "/rates.csv?group=district_office").want(http.StatusOK)
	text, marked := strings.CutPrefix(a.body, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	must(t, err)
	if !marked || len(rows) != 2 || strings.Join(rows[1][:7], " ") != "350102.cgj 鼓楼区城管局 区县部门 1 90.0  90.0" {
		t.Errorf("marked %v: %q", marked, rows)
	}
	w.get("chief", "/rates.csv?from=x").want(http.StatusUnprocessableEntity)
	w.get("lamps", "/rates.csv").want(http.StatusForbidden)
}

func TestUnitRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assess("350102.cgj", 6, 5)
	for _, who := range []string{"chief", "gulou", "lamps"} {
		w.get(who, "/rates/350102.cgj").want(http.StatusOK).has("tbody tr", 18).says("main", "83.3%（5/6）").says("main", "这段时间没有评价").has(`tbody a[href^="/cases/"]`, 18)
	}
	w.get("lamps", "/rates/350102.cgj").has(`a[href="/oversight?view=scores"]`, 1)
	w.get("chief", "/rates/350102.cgj").has(`a[href="/oversight?view=scores"]`, 0)
	for who, path := range map[string]string{"far": "/rates/350102.cgj", "taijiang": "/rates/350102.cgj", "lamps": "/rates/350102.jsj"} {
		w.get(who, path).want(http.StatusForbidden)
	}
	w.get("chief", "/rates/350102.nobody").want(http.StatusNotFound)
}

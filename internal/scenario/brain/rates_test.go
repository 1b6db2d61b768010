package brain_test

import (
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
	a := w.Get("chief", "/rates?group=district_office").Want(http.StatusOK).Has("tbody tr", 3)
	for i, want := range []string{"台江区城管局1100.0100.0%（10/10）", "鼓楼区城管局290.090.0%（9/10）", "鼓楼区住建局不排名100.0100.0%（2/2）"} {
		if got := a.Text("tbody tr:nth-child(" + string(rune('1'+i)) + ")"); !strings.Contains(got, want) {
			t.Errorf("line %d says %q, want %q", i, got, want)
		}
	}
	a.Says("main", "权重 45").Says("main", "assess/rates.yaml").Says("main", "2026-1").Says("main", "不足 3 件")
	w.Get("chief", "/rates?from=2026-01&to=2026-02").Want(http.StatusOK).Says("main", "这段时间没有考核数据")
	w.Get("chief", "/rates?from=2026-12&to=2026-01").Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#to']", 1)
	w.Get("chief", "/rates?from=november").Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#from']", 1)
	w.Get("lamps", "/rates").Want(http.StatusForbidden)
	w.Get("brain", "/rates").Want(http.StatusOK)
}

func TestUnitRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assess("350102.cgj", 6, 5)
	for _, who := range []string{"chief", "gulou", "lamps"} {
		w.Get(who, "/rates/350102.cgj").Want(http.StatusOK).Has("tbody tr", 18).Says("main", "83.3%（5/6）").Says("main", "这段时间没有评价").Has(`tbody a[href^="/cases/"]`, 18)
	}
	w.Get("lamps", "/rates/350102.cgj").Has(`a[href="/oversight?view=scores"]`, 1)
	w.Get("chief", "/rates/350102.cgj").Has(`a[href="/oversight?view=scores"]`, 0)
	for who, path := range map[string]string{"far": "/rates/350102.cgj", "taijiang": "/rates/350102.cgj", "lamps": "/rates/350102.jsj"} {
		w.Get(who, path).Want(http.StatusForbidden)
	}
	w.Get("chief", "/rates/350102.nobody").Want(http.StatusNotFound)
}

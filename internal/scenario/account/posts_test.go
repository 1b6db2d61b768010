package account_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/platform/clock"
)

func TestPostBeginsAndEndsByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	id := w.add("target", "350102.cgj")
	at := "/admin/staff/" + id
	day := func(n int) string { return w.Clock.Now().In(clock.City).AddDate(0, 0, n).Format(time.DateOnly) }
	give := func(from, to string) int {
		return w.signedIn("admin").Post(at+"/posts", url.Values{"role": {"supervisor"}, "from": {from}, "to": {to}}).Status
	}
	for _, wrong := range [][2]string{{"gestern", ""}, {"", "2026-02-31"}, {day(3), day(2)}, {"", day(-1)}} {
		if got := give(wrong[0], wrong[1]); got != http.StatusUnprocessableEntity {
			t.Errorf("a post from %q to %q: %d", wrong[0], wrong[1], got)
		}
	}
	if got := give(day(2), day(3)); got != http.StatusSeeOther {
		t.Fatalf("a post that begins later: %d", got)
	}
	w.signedIn("admin").Get(at).Want(http.StatusOK, "还没开始").Has("form[action$='/end']", 1)
	begin, err := time.ParseInLocation(time.DateOnly, day(2), clock.City)
	w.Must(err)
	end := begin.AddDate(0, 0, 2)
	for _, tt := range []struct {
		at    time.Time
		seats int
	}{{begin.Add(-time.Second), 0}, {begin, 1}, {end.Add(-time.Second), 1}, {end, 0}} {
		w.Clock.Set(tt.at)
		b := w.signedIn("target") // the sessions of days before have ended
		b.Get("/account/posts").Want(http.StatusOK).Has("input[name=seat]", tt.seats)
	}
	w.Clock.Set(end.Add(-time.Second))
	b := w.signedIn("target")
	b.Get("/account/posts").Want(http.StatusOK).Has("input[name=seat]", 1)
	w.Clock.Set(end)
	b.Get("/account/posts").Want(http.StatusOK, "您现在没有岗位").Has("input[name=seat]", 0)
	w.signedIn("admin").Get(at).Want(http.StatusOK, "已结束").Has("form[action$='/end']", 0)
}

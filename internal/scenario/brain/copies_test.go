package brain_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/leak"
	"banyan/internal/work/worktest"
)

// A supervisor makes a list for an office: masked for it, with its name on every row, control rows, a line of the register, and a row
// in the trail of whoever is in it. Pasted back, it names the office.
func TestAListForOneOffice(t *testing.T) {
	w := newWorld(t)
	w.dispatch()
	form := url.Values{"purpose": {"路灯维修户回访"}, "recipient": {"鼓楼区民政局"}, "until": {"2026-12-20"}, "list": {"open"}, "format": {"csv"}}
	w.Get("gulou", "/supervise/lists").Want(http.StatusOK).Says("main", "还没有制作过名单")
	a := w.Post("gulou", "/supervise/lists", form).Want(http.StatusOK)
	lines := strings.Split(strings.TrimSpace(a.Body), "\r\n")
	if len(lines) != 5 || strings.Count(a.Body, "专供鼓楼区民政局") != 4 || strings.Contains(a.Body, worktest.Lamp().Contact.Phone) || strings.Contains(a.Body, "张三") {
		t.Fatalf("the file says\n%s", a.Body)
	}
	again := w.Post("gulou", "/supervise/lists", form).Want(http.StatusOK)
	if again.Body != a.Body {
		t.Errorf("made again it says\n%s", again.Body)
	}
	id, found := "", false
	w.Read(func(tx *db.Tx) (err error) {
		id, found, err = w.People.Find(tx, person.Phone(worktest.Lamp().Contact.Phone))
		return err
	})
	looks, err := w.Trail.ForPerson(w.Context(), id, "", 50)
	w.Must(err)
	copies := 0
	for _, l := range looks {
		if l.Purpose == trail.ForCopy && l.Actor == w.Cast["gulou"].ID && l.Grant != "" && l.Subject != "" {
			copies++
		}
	}
	if !found || copies != 2 {
		t.Errorf("%d rows of the trail of %v: %+v", copies, found, looks)
	}
	w.Get("gulou", "/supervise/lists").Want(http.StatusOK).Has("main .timeline > li", 2).Says("main", "专供鼓楼区民政局").Says("main", "核查行2行")
	w.Post("gulou", "/supervise/leaks", url.Values{"reason": {"名单出现在微信群"}, "text": {a.Body}}).Want(http.StatusOK).Says("main", leak.Recipient("鼓楼区民政局"))
}

func TestAListIsForSupervisorsWhoSayWhy(t *testing.T) {
	w := newWorld(t)
	w.dispatch()
	form := url.Values{"purpose": {"路灯维修户回访"}, "until": {"2026-12-20"}, "list": {"open"}}
	for who, want := range map[string]int{"gulou": http.StatusOK, "taijiang": http.StatusUnprocessableEntity, "lamps": http.StatusForbidden, "desk": http.StatusForbidden, "citizen": http.StatusForbidden} {
		w.Post(who, "/supervise/lists", form).Want(want)
	}
	w.Cast["data"] = worktest.Staff("data", "3501.12345", access.Data)
	w.Get("data", "/supervise/lists").Want(http.StatusForbidden)
	for field, value := range map[string]string{"purpose": "", "recipient": "局", "until": "2030-01-01"} {
		bad := url.Values{"purpose": form["purpose"], "until": form["until"], field: {value}}
		w.Post("gulou", "/supervise/lists", bad).Want(http.StatusUnprocessableEntity).Has("#"+field+"[aria-invalid=true]", 1)
	}
}

package brain_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// glass lets somebody of a unit lift their limit.
func (w *world) glass(who, unit string) {
	w.Helper()
	w.Must(w.Trail.Break(w.Context(), access.Actor{Kind: access.Staff, ID: who, Unit: unit}, "台风转移安置名单核对"))
}

func TestAlarmsAreReviewedByWhoSupervises(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 * 100 { // a page of others stands before it
		w.glass("s-taijiang", "350103.cgj")
	}
	w.glass("s-gulou", "350102.cgj")
	w.glass("s-taijiang", "350103.cgj")
	a := w.Get("gulou", "/supervise/looks").Want(http.StatusOK, "台风转移安置名单核对")
	if n := a.Doc().Find("form[action='/supervise/looks']").Length(); n != 1 {
		t.Fatalf("the supervisor of one district sees %d alarms, want that of the own district", n)
	}
	id := a.Doc().Find("input[name=id]").First().AttrOr("value", "")
	w.Post("gulou", "/supervise/looks", url.Values{"id": {id}, "verdict": {""}}).Want(http.StatusUnprocessableEntity)
	w.Post("gulou", "/supervise/looks", url.Values{"id": {id}, "verdict": {"有区政府书面要求，属实"}}).Want(http.StatusSeeOther)
	a = w.Get("gulou", "/supervise/looks").Want(http.StatusOK, "有区政府书面要求，属实")
	if n := a.Doc().Find("form[action='/supervise/looks']").Length(); n != 0 {
		t.Errorf("%d alarms stay open", n)
	}
	left, err := w.Trail.Alarms(t.Context(), true, 9, func(trail.Alarm) bool { return true })
	w.Must(err)
	w.Post("gulou", "/supervise/looks", url.Values{"id": {left[0].ID}, "verdict": {"不归我管但我来核查"}}).Want(http.StatusForbidden)
	w.Get("lamps", "/supervise/looks").Want(http.StatusForbidden)
}

func TestTheLeakPageNamesAndKeeps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []string
	list := ""
	w.Must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
		for i := range 24 {
			id, err := w.People.Ensure(tx, person.Contact{Name: "张三", Phone: fmt.Sprintf("139%08d", 7919*7919*(i+1)%100_000_000)})
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		r := trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: "s-leak", Unit: "350102.cgj"}, Purpose: trail.ForList}
		shown, err := w.People.Masked(tx, r, ids...)
		for _, id := range ids {
			list += shown[id].Name + " " + shown[id].Phone + "\n"
		}
		return err
	}))
	a := w.Post("gulou", "/supervise/leaks", url.Values{"reason": {"名单出现在微信群"}, "text": {list}}).Want(http.StatusOK, "最可能是s-leak", "名单出现在微信群")
	if strings.Contains(a.Doc().Find(".notice").Text(), "1 : 1；") {
		t.Errorf("the bound says nothing: %s", a.Doc().Find(".notice").Text())
	}
	w.Post("gulou", "/supervise/leaks", url.Values{"reason": {"名单出现在微信群"}, "text": {"没有号码"}}).Want(http.StatusUnprocessableEntity)
	w.Get("lamps", "/supervise/leaks").Want(http.StatusForbidden)
}

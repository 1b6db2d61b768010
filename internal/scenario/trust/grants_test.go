package trust_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/apikey"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// A data officer gives another system leave, for one request; whoever keeps the keys cannot, nor a supervisor, who can end it.
func TestGrantsAtTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got, err := h.Requests.Receive(t.Context(), worktest.Guest(), request.Intake{
		Kind: "help", Words: "路灯坏了三盏，夜里很黑。", Area: "350102004", Channel: "web", Contact: person.Contact{Phone: "13900000001"},
	})
	h.Must(err)
	key, _, err := h.Keys.Create(t.Context(), "", apikey.New{Name: "办件系统", Unit: "350102.cgj", Area: "350102", Roles: []string{"handler"}, Scopes: []string{apikey.WordsRead}})
	h.Must(err)
	mute, _, err := h.Keys.Create(t.Context(), "", apikey.New{Name: "上报小程序", Unit: "350102.cgj", Area: "350102", Scopes: []string{apikey.Report}})
	h.Must(err)
	form := url.Values{
		"to": {"key"}, "key": {key.ID}, "purpose": {"handling"}, "law": {"《民法典》第一千零三十五条"}, "reason": {"联通区里的办件系统"}, "uses": {"handling"}, "fields": {trail.Words, trail.Address},
		"cases": {got.Number}, "daily": {"20"}, "until": {h.Clock.Now().AddDate(0, 1, 0).Format("2006-01-02")},
	}
	for who, status := range map[string]int{"taker": 403, "lamps": 403, "citizen": 403, "chief": 403} {
		h.Post(who, "/desk/grants", form).Want(status)
	}
	page := h.Get("officer", "/desk/grants").Want(http.StatusOK, "还没有授权", "办件系统")
	if strings.Contains(page.Body, mute.Name) {
		t.Error("a key that reads nothing is offered")
	}
	for field, wrong := range map[string]struct{ value, says string }{
		"key": {mute.ID, "words.read 权限"}, "purpose": {"advertising", "请选择目的"}, "law": {"", "依据的规定"}, "cases": {"999", "没有编号"}, "daily": {"0", "每天最多多少人次"},
		"until": {"2020-01-01", "请选择截止日期"}, "uses": {"own", "请选择用于什么"}, "fields": {"answers", "请选择可以看什么"},
	} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, wrong.value)
		h.Post("officer", "/desk/grants", bad).Want(http.StatusUnprocessableEntity, wrong.says)
	}
	h.Post("officer", "/desk/grants", form).Want(http.StatusSeeOther)
	list, err := h.Grants.List(t.Context())
	h.Must(err)
	if len(list) != 1 || list[0].By != "officer" || list[0].Holder != key.ActorID() || len(list[0].Cases) != 2 || list[0].Area != "/3501/350102/" {
		t.Fatalf("given: %+v", list)
	}
	reads := func() error {
		return h.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := h.Requests.Words(tx, trail.Reader{Actor: key.Actor("/3501/350102/"), Purpose: trail.ForHandling, Subject: got.CaseID}, got.RequestID)
			return err
		})
	}
	h.Must(reads())
	h.Get("chief", "/desk/grants").Want(http.StatusOK, "办件系统", "有效", "第一千零三十五条", "1 件")
	h.Get("gulou", "/desk/grants").Want(http.StatusOK, "办件系统")
	if far := h.Get("taijiang", "/desk/grants").Want(http.StatusOK); strings.Contains(far.Body, "办件系统") {
		t.Error("another district sees it")
	}
	h.Post("taijiang", "/desk/grants/"+list[0].ID+"/end", nil).Want(http.StatusForbidden)
	h.Post("lamps", "/desk/grants/"+list[0].ID+"/end", nil).Want(http.StatusForbidden)
	h.Post("chief", "/desk/grants/01ARZ3NDEKTSV4RRFFQ69G5FAV/end", nil).Want(http.StatusNotFound)
	h.Post("chief", "/desk/grants/"+list[0].ID+"/end", nil).Want(http.StatusSeeOther)
	h.Get("officer", "/desk/grants").Want(http.StatusOK, "已结束")
	if err := reads(); err == nil {
		t.Error("an ended grant still reads")
	}
	form.Set("to", "unit")
	form.Set("unit", "没有的单位")
	h.Post("officer", "/desk/grants", form).Want(http.StatusUnprocessableEntity, "没有这个单位")
}

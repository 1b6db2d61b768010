package trust_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// A supervisor asks, another decides; only then is a look told later, and either may have it told at once.
func TestDelaysAtTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Cast["second chief"] = worktest.Staff("second chief", "3501.sjj", "supervisor")
	got, err := h.Requests.Receive(t.Context(), worktest.Guest(), request.Intake{
		Kind: "help", Words: "路灯坏了三盏，夜里很黑。", Area: "350102004", Channel: "web", Contact: person.Contact{Phone: "13900000001"},
	})
	h.Must(err)
	form := url.Values{
		"number": {got.Number}, "unit": {"鼓楼区城管局"}, "law": {"《保守国家秘密法》第十三条"}, "reason": {"正在调查，告知会妨碍调查"}, "until": {h.Clock.Now().AddDate(0, 1, 0).Format("2006-01-02")},
	}
	for _, u := range h.City.Orgs.All() {
		if u.ID == "350102.cgj" {
			form.Set("unit", u.Name.Hans)
		}
	}
	for _, who := range []string{"taker", "officer", "lamps", "citizen"} {
		h.Get(who, "/desk/delays").Want(http.StatusForbidden)
		h.Post(who, "/desk/delays", form).Want(http.StatusForbidden)
	}
	h.Post("taijiang", "/desk/delays", form).Want(http.StatusForbidden)
	for field, says := range map[string]string{"number": "没有这个编号", "unit": "没有这个单位", "law": "写明依据", "reason": "写明理由", "until": "截止日期"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, "1")
		h.Post("chief", "/desk/delays", bad).Want(http.StatusUnprocessableEntity, says)
	}
	h.Post("chief", "/desk/delays", form).Want(http.StatusSeeOther)
	page := h.Get("chief", "/desk/delays").Want(http.StatusOK, "等待决定", "自己申请的不能自己决定")
	if page.Doc().Find("button[value=grant]").Length() != 0 {
		t.Error("whoever asked sees a button to decide")
	}
	list, err := h.Trail.Delays(t.Context())
	h.Must(err)
	at := "/desk/delays/" + list[0].ID
	h.Post("chief", at, url.Values{"do": {"grant"}}).Want(http.StatusForbidden)
	h.Post("taijiang", at, url.Values{"do": {"grant"}}).Want(http.StatusForbidden)
	h.Post("second chief", at, url.Values{"do": {"something"}}).Want(http.StatusUnprocessableEntity)
	h.Post("second chief", at, url.Values{"do": {"grant"}}).Want(http.StatusSeeOther)
	h.Post("second chief", at, url.Values{"do": {"refuse"}}).Want(http.StatusConflict)
	h.Get("second chief", "/desk/delays").Want(http.StatusOK, "推迟中", "现在就告知")
	var who string
	h.Write(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, got.RequestID)
		if err != nil {
			return err
		}
		who = head.PersonID
		_, err = h.Requests.Words(tx, trail.Reader{Actor: h.Cast["lamps"], Purpose: trail.ForHandling, Subject: got.CaseID}, got.RequestID)
		return err
	})
	told := func() (n int) {
		rows, err := h.Trail.ForPerson(t.Context(), who, "", 50)
		h.Must(err)
		for _, l := range rows {
			if strings.HasSuffix(l.Unit, ".cgj") {
				n++
			}
		}
		return n
	}
	if told() != 0 {
		t.Error("the look is told of while it is held back")
	}
	h.Post("chief", at, url.Values{"do": {"end"}}).Want(http.StatusSeeOther)
	if told() != 1 {
		t.Error("the look is not told of after the end")
	}
	h.Get("chief", "/desk/delays").Want(http.StatusOK, "已到期")
}

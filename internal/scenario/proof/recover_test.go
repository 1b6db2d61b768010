package proof_test

import (
	"net/http"
	"net/url"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/trail"
)

// looks counts the rows of the trail that say somebody was given their account back.
func (w *world) looks() (n int) {
	w.Helper()
	w.Read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM trail_look WHERE purpose = $1`, trail.ForRecovery).Scan(&n)
	})
	return n
}

// named counts the rows that say a name was compared.
func (w *world) named() (n int) {
	w.Helper()
	w.Read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM trail_look WHERE purpose = $1 AND fields = $2`, trail.ForRecovery, trail.Name).Scan(&n)
	})
	return n
}

func TestTwoAtTheCounterGiveAnAccountBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := w.citizen()
	w.called("陈阿婆")
	ask := url.Values{"phone": {phone}, "document": {"id_card"}, "name": {"陈 阿婆"}, "seen": {"1"}}
	w.Get("wang", "/desk/recovery").Want(http.StatusOK, "谁在窗口")
	w.Post("wang", "/desk/recovery", url.Values{"phone": {"13900000099"}}).Want(http.StatusUnprocessableEntity, "没有登记过这个电话")
	w.Post("wang", "/desk/recovery", url.Values{"phone": {phone}}).Want(http.StatusOK, "居民身份证").Has("form[action='/desk/recovery/ask']", 1)
	if w.looks() != 1 {
		t.Errorf("finding somebody left %d rows", w.looks())
	}
	w.Post("wang", "/desk/recovery/ask", url.Values{"phone": {phone}, "document": {"id_card"}, "name": {"陈阿婆"}}).Want(http.StatusUnprocessableEntity, "请先核对")
	w.Post("wang", "/desk/recovery/ask", url.Values{"phone": {phone}, "document": {"id_card"}, "seen": {"1"}}).Want(http.StatusUnprocessableEntity, "请填证件上的姓名")
	w.Post("wang", "/desk/recovery/ask", url.Values{"phone": {phone}, "document": {"id_card"}, "name": {"陈小乙"}, "seen": {"1"}}).Want(http.StatusUnprocessableEntity, "姓名不一致")
	if n := w.named(); n != 1 {
		t.Errorf("comparing another's name left %d rows", n)
	}
	w.Post("wang", "/desk/recovery/ask", url.Values{"phone": {phone}, "name": {"陈阿婆"}, "seen": {"1"}}).Want(http.StatusUnprocessableEntity, "请选择看到的证件")
	w.Post("wang", "/desk/recovery/ask", ask).Want(http.StatusSeeOther)
	w.Post("chen", "/desk/recovery/ask", ask).Want(http.StatusConflict, "第二位同事")
	w.Get("wang", "/desk/recovery?done=asked").Want(http.StatusOK, "已登记", "请另一位同事在自己的电脑上核对").Has("button[value=grant]", 0)
	w.Get("far", "/desk/recovery").Want(http.StatusOK).Has("button[value=refuse]", 0)
	page := w.Get("chen", "/desk/recovery").Want(http.StatusOK, "居民身份证", "同事wang").Has("button[value=grant]", 1)
	at, _ := page.Doc().Find("form:has(button[value=grant])").Attr("action")
	grant := url.Values{"do": {"grant"}, "name": {"陈阿婆"}, "seen": {"1"}}
	w.Post("wang", at, grant).Want(http.StatusConflict, "另一位同事")
	w.Post("far", at, grant).Want(http.StatusNotFound)
	w.Post("taker", at, grant).Want(http.StatusForbidden)
	w.Post("chen", at, url.Values{"do": {"grant"}, "name": {"陈阿婆"}}).Want(http.StatusUnprocessableEntity, "请先核对")
	w.Post("chen", at, url.Values{"do": {"grant"}, "name": {"王五"}, "seen": {"1"}}).Want(http.StatusUnprocessableEntity, "姓名不一致")
	lost.Get("/me/passkeys").Want(http.StatusOK)
	number, codes := codesOf(w.Post("chen", at, grant).Want(http.StatusOK, "只显示这一次"))
	lost.Get("/me/passkeys").Want(http.StatusSeeOther)
	in := w.Browser().Post("/signin/paper", url.Values{"number": {number}, "code": {codes[0]}}).Want(http.StatusSeeOther)
	in.Get("/me/sheet").Want(http.StatusOK, "还有7个没有用")
	w.Post("chen", at, grant).Want(http.StatusConflict)
	if want := []string{"recovery_asked", "recovery_done", "sheet_used"}; len(w.told) != 3 || w.told[0] != want[0] || w.told[1] != want[1] {
		t.Errorf("told %v, want %v", w.told, want)
	}
}

func TestAnAccountWithoutANameIsNobodysAtACounter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.citizen()
	w.Post("wang", "/desk/recovery/ask", url.Values{"phone": {phone}, "document": {"id_card"}, "name": {"陈阿婆"}, "seen": {"1"}}).Want(http.StatusUnprocessableEntity, "账号没有登记姓名")
}

func TestCounterDoesNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := w.citizen()
	w.called("陈阿婆")
	w.Post("wang", "/desk/recovery/ask", url.Values{"phone": {phone}, "document": {"id_card"}, "name": {"陈 阿婆"}, "seen": {"1"}}).Want(http.StatusSeeOther)
	at, _ := w.Get("wang", "/desk/recovery").Want(http.StatusOK).Doc().Find("form:has(button[value=refuse])").Attr("action")
	w.Post("wang", at, url.Values{"do": {"refuse"}}).Want(http.StatusSeeOther)
	w.Get("chen", "/desk/recovery?done=refused").Want(http.StatusOK, "什么都没有变").Has("button[value=grant]", 0)
	lost.Get("/me/sheet").Want(http.StatusOK, "做一张备用码")
	for _, who := range []string{"taker", ""} {
		w.Get(who, "/desk/recovery").Want(http.StatusForbidden)
		w.Post(who, "/desk/recovery", url.Values{"phone": {phone}}).Want(http.StatusForbidden)
		w.Post(who, "/desk/recovery/ask", url.Values{"phone": {phone}, "document": {"id_card"}, "name": {"陈 阿婆"}, "seen": {"1"}}).Want(http.StatusForbidden)
	}
}

package behalf_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
)

// TestGrannyAtTheCounter is the whole way without a smartphone: noted at the counter, printed, accepted by the daughter, ended by phone.
func TestGrannyAtTheCounter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Get("clerk", "/desk/mandates").Want(http.StatusOK, "谁在窗口")
	h.Post("clerk", "/desk/mandates", url.Values{"do": {"find"}, "phone": {grannyPhone}}).Want(http.StatusOK, "还没有登记过")
	slip := h.Post("clerk", "/desk/mandates", paper(nil)).Leads("/desk/mandates/")
	slip.Want(http.StatusOK, "陈阿婆", "陈小乙（子女）", "反映诉求", "拨打12345", "委托人签名", "对方接受后才生效")
	if slip.Text(".slip") == "" || strings.Contains(slip.Body, "87654321") {
		t.Error("the slip shows the phone")
	}
	granny := h.idOf(grannyPhone)
	m := h.givenBy(granny)[0]
	if m.Way != mandate.Paper || m.NotedBy != h.ids["clerk"] || m.Holder != h.ids["daughter"] || m.Relation != mandate.Child {
		t.Errorf("noted %+v", m)
	}
	if again := h.Post("clerk", "/desk/mandates", paper(nil)); again.To != "/desk/mandates/"+m.ID+"/slip" || len(h.givenBy(granny)) != 1 {
		t.Errorf("the same form twice leads to %s, %d mandates", again.To, len(h.givenBy(granny)))
	}
	h.Get("elsewhere", "/desk/mandates/"+m.ID+"/slip").Want(http.StatusNotFound)
	h.Get("lamps", "/desk/mandates").Want(http.StatusForbidden)
	h.Get("citizen", "/desk/mandates").Want(http.StatusForbidden)

	h.Get("daughter", "/me/family").Want(http.StatusOK, "等您答复", "陈**", "我是对方的：子女")
	h.Get("stranger", "/me/family/"+m.ID).Want(http.StatusNotFound)
	h.Post("daughter", "/me/family/"+m.ID+"/accept", nil).Leads("/me/family").Want(http.StatusOK, "我可以替他们办理", "开始替TA办理")
	// the daughter's name was known: what the counter typed did not change it
	h.Post("clerk", "/desk/mandates", url.Values{"do": {"find"}, "phone": {grannyPhone}}).Want(http.StatusOK, "陈**", "子女", "有效")

	h.Post("taker", "/desk/mandates", url.Values{"do": {"end"}, "phone": {grannyPhone}, "id": {m.ID}}).Want(http.StatusUnprocessableEntity, "请确认是本人")
	h.Post("taker", "/desk/mandates", url.Values{"do": {"end"}, "phone": {"13900000003"}, "id": {m.ID}, "seen": {"1"}}).Want(http.StatusNotFound)
	h.Post("taker", "/desk/mandates", url.Values{"do": {"end"}, "phone": {grannyPhone}, "id": {m.ID}, "seen": {"1"}}).Want(http.StatusOK, "委托已结束", "目前没有委托")
	h.Get("daughter", "/me/family").Want(http.StatusOK, "按委托人的话由工作人员结束")
	if got := h.Told.Of(granny); !slices.Equal(got, []mandate.Note{mandate.NoteAccepted, mandate.NoteEnded, mandate.NoteNoted}) {
		t.Errorf("granny was told %v", got)
	}
	rows, err := h.Trail.ForPerson(t.Context(), granny, "", 50)
	h.Must(err)
	named := 0
	for _, l := range rows {
		if l.Purpose == trail.ForMandate && slices.Contains(l.Fields, trail.Name) {
			named++
		}
	}
	if named == 0 {
		t.Error("the slip named granny without a row in her trail")
	}
}

func TestByPhoneOnlyFromAKnownNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Post("taker", "/desk/mandates", paper(url.Values{"way": {"phone"}})).Want(http.StatusUnprocessableEntity, "不能凭来电登记委托")
	if h.idOf(grannyPhone) != "" {
		t.Error("a refused call made a person")
	}
	h.person("granny", grannyPhone, "")
	h.Post("taker", "/desk/mandates", paper(url.Values{"way": {"phone"}, "form_id": {"01ARZ3NDEKTSV4RRFFQ6900202"}})).Leads("/desk/mandates/").Want(http.StatusOK, "本人来电委托")
	for what, tt := range map[string]struct {
		change url.Values
		says   string
	}{
		"not asked who it is": {url.Values{"seen": {}}, "请确认是本人"}, "no end": {url.Values{"days": {""}}, "请选择委托多久"}, "nothing allowed": {url.Values{"scope": {}}, "至少选择一项"},
		"nobody": {url.Values{"holder": {""}}, "请选择由谁代办"}, "no phone": {url.Values{"their": {"12"}}, "手机"}, "a guardian by phone": {url.Values{"way": {"phone"}, "relation": {"guardian"}, "basis": {"court"}, "proof": {"judgment"}}, "不能电话登记"},
		"a guardian without basis": {url.Values{"relation": {"guardian"}}, "监护的依据"}, "a counter for a year": {url.Values{"holder": {"unit"}, "days": {"365"}}, "请选择委托多久"},
		"a counter that rates": {url.Values{"holder": {"unit"}, "days": {"7"}, "scope": {"report", "follow", "rate"}}, "不能代为评价"}, "a stranger as colleague": {url.Values{"holder": {h.ids["elsewhere"]}, "days": {"7"}}, "请选择由谁代办"},
		"oneself": {url.Values{"holder": {h.ids["taker"]}, "days": {"7"}}, "不能自己给自己登记"}, "herself": {url.Values{"their": {grannyPhone}}, "不能委托自己"},
	} {
		tt.change.Set("form_id", "01ARZ3NDEKTSV4RRFFQ6900203")
		if a := h.Post("taker", "/desk/mandates", paper(tt.change)); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Doc().Text(), tt.says) {
			t.Errorf("%s: %d %s", what, a.Status, a.Text(".error-summary"))
		}
	}
}

func TestTheCounterActs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Post("clerk", "/desk/mandates", paper(url.Values{"holder": {"unit"}, "days": {"7"}})).Leads("/desk/mandates/").Want(http.StatusOK, "军门社区")
	granny := h.idOf(grannyPhone)
	m := h.givenBy(granny)[0]
	at := "/desk/mandates/" + m.ID
	h.Get("colleague", "/desk/mandates").Want(http.StatusOK, "陈**", "本受理点")
	h.Get("colleague", at).Want(http.StatusOK, "正在替陈**办理")
	h.Get("elsewhere", at).Want(http.StatusNotFound)
	h.Post("elsewhere", at+"/report", url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900208"}, "kind": {"help"}, "words": {"不该收下"}}).Want(http.StatusNotFound)
	h.Post("colleague", at+"/report", url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900204"}, "kind": {"help"}, "words": {"a"}}).Want(http.StatusUnprocessableEntity)
	form := url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900205"}, "kind": {"help"}, "words": {"阿婆家门口的台阶坏了，请修。"}}
	h.Post("colleague", at+"/report", form).Leads(at+"?done=").Want(http.StatusOK, "已提交", "阿婆家门口的台阶坏了")
	h.Post("colleague", at+"/report", form).Leads(at + "?done=")
	h.Read(func(tx *db.Tx) error {
		heads, err := h.Requests.OfPersonTx(tx, granny)
		if err != nil || len(heads) != 1 {
			t.Fatalf("%d requests, %v", len(heads), err)
		}
		if a := heads[0].Acted; a.By != h.ids["colleague"] || a.As != mandate.Counter || a.Mandate != m.ID || heads[0].Channel != "counter" || heads[0].Anonymous {
			t.Errorf("filed as %+v by %s", a, heads[0].Channel)
		}
		return nil
	})
	h.Post("clerk", "/desk/mandates", url.Values{"do": {"end"}, "phone": {grannyPhone}, "id": {m.ID}, "seen": {"1"}}).Want(http.StatusOK)
	h.Post("colleague", at+"/report", url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900206"}, "kind": {"help"}, "words": {"已经结束了还要提交"}}).Want(http.StatusForbidden)
	h.Get("colleague", at).Want(http.StatusForbidden)
	if got := h.Told.Of(granny); !slices.Equal(got, []mandate.Note{mandate.NoteEnded, mandate.NoteFiled, mandate.NoteNoted}) {
		t.Errorf("granny was told %v", got)
	}
}

func TestPostEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Post("clerk", "/desk/mandates", paper(url.Values{"holder": {h.ids["colleague"]}, "days": {"3"}})).Leads("/desk/mandates/").Want(http.StatusOK, "工作人员")
	m := h.givenBy(h.idOf(grannyPhone))[0]
	h.Get("colleague", "/desk/mandates/"+m.ID).Want(http.StatusOK)
	h.Get("clerk", "/desk/mandates/"+m.ID).Want(http.StatusNotFound)
	posts, err := h.Staff.PostsOf(t.Context(), h.ids["colleague"], h.Clock.Now())
	h.Must(err)
	h.Must(h.Staff.EndPost(t.Context(), posts[0].ID, "system"))
	h.Clock.Advance(1)
	// the session still says the old post
	form := url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900207"}, "kind": {"help"}, "words": {"离岗以后还要提交"}}
	h.Post("colleague", "/desk/mandates/"+m.ID+"/report", form).Want(http.StatusForbidden)
}

func TestGivenByCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("granny", grannyPhone, "陈阿婆")
	h.Get("", "/me/family").Want(http.StatusSeeOther)
	h.Get("granny", "/me/family").Want(http.StatusOK, "还没有委托")
	h.Get("granny", "/me/family/new").Want(http.StatusOK, "请谁替您办")
	h.Post("granny", "/me/family", url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900200"}, "how": {"code"}}).Want(http.StatusUnprocessableEntity, "是您的什么人", "至少选择一项", "委托多久")
	form := url.Values{"form_id": {"01ARZ3NDEKTSV4RRFFQ6900201"}, "relation": {"child"}, "scope": {"report", "follow"}, "days": {"30"}, "how": {"code"}}
	a := h.Post("granny", "/me/family", form).Want(http.StatusOK, "15分钟内有效")
	code := a.Text(".panel-number")
	h.Post("granny", "/me/family", form).Leads("/me/family").Want(http.StatusOK, "等待对方输入验证码")
	h.Post("daughter", "/me/family/enter", url.Values{"phone": {"13900000009"}, "code": {code}}).Want(http.StatusUnprocessableEntity, "号码或验证码不对")
	h.Post("daughter", "/me/family/enter", url.Values{"phone": {grannyPhone}, "code": {code}}).Leads("/me/family").Want(http.StatusOK, "等您答复")
	m := h.givenBy(h.ids["granny"])[0]
	if a := h.Get("granny", "/me/family").Want(http.StatusOK, "等待对方接受"); strings.Contains(a.Body, "陈**") {
		t.Error("the giver learns the name before the holder said yes")
	}
	h.Post("daughter", "/me/family/"+m.ID+"/accept", nil)
	h.Get("granny", "/me/family").Want(http.StatusOK, "陈**", "对方是我的：子女")
	h.Get("granny", "/me/family/"+m.ID).Want(http.StatusOK, "还没有替您提交过诉求")
	h.Post("granny", "/me/family/"+m.ID+"/end", nil).Leads("/me/family").Want(http.StatusOK, "委托人收回")
	for _, lang := range []string{"zh-Hant", "en"} {
		for _, path := range []string{"/me/family", "/me/family/new", "/me/family/enter", "/me/family/" + m.ID} {
			h.As("granny").In(lang).Get(path).Want(http.StatusOK)
		}
		h.As("clerk").In(lang).Get("/desk/mandates").Want(http.StatusOK)
		h.As("clerk").In(lang).Post("/desk/mandates", url.Values{"do": {"find"}, "phone": {grannyPhone}}).Want(http.StatusOK)
	}
}

package survey_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/register/trail"
	"banyan/internal/scenario/roomtest"
)

// propose fills in the form as a clerk does, and gives the address of the survey.
func (w *world) propose() string {
	w.Helper()
	w.Get("caller", "/desk/surveys").Want(http.StatusOK, "没有摸排")
	form := w.Get("caller", "/desk/surveys/new").Want(http.StatusOK).Form("form[action='/desk/surveys']")
	for name, value := range map[string]string{
		"title": "独居老人冬季走访", "purpose": "了解独居老人冬季取暖和用药情况，安排上门服务和急救联系。", "basis": "《老年人权益保障法》第三十七条",
		"q0": "家里有取暖设备吗？", "k0": "yesno", "q1": "谁来照看？", "k1": "choice", "o1": "子女\n邻居\n没有人", "q4": "有哪些慢性病？", "k4": "text", "s4": "yes",
	} {
		form.Set(name, value)
	}
	bad := roomtest.Fields(w.Get("caller", "/desk/surveys/new").Doc().Find("form[action='/desk/surveys']"))
	bad.Set("last", "")
	w.Post("caller", "/desk/surveys", bad).Want(http.StatusUnprocessableEntity, "请写最后一天", "请用大白话", "请写 1 到 6 个问题")
	a := w.Post("caller", "/desk/surveys", form)
	again := w.Post("caller", "/desk/surveys", form)
	if a.Status != http.StatusSeeOther || again.To != a.To {
		w.Fatalf("proposed: %d to %s, and again to %s", a.Status, a.To, again.To)
	}
	return a.To
}

// running is a survey with two people in it, for the worker.
func (w *world) running() (path, id string) {
	w.Helper()
	path = w.propose()
	w.Get("caller", path).Want(http.StatusOK, "待批准", "敏感").Has("form[action$='/approve']", 0)
	w.Get("taijiang", path).Want(http.StatusNotFound)
	w.Post("caller", path+"/approve", nil).Want(http.StatusForbidden)
	w.Get("gulou", path).Want(http.StatusOK).Has("form[action$='/approve']", 1)
	w.Post("gulou", path+"/approve", nil).Leads(path).Want(http.StatusOK, "进行中")
	w.Post("gulou", path+"/approve", nil).Want(http.StatusConflict, "已经有人决定过")
	send := w.Get("caller", path+"/send").Want(http.StatusOK, "军门社区 · 工"+w.worker.ID, "军门社区第一网格").Form("form[method=post][action$='/send']")
	send.Set("worker", "350102004001|"+w.worker.ID+"|"+w.worker.Unit)
	send.Set("people", "王大爷，13900000001，军门社区5号\n陈阿婆，军门社区7号")
	w.Post("caller", path+"/send", send).Leads(path).Want(http.StatusOK, "军门社区")
	w.Post("caller", path+"/send", send).Leads(path)
	return path, strings.TrimPrefix(path, "/desk/surveys/")
}

func TestFromProposalToCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path, id := w.running()
	if m := w.at(); m.Total() != 2 {
		t.Fatalf("sent twice by the same form there are %d people", m.Total())
	}
	w.Get("caller", path+"/people").Want(http.StatusOK, "王**").Has("tbody tr", 2)
	if body := w.Get("caller", path+"/people").Body; strings.Contains(body, "王大爷") || strings.Contains(body, "13900000001") || strings.Contains(body, "5号") {
		t.Error("the desk shows somebody whole")
	}
	w.Get("grid", "/rounds/"+id).Want(http.StatusNotFound)
	w.Get("grid", "/rounds").Want(http.StatusOK, "没有派给您的走访")
	w.Get("citizen", "/rounds").Want(http.StatusForbidden)
	w.Get("worker2", "/rounds").Want(http.StatusForbidden)
	w.Get(w.worker.ID, "/rounds").Want(http.StatusOK, "独居老人冬季走访", "还有 2 人")
	w.Get(w.worker.ID, "/rounds/"+id).Want(http.StatusOK, "王**", "军门社区**").Has("main .row, main li a[href*='/people/']", 2)
	at := w.Get(w.worker.ID, "/rounds/"+id+"/next").To
	page := w.Get(w.worker.ID, at).Want(http.StatusOK, "王大爷", "13900000001", "军门社区5号", "先单独告知", "了解独居老人")
	w.Get("grid", at).Want(http.StatusNotFound)
	form := page.Form("main form[method=post]")
	form.Set("outcome", "answered")
	form.Set("a0", "yes")
	form.Set("a1", "邻居")
	form.Set("a2", "高血压")
	w.Post(w.worker.ID, at, form).Want(http.StatusUnprocessableEntity, "先单独告知，得到同意后勾选").Says("textarea[name=a2]", "高血压")
	form.Set("told", "yes")
	w.Post(w.worker.ID, at, form).Leads("/rounds/"+id).Want(http.StatusOK, "已保存")
	w.Post(w.worker.ID, at, form).Leads("/rounds/" + id)
	late := url.Values{"version": {"1"}, "outcome": {"declined"}}
	w.Post(w.worker.ID, at, late).Want(http.StatusConflict, "刚刚有人先保存了", "现在的内容", "邻居")
	add := w.Get(w.worker.ID, "/rounds/"+id+"/new").Want(http.StatusOK).Form("main form[method=post]")
	w.Post(w.worker.ID, "/rounds/"+id+"/new", add).Want(http.StatusUnprocessableEntity, "请写姓名")
	add.Set("name", "新来的")
	add.Set("address", "军门社区9号")
	there := w.Post(w.worker.ID, "/rounds/"+id+"/new", add).Leads("/rounds/"+id+"/people/").Want(http.StatusOK, "新来的").Form("main form[method=post]")
	there.Set("outcome", "away")
	w.Get("caller", path).Want(http.StatusOK).Says("tbody", "31002")

	w.Get("", "/surveys").Want(http.StatusOK, "独居老人冬季走访", "进行中")
	w.Get("", "/surveys/"+id).Want(http.StatusOK, "了解独居老人", "这一页会变成销毁证明")
	w.Get("", "/surveys/"+id+"/proof").Want(http.StatusNotFound)
	end := w.Get("caller", path+"/end").Want(http.StatusOK, "无法恢复").Form("main form[method=post]")
	w.Post("caller", path+"/end", end).Want(http.StatusUnprocessableEntity, "请写明理由")
	end.Set("why", "已经全部问完")
	w.Post("caller", path+"/end", end).Leads(path).Want(http.StatusOK, "一分钟内销毁")
	last := w.Get(w.worker.ID, "/rounds/"+id+"/next")
	last.Want(http.StatusConflict, "已经结束")
	w.Post(w.worker.ID, at, there).Want(http.StatusConflict, "没有保存", "请不要用别的方式记下")
	if n, err := w.Surveys.Tidy(t.Context()); n != 1 || err != nil {
		t.Fatalf("destroyed %d: %v", n, err)
	}
	_, err := w.Tree.Sequence(t.Context())
	w.Must(err)
	w.Get("", "/surveys/"+id).Want(http.StatusOK, "销毁证明", "3 人的记录", "提前结束", "不公布", "下载凭证")
	proof := w.Get("", "/surveys/"+id+"/proof")
	if look, _, err := trail.Verify([]byte(proof.Body), w.Tree.Key()); err != nil || look.Purpose != trail.ForSurveyEnd {
		t.Errorf("the proof: %v %+v", err, look)
	}
	w.Get("caller", path).Want(http.StatusOK, "数据已全部销毁")
	w.Get("caller", path+"/people").Want(http.StatusConflict)
	w.Post(w.worker.ID, at, there).Want(http.StatusConflict, "没有保存")
}

func TestRefusedAndExtended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path, id := w.running()
	more := w.Get("gulou", path+"/extend").Want(http.StatusOK).Form("main form[method=post]")
	more.Set("why", "还有人没有走到")
	w.Get("caller", path+"/extend").Want(http.StatusForbidden)
	w.Post("gulou", path+"/extend", more).Leads(path).Want(http.StatusOK, "延期", "还有人没有走到").Has("a[href$='/extend']", 0)
	w.Post("gulou", path+"/extend", more).Want(http.StatusConflict, "只能延期一次")
	w.Get("", "/surveys/"+id).Want(http.StatusOK, "还有人没有走到")
	w.Get("gulou", path+"/burn").Want(http.StatusNotFound)
	for _, lang := range []string{"en", "zh-Hant"} {
		for _, page := range []string{"/desk/surveys", "/desk/surveys/new", path, path + "/send", path + "/end", path + "/people"} {
			w.As("caller").In(lang).Get(page).Want(http.StatusOK)
		}
		for _, page := range []string{"/rounds", "/rounds/" + id, "/rounds/" + id + "/new", w.Get(w.worker.ID, "/rounds/"+id+"/next").To} {
			w.As(w.worker.ID).In(lang).Get(page).Want(http.StatusOK)
		}
	}
	form := w.Get("caller", "/desk/surveys/new").Form("form[action='/desk/surveys']")
	for name, value := range map[string]string{"title": "人口登记", "purpose": "了解辖区内常住人口的基本情况，方便以后联系。", "basis": "上级要求，没有写明", "q0": "家里几口人？", "k0": "number"} {
		form.Set(name, value)
	}
	other := w.Post("caller", "/desk/surveys", form).To
	no := w.Get("gulou", other+"/refuse").Want(http.StatusOK).Form("main form[method=post]")
	no.Set("why", "没有法律依据，目的不明确")
	w.Post("gulou", other+"/refuse", no).Leads(other).Want(http.StatusOK, "未获批准", "没有法律依据")
	w.Get("", strings.TrimPrefix(other, "/desk")).Want(http.StatusNotFound)
}

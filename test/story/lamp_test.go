package story

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
)

const (
	lampTitle = "牌坊下的路灯"
	lampWords = "牌坊下的路灯灭了三天，路灯不亮，晚上看不见台阶，请来修。"
	lampPhone = "13900000077"
)

// TestLamp plays the whole loop: collect, call, respond, rate, supervise.
func TestLamp(t *testing.T) {
	t.Parallel()
	h := openHouse(t, time.Date(2026, 11, 23, 10, 0, 0, 0, clock.City))
	before := h.rates("鼓楼区城管局")
	number := h.report(lampWords, lampPhone)
	h.dispatchAndRule()
	h.callToTheSpot()
	h.reply("换了灯头，已经亮了。")
	h.followUp("未解决", "不满意", "灯又灭了，要查线路。")
	h.track(number, lampPhone).sees("回访：没有解决", "退回再办")

	v := h.desk("dispatcher", "contested", lampTitle)
	v.press("退回重办", fill{"要单位重办什么": "请查线路，不要只换灯头。"})
	h.pass(time.Hour)
	h.reply("线路接头老化，已经换线，连续观察两晚正常。")
	h.followUp("已解决", "满意", "这次好了。")

	h.rate(number)
	if after := h.rates("鼓楼区城管局"); after == before {
		t.Errorf("the rates did not move: %s", before)
	}
	h.storyIsTold(number)
}

// dispatchAndRule sends the case as suggested; the unit disputes it and is ruled upon.
func (h *house) dispatchAndRule() {
	h.Helper()
	v := h.desk("dispatcher", "queue", lampTitle)
	v.sees("建议派给", "城市道路路灯不亮抢修", "路灯不亮")
	v.press("派单", fill{"派单要求": "请先看线路。", "assisting": nil})
	v.sees("已派单")
	h.pass(20 * time.Minute)

	v = h.order("lighting", lampTitle)
	v.sees("为什么派给本单位", "城市道路路灯不亮抢修")
	v.press("签收", nil)
	v.openRelative(v.at.Path + "/ask?kind=dispute&" + v.at.RawQuery)
	v.press("提交申请", fill{"理由": "设施产权或养护单位不明", "说明": "牌坊下的灯由区里建设，没有移交。", "建议主办单位": "鼓楼区城市管理局"})
	h.pass(10 * time.Minute)

	v = h.desk("arbiter", "rulings", lampTitle)
	v.press("提交裁定", fill{"鼓楼区城市管理局": "", "裁定理由": "区建未移交的灯由区城管局负责。"})
	h.pass(10 * time.Minute)
}

// callToTheSpot lets the subdistrict call two units; one comes late.
func (h *house) callToTheSpot() {
	h.Helper()
	v := h.order("gulou-city", lampTitle)
	v.press("签收", nil)
	v.press("查看电话", nil)
	v.sees(lampPhone)
	v.openRelative(v.at.Path[:strings.LastIndexByte(v.at.Path, '/')] + "/respond?" + v.at.RawQuery)
	v.press("登记响应", fill{"用什么方式联系": "电话", "联系情况": "约好下午到现场。"})

	v = h.staff("dongjie")
	v.open("/calls")
	v.follow(lampTitle)
	v.follow("呼叫单位到场")
	v.pick("unit-350102.jsj")
	v.pick("unit-350102.scjg")
	v.press("发出呼叫", fill{"到场要做什么": "请住建看台阶扶手，市场监管看压住线井的摊位。"})
	h.pass(30 * time.Minute)

	for _, step := range []struct {
		login string
		after time.Duration
		says  string
	}{{"gulou-housing", 0, "按时"}, {"gulou-market", 13 * time.Hour, "晚到"}} {
		v = h.order(step.login, lampTitle)
		v.press("签收", nil)
		h.pass(step.after)
		v = h.order(step.login, lampTitle)
		v.follow("现场报到")
		v.press("我已到场", nil)
		v.follow("报告结果")
		v.press("提交结果", fill{"处置结果": "已到场查看，配合处理。"})
		h.settle()
		v = h.staff("dongjie")
		v.open("/calls")
		v.follow(lampTitle)
		v.sees(step.says)
		v.press("评分", fill{"score": "4"})
	}
	v.press("结束呼叫", fill{"呼叫结果": "现场会商，线路由区城管局当天处理。"})
	h.settle()
}

// reply lets the lead unit hand in the form.
func (h *house) reply(words string) {
	h.Helper()
	v := h.order("gulou-city", lampTitle)
	v.openRelative(v.at.Path + "/reply?" + v.at.RawQuery)
	v.press("提交答复", fill{
		"反映的情况是否属实": "是", "是不是本单位的职责": "是", "是否联系到诉求人": "是", "联系方式": "电话",
		"contacted_at": h.clock.Now().In(clock.City).Format("2006-01-02T15:04"), "到过现场": "", "是否解决": "是", "给诉求人的答复": words,
	})
	h.pass(time.Hour)
}

// followUp lets the centre ask the requester.
func (h *house) followUp(solved, satisfied, words string) {
	h.Helper()
	v := h.desk("followup", "followup", lampTitle)
	v.press("保存回访", fill{"联系方式": "电话", "联系上了吗": "接通并回访", "解决了吗": solved, "满意吗": satisfied, "诉求人说了什么": words})
	h.pass(10 * time.Minute)
}

// rate lets the requester rate and read who saw the phone number.
func (h *house) rate(number string) {
	h.Helper()
	v := h.track(number, lampPhone)
	v.sees("已办结")
	v.press("评价", fill{"非常满意": ""})
	h.settle()
	v.sees("您的评价")
	v.follow("谁看过我的信息")
	v.sees("鼓楼区城市管理局", "电话")
}

// rates is a unit's line in the table of rates.
func (h *house) rates(unit string) string {
	h.Helper()
	v := h.staff("brain")
	v.open("/rates")
	v.follow("区县部门")
	return v.row(unit)
}

// storyIsTold wants every step in the timeline of the desk, and those that are everybody's in that of the citizen.
func (h *house) storyIsTold(number string) {
	h.Helper()
	v := h.track(number, lampPhone)
	v.sees("收到", "确定由鼓楼区城市管理局负责", "到了现场", "作出答复", "回访：没有解决", "重新办理", "回访：已经解决")
	v = h.staff("dispatcher")
	v.open("/desk/cases?q=" + strings.ReplaceAll(number, " ", "+"))
	v.sees("受理诉求", "派单", "签收", "提出申请", "责任裁定", "街镇呼叫", "现场报到", "报告结果", "呼叫方评分", "呼叫结束", "答复", "回访", "退回重办")
}

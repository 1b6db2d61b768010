package triage

import (
	"errors"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/i18n"
	"banyan/internal/work/triage/classify"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func today() time.Time { return day(2026, 11, 2) }

// lists is a small duty list: lamps, drains, noise, wages, a general duty for urban matters, a duty
// that ended, one that begins later and one with a wrong rule.
func lists() *Lists {
	from := day(2026, 1, 1)
	return &Lists{
		Version: "small@1", Centre: "3501.12345", City: "3501",
		Categories: map[string]string{"城乡建设": "urban", "劳动和社会保障": "labour"},
		General:    map[string]string{"urban": "C-999"},
		Duties: []Duty{
			{Code: "C-114", Category: "urban", Kinds: []string{"help", "complaint"}, Words: []string{"路灯", "不亮", "照明"}, Strong: []string{"路灯"}, From: from},
			{Code: "C-201", Category: "urban", Words: []string{"井盖", "积水", "下水道", "不通"}, From: from},
			{Code: "C-305", Category: "urban", Words: []string{"噪音", "施工", "夜间施工", "扰民"}, From: from},
			{Code: "L-010", Category: "labour", Words: []string{"工资", "拖欠", "农民工"}, Strong: []string{"拖欠工资"}, From: from},
			{Code: "C-400", Category: "urban", Words: []string{"广告牌"}, From: from, To: day(2026, 6, 30)},
			{Code: "C-401", Category: "urban", Words: []string{"广告牌"}, From: day(2026, 7, 1)},
			{Code: "C-500", Category: "urban", Words: []string{"台阶"}, From: from},
			{Code: "C-999", Category: "urban", From: from},
		},
		Resolve:  resolve,
		District: func(area string) string { return area[:min(len(area), 6)*min(len(area)/6, 1)] },
		AreaName: func(code string) i18n.Text { return i18n.Text{Hans: "地区" + code} },
		UnitName: func(code string) i18n.Text { return i18n.Text{Hans: "单位" + code} },
	}
}

func resolve(duty, area string, facts map[string]any) (Parties, error) {
	text, ok := facts["text"].(string)
	if !ok {
		return Parties{}, errors.New("no text given")
	}
	dept, _, _ := strings.Cut(strings.ToLower(duty), "-")
	p := Parties{Lead: area[:min(len(area), 6)] + "." + dept}
	if strings.Contains(text, "台阶") {
		p.Assisting = []string{"3501.jsj"}
	}
	if duty == "C-500" {
		return p, errors.New("assisting[0].when: no such field: txt")
	}
	return p, nil
}

func model(t testing.TB) *classify.Model {
	t.Helper()
	var rows []classify.Example
	for i := range 12 {
		place := string(rune('甲' + i))
		rows = append(rows,
			classify.Example{Label: "城乡建设", Text: place + "小区楼道破旧，道路坑洼，物业不管" + place},
			classify.Example{Label: "劳动和社会保障", Text: place + "公司拖欠工资，社保医保不交，劳动合同" + place})
	}
	m, _, err := classify.Train(t.Context(), rows, classify.Options{Folds: 3})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

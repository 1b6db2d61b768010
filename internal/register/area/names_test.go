package area_test

import (
	"strings"
	"testing"

	"banyan/internal/register/area"
)

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"nothing", "路灯不亮", ""},
		{"full name", "鼓楼区的路灯不亮", "350102:鼓楼区"},
		{"short name", "鼓楼东街的路灯不亮", "350102:鼓楼 350102004:东街"},
		{"the longest counts", "住在东街街道", "350102004:东街街道"},
		{"traditional script", "家住鼓樓區東街街道", "350102:鼓樓區 350102004:東街街道"},
		{"a district before its town", "仓山有人扰民", "350104:仓山"},
		{"the town by its full name", "仓山镇有人扰民", "350104100:仓山镇"},
		{"an ambiguous name", "下洋村停电", "350104100201:下洋村 350121101201:下洋村"},
		{"told apart by another place", "闽侯县白沙镇下洋村停电", "350121:闽侯县 350121101:白沙镇 350121101201:下洋村"},
		{"told apart from behind", "下洋村停电,在仓山区", "350104100201:下洋村 350104:仓山区"},
		{"another place does not help", "从鼓楼区去下洋村", "350102:鼓楼区 350104100201:下洋村 350121101201:下洋村"},
		{"the city tells nothing apart", "福州市下洋村", "3501:福州市 350104100201:下洋村 350121101201:下洋村"},
		{"short villages are common words", "先锋作用", ""},
		{"a road named after it", "东街路上", ""},
		{"a short name at the end", "我住在东街", "350102004:东街"},
		{"a short name in another district", "仓山区的东街", "350104:仓山区"},
		{"a full name in another district", "仓山区到东街街道", "350104:仓山区 350102004:东街街道"},
		{"a short name that is another place", "白沙很多", ""},
		{"another word for an area", "高新区太吵", "zone-gxq:高新区"},
		{"rare letters", "𠮷😀鼓楼区", "350102:鼓楼区"},
		{"broken bytes", "\xff鼓楼区", "350102:鼓楼区"},
		{"one letter", "鼓", ""},
	}
	r := load(t, map[string]string{"places.yaml": "never: [白沙]\nalso: [{area: zone-gxq, words: [高新区]}]\n"})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, m := range r.Find(tt.text) {
				got = append(got, m.Area.Code+":"+m.Words)
				if !strings.HasPrefix(tt.text[min(m.At, len(tt.text)):], m.Words) {
					t.Errorf("%s does not begin at byte %d", m.Words, m.At)
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("Find = %s, want %s", s, tt.want)
			}
		})
	}
}

func TestPlacesMustExist(t *testing.T) {
	t.Parallel()
	_, err := area.New(small(t, map[string]string{"places.yaml": "also: [{area: zone-x, words: [开发区]}]\n"}))
	if err == nil || !strings.Contains(err.Error(), "there is no area zone-x") {
		t.Errorf("New = %v", err)
	}
}

func BenchmarkFind(b *testing.B) {
	r := load(b, nil)
	if real, err := area.New(fuzhou(b)); err == nil {
		r = real
	}
	text := strings.Repeat("鼓楼区东街街道军门社区的路灯不亮已经有一个星期了,请有关部门尽快派人来修理,谢谢你们。", 7)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Find(text)
	}
}

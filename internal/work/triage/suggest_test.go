package triage

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	list, m := lists(t), model(t)
	for _, c := range []struct {
		name   string
		signal bool // without a classifier
		in     Input
		duty   string
		lead   string
		keys   string // reasons that must be there
	}{
		{"a strong word", false, Input{Text: "门口的路灯坏了，晚上不亮", Area: "350102001"}, "C-114", "350102.cgj", "signal class place"},
		{"without a classifier", true, Input{Text: "路灯不亮"}, "C-114", "3501.cgj", "signal class_absent place_unknown"},
		{"the subject weighs more", true, Input{Subject: "井盖缺失", Text: "旁边照明也差"}, "C-201", "3501.cgj", "signal_subject"},
		{"the class decides a tie", false, Input{Text: "公司不交社保，工资、施工都有问题"}, "L-010", "3501.rsj", "signal class"},
		{"another kind is said", true, Input{Text: "路灯不亮", Kind: "praise"}, "C-114", "3501.cgj", "kind_other"},
		{"nothing speaks, the class is known", false, Input{Text: "小区楼道破旧，道路坑洼，物业不管", Area: "350103"}, "C-999", "350103.cgj", "general class place"},
		{"nothing speaks", true, Input{Text: "你好"}, "", "3501.12345", "centre class_absent"},
		{"empty", false, Input{}, "", "3501.12345", "centre class"},
		{"valid until June", true, Input{Text: "广告牌要掉了", At: day(2026, 6, 30)}, "C-400", "3501.jsj", "signal"},
		{"valid from July", true, Input{Text: "广告牌要掉了", At: day(2026, 7, 1)}, "C-400", "3501.cgj", "signal"},
		{"the evening before July in the city", true, Input{Text: "广告牌", At: day(2026, 6, 30).Add(15 * time.Hour)}, "C-400", "3501.jsj", "signal"},
		{"outside the city's reach", true, Input{Text: "路灯不亮", Area: "350128"}, "C-114", "3501.12345", "outside"},
		{"an unknown place", true, Input{Text: "路灯不亮", Area: "999999"}, "C-114", "3501.cgj", "place_unknown"},
		{"before the list began", true, Input{Text: "路灯不亮", At: day(2015, 1, 1)}, "C-114", "3501.cgj", "signal before_list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := NewSuggester(list, m, nil)
			if c.signal {
				s = NewSuggester(list, nil, nil)
			}
			if c.in.At.IsZero() {
				c.in.At = today()
			}
			got := s.Suggest(c.in)
			best := got.Best()
			if best.Duty != c.duty || best.Lead != c.lead || len(got.Alarms) > 0 {
				t.Errorf("%+v, want duty %q with %s", got, c.duty, c.lead)
			}
			for key := range strings.FieldsSeq(c.keys) {
				if !slices.ContainsFunc(best.Reasons, func(r Reason) bool { return r.Key == "triage.reason."+key }) {
					t.Errorf("reasons %+v, want one %s", best.Reasons, key)
				}
			}
		})
	}
}

func TestWrongRuleRaisesAlarm(t *testing.T) {
	t.Parallel()
	got := NewSuggester(lists(t), nil, nil).Suggest(Input{Text: "台阶碎了", At: today()})
	if len(got.Alarms) != 1 || strings.Contains(got.Alarms[0].What, "碎") || got.Alarms[0].Duty != "C-500" || !strings.Contains(got.Alarms[0].What, "int(text)") {
		t.Errorf("alarms %+v, want one for C-500 that names the rule and no words", got.Alarms)
	}
	if got.Best().Duty != "C-500" || got.Best().Lead != "3501.cgj" {
		t.Errorf("%+v, want the duty kept with its lead", got.Best())
	}
}

func TestPrecedentMovesTheOrder(t *testing.T) {
	t.Parallel()
	in := Input{Text: "夜间施工，积水", Area: "350102001", At: today()}
	before := NewSuggester(lists(t), nil, nil).Suggest(in).Best().Duty
	p := Precedent{Duty: "C-201", Area: "350102", Words: []string{"积水", "施工"}}
	other := Precedent{Duty: "C-305", Area: "350103", Words: []string{"积水"}}
	got := NewSuggester(lists(t), nil, []Precedent{p, p, p, other, other, other, other}).Suggest(in).Best()
	hasReason := slices.ContainsFunc(got.Reasons, func(r Reason) bool { return r.Kind == PrecedentOf && r.Args[0].Value.Hans == "3" })
	if before != "C-305" || got.Duty != "C-201" || !hasReason {
		t.Errorf("%s before, %+v after; want C-305 before and C-201 by three precedents of this district", before, got)
	}
}

func TestSpansPointAtTheWords(t *testing.T) {
	t.Parallel()
	in := Input{Subject: "A区路灯", Text: "😀路灯\xff不亮，照明差。夜间施工", At: today()}
	n := 0
	for _, c := range NewSuggester(lists(t), nil, nil).Suggest(in).Candidates {
		for _, r := range c.Reasons {
			for _, w := range r.Words {
				n++
				text := in.Text
				if w.InSubject {
					text = in.Subject
				}
				if text[w.From:w.To] != w.Word {
					t.Errorf("%+v points at %q", w, text[w.From:w.To])
				}
			}
		}
	}
	if n < 6 {
		t.Errorf("%d places, want the words of the subject and the text", n)
	}
}

func TestSuggestAlwaysAnswers(t *testing.T) {
	t.Parallel()
	m := model(t)
	ruled := []Precedent{{Duty: "C-999", Words: []string{"施工"}}, {Duty: "L-010", Words: []string{"台阶", "路灯"}}, {Duty: "gone", Words: []string{"路灯"}}}
	suggesters := []*Suggester{NewSuggester(lists(t), m, ruled), NewSuggester(lists(t), nil, nil)}
	word := rapid.SampledFrom([]string{"路灯", "不亮", "工资", "拖欠工资", "夜间施工", "施工", "台阶", "广告牌", "，", "甲", "x", "\x00", "𠮷"})
	rapid.Check(t, func(t *rapid.T) {
		in := Input{
			Subject: strings.Join(rapid.SliceOfN(word, 0, 6).Draw(t, "subject"), ""),
			Text:    strings.Join(rapid.SliceOfN(word, 0, 30).Draw(t, "text"), "") + rapid.String().Draw(t, "tail"),
			Area:    rapid.SampledFrom([]string{"", "3501", "350102", "350102001003"}).Draw(t, "area"),
			Kind:    rapid.SampledFrom([]string{"", "help", "praise", "?"}).Draw(t, "kind"),
			At:      time.Unix(rapid.Int64Range(0, 2e9).Draw(t, "at"), 0),
		}
		for _, s := range suggesters {
			got := s.Suggest(in)
			if !reflect.DeepEqual(got, s.Suggest(in)) {
				t.Fatalf("two answers to %+v", in)
			}
			if wrong := unsound(got); wrong != "" {
				t.Fatalf("%s: %+v", wrong, got)
			}
		}
	})
}

// unsound says what is wrong with a suggestion whatever the message.
func unsound(s Suggestion) string {
	sum, last := 0.0, 1.0
	for _, c := range s.Candidates {
		if len(c.Reasons) == 0 || c.Lead == "" {
			return "a candidate without reasons or unit"
		}
		if !(c.Score > 0) || c.Score > last {
			return fmt.Sprintf("score %v after %v", c.Score, last)
		}
		sum, last = sum+c.Score, c.Score
	}
	if len(s.Candidates) == 0 || s.Version == "" || !(sum < 1) {
		return fmt.Sprintf("no candidates, no version or scores that sum to %v", sum)
	}
	return ""
}

func BenchmarkSuggest(b *testing.B) {
	s := NewSuggester(many(b), model(b), nil)
	in := Input{Subject: "某小区门口路灯不亮", Text: strings.Repeat("门口的路灯坏了很久晚上出行很不安全希望有关部门尽快维修信号七十一", 11), Area: "350102001", At: today()}
	b.ReportAllocs()
	for b.Loop() {
		s.Suggest(in)
	}
}

// many is a list as long as a city's: 499 duties with sixteen signals each.
func many(b *testing.B) *Lists {
	digits := []rune("〇一二三四五六七八九")
	var rows strings.Builder
	for i := range 499 {
		var words []string
		for k := range 8 {
			n := (i*7 + k*k) % 900
			word := string([]rune{digits[n/100], '十', digits[n%10]})
			words = append(words, "信号"+word, word+"路灯")
		}
		fmt.Fprintf(&rows, "- {code: C-%03d, name: 职责, category: urban, topic: streets, kinds: [help], lead: {dept: cgj, level: district}, basis: [条例],\n"+
			"   clock: livelihood, words: [路灯, %s], valid_from: \"2026-01-01\"}\n", i, strings.Join(words, ", "))
	}
	return listsOf(b, smallPack(b, map[string]string{"duties/urban.yaml": rows.String(), "triage.yaml": "general: {}\n"}))
}

package request

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"路灯坏了三天没人修", "路灯坏了三天没人修"},
		{"五一北路的12路公交站，3月5日起路灯不亮", "五一北路的12路公交站，3月5日起路灯不亮"},
		{"请联系13900000001谢谢", "请联系***谢谢"},
		{"请联系139 0000 0001", "请联系***"},
		{"请联系１３９－００００－０００１", "请联系***"},
		{"请联系1️⃣3️⃣9️⃣0️⃣0️⃣0️⃣0️⃣0️⃣0️⃣0️⃣1️⃣", "请联系***"},
		{"请联系一三九零零零零零零零一", "请联系***"},
		{"座机0591-87654321", "座机***"},
		{"身份证35010219900101002X的人", "身份证***的人"},
		{"身份证 350102 19900101 002x", "身份证 ***"},
		{"邮箱 zhang.san@example.com 回复我", "邮箱 *** 回复我"},
		{"邮箱zhang.san＠example.com", "***"},
		{"军门社区3号楼2单元1203室漏水", "军门社区***号楼***单元***室漏水"},
		{"住在3-2-1203", "住在***"},
		{"住在3栋 1203", "住在***栋 1203"},
		{"八一七路12号门口", "八一七路***号门口"},
		{"地铁3号线5月3号停运", "地铁3号线5月3号停运"},
		{"请实行一户一表", "请实行一户一表"},
		{"闽A12345占道", "闽***占道"},
		{"微信wx_1990abc", "微信***"},
		{"我叫张三丰，住这里", "我叫***，住这里"},
		{"联系人：李四", "联系人：***"},
		{"第一行\n第二行\t空", "第一行 第二行 空"},
		{"PM2.5 超标", "PM2.5 超标"},
		{"𠮷野家门口积水😀", "𠮷野家门口积水😀"},
		{"", ""},
	}
	r := NewRedactor()
	for _, tt := range tests {
		if got := r.Redact(tt.in); got != tt.want {
			t.Errorf("Redact(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Wherever a phone or identity number stands and however its digits are spelt and spaced, five of its digits
// never appear side by side in what is shown.
func TestRedactHidesNumbersAnywhere(t *testing.T) {
	t.Parallel()
	r := NewRedactor()
	around := rapid.StringOfN(rapid.RuneFrom([]rune("路灯坏了请联系我 ，。！号楼室第年月日Aaz@:：-(（\n#，xX")), 0, 30, -1)
	rapid.Check(t, func(rt *rapid.T) {
		number := rapid.OneOf(
			rapid.StringMatching(`1[3-9][0-9]{9}`),
			rapid.StringMatching(`0591[2-9][0-9]{7}`),
			rapid.StringMatching(`3501[0-9]{13}[0-9X]`),
			rapid.StringMatching(`3501[0-9]{11}`),
			rapid.StringMatching(`62[0-9]{14,17}`),
		).Draw(rt, "number")
		spelt := spell(rt, number)
		text := around.Draw(rt, "before") + spelt + around.Draw(rt, "after")
		for _, shown := range []string{r.Redact(text), r.Headline("", text), r.Headline(text, "")} {
			digits := onlyDigits(shown)
			for i := 0; i+5 <= len(number); i++ {
				if part := number[i : i+5]; !strings.Contains(part, "X") && strings.Contains(digits, part) {
					rt.Fatalf("%q shows %s of %s as %q", text, part, number, shown)
				}
			}
		}
	})
}

// spell writes digits plain, full-width, as keycaps or as Chinese numerals, with gaps as people leave them.
func spell(rt *rapid.T, number string) string {
	var b strings.Builder
	style := rapid.IntRange(0, 4).Draw(rt, "style")
	for _, c := range number {
		how := style
		if style == 4 {
			how = rapid.IntRange(0, 3).Draw(rt, "how")
		}
		switch {
		case c == 'X' || how == 0:
			b.WriteRune(c)
		case how == 1:
			b.WriteRune(c + 0xfee0)
		case how == 2:
			b.WriteString(string(c) + "\ufe0f\u20e3")
		default:
			b.WriteRune([]rune("零一二三四五六七八九")[c-'0'])
		}
		if c != 'X' {
			b.WriteString(rapid.SampledFrom([]string{"", "", "", "", " ", "-", " - ", "　", "－", "．", "\u200b", "、", "·", "\n", "*"}).Draw(rt, "gap"))
		}
	}
	return b.String()
}

func onlyDigits(text string) string {
	var b strings.Builder
	for _, r := range plain(text) {
		if i := strings.IndexRune("零一二三四五六七八九", r); i >= 0 {
			b.WriteByte('0' + byte(i/3))
		} else if unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestRedactHidesEmailsAnywhere(t *testing.T) {
	t.Parallel()
	r := NewRedactor()
	at := regexp.MustCompile(`[A-Za-z0-9]@[A-Za-z0-9]`)
	rapid.Check(t, func(rt *rapid.T) {
		email := rapid.StringMatching(`[a-z0-9]{1,10}[._-]?[a-z0-9]{1,5}@[a-z0-9]{2,8}\.(com|cn|com\.cn)`).Draw(rt, "email")
		text := rapid.StringOf(rapid.RuneFrom([]rune("请回复 ，。x1"))).Draw(rt, "before") + email + "谢谢"
		if got := r.Redact(text); at.MatchString(got) {
			rt.Fatalf("Redact(%q) = %q", text, got)
		}
	})
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	r := NewRedactor()
	long := strings.Repeat("灯", 39) + "13900000001"
	tests := []struct{ subject, words, want string }{
		{"路灯坏了", "别的", "路灯坏了"},
		{"", "路灯坏了，很黑", "路灯坏了，很黑"},
		{"  ", "路灯坏了", "路灯坏了"},
		{"", long, strings.Repeat("灯", 39) + "…"},
		{"", strings.Repeat("The lamp is broken. ", 20), "The lamp is broken. The lamp is broken.…"},
		{"", strings.Repeat("13900000001 ", 12) + "路灯", "*** 路灯"},
	}
	for _, tt := range tests {
		got := r.Headline(tt.subject, tt.words)
		if got != tt.want || utf8.RuneCountInString(got) > headlineLength {
			t.Errorf("Headline(%q, %q) = %q, want %q", tt.subject, tt.words, got, tt.want)
		}
	}
}

func FuzzRedact(f *testing.F) {
	r := NewRedactor()
	f.Add("请联系13900000001")
	f.Add("\xff\xfe@#3号楼")
	f.Fuzz(func(t *testing.T, text string) {
		got := r.Redact(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("Redact(%q) = %q", text, got)
		}
	})
}

func BenchmarkHeadline(b *testing.B) {
	r := NewRedactor()
	words := strings.Repeat("本小区门口的路灯已经坏了三天，晚上很黑，请有关部门尽快维修。联系电话13900000001。", 8)
	for b.Loop() {
		r.Headline("", words)
	}
}

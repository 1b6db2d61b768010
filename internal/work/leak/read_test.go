package leak_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"banyan/internal/work/leak"
)

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"as shown", "FZ261123 0087 4213 张** 1*90***0*01 路灯坏了", "张1*90***0*01"},
		{"off a picture", "FZ26112300874002 3K** 1°2****9635 BATS", "1*2****9635"},
		{"with x and spaces", "李** 139 xxxx 0X01", "李139****0*01"},
		{"full width", "１３９＊＊＊＊０００１", "139****0001"},
		{"digits put in", "王** 13912340001", "王13912340001"},
		{"two in a line", "1*90***0*01，1**9***0101", "1*90***0*01 1**9***0101"},
		{"two behind each other", "1*90***0*01 1**9***0101", "1*90***0*01 1**9***0101"},
		{"a case number", "FZ261123008742131", ""},
		{"too short and too long", "1*90***0*0 1*90***0*011", ""},
		{"stars alone", "***********", ""},
		{"none", "没有电话", ""},
		{"no text", "\xff\xfe", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range leak.Read(tt.text) {
				got = append(got, r.Surname+string(r.Shown[:]))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%q reads as %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// FuzzRead holds that whatever is pasted gives rows of eleven digits and stars, and not more of them than are looked at.
func FuzzRead(f *testing.F) {
	f.Add("张** 1*90***0*01\n13912340001")
	f.Add(strings.Repeat("1*90***0*01 ", 600))
	f.Add("\xff１３９＊＊＊＊０００１")
	f.Fuzz(func(t *testing.T, text string) {
		rows := leak.Read(text)
		if len(rows) > 500 {
			t.Fatalf("%d rows", len(rows))
		}
		for _, r := range rows {
			for _, c := range r.Shown {
				if c != '*' && (c < '0' || c > '9') {
					t.Fatalf("%q", r.Shown)
				}
			}
			if utf8.RuneCountInString(r.Surname) > 1 || r.Line < 1 {
				t.Fatalf("%+v", r)
			}
		}
	})
}

package request

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseNumber holds that what is read as a number is one in plain form, and is read from its display alike.
func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"FZ26112300874213", "fz261123 0087 4213", "ＦＺ２６１１２３-0087-4213", "2611230087421", "", "FZFZZ", "①②③", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseNumber("FZ", text)
		if err != nil {
			if n != "" {
				t.Fatalf("%q is refused and gives %q", text, n)
			}
			return
		}
		head, digits := n[:len(n)-numberDigits], n[len(n)-numberDigits:]
		if len(head) > 4 || strings.Trim(head, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || strings.Trim(digits, "0123456789") != "" {
			t.Fatalf("%q is read as %q", text, n)
		}
		if again, err := ParseNumber("FZ", DisplayNumber(n)); err != nil || again != n {
			t.Fatalf("%q is shown as %q, which is read as %q (%v)", n, DisplayNumber(n), again, err)
		}
		wrong := []byte(n)
		wrong[len(wrong)-1] = '0' + (wrong[len(wrong)-1]-'0'+1)%10
		if _, err := ParseNumber("FZ", string(wrong)); err == nil {
			t.Fatalf("%q is read although its check digit is wrong", wrong)
		}
	})
}

// FuzzRedactPhone holds that no phone number put anywhere into a text comes through, that redacting twice changes nothing that
// leads to a person, and that headlines keep their length.
func FuzzRedactPhone(f *testing.F) {
	for _, s := range []string{"我叫张三，住3号楼", "电话：", "闽A12345", "a@b.c", "1-2-3", "二〇二六年", "\xff\xfe", "٣٤٥", "𝟙𝟚𝟛", "12\u200b34"} {
		f.Add(s, s)
	}
	r := NewRedactor()
	const phone = "13900000001"
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, form := range []string{phone, "139 0000 0001", "１３９００００００００１", "1-3-9-0-0-0-0-0-0-0-1"} {
			out := r.Redact(before + form + after)
			if strings.Contains(out, phone) || strings.Contains(plain(out), form) {
				t.Fatalf("%q comes through in %q", form, out)
			}
			if _, digits, straight := longest(out); digits >= 7 || straight >= 6 {
				t.Fatalf("a long run of digits comes through in %q", out)
			}
			head := r.Headline(before, form+after)
			if !utf8.ValidString(head) || utf8.RuneCountInString(head) > headlineLength || strings.Contains(head, phone) {
				t.Fatalf("headline %q", head)
			}
		}
	})
}

// longest measures the longest run of digits anywhere in a text.
func longest(text string) (end, digits, straight int) {
	runes := []rune(text)
	for i, c := range runes {
		if !isDigit(c) {
			continue
		}
		e, d, s := run(runes[i:])
		end, digits, straight = max(end, e), max(digits, d), max(straight, s)
	}
	return end, digits, straight
}

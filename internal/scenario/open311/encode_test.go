package open311

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

// strange are texts that break careless writers.
func strange() []string {
	return []string{
		"", "plain", "灯 & <b> \"'>]]>", "a\x00b\x01c\x1f", "\xff\xfe\xc0", "\r\n\t", "\u2028\u2029", "\ufffe\uffff", "\U0001F600𠮷", "</request>", `\u0041\`, "\x7f\u0085",
		"\ud7ff", strings.Repeat("灯", 3000), "&#0;&lt;",
	}
}

func FuzzWriter(f *testing.F) {
	for _, s := range strange() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, ascii := range []bool{false, true} {
			w := newWriter(asXML, 64)
			w.ascii = ascii
			write(w, text)
			var got struct {
				Item []struct {
					Name string `xml:"name"`
					Next string `xml:"next"`
				} `xml:"item"`
			}
			if err := xml.Unmarshal(w.b, &got); err != nil || len(got.Item) != 2 || got.Item[1].Next != "end" {
				t.Fatalf("%q is written as %q: %v", text, w.b, err)
			}
			if want := readable(text); got.Item[0].Name != want {
				t.Fatalf("%q is read back as %q", want, got.Item[0].Name)
			}
			if ascii && strings.ContainsFunc(string(w.b), func(r rune) bool { return r >= utf8.RuneSelf }) {
				t.Fatalf("not ASCII: %q", w.b)
			}
		}
		w := newWriter(asJSON, 64)
		write(w, text)
		var got []struct{ Name, Next *string }
		if err := json.Unmarshal(w.b, &got); err != nil || len(got) != 2 || *got[1].Next != "end" {
			t.Fatalf("%q is written as %q: %v", text, w.b, err)
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); text != "" && !equalButRuns(*got[0].Name, want) {
			t.Fatalf("%q is read back as %q", want, *got[0].Name)
		}
	})
}

func write(w *writer, text string) {
	w.list("items", func() {
		w.item("item", func() {
			w.text("name", text)
			w.text("next", "x")
		})
		w.item("item", func() { w.text("next", "end") })
	})
}

// readable is a text as XML can hold it, with line ends as parsers give them.
func readable(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if i += size; !inXML(r) || r == utf8.RuneError {
			r = '\ufffd'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// equalButRuns compares texts in which every broken byte may stand for itself or for its run.
func equalButRuns(a, b string) bool {
	squeeze := func(s string) string {
		for strings.Contains(s, "\ufffd\ufffd") {
			s = strings.ReplaceAll(s, "\ufffd\ufffd", "\ufffd")
		}
		return s
	}
	return squeeze(a) == squeeze(b)
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00 08:00", "2026-11-23T08:00:00.123+08:00", "2026-11-23 08:00", "9999-99-99", "+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if at, ok := parseTime(text); ok && (at.Year() < 1970 || at.Year() >= 3000) {
			t.Errorf("%q is read as %v", text, at)
		}
	})
}

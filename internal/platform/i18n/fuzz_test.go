package i18n

import "testing"

// FuzzMatch holds that any header gives a language of the house, and that naming one gives it.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{"zh-TW,zh;q=0.9,en;q=0.8", "*", "en-GB", "zh-Hant-HK;q=0", "de,fr;q=0.5", ";;;", "x-y", "zh_CN", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := Match(header)
		if _, ok := Parse(string(got)); !ok {
			t.Fatalf("%q gives %q", header, got)
		}
		if again := Match(header); again != got {
			t.Fatalf("%q gives %q and then %q", header, got, again)
		}
		if _, ok := Parse(header); ok && got != Lang(header) {
			t.Fatalf("%q gives %q", header, got)
		}
	})
}

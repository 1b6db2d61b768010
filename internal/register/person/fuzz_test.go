package person

import (
	"strings"
	"testing"
)

// FuzzParsePhone holds that a number that is read has one spelling: digits, read again as itself, alike with +86 in front.
func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"13900000001", "+86 139-0000-0001", "008613900000001", "0591-87654321", "(0591) 8765 4321", "１３９００００００００１", "+1 212", "86", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePhone(text)
		if err != nil {
			if p != "" {
				t.Fatalf("%q is refused and gives %q", text, p)
			}
			return
		}
		if len(p) < 11 || len(p) > 12 || strings.Trim(string(p), "0123456789") != "" {
			t.Fatalf("%q is read as %q", text, p)
		}
		for _, form := range []string{string(p), " " + string(p) + " ", "+86" + strings.TrimPrefix(string(p), "0")} {
			if again, err := ParsePhone(form); err != nil || again != p {
				t.Fatalf("%q is read as %q, and %q as %q (%v)", text, p, form, again, err)
			}
		}
		if masked := p.Masked(); strings.Contains(masked, string(p)) || strings.Count(masked, "*") != 4 {
			t.Fatalf("%q is masked as %q", p, masked)
		}
	})
}

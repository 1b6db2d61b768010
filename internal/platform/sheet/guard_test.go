package sheet_test

import (
	"testing"

	"banyan/internal/platform/sheet"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "城管局": "城管局", "97.5": "97.5", "-3": "-3", "+1.5": "+1.5", "a=1": "a=1", "it's": "it's", "'a": "'a", " 1": " 1",
		"=1+1": "'=1+1", "+cmd": "'+cmd", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n": "'\n", "\tx": "'\tx",
		"＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠SUM": "'＠SUM",
		" =1": "' =1", "\u3000=1": "'\u3000=1", "\uFEFF=1": "'\uFEFF=1", "\u200b@x": "'\u200b@x", "\x00=1": "'\x00=1",
		"-Infinity": "'-Infinity", "+0x1p2": "'+0x1p2", "--1": "'--1", "-": "'-", "-1.": "'-1.", "+8613900000001": "+8613900000001", "+1234567890123456": "'+1234567890123456",
		"'=1": "''=1", "''=1": "'''=1",
	} {
		if got := sheet.Guard(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
		if back := sheet.Unguard(sheet.Guard(cell)); back != cell {
			t.Errorf("%q comes back as %q", cell, back)
		}
	}
}

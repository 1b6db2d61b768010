package brain

import "testing"

func TestHarmless(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "城管局": "城管局", "97.5": "97.5", "-3": "-3", "+1.5": "+1.5",
		"=1+1": "'=1+1", "+cmd": "'+cmd", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "＝1+1": "'＝1+1", "＠SUM": "'＠SUM", "\r=1": "'\r=1", "a=1": "a=1",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

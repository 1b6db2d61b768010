package person_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
)

func TestParsePhone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, want, masked string
	}{
		{"13900000001", "13900000001", "139****0001"},
		{" 139 0000 0001 ", "13900000001", "139****0001"},
		{"１３９００００００００１", "", ""},
		{"１３９０００００００１", "13900000001", "139****0001"},
		{"+86 139-0000-0001", "13900000001", "139****0001"},
		{"0086 13900000001", "13900000001", "139****0001"},
		{"8613900000001", "13900000001", "139****0001"},
		{"＋８６　１３９０００００００１", "13900000001", "139****0001"},
		{"139\u200b0000\u00a00001", "13900000001", "139****0001"},
		{"0591-87654321", "059187654321", "0591****4321"},
		{"(0591) 8765 4321", "059187654321", "0591****4321"},
		{"（0591）8765432", "05918765432", "0591****5432"},
		{"+86 591 8765 4321", "059187654321", "0591****4321"},
		{"010-87654321", "01087654321", "010****4321"},
		{"021 6765 4321", "02167654321", "021****4321"},
		{"", "", ""},
		{"12345", "", ""},
		{"12900000001", "", ""},
		{"1390000000", "", ""},
		{"139000000012", "", ""},
		{"87654321", "", ""},
		{"0591-17654321", "", ""},
		{"+1 202 555 0100", "", ""},
		{"1390000000a", "", ""},
		{"++8613900000001", "13900000001", "139****0001"},
		{strings.Repeat("1", 200), "", ""},
		{"一三九零零零零零零零一", "", ""},
	}
	for _, tt := range tests {
		got, err := person.ParsePhone(tt.in)
		if string(got) != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("ParsePhone(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
		if err != nil {
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "phone" || f[0].Key != "person.phone_invalid" {
				t.Errorf("ParsePhone(%q) refuses with %v", tt.in, err)
			}
		}
		if got.Masked() != tt.masked {
			t.Errorf("Masked(%q) = %q, want %q", got, got.Masked(), tt.masked)
		}
	}
}

// However a mobile number is spelt, it is the same number.
func TestParsePhoneSpellings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		want := "1" + rapid.StringMatching(`[3-9][0-9]{9}`).Draw(rt, "number")
		var b strings.Builder
		b.WriteString(rapid.SampledFrom([]string{"", "+86", "0086", "86", "＋86 ", "+86-"}).Draw(rt, "country"))
		for _, r := range want {
			if rapid.Bool().Draw(rt, "wide") {
				r += '０' - '0'
			}
			b.WriteRune(r)
			b.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-", "　", "－", "."}).Draw(rt, "gap"))
		}
		got, err := person.ParsePhone(b.String())
		if err != nil || string(got) != want {
			rt.Fatalf("ParsePhone(%q) = %q, %v; want %q", b.String(), got, err, want)
		}
	})
}

package request

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"banyan/internal/platform/fault"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	good := "FZ261123" + "0087421" + string(damm("2611230087421"))
	tests := []struct {
		name, in, want, key string
	}{
		{"as stored", good, good, ""},
		{"as shown", DisplayNumber(good), good, ""},
		{"lower case with hyphens", strings.ToLower(good[:8]) + "-" + good[8:12] + "-" + good[12:], good, ""},
		{"full width", strings.Map(func(r rune) rune { return r + 0xfee0 }, good), good, ""},
		{"without letters", good[2:], good, ""},
		{"around it spaces", " \t" + good + "　", good, ""},
		{"one short", good[:len(good)-1], "", "request.number_shape"},
		{"one long", good + "1", "", "request.number_shape"},
		{"letters behind", good[2:] + "FZ", "", "request.number_shape"},
		{"words", "我的编号", "", "request.number_shape"},
		{"empty", "", "", "request.number_shape"},
		{"huge", strings.Repeat("1", 10000), "", "request.number_shape"},
		{"wrong check digit", good[:len(good)-1] + string('0'+(good[len(good)-1]-'0'+1)%10), "", "request.number_check"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseNumber("FZ", tt.in)
			if got != tt.want {
				t.Errorf("ParseNumber(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if e, _ := fault.As(err); (tt.key == "") != (err == nil) || tt.key != "" && (e.Key != tt.key || e.Field != "number") {
				t.Errorf("ParseNumber(%q) refuses with %v, want %q", tt.in, err, tt.key)
			}
		})
	}
}

// Any wrong digit and any two neighbours swapped are caught.
func TestNumberCatchesMistakes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(rt, "at"), 0)
		number, err := newNumber("FZ", at)
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := ParseNumber("XX", DisplayNumber(number)); err != nil || got != number {
			rt.Fatalf("ParseNumber(%s) = %s, %v", DisplayNumber(number), got, err)
		}
		b := []byte(number)
		i := rapid.IntRange(2, len(b)-2).Draw(rt, "i")
		if rapid.Bool().Draw(rt, "swap") {
			b[i], b[i+1] = b[i+1], b[i]
		} else {
			b[i] = '0' + (b[i]-'0'+byte(rapid.IntRange(1, 9).Draw(rt, "by")))%10
		}
		if _, err := ParseNumber("FZ", string(b)); string(b) != number && err == nil {
			rt.Fatalf("%s mistyped as %s passes", number, b)
		}
	})
}

func TestNumberHasTheCitysDay(t *testing.T) {
	t.Parallel()
	got, err := newNumber("FZ", time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC))
	if err != nil || !strings.HasPrefix(got, "FZ261123") {
		t.Errorf("newNumber at 0:00 in the city = %s, %v", got, err)
	}
}

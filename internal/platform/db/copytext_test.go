package db

import (
	"bytes"
	"math"
	"reflect"
	"testing"
)

// everyKind is a row with a column of each kind.
func everyKind() []Field {
	return []Field{{"i", Int}, {"t", Text}, {"b", Bool}, {"r", Real}, {"x", Bytes}, {"n", Native}}
}

func TestRowsKeepTheirValues(t *testing.T) {
	t.Parallel()
	for name, row := range map[string][]any{
		"plain":     {int64(7), "路灯不亮", true, 26.08, []byte{0, 1, 255}, int64(3)},
		"nothing":   {nil, nil, nil, nil, nil, nil},
		"empty":     {int64(0), "", false, 0.0, []byte{}, ""},
		"escapes":   {int64(math.MinInt64), "a\tb\nc\\d\re\\N", true, -1e-300, []byte("\\x"), "\t\\"},
		"like NULL": {int64(1), `\N`, false, math.Inf(-1), []byte(`\N`), []byte(`\N`)},
		"large":     {int64(math.MaxInt64), `{"words":"\"\\n"}`, true, math.Inf(1), bytes.Repeat([]byte{9}, 5000), 1.5},
	} {
		line, err := appendRow(nil, everyKind(), row)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := bytes.Count(line, []byte{'\n'}); n != 1 || line[len(line)-1] != '\n' {
			t.Errorf("%s: %q is not one line", name, line)
		}
		got, err := parseRow(bytes.TrimSuffix(line, []byte{'\n'}), everyKind(), nil)
		if err != nil || !reflect.DeepEqual(got, row) {
			t.Errorf("%s: %v (%v), want %v", name, got, err, row)
		}
	}
}

func TestRowsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "1", "1\ta\tt\t1\t\\\\x00\ti1\tmore", "x\ta\tt\t1\t\\\\x00\ti1", "1\ta\\q\tt\t1\t\\\\x00\ti1",
		"1\ta\\", "1\ta\tyes\t1\t\\\\x00\ti1", "1\ta\tt\tone\t\\\\x00\ti1", "1\ta\tt\t1\tx00\ti1", "1\ta\tt\t1\t\\\\x0\ti1", "1\ta\tt\t1\t\\\\x00\tq", "1\ta\tt\t1\t\\\\x00\t"} {
		if got, err := parseRow([]byte(line), everyKind(), nil); err == nil {
			t.Errorf("%q was read as %v", line, got)
		}
	}
	if _, err := appendRow(nil, everyKind()[:1], []any{"seven"}); err == nil {
		t.Error("a text went into a column of numbers")
	}
}

func FuzzRow(f *testing.F) {
	f.Add([]byte("1\ta\\tb\tt\t1.5\t\\\\x00ff\ti1"))
	f.Add([]byte("\\N\t\\N\t\\N\t\\N\t\\N\t\\N"))
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := parseRow(line, everyKind(), nil)
		if err != nil {
			return
		}
		again, err := appendRow(nil, everyKind(), row)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(again, []byte{'\n'}) != 1 {
			return // a raw end of line inside: eachLine never gives one
		}
		back, err := parseRow(bytes.TrimSuffix(again, []byte{'\n'}), everyKind(), nil)
		if err != nil {
			t.Fatalf("%q became %q: %v", line, again, err)
		}
		if r, ok := row[3].(float64); ok && math.IsNaN(r) {
			return
		}
		if n, ok := row[5].(float64); ok && math.IsNaN(n) {
			return
		}
		if !reflect.DeepEqual(row, back) {
			t.Fatalf("%v became %v", row, back)
		}
	})
}

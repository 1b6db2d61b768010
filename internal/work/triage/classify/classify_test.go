package classify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// small gives a training set of two subjects that any classifier must tell apart.
func small() []Example {
	var out []Example
	for i := range 12 {
		place := string(rune('甲' + i))
		out = append(out,
			Example{"道路", place + "路路灯不亮", "路灯坏了很久，晚上出行危险" + place},
			Example{"学校", place + "小学学位", "小学招生学位不足，孩子上学难" + place})
	}
	return out
}

func trainSmall(t *testing.T) *Model {
	t.Helper()
	m, _, err := Train(t.Context(), small(), Options{Folds: 3})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestClassify(t *testing.T) {
	t.Parallel()
	m := trainSmall(t)
	for _, c := range []struct{ subject, text, want string }{
		{"路灯", "晚上路灯不亮。", "道路"},
		{"", "请问小学招生的学位够吗？", "学校"},
	} {
		got := m.Classify(nil, c.subject, c.text)
		sum := 0.0
		for _, p := range got {
			sum += p.Share
		}
		if got[0].Label != c.want || math.Abs(sum-1) > 1e-9 || got[0].Share < got[1].Share {
			t.Errorf("%q: %+v (sum %v), want %s first", c.text, got, sum, c.want)
		}
	}
	for _, odd := range []string{"", "\x00\xff", "abc 123", "😀𠮷", strings.Repeat("路灯", 50000)} {
		if got := m.Classify(nil, odd, odd); len(got) != 2 || math.IsNaN(got[0].Share) {
			t.Errorf("%.10q: %+v, want two labels with shares", odd, got)
		}
	}
}

func TestClassifyAllocatesNothing(t *testing.T) {
	m := trainSmall(t)
	out := make([]Probability, 0, 2)
	if n := testing.AllocsPerRun(200, func() { out = m.Classify(out[:0], "路灯", "晚上路灯不亮") }); n >= 1 {
		t.Errorf("%v allocations a message, want 0", n)
	}
}

func TestTrainRefuses(t *testing.T) {
	t.Parallel()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, c := range map[string]struct {
		ctx  context.Context
		rows []Example
	}{
		"no rows":   {t.Context(), nil},
		"one label": {t.Context(), small()[:1]},
		"stopped":   {stopped, small()},
	} {
		if m, _, err := Train(c.ctx, c.rows, Options{}); err == nil || m != nil {
			t.Errorf("%s: trained, want an error", name)
		}
	}
}

func TestTrainCountsDuplicates(t *testing.T) {
	t.Parallel()
	rows := append(small(), small()[0], Example{"道路", "", "甲路的路灯不亮，路灯坏很久，晚上出行危险甲"})
	_, report, err := Train(t.Context(), rows, Options{Folds: 2})
	if err != nil || report.Duplicates != 2 || report.Labels["道路"] != 12 || report.Examples != 26 {
		t.Errorf("%+v, %v; want two duplicates of 26 rows: one equal, one equal after folding", report, err)
	}
}

func TestModelFile(t *testing.T) {
	t.Parallel()
	m, path := trainSmall(t), filepath.Join(t.TempDir(), "triage", "model.bin")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent file: %v, want not exist", err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != m.Digest() || trainSmall(t).Digest() != m.Digest() {
		t.Error("digest differs after loading or after training again")
	}
	if a, b := m.Classify(nil, "路灯", ""), again.Classify(nil, "路灯", ""); !slices.Equal(a, b) {
		t.Errorf("loaded model says %v, want %v", b, a)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range damaged(whole) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".model-*")); len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

func damaged(whole []byte) map[string][]byte {
	flipped := slices.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	return map[string][]byte{
		"empty": nil, "other file": []byte(strings.Repeat("x", 200)),
		"cut": whole[:len(whole)-5], "bit flipped": flipped, "longer": append(slices.Clone(whole), 0),
	}
}

func TestReadExamples(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		`{"label":"道路","subject":"路灯","text":"不亮","time":"2026-01-01T00:00:00"}`,
		``, `{"label":"","text":"x"}`, `{broken`, `{"label":"a","text":" "}`,
		`{"label":"` + strings.Repeat("长", maxLine) + `"}`, "{\"label\":\"\xff\"}", `{"label":"学校","text":"学位"}`,
	}, "\n")
	var bad []int
	rows, err := ReadExamples(strings.NewReader(in), func(line int, err error) {
		bad = append(bad, line)
		if err == nil {
			t.Errorf("line %d without a reason", line)
		}
	})
	if err != nil || !slices.Equal(bad, []int{3, 4, 5, 6, 7}) || len(rows) != 2 || rows[1].Label != "学校" {
		t.Errorf("rows %v, bad lines %v, %v; want two rows and lines 3 to 7 reported", rows, bad, err)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	f := newFolder()
	for in, want := range map[string]string{
		"": "", "我们小区的路灯，坏了！": "小区路灯坏", "为什么A3区不供水？": "区不供水",
		"为,什么": "", "没有": "", "2020年1月": "年月", "的的的": "",
	} {
		if got := string(f.fold(nil, in)); got != want {
			t.Errorf("fold %q = %q, want %q", in, got, want)
		}
	}
}

func TestEval(t *testing.T) {
	t.Parallel()
	rows := []Example{{"道路", "路灯", "路灯不亮"}, {"学校", "", "小学招生学位"}, {"没见过", "", "路灯不亮"}}
	got := Eval(trainSmall(t), rows)
	want := fmt.Sprintf("%.3f %.3f %.3f", 2.0/3, (2.0/3+1+0)/3, 2.0/3)
	if s := fmt.Sprintf("%.3f %.3f %.3f", got.Accuracy, got.MacroF1, got.Top3); s != want || got.N != 3 {
		t.Errorf("%+v, want %s of 3", got, want)
	}
	if got := Eval(trainSmall(t), nil); got != (Result{}) {
		t.Errorf("no rows: %+v, want zeros", got)
	}
}

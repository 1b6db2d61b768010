package rule_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"banyan/internal/platform/rule"
)

func fields() rule.Fields {
	return rule.Fields{
		"text": rule.Words, "dept": rule.String, "likes": rule.Int, "on_site": rule.Bool,
		"score": rule.Double, "words": rule.Strings, "hours": rule.Ints,
	}
}

func env(t testing.TB) *rule.Env {
	t.Helper()
	e, err := rule.NewEnv(fields())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func values() map[string]any {
	return map[string]any{
		"text": "五一路的路灯不亮，台阶也坏了", "dept": "cgj", "likes": 5, "on_site": true,
		"score": 0.75, "words": []string{"路灯", "不亮"}, "hours": []int64{8, 12},
	}
}

func TestEval(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		want bool
		err  string // part of the error of Compile or Eval
	}{
		{`text.contains("台阶")`, true, ""},
		{`text.contains("噪音") || likes > 3`, true, ""},
		{`words.exists(w, text.contains(w))`, true, ""},
		{`words.all(w, w.startsWith("路"))`, false, ""},
		{`"路灯" in words && size(words) == 2`, true, ""},
		{`dept in ["cgj", "jsj"]`, true, ""},
		{`text.matches("路灯.{0,4}不亮")`, true, ""},
		{`score >= 0.75 && hours[0] < 9`, true, ""},
		{`on_site ? likes == 5 : false`, true, ""},
		{`text.size() > 10`, true, ""},
		{`txet.contains("a")`, false, "undeclared reference to 'txet'"},
		{`likes`, false, "gives int and must give bool"},
		{`dyn(true)`, false, "gives dyn and must give bool"},
		{`likes > "3"`, false, "no matching overload"},
		{`likes > 2.5`, false, "no matching overload"},
		{`text.contains(`, false, "Syntax error"},
		{``, false, "Syntax error"},
		{`text.matches("[")`, false, "invalid matches argument"},
		{`text.matches(dept)`, false, "must be written out"},
		{`text.matches("` + strings.Repeat("a", 300) + `")`, false, "longer than"},
		{`words.exists(a, words.exists(b, text.contains(a + b)))`, false, "may cost"},
		{`words.exists(a, words.exists(b, words.exists(c, a == b + c)))`, false, "nest"},
		{strings.Repeat("likes > 1 && ", 400) + "true", false, "size"},
		{`hours[7] == 1`, false, "index"},
		{`10 / (likes - 5) > 1`, false, "division by zero"},
		{`likes * 9223372036854775807 > 0`, false, "overflow"},
	}
	for _, tt := range tests {
		t.Run(cut(tt.expr), func(t *testing.T) {
			t.Parallel()
			got, err := evaluate(env(t), tt.expr, values())
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error = %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Fatalf("got %v, %v", got, err)
			}
		})
	}
}

func cut(s string) string { return s[:min(len(s), 60)] }

func evaluate(e *rule.Env, expr string, vals map[string]any) (bool, error) {
	r, err := e.Compile(expr)
	if err != nil {
		return false, err
	}
	yes, err := r.Eval(vals)
	why, _, whyErr := r.Why(vals)
	if why != yes || (err == nil) != (whyErr == nil) {
		return false, fmt.Errorf("Eval %v, %v but Why %v, %v", yes, err, why, whyErr)
	}
	return yes, err
}

func TestMissingOrWrongValueIsAnError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value any // nil: left out
		want  string
	}{
		{"left out", nil, "the field likes has no value"},
		{"text for a number", "5", "the field likes needs int and got string"},
		{"fraction for a number", 5.0, "the field likes needs int and got float64"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			vals := values()
			delete(vals, "likes")
			if tt.value != nil {
				vals["likes"] = tt.value
			}
			// The other side alone would decide: the wrong value is told all the same.
			_, err := evaluate(env(t), `on_site || likes > 3`, vals)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error = %v", err)
			}
		})
	}
}

func TestCompileValue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		want rule.Type
		out  any
	}{
		{`likes * 2 + 1`, rule.Int, int64(11)},
		{`score * 2.0`, rule.Double, 1.5},
		{`on_site ? dept : "none"`, rule.String, "cgj"},
		{`words.filter(w, w != "路灯")`, rule.Strings, []string{"不亮"}},
		{`hours.map(h, h + 1)`, rule.Ints, []int64{9, 13}},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			f, err := env(t).CompileValue(tt.expr, tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := f.Eval(values()); err != nil || !reflect.DeepEqual(got, tt.out) {
				t.Fatalf("got %#v, %v", got, err)
			}
		})
	}
	if _, err := env(t).CompileValue(`likes`, rule.Double); err == nil {
		t.Fatal("a whole number is not a score")
	}
}

func TestWhy(t *testing.T) {
	t.Parallel()
	r, err := env(t).Compile(`text.contains("台阶") && (likes > 9 || dept == "jsj") && words.exists(w, text.contains(w))`)
	if err != nil {
		t.Fatal(err)
	}
	yes, steps, err := r.Why(values())
	if err != nil || yes {
		t.Fatal(yes, err)
	}
	var got []string
	for _, s := range steps {
		got = append(got, fmt.Sprint(s.Depth, " ", s))
	}
	joined := strings.Join(got, "\n")
	for _, want := range []string{
		`text.contains("台阶") = true`, `likes > 9 = false`, `likes = 5`, `dept == "jsj" = false`, `dept = "cgj"`,
		`words.exists(w, text.contains(w)) = true`, `words = ["路灯", "不亮"]`, `text = …`,
	} {
		if !strings.Contains(joined, want) {
			t.Errorf("no step %q in\n%s", want, joined)
		}
	}
	if !strings.HasPrefix(got[0], "0 ") || !strings.HasSuffix(got[0], "= false") || strings.Contains(joined, "五一路") {
		t.Errorf("the whole comes first and no words are shown:\n%s", joined)
	}
}

func TestNewEnvRefuses(t *testing.T) {
	t.Parallel()
	for _, f := range []rule.Fields{{"x": 0}, {"x": 99}} {
		if _, err := rule.NewEnv(f); err == nil {
			t.Errorf("fields %v are taken", f)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	r, err := env(t).Compile(`likes % 2 == 0 && words.exists(w, text.contains(w))`)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			vals := values()
			for i := range 200 {
				vals["likes"] = g + i
				if yes, err := r.Eval(vals); err != nil || yes != ((g+i)%2 == 0) {
					t.Errorf("likes %d: %v, %v", g+i, yes, err)
				}
				if yes, _, err := r.Why(vals); err != nil || yes != ((g+i)%2 == 0) {
					t.Errorf("why, likes %d: %v, %v", g+i, yes, err)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkEval(b *testing.B) {
	r, err := env(b).Compile(`text.contains("台阶") && likes > 3 && dept in ["cgj", "jsj"]`)
	if err != nil {
		b.Fatal(err)
	}
	vals := values()
	b.ReportAllocs()
	for b.Loop() {
		if yes, err := r.Eval(vals); err != nil || !yes {
			b.Fatal(yes, err)
		}
	}
}

package rule_test

import "testing"

// FuzzRule holds that an expression that is accepted can be evaluated, gives the same twice, and explains itself alike.
func FuzzRule(f *testing.F) {
	for _, s := range []string{"true", `kind == "help"`, "urgent && lat > 26.0", `words.exists(w, w == "灯")`, `kind.matches("^a+$")`, "1/0 == 1", "has(kind)", "[[[", `"a" in words`, "size(words) > 3"} {
		f.Add(s)
	}
	e := env(f)
	vals := values()
	f.Fuzz(func(t *testing.T, source string) {
		r, err := e.Compile(source)
		if err != nil {
			return
		}
		first, err1 := r.Eval(vals)
		again, err2 := r.Eval(vals)
		why, steps, err3 := r.Why(vals)
		if first != again || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%q gives %v (%v), then %v (%v)", source, first, err1, again, err2)
		}
		if err1 == nil && err3 == nil && (why != first || len(steps) == 0 && source == "") {
			t.Fatalf("%q gives %v and explains %v", source, first, why)
		}
	})
}

// Package rule evaluates the conditions a pack writes: CEL over declared, typed fields.
//
//	env, err := rule.NewEnv(rule.Fields{"text": rule.Words, "likes": rule.Int, "on_site": rule.Bool})
//	r, err := env.Compile(`text.contains("台阶") && likes > 3`)
//	yes, err := r.Eval(map[string]any{"text": words, "likes": 5, "on_site": true})
//
// A wrong rule is an error and never false: an unknown field, a clause of another type, a pattern that is not
// a literal and a rule too dear to evaluate are refused at Compile; a field without its value at Eval.
// Numbers are whole (Int); Double is for scores. Why gives each clause with its value, for the explanation that
// is stored with a decision; what a person wrote (Words) is never shown in it.
//
// The package owns no table and says no fact. Rules may be used by many goroutines at once.
package rule

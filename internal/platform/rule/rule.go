package rule

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types/ref"
)

// Rule is a compiled condition.
type Rule struct{ f *Formula }

// Source gives the rule as it was written.
func (r *Rule) Source() string { return r.f.source }

// Eval tells whether the condition holds. Every field the rule speaks of must be in vals with its own type.
func (r *Rule) Eval(vals map[string]any) (bool, error) {
	v, err := r.f.Eval(vals)
	if err != nil {
		return false, err
	}
	return v.(bool), nil // the compiler has checked the type
}

// Why is Eval that also gives each clause with its value, the whole first, each under the one it belongs to.
func (r *Rule) Why(vals map[string]any) (bool, []Step, error) {
	v, steps, err := r.f.Why(vals)
	if err != nil {
		return false, steps, err
	}
	return v.(bool), steps, nil
}

// Formula is a compiled expression of any field type.
type Formula struct {
	source string
	root   *ast.AST
	fields Fields
	uses   []string
	fast   cel.Program
	slow   cel.Program // evaluates every clause and keeps its value
}

// Source gives the formula as it was written.
func (f *Formula) Source() string { return f.source }

// Uses lists the fields the formula speaks of, sorted.
func (f *Formula) Uses() []string { return append([]string(nil), f.uses...) }

// Eval gives the value as string, int64, bool, float64, []string or []int64.
func (f *Formula) Eval(vals map[string]any) (any, error) {
	in, err := f.facts(vals)
	if err != nil {
		return nil, err
	}
	out, _, err := f.fast.Eval(in)
	if err != nil {
		return nil, f.wrong(err)
	}
	return f.native(out)
}

// Why is Eval that also gives each clause with its value.
func (f *Formula) Why(vals map[string]any) (any, []Step, error) {
	in, err := f.facts(vals)
	if err != nil {
		return nil, nil, err
	}
	out, details, err := f.slow.Eval(in)
	steps := f.steps(details)
	if err != nil {
		return nil, steps, f.wrong(err)
	}
	v, err := f.native(out)
	return v, steps, err
}

// facts takes the used fields out of vals, each checked and in the form CEL reads fastest.
func (f *Formula) facts(vals map[string]any) (map[string]any, error) {
	in := make(map[string]any, len(f.uses))
	for _, name := range f.uses {
		v, ok := vals[name]
		if !ok {
			return nil, f.wrong(fmt.Errorf("the field %s has no value", name))
		}
		if v, ok = fact(f.fields[name], v); !ok {
			return nil, f.wrong(fmt.Errorf("the field %s needs %s and got %T", name, f.fields[name], v))
		}
		in[name] = v
	}
	return in, nil
}

func fact(t Type, v any) (any, bool) {
	switch x := v.(type) {
	case string:
		return v, t == String || t == Words
	case bool:
		return v, t == Bool
	case float64:
		return v, t == Double
	case int64:
		return v, t == Int
	case int:
		return int64(x), t == Int
	case int32:
		return int64(x), t == Int
	case []string:
		return v, t == Strings
	case []int64:
		return v, t == Ints
	default:
		return v, false
	}
}

// native turns CEL's value into Go's.
func (f *Formula) native(v ref.Val) (any, error) {
	switch x := v.Value().(type) {
	case bool, int64, float64, string:
		return x, nil
	}
	for _, to := range nativeLists() {
		if out, err := v.ConvertToNative(to); err == nil {
			return out, nil
		}
	}
	return nil, f.wrong(fmt.Errorf("gave %s", v.Type()))
}

func (f *Formula) wrong(err error) error { return fmt.Errorf("rule %q: %w", cut(f.source, 80), err) }

package rule

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Step is one clause of a rule and what it came to.
type Step struct {
	Depth int    // 0 is the whole rule, 1 a clause of it
	Expr  string // as a person writes it
	Value string // "true", "5", `"cgj"`, "[a, b]"; "…" where it would show what a person wrote
}

// String gives "likes > 3 = true".
func (s Step) String() string { return s.Expr + " = " + s.Value }

const shownRunes = 40

// steps walks the rule from the whole to its parts. A loop over a list is one step: of its inside only the
// last round would be known.
func (f *Formula) steps(details *cel.EvalDetails) []Step {
	var out []Step
	var walk func(x ast.Expr, depth int)
	walk = func(x ast.Expr, depth int) {
		if x.Kind() == ast.LiteralKind || x.Kind() == ast.UnspecifiedExprKind {
			return
		}
		if v, ok := details.State().Value(x.ID()); ok {
			out = append(out, Step{Depth: depth, Expr: f.written(x), Value: f.shown(x, v)})
		}
		switch x.Kind() {
		case ast.CallKind:
			call := x.AsCall()
			if call.IsMemberFunction() {
				walk(call.Target(), depth+1)
			}
			for _, arg := range call.Args() {
				walk(arg, depth+1)
			}
		case ast.ListKind:
			for _, item := range x.AsList().Elements() {
				walk(item, depth+1)
			}
		case ast.ComprehensionKind:
			walk(x.AsComprehension().IterRange(), depth+1)
		}
	}
	walk(f.root.Expr(), 0)
	return out
}

func (f *Formula) written(x ast.Expr) string {
	s, err := cel.ExprToString(x, f.root.SourceInfo())
	if err != nil {
		return "?" // never for an expression the parser made
	}
	return strings.Join(strings.Fields(s), " ")
}

// shown writes a value, hiding texts and lists made from what a person wrote.
func (f *Formula) shown(x ast.Expr, v ref.Val) string {
	switch v := v.(type) {
	case *types.Err:
		return "error: " + cut(v.Error(), shownRunes)
	case types.Bool, types.Int, types.Double, types.Uint:
		return fmt.Sprint(v.Value())
	}
	for _, name := range usedFields(x, f.fields) {
		if f.fields[name] == Words {
			return "…"
		}
	}
	return readable(v)
}

func readable(v ref.Val) string {
	switch v := v.(type) {
	case types.String:
		return strconv.Quote(cut(string(v), shownRunes))
	case traits.Lister:
		var items []string
		for it := v.Iterator(); it.HasNext() == types.True; {
			if len(items) == 10 {
				items = append(items, "…")
				break
			}
			items = append(items, readable(it.Next()))
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		return cut(fmt.Sprint(v.Value()), shownRunes)
	}
}

func nativeLists() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[[]string](), reflect.TypeFor[[]int64]()}
}

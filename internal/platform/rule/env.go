package rule

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
)

// Type is the type of a field or of a formula's value.
type Type int

// The types a field can have, and the Go values Eval takes for them.
const (
	String  Type = iota + 1 // a code or a name: string
	Words                   // what a person wrote: string, never shown by Why
	Int                     // int, int32 or int64
	Bool                    // bool
	Double                  // a score: float64
	Strings                 // []string
	Ints                    // []int64
)

// Limits of a rule. The sizes are those the cost estimate reckons with; they bound its worst case.
const (
	maxSource  = 4000      // characters of a rule
	maxPattern = 200       // characters of a matches pattern
	maxCost    = 5_000_000 // units of CEL's cost model, roughly 50 ms
	textSize   = 10_000    // characters of a text field
	codeSize   = 200       // characters of a list element
	listSize   = 200       // elements of a list field
)

// String names the type as a keeper of rules reads it in an error.
func (t Type) String() string {
	switch t {
	case String, Words:
		return "string"
	case Int:
		return "int"
	case Bool:
		return "bool"
	case Double:
		return "double"
	case Strings:
		return "list(string)"
	case Ints:
		return "list(int)"
	default:
		return fmt.Sprintf("Type(%d)", int(t))
	}
}

func (t Type) cel() *cel.Type {
	switch t {
	case String, Words:
		return cel.StringType
	case Int:
		return cel.IntType
	case Bool:
		return cel.BoolType
	case Double:
		return cel.DoubleType
	case Strings:
		return cel.ListType(cel.StringType)
	case Ints:
		return cel.ListType(cel.IntType)
	default:
		return nil
	}
}

// Fields declares what a rule may speak of.
type Fields map[string]Type

// Env compiles rules over one set of fields.
type Env struct {
	fields Fields
	env    *cel.Env
}

// NewEnv declares the fields; a field of unknown type or with a name CEL does not take is an error.
func NewEnv(f Fields) (*Env, error) {
	options := []cel.EnvOption{
		cel.EnableMacroCallTracking(),
		cel.ParserExpressionSizeLimit(maxSource),
		cel.ParserRecursionLimit(50),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateHomogeneousAggregateLiterals(),
			cel.ValidateComprehensionNestingLimit(2)),
	}
	own := Fields{}
	for name, t := range f {
		if t.cel() == nil {
			return nil, fmt.Errorf("field %s has no type", name)
		}
		own[name] = t
		options = append(options, cel.Variable(name, t.cel()))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("declare the fields of rules: %w", err)
	}
	return &Env{fields: own, env: env}, nil
}

// Compile checks a condition; its value must be a bool.
func (e *Env) Compile(expr string) (*Rule, error) {
	f, err := e.CompileValue(expr, Bool)
	if err != nil {
		return nil, err
	}
	return &Rule{f}, nil
}

// CompileValue checks a formula whose value is of the type want.
func (e *Env) CompileValue(expr string, want Type) (*Formula, error) {
	wrong := func(err error) (*Formula, error) { return nil, fmt.Errorf("rule %q: %w", cut(expr, 80), err) }
	checked, issues := e.env.Compile(expr)
	if err := issues.Err(); err != nil {
		return wrong(err)
	}
	if want.cel() == nil || !checked.OutputType().IsExactType(want.cel()) {
		return wrong(fmt.Errorf("gives %s and must give %s", checked.OutputType(), want))
	}
	root := checked.NativeRep()
	if err := patternsAreLiterals(root.Expr()); err != nil {
		return wrong(err)
	}
	estimate, err := e.env.EstimateCost(checked, sizes{e.fields})
	if err != nil {
		return wrong(err)
	}
	if estimate.Max > maxCost {
		return wrong(fmt.Errorf("may cost %d and only %d is allowed: compare fewer lists with each other", estimate.Max, maxCost))
	}
	fast, err := e.env.Program(checked, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return wrong(err)
	}
	slow, err := e.env.Program(checked, cel.EvalOptions(cel.OptExhaustiveEval))
	if err != nil {
		return wrong(err)
	}
	return &Formula{source: expr, root: root, fields: e.fields, uses: usedFields(root.Expr(), e.fields), fast: fast, slow: slow}, nil
}

// patternsAreLiterals keeps patterns readable and checked: matches takes a short literal only.
func patternsAreLiterals(root ast.Expr) error {
	var err error
	ast.PostOrderVisit(root, ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.CallKind || x.AsCall().FunctionName() != overloads.Matches {
			return
		}
		args := x.AsCall().Args()
		last := args[len(args)-1]
		if last.Kind() != ast.LiteralKind {
			err = fmt.Errorf("the pattern of matches must be written out")
		} else if s, ok := last.AsLiteral().(types.String); ok && len(s) > maxPattern {
			err = fmt.Errorf("the pattern of matches is longer than %d", maxPattern)
		}
	}))
	return err
}

// usedFields lists the declared fields a rule speaks of, sorted.
func usedFields(root ast.Expr, fields Fields) []string {
	var names []string
	ast.PostOrderVisit(root, ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.IdentKind {
			return
		}
		if _, ok := fields[x.AsIdent()]; ok {
			names = append(names, x.AsIdent())
		}
	}))
	slices.Sort(names)
	return slices.Compact(names)
}

// sizes tells the cost estimate how large a field can be.
type sizes struct{ fields Fields }

// EstimateSize bounds a field or an element of a list field; other nodes are reckoned by CEL.
func (s sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	path := n.Path()
	if len(path) == 0 {
		return nil
	}
	most := uint64(textSize)
	switch t := s.fields[path[0]]; {
	case t == 0:
		return nil
	case len(path) > 1:
		most = codeSize
	case t == Strings || t == Ints:
		most = listSize
	case t == String:
		most = codeSize
	}
	return &cost.SizeEstimate{Min: 0, Max: most}
}

// EstimateCallCost leaves every call to CEL's own model.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

package access

import (
	"slices"
	"strings"
)

// answersMost is how many answers are kept, some 300 bytes each. A desk of a city asks a few thousand different questions.
const answersMost = 8192

// question is all that the policies get to know: who of a post asks, which of alike things, and where they are but for
// inside the area of the post or outside, makes no difference. The policies never change while a program runs, so an answer
// once given stays true.
type question struct {
	kind              Kind
	person, unit      string
	roles             list
	action            string
	inside            bool   // the resource lies in the area of the actor's post
	thing, owner, its string // the resource's kind, owner and unit
	units, open       list
	state             string
	giver             string // for whom the actor acts
	scope             list   // what their mandate allows
}

func questionOf(a Actor, action string, r Resource) question {
	return question{
		kind: a.Kind, person: personOf(a), unit: a.Unit, roles: listOf(a.Roles), action: action, inside: inside(r.AreaPath, a.Area),
		thing: r.Kind, owner: r.Owner, its: r.Unit, units: listOf(r.Units), open: listOf(r.Open), state: r.State,
		giver: a.For.Person, scope: listOf(a.For.Scope),
	}
}

// inside tells whether the last area of a path is one of those of another path. No area holds nothing.
func inside(path, area string) bool {
	all := codes(area)
	return len(all) > 0 && slices.Contains(codes(path), all[len(all)-1])
}

// codes splits an area path "/3501/350102/" into its codes, city first.
func codes(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// list is several codes as one value that can be compared.
type list string

// between is a sign that no code holds.
const between = "\x00"

func listOf(values []string) list {
	if len(values) == 1 {
		return list(values[0])
	}
	return list(strings.Join(values, between))
}

func (l list) values() []string {
	if l == "" {
		return nil
	}
	return strings.Split(string(l), between)
}

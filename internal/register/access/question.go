package access

import "strings"

// answersMost is how many answers are kept, some 300 bytes each. A desk of a city asks a few thousand different questions.
const answersMost = 8192

// question is all that the policies get to know: who of a post asks, and which of alike things, makes no difference. The
// policies never change while a program runs, so an answer once given stays true.
type question struct {
	kind               Kind
	person, unit, area string
	roles              list
	action             string
	thing, owner, its  string // the resource's kind, owner and unit
	units, open        list
	path, state        string
}

func questionOf(a Actor, action string, r Resource) question {
	return question{
		kind: a.Kind, person: personOf(a), unit: a.Unit, area: a.Area, roles: listOf(a.Roles), action: action,
		thing: r.Kind, owner: r.Owner, its: r.Unit, units: listOf(r.Units), open: listOf(r.Open), path: r.AreaPath, state: r.State,
	}
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

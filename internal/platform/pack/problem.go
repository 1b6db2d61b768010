package pack

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is one thing wrong in a pack, with the place where a person can mend it.
type Problem struct {
	File  string // pack name and path, "fuzhou/duties/urban.yaml"; empty when it is the pack as a whole
	Line  int    // from 1; 0 when the whole file is meant
	Field string // path inside the row, "lead.dept"; may be empty
	What  string // an English sentence for the keeper of the pack
}

// String gives `file:line: field: what`, leaving out what is not known.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		b.WriteString(":" + strconv.Itoa(p.Line))
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	b.WriteString(p.What)
	return b.String()
}

// Problems is a list of everything wrong; as an error it prints one problem a line.
type Problems []Problem

// Error prints the first hundred problems, one a line, and how many more there are.
func (ps Problems) Error() string {
	const most = 100
	var lines []string
	for i, p := range ps {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(ps)-most))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// Err gives the list as an error, or nil when it is empty.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (ps *Problems) add(file string, line int, field, format string, args ...any) {
	*ps = append(*ps, Problem{File: file, Line: line, Field: field, What: fmt.Sprintf(format, args...)})
}

// Checker is one named check an owner of sections gives; app passes the list of all of them to Check.
type Checker struct {
	Name  string
	Check func(p *Pack) Problems
}

// Check runs every checker and gives all problems in the order of the checkers.
func Check(p *Pack, checkers []Checker) Problems {
	var all Problems
	for _, c := range checkers {
		for _, found := range c.Check(p) {
			if found.File == "" {
				found.File = c.Name
			}
			all = append(all, found)
		}
	}
	return all
}

// AsProblems turns any error into problems, so that a checker can return what Section gave it.
func AsProblems(err error) Problems {
	switch e := err.(type) {
	case nil:
		return nil
	case Problems:
		return e
	default:
		return Problems{{What: err.Error()}}
	}
}

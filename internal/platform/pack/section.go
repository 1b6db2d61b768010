package pack

import (
	"path"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Source is the place of a row.
type Source struct {
	File string // pack name and path
	Line int    // from 1
}

// Sources gives the place of each row of a section by its key.
type Sources map[string]Source

// Problem makes a problem of the row with that key, at the place where it stands.
func (s Sources) Problem(key, field, what string) Problem {
	at := s[key]
	return Problem{File: at.File, Line: at.Line, Field: field, What: what}
}

// entry is one row as one pack has it: a value under a key, or the removal of a key.
type entry[T any] struct {
	Source
	key    string
	value  T
	remove bool
}

// Section reads the rows of a section from base to top and gives those that hold, in order. A section no pack
// has is empty. The error is Problems; rows without a problem are given beside it, so that a check can go on.
func Section[T any](p *Pack, file string, key func(T) string) ([]T, Sources, error) {
	var all Problems
	s := stack[T]{at: map[string]int{}}
	for i, l := range p.layers {
		entries, ps := rowsOf(p, l, file, key)
		all = append(all, ps...)
		all = append(all, s.lay(entries, i == 0)...)
	}
	rows, sources := s.rows()
	return rows, sources, all.Err()
}

// Has tells whether any pack of the stack has a file for the section or object.
func (p *Pack) Has(file string) bool {
	for _, l := range p.layers {
		if len(sectionFiles(l, file)) > 0 {
			return true
		}
	}
	return false
}

// stack lays the rows of one pack over those of another.
type stack[T any] struct {
	entries []entry[T]
	at      map[string]int // key -> place in entries
}

func (s *stack[T]) lay(entries []entry[T], base bool) Problems {
	var ps Problems
	mine := map[string]Source{}
	for _, e := range entries {
		first, twice := mine[e.key]
		i, known := s.at[e.key]
		switch {
		case e.key == "":
			ps.add(e.File, e.Line, "", "has no key")
		case twice:
			ps.add(e.File, e.Line, "", "the key %s is already at %s:%d", e.key, first.File, first.Line)
		case e.remove && base:
			ps.add(e.File, e.Line, "remove", "only a pack that extends another removes rows")
		case e.remove && !known:
			ps.add(e.File, e.Line, "remove", "there is no row %s to remove", e.key)
		case e.remove:
			s.entries[i] = entry[T]{}
			delete(s.at, e.key)
		case known:
			s.entries[i] = e
		default:
			s.at[e.key] = len(s.entries)
			s.entries = append(s.entries, e)
		}
		mine[e.key] = e.Source
	}
	return ps
}

func (s *stack[T]) rows() ([]T, Sources) {
	rows, sources := make([]T, 0, len(s.at)), Sources{}
	for _, e := range s.entries {
		if e.key != "" {
			rows, sources[e.key] = append(rows, e.value), e.Source
		}
	}
	return rows, sources
}

// rowsOf reads all files of a section in one pack.
func rowsOf[T any](p *Pack, l layer, file string, key func(T) string) ([]entry[T], Problems) {
	var entries []entry[T]
	var all Problems
	for _, name := range sectionFiles(l, file) {
		p.mark(name)
		read := yamlRows[T]
		if strings.HasSuffix(name, ".csv") {
			read = csvRows[T]
		}
		found, ps := read(l.name+"/"+name, l.files[name], l.languages)
		all = append(all, ps...)
		for _, e := range found {
			if !e.remove {
				e.key = key(e.value)
			}
			entries = append(entries, e)
		}
	}
	return entries, all
}

// sectionFiles lists, in order, the files that hold a section in one pack.
func sectionFiles(l layer, file string) []string {
	var names []string
	for _, name := range sortedNames(l.files) {
		stem := strings.TrimSuffix(name, path.Ext(name))
		if isRows(name) && (stem == file || path.Dir(name) == file) {
			names = append(names, name)
		}
	}
	return names
}

// yamlRows reads a list of rows; a row with a problem is left out and told.
func yamlRows[T any](file string, data []byte, languages []string) ([]entry[T], Problems) {
	body, ps := parse(file, data)
	if body == nil || len(ps) > 0 {
		return nil, ps
	}
	list, ok := body.(*ast.SequenceNode)
	if !ok {
		ps.add(file, lineOf(body), "", "needs a list of rows, each beginning with a hyphen")
		return nil, ps
	}
	var entries []entry[T]
	for _, n := range list.Values {
		e := entry[T]{Source: Source{File: file, Line: lineOf(n)}}
		if pairs := pairsOf(n); len(pairs) == 1 && keyOf(pairs[0]) == "remove" {
			var gone struct {
				Remove string `yaml:"remove"`
			}
			ps = append(ps, decode(file, n, &gone, nil)...)
			e.key, e.remove = gone.Remove, true
			entries = append(entries, e)
			continue
		}
		if found := decode(file, n, &e.value, languages); len(found) > 0 {
			ps = append(ps, found...)
			continue
		}
		entries = append(entries, e)
	}
	return entries, ps
}

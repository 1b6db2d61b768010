package pack

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Change is one row or object that differs between two packs.
type Change struct {
	Section string // "duties", "casework", "map.geojson"
	Key     string // key of the row; empty for an object or a plain file
	Kind    string // "added", "removed" or "changed"
	Fields  []FieldChange
}

// FieldChange is one field that differs; a side without the field has an empty value.
type FieldChange struct{ Field, From, To string }

// Diff compares what holds in a with what holds in b, whatever pack of the stack says it. folders names the
// sections that are spread over several files of a folder, such as "duties". Rows are matched by the first
// of the fields code, id, key, year, version and name that every row of the section has. Changes come
// sorted by section and key. The error is Problems of files that cannot be read.
func Diff(a, b *Pack, folders ...string) ([]Change, error) {
	left, ps := flatten(a, folders)
	right, more := flatten(b, folders)
	if err := append(ps, more...).Err(); err != nil {
		return nil, err
	}
	var changes []Change
	for id, from := range left {
		to, ok := right[id]
		switch {
		case !ok:
			changes = append(changes, Change{Section: id.section, Key: id.key, Kind: "removed", Fields: differ(from, nil)})
		default:
			if fields := differ(from, to); len(fields) > 0 {
				changes = append(changes, Change{Section: id.section, Key: id.key, Kind: "changed", Fields: fields})
			}
		}
	}
	for id, to := range right {
		if _, ok := left[id]; !ok {
			changes = append(changes, Change{Section: id.section, Key: id.key, Kind: "added", Fields: differ(nil, to)})
		}
	}
	sort.Slice(changes, func(i, j int) bool {
		x, y := changes[i], changes[j]
		return x.Section < y.Section || x.Section == y.Section && x.Key < y.Key
	})
	return changes, nil
}

// rowID names a row across packs.
type rowID struct{ section, key string }

// fields is a row as paths and their letters: "lead.dept" -> "cgj".
type fields map[string]string

func differ(from, to fields) []FieldChange {
	names := map[string]bool{}
	for name := range from {
		names[name] = true
	}
	for name := range to {
		names[name] = true
	}
	var out []FieldChange
	for name := range names {
		if from[name] != to[name] {
			out = append(out, FieldChange{name, from[name], to[name]})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Field < out[j].Field })
	return out
}

// flatten lays a pack's layers together without knowing its row types.
func flatten(p *Pack, folders []string) (map[rowID]fields, Problems) {
	var all Problems
	rows, keys := map[rowID]fields{}, map[string]string{}
	for _, l := range p.layers {
		bySection := map[string][]fields{}
		for _, name := range sortedNames(l.files) {
			if name == "pack.yaml" {
				continue
			}
			section := sectionOf(name, folders)
			list, object, ps := generic(l.name+"/"+name, name, l.files[name])
			all = append(all, ps...)
			layFields(rows, rowID{section: section}, object)
			bySection[section] = append(bySection[section], list...)
		}
		for section, list := range bySection {
			layRows(rows, keys, section, list)
		}
	}
	return rows, all
}

func sectionOf(name string, folders []string) string {
	for _, f := range folders {
		if strings.HasPrefix(name, f+"/") {
			return f
		}
	}
	return strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".csv")
}

// layRows puts one pack's rows of a section over those already there.
func layRows(rows map[rowID]fields, keys map[string]string, section string, list []fields) {
	if keys[section] == "" {
		keys[section] = keyField(list)
	}
	for i, row := range list {
		if gone := row["remove"]; gone != "" {
			delete(rows, rowID{section, gone})
			continue
		}
		key := row[keys[section]]
		if key == "" {
			key = "#" + strconv.Itoa(i+1)
		}
		rows[rowID{section, key}] = row
	}
}

// keyField finds the field that names the rows of a section.
func keyField(list []fields) string {
	for _, name := range []string{"code", "id", "key", "year", "version", "name"} {
		if !slices.ContainsFunc(list, func(f fields) bool { return f[name] == "" && f["remove"] == "" }) {
			return name
		}
	}
	return ""
}

// layFields puts one pack's object over that already there, each top-level field as a whole.
func layFields(rows map[rowID]fields, id rowID, object map[string]fields) {
	if rows[id] == nil && len(object) > 0 {
		rows[id] = fields{}
	}
	for top, sub := range object {
		for name := range rows[id] {
			if name == top || strings.HasPrefix(name, top+".") || strings.HasPrefix(name, top+"[") {
				delete(rows[id], name)
			}
		}
		maps.Copy(rows[id], sub)
	}
}

// generic reads a file as rows, or as an object by its top-level fields. Any other file is one field.
func generic(file, name string, data []byte) ([]fields, map[string]fields, Problems) {
	if strings.HasSuffix(name, ".csv") {
		list, ps := genericCSV(file, data)
		return list, nil, ps
	}
	if !strings.HasSuffix(name, ".yaml") {
		return nil, map[string]fields{"content": {"content": digest([]layer{{files: map[string][]byte{name: data}}})}}, nil
	}
	body, ps := parse(file, data)
	switch n := body.(type) {
	case *ast.SequenceNode:
		var list []fields
		for _, item := range n.Values {
			row := fields{}
			spread(row, "", item)
			list = append(list, row)
		}
		return list, nil, ps
	case *ast.MappingNode:
		object := map[string]fields{}
		for _, pair := range n.Values {
			object[keyOf(pair)] = fields{}
			spread(object[keyOf(pair)], keyOf(pair), pair.Value)
		}
		return nil, object, ps
	}
	return nil, nil, ps
}

func genericCSV(file string, data []byte) ([]fields, Problems) {
	table, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		return nil, Problems{csvProblem(file, err)}
	}
	var list []fields
	for _, cells := range table[min(1, len(table)):] {
		row := fields{}
		for i, cell := range cells {
			if cell = strings.TrimSpace(cell); cell != "" {
				row[strings.TrimSpace(table[0][i])] = cell
			}
		}
		list = append(list, row)
	}
	return list, nil
}

// spread writes a node as paths below at.
func spread(out fields, at string, n ast.Node) {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, pair := range n.Values {
			spread(out, strings.TrimPrefix(at+"."+keyOf(pair), "."), pair.Value)
		}
	case *ast.MappingValueNode:
		spread(out, strings.TrimPrefix(at+"."+keyOf(n), "."), n.Value)
	case *ast.SequenceNode:
		for i, item := range n.Values {
			spread(out, fmt.Sprintf("%s[%d]", at, i), item)
		}
	case *ast.StringNode:
		out[at] = n.Value
	case *ast.LiteralNode:
		out[at] = n.Value.Value
	case *ast.NullNode, nil:
	default:
		out[at] = n.String()
	}
}

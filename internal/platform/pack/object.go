package pack

import (
	"github.com/goccy/go-yaml/ast"
)

// Object reads a file that is one object, such as "casework" for casework.yaml. Fields of a pack above win
// over those of its base, each top-level field as a whole. A file no pack has is a problem.
func Object[T any](p *Pack, file string) (T, error) {
	var out T
	merged, ps := mergeObject[T](p, file)
	if len(ps) > 0 {
		return out, ps
	}
	if merged == nil {
		ps.add(p.Name+"/"+file+".yaml", 0, "", "is missing")
		return out, ps
	}
	return out, decode(p.Name+"/"+file+".yaml", merged, &out, nil).Err()
}

// mergeObject checks each pack's object alone, so that a problem names its own file, and lays them together.
func mergeObject[T any](p *Pack, file string) (*ast.MappingNode, Problems) {
	var merged *ast.MappingNode
	var all Problems
	for _, l := range p.layers {
		data, ok := l.files[file+".yaml"]
		if !ok {
			continue
		}
		p.mark(file + ".yaml")
		name := l.name + "/" + file + ".yaml"
		body, ps := parse(name, data)
		all = append(all, ps...)
		if body == nil || len(ps) > 0 {
			continue
		}
		obj, ok := body.(*ast.MappingNode)
		if !ok {
			all.add(name, lineOf(body), "", "needs an object of named fields")
			continue
		}
		var alone T
		all = append(all, decode(name, obj, &alone, l.languages)...)
		merged = layObject(merged, obj)
	}
	return merged, all
}

func layObject(base, over *ast.MappingNode) *ast.MappingNode {
	if base == nil {
		return over
	}
	for _, pair := range over.Values {
		replaced := false
		for i, old := range base.Values {
			if keyOf(old) == keyOf(pair) {
				base.Values[i], replaced = pair, true
			}
		}
		if !replaced {
			base.Values = append(base.Values, pair)
		}
	}
	return base
}

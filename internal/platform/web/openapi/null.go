package openapi

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// tellNulls says in the document what is so: null for a field of a body that may be left out is the same as leaving it out.
func (a *API) tellNulls(op huma.Operation) {
	item := a.huma.OpenAPI().Paths[op.Path]
	if item == nil {
		return
	}
	for _, o := range []*huma.Operation{item.Post, item.Put, item.Patch} {
		if o == nil || o.OperationID != op.OperationID || o.RequestBody == nil || o.RequestBody.Content[jsonType] == nil {
			continue
		}
		a.nullable(o.RequestBody.Content[jsonType].Schema, map[*huma.Schema]bool{})
	}
}

func (a *API) nullable(s *huma.Schema, seen map[*huma.Schema]bool) {
	if s != nil && s.Ref != "" {
		s = a.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	a.nullable(s.Items, seen)
	for name, p := range s.Properties {
		a.nullable(p, seen)
		if p.Ref != "" || p.Type == "" || p.Nullable || slices.Contains(s.Required, name) {
			continue
		}
		p.Nullable = true
		if len(p.Enum) > 0 {
			p.Enum = append(p.Enum, nil)
		}
	}
}

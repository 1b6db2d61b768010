package area

import (
	"banyan/internal/platform/geo"
	"banyan/internal/platform/pack"
)

// mapFile holds the polygons of areas; each feature names its area in the property code.
const mapFile = "map.geojson"

// shapes finds areas by place.
type shapes struct {
	index *geo.Index
}

// Locate gives the narrowest area whose polygon holds the point; of two equally narrow ones that with the lower
// code. ok is false where the map has none, and for a pack without a map.
func (r *Register) Locate(at geo.Point) (found Area, ok bool) {
	if r.shapes.index == nil {
		return Area{}, false
	}
	for _, code := range r.shapes.index.Locate(at) {
		a, _ := r.Get(code) // every feature's code was looked up when the map was read
		deeper := len(r.Chain(code)) - len(r.Chain(found.Code))
		if !ok || deeper > 0 || deeper == 0 && a.Code < found.Code {
			found, ok = a, true
		}
	}
	return found, ok
}

// WithMap gives the register with the polygons of another GeoJSON, such as official boundaries a city has the
// right to use. Each feature's property code must name an area.
func (r *Register) WithMap(geoJSON []byte) (*Register, error) {
	s, ps := parseShapes(mapFile, geoJSON, r)
	if len(ps) > 0 {
		return nil, ps
	}
	other := *r
	other.shapes = s
	return &other, nil
}

// readShapes reads the map of a pack, which need not be there.
func readShapes(p *pack.Pack, r *Register) (*shapes, pack.Problems) {
	data, err := fileOf(p, mapFile)
	if err != nil || data == nil {
		return &shapes{}, pack.AsProblems(err)
	}
	return parseShapes(p.Name+"/"+mapFile, data, r)
}

func parseShapes(file string, data []byte, r *Register) (*shapes, pack.Problems) {
	features, err := geo.ParseFeatures(data, "code")
	if err != nil {
		return nil, pack.Problems{{File: file, What: err.Error()}}
	}
	var ps pack.Problems
	for _, f := range features {
		if _, ok := r.byCode[f.ID]; !ok {
			ps = append(ps, pack.Problem{File: file, Field: "code", What: "there is no area " + f.ID})
		}
	}
	index, err := geo.NewIndex(features)
	if err != nil {
		ps = append(ps, pack.Problem{File: file, What: err.Error()})
	}
	return &shapes{index: index}, ps
}

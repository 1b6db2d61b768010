package geo

import (
	"fmt"
	"slices"

	"github.com/golang/geo/s2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// Feature is an area with its id: one or more polygons, each a ring and the holes in it, in WGS84.
type Feature struct {
	ID    string
	Shape orb.MultiPolygon
}

// ParseFeatures reads the polygons and multipolygons of a GeoJSON feature collection; the id of each is the
// property with that name. Another geometry, a missing id or a position out of range is an error.
func ParseFeatures(data []byte, idProperty string) ([]Feature, error) {
	fc, err := geojson.UnmarshalFeatureCollection(data)
	if err != nil {
		return nil, fmt.Errorf("read GeoJSON: %w", err)
	}
	var out []Feature
	for i, f := range fc.Features {
		if f == nil {
			return nil, fmt.Errorf("feature %d of GeoJSON is empty", i+1)
		}
		id, ok := f.Properties[idProperty].(string)
		if !ok || id == "" {
			return nil, fmt.Errorf("feature %d of GeoJSON has no text property %s", i+1, idProperty)
		}
		switch g := f.Geometry.(type) {
		case orb.Polygon:
			out = append(out, Feature{id, orb.MultiPolygon{g}})
		case orb.MultiPolygon:
			out = append(out, Feature{id, g})
		default:
			return nil, fmt.Errorf("feature %s of GeoJSON is neither a polygon nor a multipolygon", id)
		}
	}
	return out, nil
}

// Index finds the areas that hold a point; many goroutines may use it at once.
type Index struct {
	shapes  *s2.ShapeIndex
	numbers map[s2.Shape]int
	ids     []string // by the shape's number
}

// NewIndex indexes the features. Rings may wind either way; of two areas that share an edge, a point on it
// belongs to one. A ring that is no ring gives an error with the id of its feature.
func NewIndex(features []Feature) (*Index, error) {
	x := &Index{shapes: s2.NewShapeIndex(), numbers: map[s2.Shape]int{}}
	for _, f := range features {
		for _, rings := range f.Shape {
			polygon, err := polygonOf(rings)
			if err != nil {
				return nil, fmt.Errorf("area %s: %w", f.ID, err)
			}
			x.shapes.Add(polygon)
			x.numbers[polygon] = len(x.ids)
			x.ids = append(x.ids, f.ID)
		}
	}
	x.shapes.Build()
	return x, nil
}

// Locate gives the ids of all areas that hold the point, in the order of the features, each once.
func (x *Index) Locate(p Point) []string {
	if !p.Valid() || len(x.ids) == 0 {
		return nil
	}
	at := s2.PointFromLatLng(s2.LatLngFromDegrees(p.Lat, p.Lon))
	query := s2.NewContainsPointQuery(x.shapes, s2.VertexModelSemiOpen)
	var numbers []int
	for _, shape := range query.ContainingShapes(at) {
		numbers = append(numbers, x.numbers[shape])
	}
	slices.Sort(numbers)
	var found []string
	for _, n := range numbers {
		if !slices.Contains(found, x.ids[n]) {
			found = append(found, x.ids[n])
		}
	}
	return found
}

// polygonOf makes a polygon whose inside is what an odd number of its rings enclose.
func polygonOf(rings orb.Polygon) (*s2.Polygon, error) {
	if len(rings) == 0 {
		return nil, fmt.Errorf("a polygon without rings")
	}
	var loops []*s2.Loop
	for i, ring := range rings {
		loop, err := loopOf(ring)
		if err != nil {
			return nil, fmt.Errorf("ring %d: %w", i+1, err)
		}
		loops = append(loops, loop)
	}
	return s2.PolygonFromLoops(loops), nil
}

// loopOf makes a loop that encloses the smaller side of its ring, whichever way it winds.
func loopOf(ring orb.Ring) (*s2.Loop, error) {
	var points []s2.Point
	for i, at := range ring {
		if !(Point{at.Lat(), at.Lon()}).Valid() {
			return nil, fmt.Errorf("position %d is not a place: %v", i+1, at)
		}
		if i > 0 && (at == ring[i-1] || i == len(ring)-1 && at == ring[0]) {
			continue
		}
		points = append(points, s2.PointFromLatLng(s2.LatLngFromDegrees(at.Lat(), at.Lon())))
	}
	if len(points) < 3 {
		return nil, fmt.Errorf("has %d different positions and needs three", len(points))
	}
	loop := s2.LoopFromPoints(points)
	if err := loop.Validate(); err != nil {
		return nil, err
	}
	loop.Normalize()
	return loop, nil
}

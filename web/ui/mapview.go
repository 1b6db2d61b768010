package ui

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// MapView is a schematic map by areas with the same numbers as a table beside it.
type MapView struct {
	Title, Measure, Legend string
	Width, Height          int
	Areas                  []MapArea
	Points                 []MapPoint
}

// MapArea is one area; Step 0 to 5 is its shade.
type MapArea struct {
	Shape
	Value, Href string
	Step        int
}

// MapPoint is a point on the map, in the map's units.
type MapPoint struct {
	X, Y        float64
	Label, Kind string
}

// Shape is the outline of an area in the map's units, the place of its name, and the width and height of the area.
type Shape struct {
	Code, Name, Path string
	X, Y             float64
	Room, Tall       float64
}

// Roomy tells whether the name fits on the area in letters of 18 units; the name of a small area stands beside the map.
func (s Shape) Roomy() bool { return s.nameWidth() < 0.95*s.Room && s.Tall > small }

// small is the height under which a name would hide its area.
const small = 50

// nameWidth is about how wide the name is in letters of 18 units: Chinese ones are square, others half as wide.
func (s Shape) nameWidth() (w float64) {
	for _, r := range s.Name {
		if r < 0x2e80 {
			w += 9
		} else {
			w += 18
		}
	}
	return w
}

// Shapes projects the polygons of a GeoJSON collection (properties code and name, WGS84) that keep wants, nil for
// all, into width x height. It is an equirectangular projection at the middle latitude, good enough for one city.
func Shapes(raw []byte, width, height int, keep func(code string) bool) ([]Shape, error) {
	features, err := geojson.UnmarshalFeatureCollection(raw)
	if err != nil {
		return nil, fmt.Errorf("read map: %w", err)
	}
	features.Features = slices.DeleteFunc(features.Features, func(f *geojson.Feature) bool {
		return len(ringsOf(f.Geometry)) == 0 || keep != nil && !keep(f.Properties.MustString("code", ""))
	})
	if len(features.Features) == 0 {
		return nil, errors.New("read map: no area of that kind")
	}
	bound := features.Features[0].Geometry.Bound()
	for _, f := range features.Features {
		bound = bound.Union(f.Geometry.Bound())
	}
	to := fit(bound, float64(width), float64(height))
	shapes := make([]Shape, 0, len(features.Features))
	for _, f := range features.Features {
		s := Shape{Code: f.Properties.MustString("code", ""), Name: f.Properties.MustString("name", "")}
		s.Path, s.X, s.Y = outline(ringsOf(f.Geometry), to)
		left, bottom := to(f.Geometry.Bound().Min)
		right, top := to(f.Geometry.Bound().Max)
		s.Room, s.Tall = right-left, bottom-top
		shapes = append(shapes, s)
	}
	return shapes, nil
}

// fit returns the projection that centres bound in width x height with a small margin.
func fit(bound orb.Bound, width, height float64) func(orb.Point) (x, y float64) {
	const margin = 12
	squeeze := math.Cos((bound.Min.Lat() + bound.Max.Lat()) / 2 * math.Pi / 180)
	w := (bound.Max.Lon() - bound.Min.Lon()) * squeeze
	h := bound.Max.Lat() - bound.Min.Lat()
	scale := math.Min((width-2*margin)/w, (height-2*margin)/h)
	left, top := (width-w*scale)/2, (height-h*scale)/2
	return func(p orb.Point) (x, y float64) {
		return left + (p.Lon()-bound.Min.Lon())*squeeze*scale, top + (bound.Max.Lat()-p.Lat())*scale
	}
}

func ringsOf(g orb.Geometry) []orb.Ring {
	switch g := g.(type) {
	case orb.Polygon:
		return g
	case orb.MultiPolygon:
		var rings []orb.Ring
		for _, polygon := range g {
			rings = append(rings, polygon...)
		}
		return rings
	default:
		return nil
	}
}

// outline writes rings as an SVG path and returns the middle of the largest ring.
func outline(rings []orb.Ring, to func(orb.Point) (x, y float64)) (path string, x, y float64) {
	var b strings.Builder
	largest := 0.0
	for _, ring := range rings {
		var area, sumX, sumY float64
		for i, p := range ring {
			px, py := to(p)
			fmt.Fprintf(&b, "%s%.1f %.1f", [2]string{"L", "M"}[btoi(i == 0)], px, py)
			qx, qy := to(ring[(i+1)%len(ring)])
			cross := px*qy - qx*py
			area, sumX, sumY = area+cross, sumX+(px+qx)*cross, sumY+(py+qy)*cross
		}
		b.WriteString("Z")
		if math.Abs(area) > largest {
			largest, x, y = math.Abs(area), sumX/(3*area), sumY/(3*area)
		}
	}
	return b.String(), x, y
}

func btoi(on bool) int {
	if on {
		return 1
	}
	return 0
}

package hotline

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"banyan/internal/platform/geo"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/area"
)

// The size of the small map beside a case, in its own units.
const (
	mapWidth  = 354
	mapHeight = 196
)

// maps draws where a case is. The shapes are a schematic; the words beside it
// say the same.
type maps struct {
	codes  []string
	shapes map[string]orb.Polygon
}

// mapView is one small map.
type mapView struct {
	Area   string // outline of the case's own area
	Around []string
	Point  *dot
	Others []dot
	Name   string
}

type dot struct{ X, Y, Label string }

func newMaps(raw []byte) (*maps, error) {
	m := &maps{shapes: map[string]orb.Polygon{}}
	if len(raw) == 0 {
		return m, nil
	}
	features, err := geojson.UnmarshalFeatureCollection(raw)
	if err != nil {
		return nil, fmt.Errorf("read the map of the pack: %w", err)
	}
	for _, f := range features.Features {
		if polygon, ok := f.Geometry.(orb.Polygon); ok {
			code := f.Properties.MustString("code", "")
			m.codes, m.shapes[code] = append(m.codes, code), polygon
		}
	}
	return m, nil
}

// of draws the narrowest area of the chain that has a shape; nil when none has.
func (m *maps) of(areas *area.Register, l i18n.Lang, code string, at geo.Point, like []alike) *mapView {
	chain := areas.Chain(code)
	for i := len(chain) - 1; i >= 0; i-- {
		if own, ok := m.shapes[chain[i].Code]; ok {
			return m.draw(chain[i].Code, chain[i].Name.In(l), own, at, like)
		}
	}
	return nil
}

func (m *maps) draw(code, name string, own orb.Polygon, at geo.Point, like []alike) *mapView {
	to := around(own.Bound())
	v := &mapView{Area: outline(own, to), Name: name}
	for _, other := range m.codes {
		if other != code && len(other) == len(code) && m.shapes[other].Bound().Intersects(own.Bound().Pad(.02)) {
			v.Around = append(v.Around, outline(m.shapes[other], to))
		}
	}
	if at.Valid() && at != (geo.Point{}) {
		d := to(orb.Point{at.Lon, at.Lat})
		v.Point = &d
	}
	for _, x := range like {
		if x.Point.Valid() && x.Point != (geo.Point{}) {
			d := to(orb.Point{x.Point.Lon, x.Point.Lat})
			d.Label = x.Number
			v.Others = append(v.Others, d)
		}
	}
	return v
}

// around projects so that an area fills two thirds of the map.
func around(b orb.Bound) func(orb.Point) dot {
	squeeze := math.Cos(b.Center().Lat() * math.Pi / 180)
	w, h := (b.Max.Lon()-b.Min.Lon())*squeeze, b.Max.Lat()-b.Min.Lat()
	scale := math.Min(mapWidth*.66/w, mapHeight*.66/h)
	c := b.Center()
	return func(p orb.Point) dot {
		return dot{X: fmt.Sprintf("%.1f", mapWidth/2+(p.Lon()-c.Lon())*squeeze*scale), Y: fmt.Sprintf("%.1f", mapHeight/2-(p.Lat()-c.Lat())*scale)}
	}
}

func outline(polygon orb.Polygon, to func(orb.Point) dot) string {
	var b strings.Builder
	for _, ring := range polygon {
		for i, p := range ring {
			d := to(p)
			letter := "L"
			if i == 0 {
				letter = "M"
			}
			b.WriteString(letter + d.X + " " + d.Y)
		}
		b.WriteString("Z")
	}
	return b.String()
}

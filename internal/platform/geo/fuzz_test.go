package geo

import (
	"math"
	"testing"
)

// FuzzParse holds that a place that is read from a form is a real one.
func FuzzParse(f *testing.F) {
	for _, s := range [][2]string{{"26.07", "119.3"}, {"0", "0"}, {"-90", "180"}, {"NaN", "1"}, {"1e3", "1"}, {"", ""}, {"--1", "1"}, {"+0", "-0.0"}, {" 1 ", "１"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, lat, lon string) {
		p, err := Parse(lat, lon)
		if err != nil {
			if p != (Point{}) {
				t.Fatalf("%q, %q is refused and gives %v", lat, lon, p)
			}
			return
		}
		if !p.Valid() || math.IsNaN(p.Lat) || math.IsInf(p.Lon, 0) || math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180 {
			t.Fatalf("%q, %q gives %v", lat, lon, p)
		}
		if d := p.Distance(p); d > 0.001 || math.IsNaN(p.Distance(Point{Lat: -p.Lat, Lon: p.Lon})) {
			t.Fatalf("%v is %v m from itself", p, d)
		}
	})
}

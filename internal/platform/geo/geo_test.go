package geo_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
)

func TestGoldenShifts(t *testing.T) {
	t.Parallel()
	// From the test vectors and README of the public conversions eviltransform and coordtransform.
	tests := []struct {
		name     string
		to       func(geo.Point) geo.Point
		in, want geo.Point
		metres   float64
	}{
		{"Shanghai", geo.ToGCJ02, geo.Point{Lat: 31.1774276, Lon: 121.5272106}, geo.Point{Lat: 31.17530398364597, Lon: 121.531541859215}, 0.001},
		{"Shenzhen", geo.ToGCJ02, geo.Point{Lat: 22.543847, Lon: 113.912316}, geo.Point{Lat: 22.540796131694766, Lon: 113.9171764808363}, 0.001},
		{"Beijing", geo.ToGCJ02, geo.Point{Lat: 39.911954, Lon: 116.377817}, geo.Point{Lat: 39.91334545536069, Lon: 116.38404722455657}, 0.001},
		{"Beijing, map", geo.ToGCJ02, geo.Point{Lat: 39.915, Lon: 116.404}, geo.Point{Lat: 39.91640428150164, Lon: 116.41024449916938}, 0.001},
		{"back", geo.FromGCJ02, geo.Point{Lat: 39.91640428150164, Lon: 116.41024449916938}, geo.Point{Lat: 39.915, Lon: 116.404}, 0.001},
		{"Baidu", geo.ToBD09, geo.FromGCJ02(geo.Point{Lat: 39.915, Lon: 116.404}), geo.Point{Lat: 39.92133699351021, Lon: 116.41036949371029}, 0.01},
		{"Baidu, back", geo.FromBD09, geo.Point{Lat: 39.92133699351021, Lon: 116.41036949371029}, geo.FromGCJ02(geo.Point{Lat: 39.915, Lon: 116.404}), 0.01},
		{"Paris", geo.ToGCJ02, geo.Point{Lat: 48.85, Lon: 2.35}, geo.Point{Lat: 48.85, Lon: 2.35}, 0},
		{"Paris, Baidu", geo.FromBD09, geo.Point{Lat: 48.85, Lon: 2.35}, geo.Point{Lat: 48.85, Lon: 2.35}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := tt.to(tt.in).Distance(tt.want); d > tt.metres {
				t.Fatalf("%v is %.4f m from %v", tt.to(tt.in), d, tt.want)
			}
		})
	}
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{
			Lat: rapid.Float64Range(3, 53.5).Draw(t, "lat"),
			Lon: rapid.Float64Range(73.5, 135).Draw(t, "lon"),
		}
		if d := geo.FromGCJ02(geo.ToGCJ02(p)).Distance(p); d > 0.01 {
			t.Fatalf("GCJ-02 there and back: %.4f m", d)
		}
		if d := geo.FromBD09(geo.ToBD09(p)).Distance(p); d > 0.01 {
			t.Fatalf("BD-09 there and back: %.4f m", d)
		}
		if d := geo.ToGCJ02(p).Distance(p); d < 1 || d > 2000 {
			t.Fatalf("GCJ-02 shifts by %.1f m", d)
		}
	})
}

func TestOutsideChinaNothingMoves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 71).Draw(t, "lon")}
		for _, f := range []func(geo.Point) geo.Point{geo.ToGCJ02, geo.FromGCJ02, geo.ToBD09, geo.FromBD09} {
			if f(p) != p {
				t.Fatalf("%v moves to %v", p, f(p))
			}
		}
	})
}

func TestDistance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		a, b       geo.Point
		want, slip float64
	}{
		{"nowhere", geo.Point{Lat: 26, Lon: 119}, geo.Point{Lat: 26, Lon: 119}, 0, 0},
		{"a degree north", geo.Point{Lat: 26, Lon: 119}, geo.Point{Lat: 27, Lon: 119}, 111195, 1},
		{"across the date line", geo.Point{Lat: 0, Lon: 179.5}, geo.Point{Lat: 0, Lon: -179.5}, 111195, 1},
		{"the other side", geo.Point{Lat: 10, Lon: 20}, geo.Point{Lat: -10, Lon: -160}, math.Pi * 6371008.8, 1},
		{"Fuzhou to Xiamen", geo.Point{Lat: 26.0745, Lon: 119.2965}, geo.Point{Lat: 24.4798, Lon: 118.0894}, 214800, 1500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := tt.a.Distance(tt.b); math.Abs(d-tt.want) > tt.slip || d != tt.b.Distance(tt.a) {
				t.Fatalf("%.1f m, want %.1f", d, tt.want)
			}
		})
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		p    geo.Point
		want bool
	}{
		{geo.Point{Lat: 26.07, Lon: 119.29}, true},
		{geo.Point{Lat: -90, Lon: 180}, true},
		{geo.Point{Lat: 0, Lon: 1}, true},
		{geo.Point{}, false},
		{geo.Point{Lat: 90.01, Lon: 1}, false},
		{geo.Point{Lat: 1, Lon: -180.01}, false},
		{geo.Point{Lat: math.NaN(), Lon: 1}, false},
		{geo.Point{Lat: 1, Lon: math.NaN()}, false},
		{geo.Point{Lat: 1, Lon: math.Inf(1)}, false},
	}
	for _, tt := range tests {
		if got := tt.p.Valid(); got != tt.want {
			t.Errorf("Valid(%v) = %v", tt.p, got)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		lat, lon, field string // field empty: good
	}{
		{"26.07", "119.29", ""},
		{" -26.07 ", "+119.29", ""},
		{"", "119", "lat"},
		{"26", "", "lon"},
		{"91", "119", "lat"},
		{"26", "181", "lon"},
		{"0", "0", "lon"},
		{"NaN", "119", "lat"},
		{"26", "Inf", "lon"},
		{"0x1p4", "119", "lat"},
		{"1e1", "119", "lat"},
		{"26", "1_1", "lon"},
		{"二十六", "119", "lat"},
		{"26.000000000000000000000000001", "119", "lat"},
		{"1.2.3", "119", "lat"},
	}
	for _, tt := range tests {
		p, err := geo.Parse(tt.lat, tt.lon)
		f, _ := fault.As(err)
		switch {
		case tt.field == "" && (err != nil || !p.Valid()):
			t.Errorf("Parse(%q, %q) = %v, %v", tt.lat, tt.lon, p, err)
		case tt.field != "" && (f == nil || f.Kind != fault.Invalid || f.Field != tt.field || p != geo.Point{}):
			t.Errorf("Parse(%q, %q) = %v, %v, want a fault on %s", tt.lat, tt.lon, p, err, tt.field)
		}
	}
}

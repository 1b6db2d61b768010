package geo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/geo"
)

// two squares side by side, one wound each way; the left has a hole with an island of its own in it.
const squares = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"left"},"geometry":{"type":"MultiPolygon","coordinates":[
  [[[119,26],[119.1,26],[119.1,26.1],[119,26.1],[119,26]], [[119.03,26.03],[119.07,26.03],[119.07,26.07],[119.03,26.07],[119.03,26.03]]],
  [[[119.04,26.04],[119.06,26.04],[119.06,26.06],[119.04,26.06],[119.04,26.04]]]]}},
{"type":"Feature","properties":{"code":"right"},"geometry":{"type":"Polygon","coordinates":[
  [[119.1,26],[119.1,26.1],[119.2,26.1],[119.2,26],[119.1,26]]]}},
{"type":"Feature","properties":{"code":"over"},"geometry":{"type":"Polygon","coordinates":[
  [[119.15,26],[119.3,26],[119.3,26.1],[119.15,26.1],[119.15,26]]]}}]}`

func index(t testing.TB, data string) *geo.Index {
	t.Helper()
	features, err := geo.ParseFeatures([]byte(data), "code")
	if err != nil {
		t.Fatal(err)
	}
	x, err := geo.NewIndex(features)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestLocate(t *testing.T) {
	t.Parallel()
	x := index(t, squares)
	tests := []struct {
		name string
		p    geo.Point
		want []string
	}{
		{"inside", geo.Point{Lat: 26.01, Lon: 119.01}, []string{"left"}},
		{"in the hole", geo.Point{Lat: 26.035, Lon: 119.035}, nil},
		{"on the island", geo.Point{Lat: 26.05, Lon: 119.05}, []string{"left"}},
		{"wound clockwise", geo.Point{Lat: 26.05, Lon: 119.12}, []string{"right"}},
		{"in two", geo.Point{Lat: 26.05, Lon: 119.17}, []string{"right", "over"}},
		{"outside", geo.Point{Lat: 27, Lon: 119.05}, nil},
		{"the other side of the earth", geo.Point{Lat: -26, Lon: -61}, nil},
		{"no place", geo.Point{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := x.Locate(tt.p); !slices.Equal(got, tt.want) {
				t.Fatalf("got %v", got)
			}
		})
	}
	if got := x.Locate(geo.Point{Lat: 26.05, Lon: 119.1}); len(got) != 1 {
		t.Errorf("a point on the shared edge belongs to %v", got)
	}
}

func TestBadFeatures(t *testing.T) {
	t.Parallel()
	feature := func(properties, kind, coordinates string) string {
		return fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":%s,"geometry":{"type":"%s","coordinates":%s}}]}`,
			properties, kind, coordinates)
	}
	const code = `{"code":"a"}`
	tests := []struct{ name, data, want string }{
		{"not JSON", `{`, "read GeoJSON"},
		{"no id", feature(`{}`, "Polygon", `[[[1,1],[2,1],[2,2],[1,1]]]`), "no text property code"},
		{"number id", feature(`{"code":3}`, "Polygon", `[[[1,1],[2,1],[2,2],[1,1]]]`), "no text property code"},
		{"a point", feature(code, "Point", `[1,1]`), "neither a polygon"},
		{"two positions", feature(code, "Polygon", `[[[1,1],[2,1],[1,1]]]`), "area a: ring 1: has 2 different positions"},
		{"out of range", feature(code, "Polygon", `[[[1,1],[2,1],[2,95],[1,1]]]`), "area a: ring 1: position 3 is not a place"},
		{"no rings", feature(code, "Polygon", `[]`), "area a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			features, err := geo.ParseFeatures([]byte(tt.data), "code")
			if err == nil {
				_, err = geo.NewIndex(features)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error = %v, want %q", err, tt.want)
			}
		})
	}
}

func BenchmarkLocate(b *testing.B) {
	x := index(b, squares)
	for b.Loop() {
		if got := x.Locate(geo.Point{Lat: 26.05, Lon: 119.17}); len(got) != 2 {
			b.Fatal(got)
		}
	}
}

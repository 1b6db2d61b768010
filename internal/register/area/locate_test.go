package area_test

import (
	"strings"
	"testing"

	"banyan/internal/platform/geo"
	"banyan/internal/register/area"
)

const square = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"350102"},"geometry":{"type":"Polygon","coordinates":[[[119,26],[120,26],[120,27],[119,27],[119,26]]]}},
{"type":"Feature","properties":{"code":"350102004"},"geometry":{"type":"Polygon","coordinates":[[[119,26],[119.5,26],[119.5,26.5],[119,26.5],[119,26]]]}},
{"type":"Feature","properties":{"code":"zone-gxq"},"geometry":{"type":"Polygon","coordinates":[[[119.8,26.8],[120,26.8],[120,27],[119.8,27],[119.8,26.8]]]}}]}`

func TestLocate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		at   geo.Point
		want string
	}{
		{"the narrowest", geo.Point{Lat: 26.2, Lon: 119.2}, "350102004"},
		{"the district around", geo.Point{Lat: 26.7, Lon: 119.2}, "350102"},
		{"as narrow: the lower code", geo.Point{Lat: 26.9, Lon: 119.9}, "350102"},
		{"outside", geo.Point{Lat: 25, Lon: 119.2}, ""},
		{"no place", geo.Point{Lat: 200, Lon: 119.2}, ""},
	}
	mapped := load(t, map[string]string{"map.geojson": square})
	added, err := load(t, nil).WithMap([]byte(square))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		for _, r := range []*area.Register{mapped, added} {
			if a, ok := r.Locate(tt.at); a.Code != tt.want || ok != (tt.want != "") {
				t.Errorf("%s: Locate = %q, %v, want %q", tt.name, a.Code, ok, tt.want)
			}
		}
	}
	if _, ok := load(t, nil).Locate(geo.Point{Lat: 26.2, Lon: 119.2}); ok {
		t.Error("a pack without a map locates")
	}
}

func TestMapTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, json, want string }{
		{"no JSON", "{", "small/map.geojson: read GeoJSON"},
		{"no code", strings.Replace(square, "code", "adcode", 1), "property code"},
		{"an unknown area", strings.Replace(square, "zone-gxq", "zone-x", 1), "small/map.geojson: code: there is no area zone-x"},
		{"no ring", strings.Replace(square, "[119,26],[120,26],[120,27],[119,27],[119,26]", "[119,26],[119,26]", 1), "area 350102"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := area.New(small(t, map[string]string{"map.geojson": tt.json}))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want a line with %s", err, tt.want)
			}
		})
	}
}

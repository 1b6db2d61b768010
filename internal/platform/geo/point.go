package geo

import (
	"math"
	"strconv"
	"strings"

	"banyan/internal/platform/fault"
)

// Point is a place in WGS84, in degrees; north and east are positive.
type Point struct {
	Lat float64 `json:"lat" yaml:"lat"`
	Lon float64 `json:"lon" yaml:"lon"`
}

// Valid tells whether the point can be a real place. Not a number, out of range, and 0,0 (which devices send
// when they know no position) are none.
func (p Point) Valid() bool {
	inRange := p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180 // false for NaN
	return inRange && (p.Lat != 0 || p.Lon != 0)
}

// Parse reads a point from the plain decimals of a form. Anything else, also an empty string, gives a fault of
// kind Invalid on the field "lat" or "lon".
func Parse(lat, lon string) (Point, error) {
	var p Point
	var ok bool
	if p.Lat, ok = degrees(lat); !ok || math.Abs(p.Lat) > 90 {
		return Point{}, fault.Field("lat", "geo.error.coordinates")
	}
	if p.Lon, ok = degrees(lon); !ok || !p.Valid() {
		return Point{}, fault.Field("lon", "geo.error.coordinates")
	}
	return p, nil
}

func degrees(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 24 || strings.Trim(s, "+-.0123456789") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// earthRadius is the mean radius of the earth in metres (IUGG R1).
const earthRadius = 6371008.8

// Distance gives the metres between two points over a round earth; it errs by at most 0.6 %.
func (p Point) Distance(q Point) float64 {
	lat1, lat2 := radians(p.Lat), radians(q.Lat)
	dLat, dLon := math.Sin((lat2-lat1)/2), math.Sin(radians(q.Lon-p.Lon)/2)
	h := dLat*dLat + math.Cos(lat1)*math.Cos(lat2)*dLon*dLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}

func radians(deg float64) float64 { return deg * math.Pi / 180 }

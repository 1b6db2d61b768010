package geo

import "math"

// The published constants of the shift from WGS84 to GCJ-02: the Krasovsky 1940 ellipsoid.
const (
	krasovskyA  = 6378245.0
	krasovskyEE = 0.00669342162296594323
	baiduX      = math.Pi * 3000 / 180
)

// ToGCJ02 gives the coordinates a Chinese map (Gaode, Tencent) has for a WGS84 point. Outside the rectangle
// around China it is the point itself.
func ToGCJ02(p Point) Point {
	if outsideChina(p) {
		return p
	}
	d := shift(p)
	return Point{p.Lat + d.Lat, p.Lon + d.Lon}
}

// FromGCJ02 gives the WGS84 point for GCJ-02 coordinates, to within a millimetre away from the border of the
// rectangle.
func FromGCJ02(g Point) Point {
	if outsideChina(g) {
		return g
	}
	p := g
	for range 10 {
		d := shift(p)
		dLat, dLon := p.Lat+d.Lat-g.Lat, p.Lon+d.Lon-g.Lon
		p.Lat, p.Lon = p.Lat-dLat, p.Lon-dLon
		if math.Abs(dLat) < 1e-9 && math.Abs(dLon) < 1e-9 {
			break
		}
	}
	return p
}

// ToBD09 gives Baidu's coordinates for a WGS84 point; outside China the point itself.
func ToBD09(p Point) Point {
	if outsideChina(p) {
		return p
	}
	return baidu(ToGCJ02(p))
}

// FromBD09 gives the WGS84 point for Baidu's coordinates; outside China the point itself.
func FromBD09(b Point) Point {
	if outsideChina(b) {
		return b
	}
	g := unbaidu(b)
	// The published inverse errs by half a metre: correct it by what it would give forth again.
	for range 5 {
		again := baidu(g)
		g.Lat, g.Lon = g.Lat-(again.Lat-b.Lat), g.Lon-(again.Lon-b.Lon)
	}
	return FromGCJ02(g)
}

// outsideChina uses the rectangle all public conversions use; it also holds neighbours' land, where maps made
// for China shift likewise.
func outsideChina(p Point) bool {
	return !(p.Lon >= 72.004 && p.Lon <= 137.8347 && p.Lat >= 0.8293 && p.Lat <= 55.8271)
}

// baidu is the step from GCJ-02 to BD-09.
func baidu(g Point) Point {
	z := math.Hypot(g.Lon, g.Lat) + 0.00002*math.Sin(g.Lat*baiduX)
	theta := math.Atan2(g.Lat, g.Lon) + 0.000003*math.Cos(g.Lon*baiduX)
	return Point{Lat: z*math.Sin(theta) + 0.006, Lon: z*math.Cos(theta) + 0.0065}
}

// unbaidu is the published approximate inverse of baidu.
func unbaidu(b Point) Point {
	x, y := b.Lon-0.0065, b.Lat-0.006
	z := math.Hypot(x, y) - 0.00002*math.Sin(y*baiduX)
	theta := math.Atan2(y, x) - 0.000003*math.Cos(x*baiduX)
	return Point{Lat: z * math.Sin(theta), Lon: z * math.Cos(theta)}
}

// shift is what GCJ-02 adds to a WGS84 point, in degrees.
func shift(p Point) Point {
	x, y := p.Lon-105, p.Lat-35
	root := math.Sqrt(math.Abs(x))
	both := 20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)
	lat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root +
		(both+20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi)+160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	lon := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root +
		(both+20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi)+150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	s := math.Sin(radians(p.Lat))
	magic := 1 - krasovskyEE*s*s
	return Point{
		Lat: lat * 180 / (krasovskyA * (1 - krasovskyEE) / (magic * math.Sqrt(magic)) * math.Pi),
		Lon: lon * 180 / (krasovskyA / math.Sqrt(magic) * math.Cos(radians(p.Lat)) * math.Pi),
	}
}

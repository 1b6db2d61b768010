package wechat

import (
	"math"

	"banyan/internal/platform/geo"
)

// fromGCJ turns map coordinates of the country into WGS84, to within a metre. There is no published inverse: the known way
// there (Krasovsky's ellipsoid and the usual series) is walked back by steps.
func fromGCJ(p geo.Point) geo.Point {
	if p.Lat < 0.8 || p.Lat > 55.9 || p.Lon < 72 || p.Lon > 137.9 {
		return p // outside, both are the same
	}
	w := p
	for range 4 {
		g := toGCJ(w)
		w.Lat, w.Lon = w.Lat+p.Lat-g.Lat, w.Lon+p.Lon-g.Lon
	}
	return w
}

func toGCJ(p geo.Point) geo.Point {
	const axis, flat = 6378245.0, 0.00669342162296594323
	x, y := p.Lon-105, p.Lat-35
	sin := func(v float64) float64 { return math.Sin(v * math.Pi) }
	both := (20*sin(6*x) + 20*sin(2*x)) * 2 / 3
	lat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + both +
		(20*sin(y)+40*sin(y/3))*2/3 + (160*sin(y/12)+320*sin(y/30))*2/3
	lon := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + both +
		(20*sin(x)+40*sin(x/3))*2/3 + (150*sin(x/12)+300*sin(x/30))*2/3
	rad := p.Lat * math.Pi / 180
	magic := 1 - flat*math.Sin(rad)*math.Sin(rad)
	root := math.Sqrt(magic)
	return geo.Point{
		Lat: p.Lat + lat*180/(axis*(1-flat)/(magic*root)*math.Pi),
		Lon: p.Lon + lon*180/(axis/root*math.Cos(rad)*math.Pi),
	}
}

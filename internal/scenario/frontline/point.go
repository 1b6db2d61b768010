package frontline

import (
	"strconv"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
)

// point reads a position as a browser gives it, WGS84; empty is no position.
func point(lat, lon string) (geo.Point, error) {
	if lat == "" && lon == "" {
		return geo.Point{}, nil
	}
	y, errLat := strconv.ParseFloat(lat, 64)
	x, errLon := strconv.ParseFloat(lon, 64)
	p := geo.Point{Lat: y, Lon: x}
	if errLat != nil || errLon != nil || !p.Valid() {
		return geo.Point{}, fault.Field("lat", "frontline.point_invalid")
	}
	return p, nil
}

// checkInPlace is where the unit should be, for the words beside the button.
func (r *Room) checkInPlace(s sheet) string {
	if c, ok := s.file.Call(s.order.Call); ok && c.Area != "" {
		return r.City.Areas.FullName(c.Area, s.p.Lang)
	}
	return r.City.Areas.FullName(s.file.Case.Area, s.p.Lang)
}

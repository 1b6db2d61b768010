package brain

import (
	"fmt"
	"slices"

	"banyan/internal/register/area"
	"banyan/web/ui"
)

// Size of the schematic map in its own units.
const (
	mapWidth  = 900
	mapHeight = 560
)

// project reads the pack's map: the districts of the city, and the subdistricts
// of each district that has some drawn. A pack without a map has the table only.
func (r *Room) project() error {
	if len(r.City.Map) == 0 {
		return nil
	}
	parents := append([]area.Area{r.City.Areas.City()}, r.City.Areas.All(area.District)...)
	drawn, err := ui.Shapes(r.City.Map, mapWidth, mapHeight, nil)
	if err != nil {
		return fmt.Errorf("draw the city's map: %w", err)
	}
	for _, parent := range parents {
		in := func(code string) bool {
			a, ok := r.City.Areas.Get(code)
			return ok && a.Parent == parent.Code
		}
		if !slices.ContainsFunc(drawn, func(s ui.Shape) bool { return in(s.Code) }) {
			continue
		}
		if r.shapes[parent.Code], err = ui.Shapes(r.City.Map, mapWidth, mapHeight, in); err != nil {
			return fmt.Errorf("draw the map of %s: %w", parent.Code, err)
		}
	}
	return nil
}

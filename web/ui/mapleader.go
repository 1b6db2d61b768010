package ui

import (
	"cmp"
	"math"
	"slices"
)

// leader is the name of an area that is too small for it: at the edge of the map, with a line to the area.
type leader struct {
	Name   string
	X, Y   float64 // the area
	TX, TY float64 // the name's end of the line
	Left   bool    // the name stands left of its end
}

// leaderStep is the distance between two names at the edge, in the map's units.
const leaderStep = 30

// leaders are the names that do not fit, on the side of the map where their lines cross fewer of the other names.
func leaders(v MapView) []leader {
	var tight []MapArea
	left, right := math.Inf(1), 0.0
	for _, a := range v.Areas {
		left, right = math.Min(left, a.X-a.Room/2), math.Max(right, a.X+a.Room/2)
		if !a.Roomy() {
			tight = append(tight, a)
		}
	}
	if len(tight) == 0 || len(tight) > 8 {
		return nil // a map of small areas only has its table
	}
	slices.SortFunc(tight, func(a, b MapArea) int { return cmp.Compare(a.Y, b.Y) })
	toLeft := crossed(v, tight, true) < crossed(v, tight, false)
	out := make([]leader, len(tight))
	top := tight[len(tight)/2].Y - leaderStep*float64(len(tight)/2)
	for i, a := range tight {
		l := leader{Name: a.Name, X: a.X, Y: a.Y, TX: math.Min(right+24, float64(v.Width)-a.nameWidth()-24), TY: top + leaderStep*float64(i), Left: toLeft}
		if toLeft {
			l.TX = math.Max(left-24, a.nameWidth()+24)
		}
		out[i] = l
	}
	return out
}

// crossed counts the names on the map near a level line from each tight area to one side.
func crossed(v MapView, tight []MapArea, toLeft bool) (n int) {
	for _, t := range tight {
		for _, a := range v.Areas {
			if a.Roomy() && math.Abs(a.Y-t.Y) < leaderStep && (a.X < t.X) == toLeft {
				n++
			}
		}
	}
	return n
}

func (l leader) anchor() string {
	if l.Left {
		return "map-lead map-lead-left"
	}
	return "map-lead"
}

// textX leaves a little air between the line and the name.
func (l leader) textX() float64 {
	if l.Left {
		return l.TX - 6
	}
	return l.TX + 6
}

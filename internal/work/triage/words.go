package triage

import (
	"strconv"
	"strings"

	"banyan/internal/platform/i18n"
)

func number(name string, n int) Arg { return Arg{name, i18n.Text{Hans: strconv.Itoa(n)}} }

// unitArea is the area in a unit id: "350102" of "350102.cgj".
func unitArea(id string) string {
	area, _, _ := strings.Cut(id, ".")
	return area
}

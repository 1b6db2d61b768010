package worktest

import (
	"strings"

	"banyan/internal/register/access"
)

// Staff is somebody in a post at a unit. The area is that of the unit, read from the digits of its id.
func Staff(id, unit string, roles ...string) access.Actor {
	code, _, _ := strings.Cut(unit, ".")
	path := "/"
	for _, digits := range []int{4, 6, 9, 12} { // city, district, subdistrict, community
		if len(code) >= digits {
			path += code[:digits] + "/"
		}
	}
	return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: path, Roles: roles}
}

// Desk is the call-taker and dispatcher of the city's hotline, who opens and sends the tests' cases.
func Desk() access.Actor {
	return Staff("desk", "3501.12345", access.CallTaker, access.Dispatcher)
}

// Guest is somebody who has not signed in.
func Guest() access.Actor { return access.Actor{Kind: access.Guest} }

// Package area knows the places: city, districts, subdistricts, communities, grids, and zones without a
// statistics code.
//
// An area is known by its code, never by its name: hundreds of village names repeat inside one city. The codes
// nest (3501, 350102, 350102001, 350102001003, 350102001003-01); a zone's code begins with "zone-". Path lists
// the codes from the city down, "/3501/350102/", so that one prefix in SQL selects everything below an area.
//
// An area may lie outside the city's reach though it is in its division list: requests about it are not for
// this city's units. What is below an outside area is outside too.
//
// Find sees the names of areas in words, by their full names and by short ones (鼓楼 for 鼓楼区) where these
// mean one place. Locate goes from a point to the area through the polygons of map.geojson.
//
// The package owns the files areas, places and map.geojson of a pack, and no table. It says no facts.
package area

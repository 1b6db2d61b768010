// Package org knows who works for the city: units, and the staff with their posts.
//
// A unit's id is its area and its department code, "3501.cgj", "350102.cgj", "350102001.jd". Units are made from
// the pack: each department for the city and for the districts where it has an office, one unit for every
// subdistrict and community inside the city's reach, and single units such as the hotline and the district
// centres. They are values in memory; a new pack version makes new ones.
//
// Staff are rows: org_staff holds a person working in a unit, org_post a role held at a unit over an area from
// one time until another. What somebody may do follows from the posts valid at that instant. A post is ended,
// never deleted or changed, so that it stays known who could do what on a past day.
//
// The package owns the section org of a pack and the tables org_staff and org_post. It says no facts.
package org

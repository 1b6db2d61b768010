// Package worktest gives tests one city hall: packs/fuzhou read once for the whole process, and a
// house with every work service over a fresh store, a clock that stands still, and invented people.
//
// Only tests may import it. It wires the services as the program does; what one room alone needs is
// made in that room's own tests.
package worktest

// Package arch keeps the shape of the house: it reads the source and says where a border is crossed.
//
// The rules: imports go down, rooms of one floor do not know each other (exceptions.go lists who
// may, and why), a table is named only by its owner, SQL lives in store files, every package says
// what it is, files stay short, names follow the glossary. Each finding gives a place and a reason.
// The package is used by its own test alone.
package arch

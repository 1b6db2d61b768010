// Package pack reads a city as data: a folder of YAML and CSV files that says who, where, what and how long.
//
// A pack is a folder with a pack.yaml (name, title, version, languages, extends) and section files. This
// package knows no word of government: the owners of the sections give the row types and the checks.
//
//	rows, src, err := pack.Section(p, "org/departments", func(d Department) string { return d.Code })
//	set, err := pack.Object[Settings](p, "casework")
//
// A section "duties" is duties.yaml, duties.csv and every .yaml or .csv file directly in the folder duties/.
// YAML holds a list of rows; CSV has a header with the yaml names of the fields, lists are written a|b|c, and
// a text named name is filled from the columns name, name_hant and name_en. An unknown field or column, a key
// twice in one pack, a value of the wrong type, a control character, a text without one of the languages that
// pack.yaml promises: each is a Problem with file, line and field, and all of them are reported at once.
//
// A pack may extend others. Its row replaces the whole row with the same key and keeps its place; the row
// `remove: KEY` takes one away; a new key comes last. Of an object file, the topmost pack's fields win one by
// one. Anchors, aliases and several documents in a file are refused: a pack is read by people.
//
// Store keeps every installed version in the database (table pack_version), so that each process and each old
// case can read the pack under which it was opened. It says no facts.
package pack

// Package db is one store with two engines: SQLite inside the program, or a PostgreSQL server.
//
// Read runs a function on a snapshot, Write in a transaction that is durable when it returns nil.
// Both engines run writes as if one after the other, so "load, decide, store" is safe in both.
// On SQLite one writer goroutine commits all waiting writes together; on PostgreSQL a write that
// collides with another is run again, so a closure must touch its own results by assignment only.
//
// SQL is written once, with $1 placeholders, in the subset both engines share; Tx offers the few
// fragments that differ. Each module brings its schema as an embedded folder of goose files, and
// keeps its own version table <module>_schema. Migrations only go forward. Constraints are checked at
// once: a DEFERRABLE one would fail the commit that a write shares with others.
package db

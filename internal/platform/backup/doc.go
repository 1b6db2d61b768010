// Package backup copies a whole store into one file and fills an empty store from it.
//
// The file is a tar archive, so that it can be looked into without this program in ten years: first
// banyan-backup.json (who made it, of what: Header), then tables/NAME/000001.tsv.zst and so on (rows as
// lines in PostgreSQL's COPY text format, some megabytes at a time, compressed with Zstandard), data/ (what
// lies in the data folder), files/ (photos and documents), and last manifest.json with the rows and the
// SHA-256 of every table and of everything else (Manifest). A file without its manifest is no backup.
// Sealed for a recipient or with a passphrase, the archive lies inside the format of age.
//
// A backup is taken online, on one snapshot of the store; files come after, so that no row names a file that
// is missing. It is engine-neutral: one made on SQLite fills PostgreSQL and the other way round. Tables of
// Scope.Native, which each engine keeps in its own form, are taken too and used when the engine is the same.
//
// Keep writes under another name, flushes to the disk, reads all of it back and only then gives it its name.
//
// Owned table: backup_run (what was taken, when). It is not part of a backup. The package says no facts.
package backup

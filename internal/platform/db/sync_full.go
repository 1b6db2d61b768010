//go:build !banyan_sync_off

package db

// synchronous is what makes a commit on SQLite survive a power cut.
const synchronous = "FULL"

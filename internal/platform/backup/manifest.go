package backup

import (
	"errors"
	"time"

	"banyan/internal/platform/db"
)

// format is the version of the archive's layout; another one is refused.
const format = 1

// The names in the archive.
const (
	headerName   = "banyan-backup.json"
	manifestName = "manifest.json"
	tablesFolder = "tables/"
	dataFolder   = "data/"
	filesFolder  = "files/"
)

// ErrDamaged is in the error of Read when a backup is not whole or was changed.
var ErrDamaged = errors.New("the backup is damaged")

// Header says what a backup is of; it is the first thing in the archive.
type Header struct {
	Format  int              `json:"format"`
	Program string           `json:"program"`
	Engine  db.Dialect       `json:"engine"`
	Pack    string           `json:"pack,omitempty"` // in force at the start
	Key     string           `json:"key,omitempty"`  // fingerprint of the data folder's key
	Started time.Time        `json:"started"`        // the moment of the snapshot or a little before
	Schemas map[string]int64 `json:"schemas"`        // module -> version of its tables
	Tables  []db.Table       `json:"tables"`
}

// Manifest says what a backup holds; it is the last thing in the archive.
type Manifest struct {
	Header
	Finished time.Time `json:"finished"`
	Rows     []Content `json:"rows"`    // one for each table
	Data     []Content `json:"data"`    // one for each file of the data folder
	Files    Content   `json:"files"`   // all files together, in their order
	Missing  int       `json:"missing"` // files that went away while they were copied
	Total    int64     `json:"total"`   // bytes of all of it, not compressed
}

// Content is what one part of a backup holds.
type Content struct {
	Name   string `json:"name"`
	Count  int64  `json:"count"` // rows, or files
	Bytes  int64  `json:"bytes"` // not compressed
	SHA256 string `json:"sha256"`
}

// HasKey tells whether the data folder's key is in the backup.
func (m Manifest) HasKey(name string) bool {
	for _, d := range m.Data {
		if d.Name == name {
			return true
		}
	}
	return false
}

// CountRows is how many rows all tables hold.
func (m Manifest) CountRows() (n int64) {
	for _, t := range m.Rows {
		n += t.Count
	}
	return n
}

// CountFiles is how many photos and documents there are.
func (m Manifest) CountFiles() int64 { return m.Files.Count }

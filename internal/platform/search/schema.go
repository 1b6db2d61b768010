package search

import (
	"embed"

	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var files embed.FS

// Schema gives the package's migrations.
func Schema() db.Schema { return db.Schema{Module: "search", Files: files} }

package casework

import (
	"embed"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the module's tables.
func Schema() db.Schema { return db.Schema{Module: "casework", Files: schema} }

// program is the actor of what time does by itself.
func program() access.Actor { return access.Program("casework") }

package trust

import (
	"context"

	"banyan/internal/platform/web"
)

// say gives the reader's words inside a component.
func say(ctx context.Context) func(key string, args ...any) string { return web.PageIn(ctx).T }

package behalf

import (
	"context"

	"github.com/a-h/templ"

	"banyan/internal/platform/web"
	"banyan/web/ui"
)

// say gives a message in the reader's language to parts of a page that are not handed the page.
func say(ctx context.Context, key string, args ...any) string { return web.PageIn(ctx).T(key, args...) }

// confirming makes a button ask before it sends; "" asks nothing.
func confirming(words string) templ.Attributes {
	if words == "" {
		return nil
	}
	return templ.Attributes{"data-confirm": words}
}

func heldRows(list []heldView) (rows []ui.LinkRow) {
	for _, h := range list {
		rows = append(rows, ui.LinkRow{Icon: "users", Title: h.Name, Text: h.Text, Href: h.Href})
	}
	return rows
}

func foundTitle(ctx context.Context, v noteView) string {
	if v.Known {
		return v.Who
	}
	return say(ctx, "behalf.desk.nobody")
}

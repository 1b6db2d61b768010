package wallet

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"banyan/internal/platform/web"
	"banyan/web/ui"
)

// say gives a message in the reader's language to parts of a page that are not handed the page.
func say(ctx context.Context, key string, args ...any) string { return web.PageIn(ctx).T(key, args...) }

// factID names a box of the verifier's form.
func factID(f ui.CheckboxView, i int) string { return "want-" + f.Value[:3] + "-" + strconv.Itoa(i) }

// poll makes a question look for its answer while it waits; without script a link does.
func (v verifyView) poll() templ.Attributes {
	if !v.waiting {
		return nil
	}
	return templ.Attributes{"hx-get": v.base + "/" + v.ask, "hx-trigger": "every 2s", "hx-select": "#question", "hx-target": "#question", "hx-swap": "outerHTML"}
}

// whoWords says who is here.
func whoWords(ctx context.Context, v giveView) string {
	if v.known {
		return v.who
	}
	return say(ctx, "wallet.give.unknown")
}

// kindWords names a kind, and says when it would be a renewal.
func kindWords(ctx context.Context, k kindView) string {
	if k.renews {
		return say(ctx, "wallet.give.renew", "Kind", k.name)
	}
	return k.name
}

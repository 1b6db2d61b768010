package citizen

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"banyan/internal/platform/web"
	"banyan/web/ui"
)

// body is the page of the draft's step.
func (r *Room) body(view stepView) templ.Component {
	switch view.draft.Step {
	case stepWords:
		return stepWordsPage(view)
	case stepContact:
		return stepContactPage(view)
	case stepCheck:
		return stepCheckPage(view)
	default:
		return stepPlacePage(view)
	}
}

// say gives a message in the reader's language to parts of a page that are not handed the page.
func say(ctx context.Context, key string, args ...any) string { return web.PageIn(ctx).T(key, args...) }

// flag writes a yes for a hidden field; no is an empty one.
func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// oneLinks are the pages behind an own request. Who looked is the person's own to know.
func oneLinks(v oneView) []ui.LinkRow {
	rows := []ui.LinkRow{{Icon: "doc", Title: v.wordsTitle, Text: v.Page.T("citizen.words.hint"), Href: "/mine/" + v.id + "/words"}}
	if v.looks {
		rows = append(rows, ui.LinkRow{Icon: "shield", Title: v.Page.T("citizen.looks.title"), Text: v.Page.T("citizen.looks.hint"), Href: "/mine/" + v.id + "/looks"})
	}
	return rows
}

func contains(list []string, value string) bool { return slices.Contains(list, value) }

// paragraphs cuts a text at its line ends and leaves empty ones out.
func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

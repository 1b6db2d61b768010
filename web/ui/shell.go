package ui

import (
	"context"

	"banyan/internal/platform/fault"
)

// citizenItems lists the portal's navigation; Label is the last part of the message key.
func citizenItems() []NavItem {
	return []NavItem{
		{Label: "home", Href: "/", Icon: "home"},
		{Label: "mine", Href: "/my", Icon: "list"},
		{Label: "messages", Href: "/messages", Icon: "bell"},
		{Label: "me", Href: "/me", Icon: "user"},
	}
}

func cityOf(ctx context.Context, v CitizenView) string {
	name := v.City
	if name == "" {
		name = t(ctx, "ui.brand")
	}
	if citizenMode(v.Page) == "elder" {
		name += " " + t(ctx, "ui.look.elder")
	}
	return name
}

func oopsIcon(e *fault.Error) string {
	switch e.Kind {
	case fault.NotFound:
		return "search"
	case fault.Forbidden:
		return "lock"
	case fault.Busy:
		return "clock"
	default:
		return "warn"
	}
}

func oopsTitle(ctx context.Context, e *fault.Error) string {
	switch e.Kind {
	case fault.NotFound:
		return t(ctx, "ui.error.not_found")
	case fault.Forbidden:
		return t(ctx, "ui.error.forbidden")
	case fault.Busy:
		return t(ctx, "ui.error.busy")
	case fault.Invalid, fault.Conflict:
		return t(ctx, "ui.error.invalid")
	default:
		return t(ctx, "ui.error.internal")
	}
}

// markOf is the end of a member of staff's id: enough to tell people of one name apart on a photograph.
func markOf(staff string) string { return staff[max(0, len(staff)-6):] }

package brain

import (
	"context"
	"strconv"

	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// unknown stands where a number is not known.
const unknown = "—"

func (r *Room) indicatorName(v visit, rules oversee.Version, code string) string {
	for _, in := range rules.Indicators {
		if in.Code == code {
			return in.Name.In(v.p.Lang)
		}
	}
	return code
}

// percentText writes a share as the rules round it, or a dash.
func percentText(p *float64, rounding int) string {
	if p == nil {
		return unknown
	}
	return strconv.FormatFloat(*p, 'f', rounding, 64)
}

func caseChip(v visit, s casework.State) ui.ChipView {
	kind := "info"
	switch s {
	case casework.Contested, casework.Overseen:
		kind = "danger"
	case casework.Closed, casework.Answered, casework.Replied:
		kind = "ok"
	case casework.Declined, casework.Merged:
		kind = ""
	}
	return ui.ChipView{Kind: kind, Text: v.p.T("casework.state." + string(s))}
}

// levelChip is an order's level; the colour only repeats the word.
func levelChip(v visit, l oversee.Level) ui.ChipView {
	kind := map[oversee.Level]string{oversee.Reminder: "", oversee.Oversight: "info", oversee.Yellow: "warn", oversee.Red: "danger"}[l]
	return ui.ChipView{Kind: kind, Text: v.p.T("oversee.level." + string(l))}
}

// kindOf is the class of a coloured word; the word says the same.
func kindOf(kind string) string {
	if kind == "" {
		return ""
	}
	return "text-" + kind
}

// say returns a message in the language of the page being drawn.
func say(ctx context.Context, key string, args ...any) string { return web.PageIn(ctx).T(key, args...) }

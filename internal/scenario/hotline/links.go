package hotline

import (
	"slices"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// linked is a button that opens a form, with its key.
type linked struct{ name, key string }

// links are the buttons at the foot: every form the reader may open now but
// the open one. A board shows its own work first.
func (r *Room) links(m matter, b board, open string) []ui.LinkView {
	offered := []linked{{"dispatch", "D"}, {"other", "A"}, {"answer", "R"}, {"merge", "M"}, {"decline", "X"}, {"police", ""}}
	switch b.name {
	case boardQueue:
	case "":
		offered = append(offered,
			linked{"reassign", "A"}, linked{"assist", ""}, linked{"overrule", ""}, linked{"unmerge", ""}, linked{"decide", ""}, linked{"rule", ""},
			linked{"followup", ""}, linked{"contest", ""}, linked{"rework", ""}, linked{"direct", ""}, linked{"publish", ""}, linked{"unpublish", ""})
	default:
		offered = []linked{{"reassign", "A"}, {"assist", ""}, {"merge", "M"}}
	}
	var out []ui.LinkView
	for _, l := range offered {
		if l.name == open || l.name == "police" && !r.mayHand(m) || l.name != "police" && !m.offers(l.name) {
			continue
		}
		href := b.href(m.file.Case.ID, l.name)
		if b.name == "" {
			href = caseHref(m.file.Case.ID) + "?act=" + l.name
		}
		out = append(out, ui.LinkView{Label: m.p.T("hotline.act." + l.name), Href: href, Key: l.key, Dense: true})
	}
	if b.name != "" {
		out = append(out, ui.LinkView{Label: m.p.T("hotline.open_case"), Href: caseHref(m.file.Case.ID), Key: "O", Kind: "quiet", Dense: true})
	}
	return out
}

// offers tells whether a form can succeed now.
func (m matter) offers(name string) bool {
	if name == "unmerge" && len(m.file.Requests()) < 2 {
		return false
	}
	if name == "answer" || name == "decline" || name == "dispatch" || name == "other" {
		return m.file.Case.State == casework.Received && slices.ContainsFunc(m.allowed, func(a casework.Affordance) bool { return a.Action == acts()[name].action })
	}
	_, ok := m.may(acts()[name].action)
	return ok
}

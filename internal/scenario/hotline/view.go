package hotline

import (
	"strconv"

	"github.com/a-h/templ"

	"banyan/web/ui"
)

// listView is the left side of a board.
type listView struct {
	Did         *ui.LinkRow
	Pills       ui.TabsView
	Rows        ui.RowsView
	Sort, Empty string
	Self, Live  string // its address, and the topics that tell it to look again
	More        bool   // there are more than fit
}

// detailOf is nil without a case, so that the list has the whole width.
func detailOf(d *detailView) templ.Component {
	if d == nil {
		return nil
	}
	return detailPart(*d)
}

// of names a form that buttons outside of it send.
func of(id string) templ.Attributes { return templ.Attributes{"form": id} }

// watching are the attributes of a field whose change asks for a new suggestion.
func watching() templ.Attributes {
	return templ.Attributes{
		"hx-post": "/desk/suggest", "hx-trigger": "input changed delay:500ms", "hx-target": "#hints", "hx-swap": "outerHTML", "hx-include": "closest form",
	}
}

// refetch are the attributes of a field whose change draws a part of the form anew.
func refetch(do, part string) templ.Attributes {
	return templ.Attributes{
		"hx-post": "/desk/call", "hx-trigger": "change", "hx-target": "#" + part, "hx-select": "#" + part, "hx-swap": "outerHTML",
		"hx-include": "closest form", "hx-vals": `{"do":"` + do + `"}`,
	}
}

func yesNo(yes, no string) []ui.Option {
	return []ui.Option{{Value: "yes", Label: yes}, {Value: "no", Label: no}}
}

func itoa(n int) string { return strconv.Itoa(n) }

// size is the small map's box.
func size() string { return "0 0 " + strconv.Itoa(mapWidth) + " " + strconv.Itoa(mapHeight) }

// meansOptions are the ways to reach a requester.
func meansOptions(t func(string, ...any) string) []ui.Option {
	var out []ui.Option
	for _, m := range means() {
		out = append(out, ui.Option{Value: m, Label: t("hotline.means." + m)})
	}
	return out
}

func onlyOne(list []ui.Option) string {
	if len(list) == 1 {
		return list[0].Value
	}
	return ""
}

func submitKind(p panel) string {
	if p.Danger {
		return "danger"
	}
	return "primary"
}

// likeOptions are the cases another one can be merged into.
func likeOptions(list []alike) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, a := range list {
		out[i] = ui.Option{Value: a.ID, Label: a.Number + " · " + a.Title, Hint: a.Sub}
	}
	return out
}

func doneKind(d doneView) string {
	if d.Warn {
		return "danger"
	}
	return "ok"
}

func merged(list ...templ.Attributes) templ.Attributes {
	out := templ.Attributes{}
	for _, attrs := range list {
		for name, value := range attrs {
			out[name] = value
		}
	}
	return out
}

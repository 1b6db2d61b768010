package ui

import (
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
)

func langs() []i18n.Lang { return i18n.Langs() }

func themes() []string { return []string{"light", "dark", "contrast"} }

func densities() []string { return []string{"comfortable", "compact"} }

// citizenMode is elder when the reader chose it.
func citizenMode(p web.Page) string {
	if p.Look.Mode == "elder" {
		return "elder"
	}
	return "citizen"
}

// themeOf returns the theme of a page: the reader's, and dark by default for the big screen.
func themeOf(p web.Page, mode string) string {
	switch {
	case p.Look.Theme == "contrast":
		return "contrast"
	case mode == "screen":
		return "dark"
	case p.Look.Theme == "":
		return "light"
	default:
		return p.Look.Theme
	}
}

func densityOf(p web.Page) string {
	if p.Look.Density == "compact" {
		return "compact"
	}
	return "comfortable"
}

// sheetOf names the style sheet a mode needs beside base.css.
func sheetOf(mode string) string {
	switch mode {
	case "desk":
		return "desk.css"
	case "screen":
		return "screen.css"
	default:
		return "citizen.css"
	}
}

// backTo is the address of this page, to come back to after a change of look. A page that answered a form is left
// for its address.
func backTo(p web.Page) string {
	if p.Query == "" {
		return p.Path
	}
	return p.Path + "?" + p.Query
}

func pressed(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

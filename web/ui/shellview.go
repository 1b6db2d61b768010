package ui

import (
	"banyan/internal/platform/web"

	"github.com/a-h/templ"
)

// CitizenView is a page of the citizen portal; see the package comment.
type CitizenView struct {
	Page         web.Page
	Title        string
	City         string // the portal's name; the catalogue's by default
	District     string
	DistrictHref string
	Active       string // home, mine, messages or me
	Back         string // a task page: where the back arrow leads
	Step         string // a task page: which step of how many
	Lead         templ.Component
	Hello        bool
	Scripts      []string
}

// DeskView is a page of the staff workbench.
type DeskView struct {
	Page    web.Page
	Title   string
	Room    string // the room's name in the top bar
	Search  string // where the search form sends q; "" for none
	Status  string // one line of numbers in the top bar
	Who     string // name and unit of the staff member
	Nav     []NavGroup
	Keys    []KeyHint
	Fresh   string // how old the data is
	Scripts []string
}

// NavGroup is a titled part of the desk's navigation.
type NavGroup struct {
	Title string
	Items []NavItem
}

// NavItem is one link of the desk's navigation.
type NavItem struct {
	Label, Href, Icon, Count string
	Active                   bool
}

// KeyHint says what keys do.
type KeyHint struct {
	Keys  []string
	Words string
}

// ScreenView is a page of the city brain.
type ScreenView struct {
	Page                web.Page
	Title, Sub, Now     string
	Source, Fresh, Note string
	Scripts             []string
}

// PlainView is a page with one thing on it: a login, an error, a confirmation.
type PlainView struct {
	Page    web.Page
	Title   string
	Scripts []string
}

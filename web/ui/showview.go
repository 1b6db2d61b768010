package ui

import (
	"time"

	"banyan/internal/platform/web"
)

// HeadingView is a section's heading with a link at its end.
type HeadingView struct{ Text, Href, HrefText string }

// CardView is a quiet surface; Kind draws a bar at its side.
type CardView struct{ Title, Aside, Kind, ID string }

// ChipView is a short word about a thing's state; kinds "", brand, info, ok, warn, danger.
type ChipView struct{ Kind, Text string }

// DueView is a time limit as a chip.
type DueView struct {
	Text, Title, Kind string
	Provisional       bool // the calendar of its year is not published
}

// soon is how long before a due time its chip turns to a warning.
const soon = 4 * time.Hour

// Due makes the chip of a due time seen at now: overdue, soon, or just the time left. The title is the time itself.
func Due(p web.Page, due, now time.Time, provisional bool) DueView {
	v := DueView{Title: p.T("ui.due.at", "At", p.Lang.Due(due, now)), Provisional: provisional}
	left := due.Sub(now)
	switch {
	case left < 0:
		v.Kind, v.Text = "danger", p.T("ui.due.overdue", "Time", p.Lang.Duration(left))
	case left < soon:
		v.Kind, v.Text = "warn", p.T("ui.due.left", "Time", p.Lang.Duration(left))
	default:
		v.Text = p.T("ui.due.left", "Time", p.Lang.Duration(left))
	}
	return v
}

// TimelineItem is one entry of a journal. Words are what someone said, Effect what it did to a time limit, Links what can be
// done about it.
type TimelineItem struct {
	At, Who, What, Words, Effect, Kind string

	Links []LinkView
}

// Step is one station of a thing's way; State done, now or "".
type Step struct{ Label, Hint, State string }

// CandidatesView is ranked units with reasons; with a Name they are a radio group.
type CandidatesView struct {
	Name, Legend string
	Rows         []Candidate
}

// Candidate is one proposed unit. Part is 0 to 1 for the bar; 0 draws none.
type Candidate struct {
	Value, Name, Score, Role string
	Part                     float64
	Reasons                  []string
	Chosen                   bool
}

// OrderView is an order's card.
type OrderView struct {
	Title, Number, Unit, Role, Href, Note string

	State ChipView
	Due   *DueView
	Meta  []MetaItem
}

// RowsView is a queue: one line of title, one of context.
type RowsView struct {
	Label string
	Rows  []Row
}

// Row is one thing in a queue.
type Row struct {
	ID, Href, Title, Sub string

	Chips    []ChipView
	Due      *DueView
	Selected bool
}

// TableView is a table that scrolls by itself on a narrow screen.
type TableView struct {
	Caption string
	Columns []Column
	Rows    []TableRow
}

// Column is a table's column. Sort is the link that sorts by it, Sorted "ascending" or "descending".
type Column struct {
	Label, Sort, Sorted string
	Num                 bool
}

// TableRow is a row; Href links its first cell.
type TableRow struct {
	Href  string
	Cells []string
}

// TabsView is a choice of views of one list, as links; Pills draws them as chips.
type TabsView struct {
	Label string
	Tabs  []Tab
	Pills bool
}

// Tab is one view.
type Tab struct {
	Label, Href, Count string
	Active             bool
}

// PagerView leads through a long list by links.
type PagerView struct{ Prev, Next, Text string }

// EmptyView says that there is nothing, and what one can do.
type EmptyView struct {
	Icon, Title, Text string
	Action            *LinkView
}

// NoticeView is a message of the page; kinds info, ok, warn, danger.
type NoticeView struct{ Kind, Title, Text string }

// PanelView confirms what was done, with the number to keep; QR is the address in the code, "" for none.
type PanelView struct{ Title, Label, Number, Text, QR string }

// MetaItem is one term and its text; Num sets tabular figures.
type MetaItem struct {
	Term, Text, Href, HrefText string
	Num                        bool
}

// Tile is one service in a grid.
type Tile struct{ Icon, Label, Hint, Href string }

// Entry is one of the big doors of a page.
type Entry struct {
	Icon, Title, Text, Href string
	Strong                  bool
}

// LinkRow is a row that leads somewhere, with an icon or a photo.
type LinkRow struct {
	Icon, Title, Text, Href, Photo string
	Chip                           ChipView
}

// Photo is a small picture that opens the large one.
type Photo struct{ Src, Alt, Href string }

// StatView is a number with its source and time; TrendKind ok or danger, with Trend in words or a sign.
type StatView struct{ Label, Value, Unit, Note, Source, At, Href, Trend, TrendKind string }

// BarsView is a ranking as bars; each bar carries its number in words.
type BarsView struct {
	Label string
	Bars  []Bar
}

// Bar is one bar; Part is 0 to 1.
type Bar struct {
	Label, Value, Href, Kind string
	Part                     float64
}

// noticeIcon returns the icon of a kind of notice.
func noticeIcon(kind string) string {
	switch kind {
	case "ok":
		return "check"
	case "warn", "danger":
		return "warn"
	default:
		return "info"
	}
}

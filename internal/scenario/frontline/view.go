package frontline

import (
	"github.com/a-h/templ"

	"banyan/web/ui"
)

type workView struct {
	Desk ui.DeskView
	Who  string
	Tabs ui.TabsView
	Rows []ui.Row
	View string
}

// matterView is a case as people in the field need it.
type matterView struct {
	Title, Number, Case, Kind string
	State                     ui.ChipView
	Urgent                    bool
	Place, Geo, Point         string

	Requests []saidView
	Closed   bool // the words are no longer the reader's to read

	Duty, DutyCode, Subdistrict string
	Basis                       []string

	Clocks  []clockView
	Units   []unitView
	Calls   []callView
	Changes []changeView
	Replies []replyView
	Story   []ui.TimelineItem
	Flags   []string
}

type saidView struct {
	Number, Channel, At, Subject, Words, Address string

	Anonymous bool
	Photos    []ui.Photo
	Later     []laterView // what was said after the request
}

// laterView is one thing a requester said later.
type laterView struct{ When, Words string }

type clockView struct {
	Name, Text string
	Due        *ui.DueView
}

type unitView struct {
	Order, Name, Role, Result, Score string

	Own     bool
	State   ui.ChipView
	CheckIn *ui.ChipView
	Due     *ui.DueView
	Judge   bool // the reader may score it now
}

type callView struct {
	ID, Case, Caller, Place, Geo, Words, At, Result, Title string

	Open, End bool // End: the reader may end it
	Units     []unitView
}

type changeView struct {
	Kind, Unit, At, Reason, Words, Plan, Review, Proposed, Extra, Decision string

	State ui.ChipView
}

type replyView struct {
	Unit, At, Solved, Public, Internal, WhyNot, Next string

	Photos []ui.Photo
}

type orderView struct {
	Desk     ui.DeskView
	Matter   matterView
	Errors   []ui.FieldError
	State    ui.ChipView
	Role     string
	Due      *ui.DueView
	Facts    []ui.MetaItem
	Why      []ui.Candidate
	Acts     []ui.LinkView
	Simple   []postView
	Contact  *contactForm
	Contacts []contact
}

// postView is a deed of one press.
type postView struct{ Label, Href, Kind, Icon string }

type contactForm struct {
	Href     string
	Purposes []ui.Option
}

// contact is how one requester can be reached: shown once, in the answer to the
// press that asked for it.
type contact struct{ Name, Phone, Email, Number string }

// formView is the frame of a form about one order or case.
type formView struct {
	Desk                        ui.DeskView
	Heading, Lead, Title, Place string
	Due                         *ui.DueView
	Back, BackText, Action      string
	FormID, Send                string
	Files                       bool
	Errors                      []ui.FieldError
	Body                        templ.Component
}

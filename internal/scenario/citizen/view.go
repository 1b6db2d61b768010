package citizen

import (
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// matter is one own request in a list.
type matter struct {
	href, title, number, due string

	chip  ui.ChipView
	steps []ui.Step
}

type homeView struct {
	ui.CitizenView
	elder, signedIn bool
	all             int
	matters         []matter
	public          []ui.LinkRow
}

// stepView is one step of a report.
type stepView struct {
	ui.CitizenView
	draft      *draft
	form       string
	errs       []ui.FieldError
	photos     []photoView
	place      string // name of the area that is known, "" when none
	shapes     string
	districts  []ui.Option
	narrower   narrowerView
	kinds      []ui.Option
	understood understoodView
	kind       request.Kind
	publish    publishText
	summary    []answer
	acting     string // for whom it is handed in, "" for oneself
}

// publishText is what somebody agrees to who lets the request be shown in public.
type publishText struct {
	may       bool // the kind may be published, and so may anything now
	ask, what string
	version   int
}

type photoView struct{ key, src, alt string }

type narrowerView struct {
	offered, subdistrict, community string
	subdistricts, communities       []ui.Option
}

// understoodView is what the words seem to be about, and the same matter nearby.
type understoodView struct {
	topics     []ui.Option
	near       []nearView
	duty, join string
}

type nearView struct {
	caseID, href, title, said, state string

	metres int
	open   bool
}

// answer is one line of the check page and the step where it is changed.
type answer struct{ step, term, text string }

type doneView struct {
	ui.CitizenView
	number, qr, mine  string
	anonymous, joined bool
	times             []string
}

type trackView struct {
	ui.CitizenView
	trackForm
	errs []ui.FieldError
}

type mineView struct {
	ui.CitizenView
	signedIn bool
	matters  []matter
	next     string
}

// oneView is the page of one own request.
type oneView struct {
	ui.CitizenView
	sayForm
	matter
	id, form string
	errs     []ui.FieldError
	facts    []ui.MetaItem
	times    []string
	story    []ui.TimelineItem

	answer, declined, where, declineWords, until string

	photos                 []ui.Photo
	acts, confirm, contest bool
	publish, publishable   bool
	text                   publishText
	rate                   bool
	rated, ratedBy         string
	looks                  bool // may see who looked
	wordsTitle             string
	reasons                []ui.Option
}

type wordsView struct {
	ui.CitizenView
	words, address string
	photos         []ui.Photo
}

type looksView struct {
	ui.CitizenView
	anonymous bool
	surveys   []ui.LinkRow // in which the person is now
	objection string       // number of the case that was just opened
	items     []ui.TimelineItem
	next      string
}

// objectView asks what is wrong with a look.
type objectView struct {
	ui.CitizenView
	objectForm
	errs                 []ui.FieldError
	form, to, when, what string
}

type signInView struct {
	ui.CitizenView
	signInForm
	masked string
	ring   bool // passkeys can be used here
	ways   []ui.LinkView
	errs   []ui.FieldError
}

type meView struct {
	ui.CitizenView
	signedIn bool
	unread   int
	sessions []sessionView
	public   []ui.LinkRow
}

type sessionView struct {
	id, device, since string
	here              bool
}

type messagesView struct {
	ui.CitizenView
	signedIn, fresh bool
	rows            []ui.LinkRow
	next            string
}

type publicView struct {
	ui.CitizenView
	publicForm
	districts, kinds []ui.Option
	rows             []ui.LinkRow
	next             string
}

type publicOneView struct {
	ui.CitizenView
	title, answer string
	chip          ui.ChipView
	steps         []ui.Step
	facts         []ui.MetaItem
	story         []ui.TimelineItem
}

type searchView struct {
	ui.CitizenView
	q    string
	rows []ui.LinkRow
}

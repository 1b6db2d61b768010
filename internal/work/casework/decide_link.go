package casework

import (
	"slices"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
)

// Opening opens a case for a request, or joins the request to a case.
type Opening struct {
	Request     string
	Number      string
	Kind        string
	Channel     string
	Area        string
	Path        string
	District    string
	Subdistrict string
	Community   string
	Point       geo.Point
	Anonymous   bool
	HasContact  bool
	Consent     bool
	Urgent      bool
	Pack        string
}

func (o Opening) link(at time.Time) Link {
	return Link{Request: o.Request, Number: o.Number, Anonymous: o.Anonymous, HasContact: o.HasContact, Consent: o.Consent, At: at}
}

func (t *turn) open(in Opening) {
	t.entry.Action = ActOpen
	t.Case = Case{
		ID: t.newID(t.now), Number: in.Number, State: Received, Kind: in.Kind, Channel: in.Channel, Pack: in.Pack,
		Area: in.Area, Path: in.Path, District: in.District, Subdistrict: in.Subdistrict, Community: in.Community, Point: in.Point,
		Profile: t.lim.Code, Urgent: in.Urgent, OpenedAt: t.now,
	}
	t.relink(append(t.Case.Links, in.link(t.now)))
	t.start(ClockDispatch, t.lim.Dispatch, Clock{})
}

// relink keeps what the case derives from its links true, and the limits that
// depend on somebody being there to speak with.
func (t *turn) relink(links []Link) {
	had := t.Case.HasContact
	t.Case.Links = links
	t.Case.HasContact, t.Case.Consent = false, false
	for _, l := range links {
		if l.LeftAt.IsZero() {
			t.Case.HasContact = t.Case.HasContact || l.HasContact
			t.Case.Consent = t.Case.Consent || l.Consent
		}
	}
	if !t.Case.Consent {
		t.Case.Published = false
	}
	switch {
	case had && !t.Case.HasContact:
		t.each(ofKind(ClockFirst, ClockFollowUp), func(c Clock) Clock { return c.void(t.now) })
	case !had && t.Case.HasContact:
		t.reachFirst()
		t.reachFollowUp()
	}
}

// reachFirst starts the first response for somebody who came to a case in work
// that had nobody to speak with.
func (t *turn) reachFirst() {
	if (t.Case.State == Dispatched || t.Case.State == Working) && t.cycle() == 1 {
		t.goOn(ClockFirst, t.lim.First, Clock{Unit: t.Case.Lead, Cycle: t.cycle()})
	}
}

// reachFollowUp starts the follow-up of a replied case when there is somebody
// to ask.
func (t *turn) reachFollowUp() {
	if t.Case.HasContact && (t.Case.State == Replied || t.Case.State == FollowingUp) {
		t.start(ClockFollowUp, t.lim.FollowUp, Clock{Cycle: t.cycle()})
	}
}

func (t *turn) join(in Opening) error {
	if err := t.must(ActJoin); err != nil {
		return err
	}
	t.Case.Urgent = t.Case.Urgent || in.Urgent
	t.relink(append(slices.Clone(t.Case.Links), in.link(t.now)))
	return nil
}

// mergeInto ends this case; its requests go to the other one.
func (t *turn) mergeInto(into string, words string) error {
	if err := t.must(ActMerge); err != nil {
		return err
	}
	if into == "" || into == t.Case.ID {
		return lacks("into")
	}
	for _, o := range t.Orders {
		if o.State.orderOpen() {
			t.leave(o, Withdrawn)
		}
	}
	t.endCalls()
	t.endPark("merged")
	t.voidAll()
	t.relink(t.left(func(Link) bool { return true }))
	t.entry.Words = words
	t.Case.State, t.Case.MergedInto, t.Case.Lead, t.Case.ClosedAt = Merged, into, "", t.now
	return nil
}

// left marks the links that match as gone at this instant.
func (t *turn) left(match func(Link) bool) []Link {
	links := slices.Clone(t.Case.Links)
	for i, l := range links {
		if l.LeftAt.IsZero() && match(l) {
			links[i].LeftAt = t.now
		}
	}
	return links
}

// take receives the requests of a merged case.
func (t *turn) take(from string, urgent bool, links []Link) error {
	if err := t.must(ActJoin); err != nil {
		return err
	}
	t.Case.Urgent = t.Case.Urgent || urgent
	all := slices.Clone(t.Case.Links)
	for _, l := range links {
		if l.LeftAt.IsZero() {
			l.Origin, l.At = from, t.now
			all = append(all, l)
		}
	}
	t.relink(all)
	return nil
}

// release takes one request out again and returns its link. The last request
// of a case cannot leave it.
func (t *turn) release(request, words string) (Link, error) {
	t.entry.Action = ActUnmerge
	t.entry.Words = words
	i := slices.IndexFunc(t.Case.Links, func(l Link) bool { return l.Request == request && l.LeftAt.IsZero() })
	switch {
	case t.Case.State.Ended():
		return Link{}, refuse("state", "Action", string(ActUnmerge), "State", string(t.Case.State))
	case i < 0:
		return Link{}, fault.New(fault.NotFound, "casework.link.missing")
	case len(t.Requests()) == 1:
		return Link{}, refuse("last_request")
	case t.Case.Links[i].Origin == "" && t.Case.Links[i].Number == t.Case.Number:
		return Link{}, refuse("opening_request") // its number is the case's own
	case blank(words):
		return Link{}, lacks("words")
	}
	l := t.Case.Links[i]
	t.relink(t.left(func(x Link) bool { return x.Request == request }))
	return l, nil
}

// revive brings a merged case back for a request that was taken out. Its limits
// go on with the time that was used before.
func (t *turn) revive(l Link) error {
	if err := t.must(ActUnmerge); err != nil {
		return err
	}
	l.Origin, l.At, l.LeftAt = "", t.now, time.Time{}
	t.relink(append(slices.Clone(t.Case.Links), l))
	t.Case.State, t.Case.MergedInto, t.Case.ClosedAt = Received, "", time.Time{}
	t.goOn(ClockDispatch, t.lim.Dispatch, Clock{})
	return nil
}

// publish shows the case in public: only with a requester's consent and only
// with an answer to show.
func (t *turn) publish() error {
	if err := t.must(ActPublish); err != nil {
		return err
	}
	if !t.Case.Consent {
		return refuse("no_consent")
	}
	if t.rules.PublishAfter == "closed" && t.Case.State != Closed && t.Case.State != Answered {
		return refuse("publish_later")
	}
	t.Case.Published = true
	return nil
}

func (t *turn) unpublish(reason string) error {
	if err := t.must(ActUnpublish); err != nil {
		return err
	}
	t.entry.Reason = reason
	t.Case.Published = false
	return nil
}

// withdrawConsent takes one requester's consent back; without any consent left
// the case is no longer public.
func (t *turn) withdrawConsent(request string) error {
	if err := t.must(ActUnpublish); err != nil {
		return err
	}
	t.entry.Reason = "consent"
	t.consent(request, false)
	return nil
}

// giveConsent notes that a requester agrees now. Publishing stays a step of its
// own: somebody may have taken the case out of view for a reason.
func (t *turn) giveConsent(request string) error {
	if err := t.must(ActConsent); err != nil {
		return err
	}
	t.consent(request, true)
	return nil
}

func (t *turn) consent(request string, given bool) {
	links := slices.Clone(t.Case.Links)
	for i := range links {
		if links[i].Request == request {
			links[i].Consent = given
		}
	}
	t.relink(links)
}

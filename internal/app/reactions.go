package app

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/search"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/citizen"
	"banyan/internal/scenario/open311"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
)

// react wires what follows from what: the nervous system of the house. Each
// reaction runs in its own transaction and has exactly one effect.
func (a *App) react() {
	on := func(name string, batch int, do func(*db.Tx, []fact.Fact) error, facts ...string) {
		a.Facts.React(fact.Reaction{Name: name, On: facts, Batch: batch, Do: do})
	}
	// what writes the search index is done in few large pieces: each is a piece more that a search has to look into
	indexes := func(name string, do func(*db.Tx, []fact.Fact) error, facts ...string) {
		a.Facts.React(fact.Reaction{Name: name, On: facts, Batch: 200, Linger: 400 * time.Millisecond, Do: do})
	}
	// what an entry does not concern costs nothing: when is asked as the fact is said
	when := func(name string, batch int, wants func(casework.Happened) bool, do func(*db.Tx, casework.Happened) error, facts ...string) {
		a.Facts.React(fact.Reaction{Name: name, On: facts, Batch: batch, Wants: ofCase(wants), Do: eachCase(do)})
	}
	// a request came in: make it findable, suggest whose duty it is
	indexes("understand", a.understand(request.NewRedactor()), request.FactReceived)
	// anything happened to a case: count it, watch it, tell open screens
	when("assess", 100, counts, a.assess, caseFacts(casework.ActRespond, casework.ActSign, casework.ActCheckIn, casework.ActEndCall, casework.ActReply,
		casework.ActFollowUp, casework.ActConfirm, casework.ActContest, casework.ActAsk, casework.ActRule, casework.ActScore, casework.ActReassign, casework.ActDecide,
		casework.ActReport, casework.ActOverrule, casework.ActMerge)...) // every action that may end a clock: a replay folds them all
	when("watch", 100, watched, a.watch, caseFacts(casework.ActBreach, casework.ActReply, casework.ActDecide, casework.ActMerge,
		casework.ActReassign, casework.ActRule)...)
	on("remind", 100, eachCase(a.remind), caseFacts(casework.ActWarn)...)
	a.Facts.Hear(a.show, caseFacts(allActions()...)...)
	// other systems hear of it: the feed in order, the webhooks that may
	on("announce", 200, a.announce, caseFacts(allActions()...)...)
	// a request that moved to another case says so itself
	on("belong", 50, eachCase(a.belong), caseFacts(casework.ActJoin, casework.ActMerge, casework.ActUnmerge)...)
	// the requester hears of what matters; a ruling becomes precedent
	when("tell", 50, concerns, a.tell, caseFacts(casework.ActAnswer, casework.ActDecline, casework.ActDispatch, casework.ActReply, casework.ActFollowUp,
		casework.ActConfirm, casework.ActDirect, casework.ActExpire, casework.ActDecide, casework.ActJoin)...)
	on("learn", 1, eachCase(a.learn), caseFacts(casework.ActRule)...)
	// a case ends with consent: it is shown; consent taken back: it is not
	when("publish", 20, publishable, a.publish, caseFacts(casework.ActFollowUp, casework.ActConfirm, casework.ActAnswer, casework.ActExpire, casework.ActDirect)...)
	on("consent", 1, a.consent, request.FactConsentGiven, request.FactConsentWithdrawn)
	// Open311 shows how the requests stand that it may show
	on("open311", 100, a.foldOpen311, caseFacts(open311.Shows()...)...)
	// what the public may search follows what is published
	indexes("index", a.index, caseFacts(casework.ActPublish, casework.ActUnpublish, casework.ActContest, casework.ActMerge, casework.ActUnmerge)...)
}

func caseFacts(actions ...casework.Action) []string {
	var names []string
	for _, act := range actions {
		names = append(names, casework.FactPrefix+string(act))
	}
	return names
}

// allActions is every action that changes what a screen shows.
func allActions() []casework.Action {
	var all []casework.Action
	for _, s := range casework.Steps() {
		all = append(all, s.Action)
	}
	return all
}

// ofCase asks a question of a body that casework said.
func ofCase(wants func(casework.Happened) bool) func(body any) bool {
	return func(body any) bool {
		h, ok := body.(casework.Happened)
		return !ok || wants(h)
	}
}

// eachCase decodes the facts of a batch and hands them on one by one.
func eachCase(do func(*db.Tx, casework.Happened) error) func(*db.Tx, []fact.Fact) error {
	return func(tx *db.Tx, facts []fact.Fact) error {
		for _, f := range facts {
			h, err := fact.Decode[casework.Happened](f)
			if err != nil {
				return err
			}
			if err := do(tx, h); err != nil {
				return fmt.Errorf("case %s: %w", h.Case, err)
			}
		}
		return nil
	}
}

// understand reads the words of new requests once, for search and triage. Phones
// and other numbers in them cannot be searched: nobody finds a person that way.
func (a *App) understand(redact *request.Redactor) func(tx *db.Tx, facts []fact.Fact) error {
	return func(tx *db.Tx, facts []fact.Fact) error {
		var texts []search.Text
		for _, f := range facts {
			text, err := a.understandOne(tx, redact, f)
			if err != nil {
				return err
			}
			texts = append(texts, text...)
		}
		return search.IndexAll(tx, "request", texts...) // last: see IndexAll
	}
}

// understandOne suggests whose duty a request is and gives what it is found by.
func (a *App) understandOne(tx *db.Tx, redact *request.Redactor, f fact.Fact) ([]search.Text, error) {
	got, err := fact.Decode[request.Received](f)
	if err != nil {
		return nil, err
	}
	said, err := a.Requests.Words(tx, trail.Reader{Actor: access.Program("triage"), Purpose: trail.ForIndex, Subject: got.CaseID}, got.RequestID)
	if err != nil || len(said) == 0 {
		return nil, err
	}
	in := triage.Input{Subject: said[0].Subject, Text: said[0].Words, Area: got.Area, Kind: got.Kind, At: got.At}
	if _, err := a.Triage.SuggestTx(tx, in, got.CaseID); err != nil {
		return nil, fmt.Errorf("suggest for case %s: %w", got.CaseID, err)
	}
	return []search.Text{findable(redact, got.Number, said[0])}, nil
}

// counts says that supervision counts something of an entry.
func counts(h casework.Happened) bool { return len(assessed(h)) > 0 }

func (a *App) assess(tx *db.Tx, h casework.Happened) error {
	return a.Oversee.AssessTx(tx, assessed(h))
}

// watched says that an entry begins or ends the watch over an overdue case.
func watched(h casework.Happened) bool {
	_, late := overdue(h)
	return late || settled(h)
}

func (a *App) watch(tx *db.Tx, h casework.Happened) error {
	if o, ok := overdue(h); ok {
		return a.Oversee.WatchTx(tx, o)
	}
	if settled(h) {
		return a.Oversee.UnwatchTx(tx, h.Case, h.Seq)
	}
	return nil
}

func (a *App) remind(tx *db.Tx, h casework.Happened) error {
	for _, c := range h.Clocks {
		if c.Unit == "" {
			continue // the desk sees its own queue
		}
		if err := a.Oversee.RemindTx(tx, limit(h, c)); err != nil {
			return err
		}
	}
	return nil
}

// show tells open screens that something moved; a lost signal costs nothing.
func (a *App) show(_ string, body any) {
	h, ok := body.(casework.Happened)
	if !ok {
		return
	}
	topics := []string{"case:" + h.Case, "queue:" + string(h.State), "brain"}
	for _, u := range slices.Concat(h.Units, []string{h.Unit, h.Lead}) {
		if u != "" {
			topics = append(topics, "unit:"+u)
		}
	}
	for _, topic := range topics {
		a.signal(topic, string(h.Action))
	}
}

// belong keeps the requests that moved with an entry where casework has them
// now, however many moves were made since.
func (a *App) belong(tx *db.Tx, h casework.Happened) error {
	for _, id := range slices.Concat(h.Joined, h.Left) {
		at, err := a.Cases.CaseOfTx(tx, id)
		if err != nil {
			return fmt.Errorf("find the case of request %s: %w", id, err)
		}
		if err := a.Requests.SetCase(tx, id, at); err != nil {
			return err
		}
	}
	return nil
}

// concerns says that an entry is told to somebody.
func concerns(h casework.Happened) bool {
	_, who := told(h)
	return len(who) > 0
}

// tell leaves every requester whom an entry concerns a note, and a message by
// phone, e-mail or WeChat where one waits for it. The text holds the number and the state, nothing else.
func (a *App) tell(tx *db.Tx, h casework.Happened) error {
	state, who := told(h)
	heads, err := a.Requests.Headlines(tx, who...)
	if err != nil {
		return err
	}
	for _, r := range heads {
		if r.PersonID == "" {
			continue
		}
		m := notify.Message{
			Key: fmt.Sprintf("case:%s:%d:%s", h.Case, h.Seq, r.ID), To: "person:" + r.PersonID, Channel: notify.InApp,
			Template: "app.tell." + string(state), Args: []any{"Number", r.Number}, Link: "/mine/" + r.ID,
		}
		if err := a.Outbox.Send(tx, m); err != nil {
			return err
		}
		wanted, err := a.wanted(tx, r.PersonID, state)
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		if err := a.reach(tx, r.PersonID, m); err != nil {
			return err
		}
	}
	return nil
}

// wanted tells whether a person is told of a state beyond their page: of the result always, of a step on the way if they agreed.
func (a *App) wanted(tx *db.Tx, person string, state casework.State) (bool, error) {
	if state == casework.Replied || state == casework.Declined || state == casework.Answered {
		return true, nil
	}
	err := a.Consents.Need(tx, person, consent.ForSteps)
	if consent.Refused(err) {
		return false, nil
	}
	return err == nil, err
}

// reach sends what stands on a person's page by the best other way too.
func (a *App) reach(tx *db.Tx, person string, m notify.Message) error {
	way, err := a.way(tx, person)
	if err != nil || way == "" {
		return err
	}
	m.Channel, m.Key = way, m.Key+":"+string(way)
	return a.Outbox.Send(tx, m)
}

// learn keeps a ruling as precedent: the duty list's words that the matter
// held, never the requester's sentences.
func (a *App) learn(tx *db.Tx, h casework.Happened) error {
	said, err := a.Requests.Words(tx, trail.Reader{Actor: access.Program("triage"), Purpose: trail.ForIndex, Subject: h.Case}, h.Requests...)
	if err != nil {
		return err
	}
	for _, r := range h.Rulings {
		p := triage.Precedent{Duty: r.Duty, Unit: r.Unit, Area: h.Area, Ruling: r.ID, At: r.At}
		for _, s := range said {
			p.Words = append(p.Words, a.Triage.Signals(s.Subject, s.Words)...)
		}
		if err := a.Triage.Learn(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// publishable says that an entry ended a case whose requester agreed.
func publishable(h casework.Happened) bool {
	return h.Consent && (h.State == casework.Closed || h.State == casework.Answered)
}

// publish shows an ended case whose requester agreed. A case that has moved on
// since, or whose consent was taken back, is left as it is.
func (a *App) publish(tx *db.Tx, h casework.Happened) error {
	if !publishable(h) {
		return nil // said before the question was asked
	}
	err := a.Cases.PublishTx(tx, h.Case)
	if fault.KindOf(err) == fault.Conflict || consent.Refused(err) {
		return nil
	}
	return err
}

// index keeps the public search in step with what is published now: facts may
// come out of order.
func (a *App) index(tx *db.Tx, facts []fact.Fact) error {
	cases := map[string]citizen.Shown{} // how a case stands is read now, so its last fact speaks for all
	for _, f := range facts {
		h, err := fact.Decode[casework.Happened](f)
		if err != nil {
			return err
		}
		shown, err := a.Cases.PublishedTx(tx, h.Case)
		if err != nil {
			return err
		}
		cases[h.Case] = citizen.Shown{Case: h.Case, Number: h.Number, Area: h.Area, Duty: h.Duty, Published: shown}
	}
	return citizen.IndexTx(tx, a.Requests, a.City.casework(), slices.Collect(maps.Values(cases))...)
}

// consent tells casework what a requester's consent is now. Facts may come out
// of order, so the request itself is asked and not the fact.
func (a *App) consent(tx *db.Tx, facts []fact.Fact) error {
	for _, f := range facts {
		c, err := fact.Decode[request.Consent](f)
		if err != nil {
			return err
		}
		r, err := a.Requests.Get(tx, c.RequestID)
		if err != nil {
			return err
		}
		follow := a.Cases.WithdrawConsentTx
		if r.Publish {
			follow = a.Cases.GiveConsentTx
		}
		if err := follow(tx, r.ID); err != nil {
			return fmt.Errorf("follow the consent of request %s: %w", r.ID, err)
		}
	}
	return nil
}

package app

import (
	"fmt"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/register/access"
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
	// a request came in: make it findable, suggest whose duty it is
	on("understand", 50, a.understand, request.FactReceived)
	// anything happened to a case: count it, watch it, tell open screens
	on("assess", 100, eachCase(a.assess), caseFacts(casework.ActRespond, casework.ActSign, casework.ActCheckIn, casework.ActEndCall, casework.ActReply,
		casework.ActFollowUp, casework.ActConfirm, casework.ActContest, casework.ActAsk, casework.ActRule, casework.ActScore, casework.ActReassign, casework.ActDecide,
		casework.ActReport, casework.ActOverrule, casework.ActMerge)...) // every action that may end a clock: a replay folds them all
	on("watch", 100, eachCase(a.watch), caseFacts(casework.ActBreach, casework.ActReply, casework.ActDecide, casework.ActMerge,
		casework.ActReassign, casework.ActRule)...)
	on("remind", 100, eachCase(a.remind), caseFacts(casework.ActWarn)...)
	on("show", 200, eachCase(a.show), caseFacts(allActions()...)...)
	// other systems hear of it: the feed in order, the webhooks that may
	on("announce", 200, a.announce, caseFacts(allActions()...)...)
	// a request that moved to another case says so itself
	on("belong", 50, eachCase(a.belong), caseFacts(casework.ActJoin, casework.ActMerge, casework.ActUnmerge)...)
	// the requester hears of what matters; a ruling becomes precedent
	on("tell", 50, eachCase(a.tell), caseFacts(casework.ActAnswer, casework.ActDecline, casework.ActDispatch, casework.ActReply, casework.ActFollowUp,
		casework.ActConfirm, casework.ActDirect, casework.ActExpire, casework.ActDecide, casework.ActJoin)...)
	on("learn", 1, eachCase(a.learn), caseFacts(casework.ActRule)...)
	// a case ends with consent: it is shown; consent taken back: it is not
	on("publish", 1, eachCase(a.publish), caseFacts(casework.ActFollowUp, casework.ActConfirm, casework.ActAnswer, casework.ActExpire, casework.ActDirect)...)
	on("consent", 1, a.consent, request.FactConsentGiven, request.FactConsentWithdrawn)
	// Open311 shows how the requests stand that it may show
	on("open311", 100, a.foldOpen311, caseFacts(open311.Shows()...)...)
	// what the public may search follows what is published
	on("index", 20, eachCase(a.index), caseFacts(casework.ActPublish, casework.ActUnpublish, casework.ActContest, casework.ActMerge, casework.ActUnmerge)...)
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
func (a *App) understand(tx *db.Tx, facts []fact.Fact) error {
	redact := request.NewRedactor()
	for _, f := range facts {
		got, err := fact.Decode[request.Received](f)
		if err != nil {
			return err
		}
		said, err := a.Requests.Words(tx, trail.Reader{Actor: access.Program("triage"), Purpose: trail.ForIndex, Subject: got.CaseID}, got.RequestID)
		if err != nil {
			return err
		}
		if len(said) == 0 {
			continue
		}
		if err := indexRequest(tx, redact, got.Number, said[0]); err != nil {
			return err
		}
		in := triage.Input{Subject: said[0].Subject, Text: said[0].Words, Area: got.Area, Kind: got.Kind, At: got.At}
		if _, err := a.Triage.SuggestTx(tx, in, got.CaseID); err != nil {
			return fmt.Errorf("suggest for case %s: %w", got.CaseID, err)
		}
	}
	return nil
}

func (a *App) assess(tx *db.Tx, h casework.Happened) error {
	return a.Oversee.AssessTx(tx, assessed(h))
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
func (a *App) show(tx *db.Tx, h casework.Happened) error {
	topics := []string{"case:" + h.Case, "queue:" + string(h.State), "brain"}
	for _, u := range append(h.Units, h.Unit, h.Lead) {
		if u != "" {
			topics = append(topics, "unit:"+u)
		}
	}
	tx.AfterCommit(func() {
		for _, topic := range topics {
			a.signal(topic, string(h.Action))
		}
	})
	return nil
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
		if state != casework.Replied && state != casework.Declined && state != casework.Answered {
			continue
		}
		if err := a.reach(tx, r.PersonID, m); err != nil {
			return err
		}
	}
	return nil
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

// publish shows an ended case whose requester agreed. A case that has moved on
// since, or whose consent was taken back, is left as it is.
func (a *App) publish(tx *db.Tx, h casework.Happened) error {
	if h.State != casework.Closed && h.State != casework.Answered || !h.Consent {
		return nil
	}
	err := a.Cases.PublishTx(tx, h.Case)
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

// index keeps the public search in step with what is published now: facts may
// come out of order.
func (a *App) index(tx *db.Tx, h casework.Happened) error {
	shown, err := a.Cases.PublishedTx(tx, h.Case)
	if err != nil {
		return err
	}
	return citizen.IndexTx(tx, a.Requests, a.City.casework(), citizen.Shown{Case: h.Case, Number: h.Number, Area: h.Area, Duty: h.Duty, Published: shown})
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

package casework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
)

// OpenTx opens a case for a request inside the caller's transaction and
// returns its id.
func (s *Service) OpenTx(tx *db.Tx, actor access.Actor, in Opening) (string, error) {
	o, err := s.PrepareOpen(actor, in)
	if err != nil {
		return "", err
	}
	return o.Case, o.Tx(tx)
}

// Opened is a case decided and ready to be stored.
type Opened struct {
	Case string // its id
	Tx   func(tx *db.Tx) error
}

// PrepareOpen decides how a case opens. Nothing is in the store before Tx, which
// may run again in another transaction when the first was undone.
func (s *Service) PrepareOpen(actor access.Actor, in Opening) (Opened, error) {
	if err := s.Policy.Check(actor, "request.receive", access.Resource{Kind: "case", AreaPath: in.Path}); err != nil {
		return Opened{}, err
	}
	if err := s.place(&in); err != nil {
		return Opened{}, err
	}
	t := s.turn(nil, actor)
	t.lim = s.profile(s.City.Rules.DefaultProfile)
	if in.Urgent {
		t.lim = s.profile(s.City.Rules.UrgentProfile)
	}
	in.Pack = s.City.Pack
	t.open(in)
	done, err := s.sealed(nil, t)
	return Opened{Case: t.Case.ID, Tx: func(tx *db.Tx) error { return s.store(tx, done) }}, err
}

// place fills the area columns from the register. An unknown area is refused;
// an empty one is the city.
func (s *Service) place(in *Opening) error {
	if in.Area == "" {
		in.Area = s.City.Areas.City().Code
	}
	a, ok := s.City.Areas.Get(in.Area)
	if !ok {
		return fault.Field("area", "casework.need.known_area")
	}
	in.Path = a.Path
	for _, up := range s.City.Areas.Chain(in.Area) {
		switch up.Kind {
		case "district", "zone":
			in.District = up.Code
		case "subdistrict":
			in.Subdistrict = up.Code
		case "community":
			in.Community = up.Code
		}
	}
	return nil
}

// JoinableTx finds the case that a request naming this one should join: the one
// it was merged into, however often. open is false when that one has ended.
func (s *Service) JoinableTx(tx *db.Tx, id string) (_ string, open bool, err error) {
	for range 10 { // merging into a merged case is refused, so chains are short
		f, err := load(tx, ref{Case: id})
		if err != nil {
			return "", false, err
		}
		if f.Case.State != Merged {
			return id, !f.Case.State.Ended(), nil
		}
		id = f.Case.MergedInto
	}
	return id, false, nil
}

// JoinTx links a further request to an open case: the same matter said again.
func (s *Service) JoinTx(tx *db.Tx, actor access.Actor, id string, in Opening) error {
	_, err := s.actTx(tx, actor, ActJoin, ref{Case: id}, func(t *turn) error { return t.join(in) })
	return err
}

// Answer closes a case at the desk with a direct answer.
func (s *Service) Answer(ctx context.Context, actor access.Actor, in Answering) (*File, error) {
	return s.act(ctx, actor, ActAnswer, ref{Case: in.Case, Version: in.Version}, func(t *turn) error {
		if d, ok := s.City.Duties.Get(in.Duty); ok {
			in.OnSite = d.OnSite
		}
		return t.answer(in)
	})
}

// Decline refuses a case with a reason that says where to go.
func (s *Service) Decline(ctx context.Context, actor access.Actor, in Declining) (*File, error) {
	return s.act(ctx, actor, ActDecline, ref{Case: in.Case, Version: in.Version}, func(t *turn) error { return t.decline(in) })
}

// Dispatch gives the case to a lead unit and assisting units under a duty.
func (s *Service) Dispatch(ctx context.Context, actor access.Actor, in Dispatch) (*File, error) {
	d, ok := s.City.Duties.Get(in.Duty)
	if !ok {
		return nil, fault.Field("duty", "casework.need.duty")
	}
	for _, u := range append([]string{in.Lead}, in.Assisting...) {
		if err := s.unit("unit", u); err != nil {
			return nil, err
		}
	}
	in.Profile, in.OnSite, in.DutyVersion = d.Clock, d.OnSite, s.City.Duties.Version()
	return s.act(ctx, actor, ActDispatch, ref{Case: in.Case, Version: in.Version}, func(t *turn) error {
		if in.Urgent || t.Case.Urgent {
			in.Profile = s.City.Rules.UrgentProfile
		}
		t.lim = s.profile(in.Profile)
		return t.dispatch(in)
	})
}

// Reassign gives the lead to another unit; the resolve clock runs on.
func (s *Service) Reassign(ctx context.Context, actor access.Actor, in Reassigning) (*File, error) {
	if err := s.unit("unit", in.Lead); err != nil {
		return nil, err
	}
	return s.act(ctx, actor, ActReassign, ref{Case: in.Case, Version: in.Version}, func(t *turn) error { return t.reassign(in) })
}

// Assist asks a further unit to help; a lead unit does so from its own order.
func (s *Service) Assist(ctx context.Context, actor access.Actor, in Assist) (*File, error) {
	if err := s.unit("unit", in.Unit); err != nil {
		return nil, err
	}
	return s.act(ctx, actor, ActAssist, ref{Case: in.Case, Order: in.Parent}, func(t *turn) error { return t.assist(in) })
}

// Sign takes note of an order.
func (s *Service) Sign(ctx context.Context, actor access.Actor, order string) (*File, error) {
	return s.act(ctx, actor, ActSign, ref{Order: order}, func(t *turn) error { return t.sign(order) })
}

// Assign gives an order to a person inside the unit.
func (s *Service) Assign(ctx context.Context, actor access.Actor, order, staff string) (*File, error) {
	return s.act(ctx, actor, ActAssign, ref{Order: order}, func(t *turn) error { return t.assign(order, staff) })
}

// Respond records the first contact with the requester.
func (s *Service) Respond(ctx context.Context, actor access.Actor, order, means, words string) (*File, error) {
	return s.act(ctx, actor, ActRespond, ref{Order: order}, func(t *turn) error { return t.respond(order, means, words) })
}

// Call summons units to the place of a case.
func (s *Service) Call(ctx context.Context, actor access.Actor, in Calling) (*File, error) {
	for _, u := range in.Units {
		if err := s.unit("units", u); err != nil {
			return nil, err
		}
	}
	return s.act(ctx, actor, ActCall, ref{Case: in.Case}, func(t *turn) error { return t.call(in) })
}

// CheckIn says that a unit is on the spot.
func (s *Service) CheckIn(ctx context.Context, actor access.Actor, in CheckingIn) (*File, error) {
	return s.act(ctx, actor, ActCheckIn, ref{Order: in.Order}, func(t *turn) error { return t.checkIn(in) })
}

// Report ends an assisting or called unit's part with its result.
func (s *Service) Report(ctx context.Context, actor access.Actor, order, result string) (*File, error) {
	return s.act(ctx, actor, ActReport, ref{Order: order}, func(t *turn) error { return t.report(order, result) })
}

// Score is the caller's mark for one summoned unit, 1 to 5.
func (s *Service) Score(ctx context.Context, actor access.Actor, order string, points int, words string) (*File, error) {
	return s.act(ctx, actor, ActScore, ref{Order: order}, func(t *turn) error { return t.score(order, points, words) })
}

// EndCall records what a call came to.
func (s *Service) EndCall(ctx context.Context, actor access.Actor, call, result string) (*File, error) {
	return s.act(ctx, actor, ActEndCall, ref{Call: call}, func(t *turn) error { return t.endCall(call, result) })
}

// Overrule takes a helper out of the case so that the lead can reply.
func (s *Service) Overrule(ctx context.Context, actor access.Actor, order, words string) (*File, error) {
	return s.act(ctx, actor, ActOverrule, ref{Order: order}, func(t *turn) error { return t.overrule(order, words) })
}

// Ask asks for an extension, a parking, a return, a ruling or an out-of-scope.
func (s *Service) Ask(ctx context.Context, actor access.Actor, in Asking) (*File, error) {
	if err := s.unit("proposed", in.Proposed); err != nil {
		return nil, err
	}
	return s.act(ctx, actor, ActAsk, ref{Order: in.Order}, func(t *turn) error { return t.ask(in) })
}

// Decide grants or refuses a change.
func (s *Service) Decide(ctx context.Context, actor access.Actor, in Deciding) (*File, error) {
	if err := s.unit("unit", in.Unit); err != nil {
		return nil, err
	}
	return s.act(ctx, actor, ActDecide, ref{Change: in.Change}, func(t *turn) error { return t.decide(in) })
}

// Rule ends a dispute and leaves a precedent.
func (s *Service) Rule(ctx context.Context, actor access.Actor, in RulingOn) (*File, error) {
	if err := s.unit("unit", in.Unit); err != nil {
		return nil, err
	}
	return s.act(ctx, actor, ActRule, ref{Change: in.Change}, func(t *turn) error { return t.rule(in) })
}

// Reply hands in the lead unit's form.
func (s *Service) Reply(ctx context.Context, actor access.Actor, order string, r Reply) (*File, error) {
	return s.act(ctx, actor, ActReply, ref{Order: order}, func(t *turn) error { return t.reply(order, r) })
}

// Attempt records a try to reach the requester.
func (s *Service) Attempt(ctx context.Context, actor access.Actor, id, channel string, reached bool) (*File, error) {
	return s.act(ctx, actor, ActAttempt, ref{Case: id}, func(t *turn) error { return t.attempt(channel, reached) })
}

// FollowUpTx records the requester's word in the transaction that keeps what
// they said: solved closes, unsolved contests.
func (s *Service) FollowUpTx(tx *db.Tx, actor access.Actor, in FollowingUpWith) (*File, error) {
	return s.actTx(tx, actor, ActFollowUp, ref{Case: in.Case}, func(t *turn) error { return t.followUp(in) })
}

// FollowUp is FollowUpTx in a transaction of its own.
func (s *Service) FollowUp(ctx context.Context, actor access.Actor, in FollowingUpWith) (f *File, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		f, err = s.FollowUpTx(tx, actor, in)
		return err
	})
	return f, err
}

// Confirm is the requester's own yes. The caller has proven whose request it is.
func (s *Service) Confirm(ctx context.Context, actor access.Actor, request, satisfied string) (*File, error) {
	return s.act(ctx, actor, ActConfirm, ref{Request: request}, func(t *turn) error { return t.confirm(request, satisfied) })
}

// ContestTx is the requester's own no, in the transaction that keeps why. The
// caller has proven whose request it is; the words are personal and stay out of
// the case and its journal.
func (s *Service) ContestTx(tx *db.Tx, actor access.Actor, request, words string) (*File, error) {
	return s.actTx(tx, actor, ActContest, ref{Request: request}, func(t *turn) error { return t.contest(request, words) })
}

// Contest is ContestTx in a transaction of its own.
func (s *Service) Contest(ctx context.Context, actor access.Actor, request, words string) (f *File, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		f, err = s.ContestTx(tx, actor, request, words)
		return err
	})
	return f, err
}

// Rework sends a contested case back to its lead.
func (s *Service) Rework(ctx context.Context, actor access.Actor, id, words string) (*File, error) {
	return s.act(ctx, actor, ActRework, ref{Case: id}, func(t *turn) error { return t.rework(words) })
}

// Direct is the supervisor's decision on an overseen case.
func (s *Service) Direct(ctx context.Context, actor access.Actor, in Directing) (*File, error) {
	return s.act(ctx, actor, ActDirect, ref{Case: in.Case}, func(t *turn) error { return t.direct(in) })
}

// Publish shows the case in public. Forbidden while the purpose of it is not live (see package consent).
func (s *Service) Publish(ctx context.Context, actor access.Actor, id string) (f *File, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		f, err = s.publishTx(tx, actor, id)
		return err
	})
	return f, err
}

func (s *Service) publishTx(tx *db.Tx, actor access.Actor, id string) (*File, error) {
	if _, err := s.Consents.Live(tx, consent.ForPublish); err != nil {
		return nil, err
	}
	return s.actTx(tx, actor, ActPublish, ref{Case: id}, func(t *turn) error { return t.publish() })
}

// Unpublish takes the case out of public view.
func (s *Service) Unpublish(ctx context.Context, actor access.Actor, id, reason string) (*File, error) {
	return s.act(ctx, actor, ActUnpublish, ref{Case: id}, func(t *turn) error { return t.unpublish(reason) })
}

// WithdrawConsentTx follows a requester's withdrawal of consent to publish.
func (s *Service) WithdrawConsentTx(tx *db.Tx, request string) error {
	_, err := s.actTx(tx, program(), ActUnpublish, ref{Request: request}, func(t *turn) error { return t.withdrawConsent(request) })
	return err
}

// GiveConsentTx follows a requester's later consent to publish.
func (s *Service) GiveConsentTx(tx *db.Tx, request string) error {
	_, err := s.actTx(tx, program(), ActConsent, ref{Request: request}, func(t *turn) error { return t.giveConsent(request) })
	return err
}

// CaseOfTx is the case a request belongs to now.
func (s *Service) CaseOfTx(tx *db.Tx, request string) (string, error) {
	return caseID(tx, ref{Request: request})
}

// PublishedTx says whether a case is in public view now.
func (s *Service) PublishedTx(tx *db.Tx, id string) (bool, error) {
	return published(tx, id)
}

// PublishTx publishes by rule inside the caller's transaction (a reaction). Refusals are those of Publish.
func (s *Service) PublishTx(tx *db.Tx, id string) error {
	_, err := s.publishTx(tx, program(), id)
	return err
}

// Scan lets time act on up to limit cases whose time has come and returns how
// many transitions it made. It is safe to run in several processes at once.
func (s *Service) Scan(ctx context.Context, limit int) (int, error) {
	now := s.Clock.Now()
	var ids []string
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = dueCases(tx, now, limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	done := 0
	var failed []error
	for _, id := range ids {
		n, err := s.Pass(ctx, id)
		done += n
		if err != nil {
			failed = append(failed, fmt.Errorf("let time act on case %s: %w", id, err), s.putOff(ctx, id, now))
		}
	}
	return done, errors.Join(failed...)
}

// putOff lets the scan pass over a case that it could not handle, for a while:
// one broken case must not hold up the others.
func (s *Service) putOff(ctx context.Context, id string, now time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return setNext(tx, id, now.Add(retryAfter)) })
}

// Pass lets time act on one case once and returns the number of transitions, 0 or 1.
func (s *Service) Pass(ctx context.Context, id string) (int, error) {
	n := 0
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		f, err := load(tx, ref{Case: id})
		if err != nil {
			return err
		}
		t := s.turn(f, program())
		if !t.due() {
			return setNext(tx, id, nextLook(t.nextDue(), t.now)) // nothing is due after all: look again later
		}
		n = 1
		_, err = s.seal(tx, f, t)
		return err
	})
	return n, err
}

// retryAfter is how long the scan leaves a case alone that it could not handle.
const retryAfter = 10 * time.Minute

// nextLook is when to look again at a case that had nothing due: never before the
// next minute, and not at all when it waits for nothing.
func nextLook(next, now time.Time) time.Time {
	if soon := now.Add(time.Minute); !next.IsZero() && next.Before(soon) {
		return soon
	}
	return next
}

// Recount recomputes every provisional due time and returns how many cases
// changed: none, unless the calendar of a year has been published since.
func (s *Service) Recount(ctx context.Context) (int, error) {
	var ids []string
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = provisionalCases(tx)
		return err
	})
	done := 0
	for _, id := range ids {
		if err != nil {
			return done, err
		}
		_, err = s.act(ctx, program(), ActRecount, ref{Case: id}, (*turn).recount)
		if fault.KindOf(err) == fault.Conflict {
			err = nil // its year is still not published
			continue
		}
		done++
	}
	return done, err
}

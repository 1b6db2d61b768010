package request

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
)

// Choice is one row of the history of consent to publish.
type Choice struct {
	Granted bool
	At      time.Time
	Kind    access.Kind // who chose
	Actor   string
	As      string // what they are to the person, when they chose for another
}

// Choosing is somebody's word about showing their request in public.
type Choosing struct {
	Request string
	Grant   bool
	Way     consent.Way // empty: by the actor's kind
	Lang    string      // the text was read in; empty when not known
	Version int         // of the text they saw; 0: the one in force
}

// WithdrawPublish takes the consent to publish back and says request.ConsentWithdrawn. A consent that does
// not hold is withdrawn without effect. Forbidden unless actor is the requester, or the centre on the phone.
func (s *Service) WithdrawPublish(ctx context.Context, actor access.Actor, id string) error {
	return s.Choose(ctx, actor, Choosing{Request: id})
}

// GrantPublish gives the consent to publish, as easily as it is withdrawn, and says request.ConsentGiven.
// Invalid for kinds that are never published.
func (s *Service) GrantPublish(ctx context.Context, actor access.Actor, id string) error {
	return s.Choose(ctx, actor, Choosing{Request: id, Grant: true})
}

// Choose gives or takes back the consent to publish, with its receipt (see package consent). Refusals: those of GrantPublish
// and WithdrawPublish; Forbidden while nothing may be published at all; Conflict when the text has changed since it was read.
func (s *Service) Choose(ctx context.Context, actor access.Actor, in Choosing) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.ChooseTx(tx, actor, in) })
}

// withdraw is the state by which policies know that a consent is taken back.
const withdraw = "withdraw"

// ChooseTx is Choose inside the caller's transaction.
func (s *Service) ChooseTx(tx *db.Tx, actor access.Actor, in Choosing) error {
	h, err := s.Get(tx, in.Request)
	if err != nil {
		return err
	}
	place, _ := s.city.Areas.Get(h.Area) // an area no longer in the pack gives no staff the right
	res := access.Resource{Kind: "request", ID: in.Request, Owner: h.PersonID, AreaPath: place.Path}
	if !in.Grant {
		res.State = withdraw
	}
	if err := s.Policy.Check(actor, access.RequestConsent, res); err != nil {
		return err
	}
	if kind, _ := s.city.Terms.Kind(h.Kind); in.Grant && !kind.Public {
		return fault.Field("publish", "request.never_public")
	}
	if h.Publish == in.Grant {
		return nil
	}
	said := consent.Said{
		Person: h.PersonID, Purpose: consent.ForPublish, Matter: h.ID, Version: in.Version, Way: cmp.Or(in.Way, wayOf(actor, "phone")), Lang: in.Lang, By: actor,
	}
	if in.Grant {
		_, err = s.Consents.Give(tx, said)
	} else {
		err = s.Consents.Withdraw(tx, said)
	}
	if err != nil {
		return err
	}
	return s.keepChoice(tx, actor, h, in.Grant)
}

// PublishText is what somebody agrees to who lets a request be shown in public; false while nothing may be.
func (s *Service) PublishText(ctx context.Context) (text consent.Text, may bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		text, err = s.Consents.Live(tx, consent.ForPublish)
		return err
	})
	if err != nil && !consent.Refused(err) {
		return text, false, fmt.Errorf("read the text of publication: %w", err)
	}
	return text, err == nil, nil
}

// wayOf is how somebody's word came in, as far as actor and channel tell.
func wayOf(actor access.Actor, channel string) consent.Way {
	switch {
	case actor.Kind == access.Citizen, actor.Kind == access.Guest:
		return consent.Page
	case actor.Kind == access.Staff && channel == "phone":
		return consent.Phone
	case actor.Kind == access.Staff:
		return consent.Counter
	}
	return consent.System
}

// mayPublish takes the consent out of an intake while nothing may be published, or when the requester read another text than the one in
// force: the request itself must come in.
func (s *Service) mayPublish(tx *db.Tx, d *Prepared) error {
	if !d.row.Publish {
		return nil
	}
	text, err := s.Consents.Live(tx, consent.ForPublish)
	other := d.in.Read != 0 && d.in.Read != text.Version
	if err == nil && !other || err != nil && !consent.Refused(err) {
		return err
	}
	d.row.Publish = false
	return s.open(d)
}

// agreed keeps the receipt of a consent that came with a request.
func (s *Service) agreed(tx *db.Tx, d *Prepared) error {
	if !d.row.Publish {
		return nil
	}
	_, err := s.Consents.Give(tx, consent.Said{
		Person: d.row.PersonID, Purpose: consent.ForPublish, Matter: d.row.ID, Way: wayOf(d.actor, d.row.Channel), Lang: d.row.language,
		By: d.actor, At: d.row.ReceivedAt, Fresh: true,
	})
	return err
}

func (s *Service) keepChoice(tx *db.Tx, actor access.Actor, h Headline, grant bool) error {
	at := s.Clock.Now()
	if err := insertConsent(tx, db.NewID(at), h.ID, grant, at, actor); err != nil {
		return fmt.Errorf("keep the consent of request %s: %w", h.ID, err)
	}
	if err := updateConsent(tx, h.ID, grant); err != nil {
		return fmt.Errorf("change the consent of request %s: %w", h.ID, err)
	}
	name := FactConsentWithdrawn
	if grant {
		name = FactConsentGiven
	}
	return s.Facts.Say(tx, name, h.ID, at, Consent{RequestID: h.ID, CaseID: h.CaseID, Number: h.Number, At: at})
}

// Choices gives the history of consent to publish, oldest first. The first row is the choice at intake.
func (s *Service) Choices(tx *db.Tx, id string) ([]Choice, error) {
	choices, err := selectConsents(tx, id)
	if err != nil {
		return nil, fmt.Errorf("read the consents of request %s: %w", id, err)
	}
	return choices, nil
}

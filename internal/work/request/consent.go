package request

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Choice is one row of the history of consent to publish.
type Choice struct {
	Granted bool
	At      time.Time
	Kind    access.Kind // who chose
	Actor   string
}

// WithdrawPublish takes the consent to publish back and says request.ConsentWithdrawn. A consent that does
// not hold is withdrawn without effect. Forbidden unless actor is the requester, or the centre on the phone.
func (s *Service) WithdrawPublish(ctx context.Context, actor access.Actor, id string) error {
	return s.choose(ctx, actor, id, false)
}

// GrantPublish gives the consent to publish, as easily as it is withdrawn, and says request.ConsentGiven.
// Invalid for kinds that are never published.
func (s *Service) GrantPublish(ctx context.Context, actor access.Actor, id string) error {
	return s.choose(ctx, actor, id, true)
}

func (s *Service) choose(ctx context.Context, actor access.Actor, id string, grant bool) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.Get(tx, id)
		if err != nil {
			return err
		}
		place, _ := s.city.Areas.Get(h.Area) // an area no longer in the pack gives no staff the right
		res := access.Resource{Kind: "request", ID: id, Owner: h.PersonID, AreaPath: place.Path}
		if err := s.Policy.Check(actor, access.RequestConsent, res); err != nil {
			return err
		}
		if kind, _ := s.city.Terms.Kind(h.Kind); grant && !kind.Public {
			return fault.Field("publish", "request.never_public")
		}
		if h.Publish == grant {
			return nil
		}
		return s.keepChoice(tx, actor, h, grant)
	})
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

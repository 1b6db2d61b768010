package credential

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Reasons lists why staff take a credential back.
func Reasons() []string { return []string{"wrong", "moved", "lost", "misused", "died"} }

// TakeBack ends a credential of the person themselves; its copies count no more. NotFound for one that is not theirs; twice changes nothing.
func (s *Service) TakeBack(ctx context.Context, by access.Actor, id string) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := selectBy(tx, "id", id)
		if missing(err) || err == nil && (by.Kind != access.Citizen || by.Acts() || c.Person != by.ID) {
			return unknown()
		}
		if err != nil {
			return err
		}
		return endCredential(tx, id, ByHolder, "", "", s.Clock.Now())
	})
	return wrapped(err, "take back credential "+id)
}

// TakeBackTx ends a credential for one of Reasons, by a post that may (credential.end), and tells the person.
func (s *Service) TakeBackTx(tx *db.Tx, by access.Actor, id, reason string) error {
	c, err := selectBy(tx, "id", id)
	if missing(err) {
		return unknown()
	}
	if err == nil {
		err = s.Policy.Check(by, access.CredentialEnd, access.Resource{Kind: "person", AreaPath: c.Area, Unit: c.Unit})
	}
	if err != nil {
		return err
	}
	if !slices.Contains(Reasons(), reason) {
		return fault.Field("reason", "credential.need.reason")
	}
	if !c.EndedAt.IsZero() {
		return nil
	}
	if err := endCredential(tx, id, ByStaff, by.ID, reason, s.Clock.Now()); err != nil {
		return err
	}
	return s.Tell(tx, c.Person, id+":ended", NoteEnded)
}

// EraseTx forgets what was stated about a person. The places of copies stay marked, without whose they were, until they would have
// expired.
func (s *Service) EraseTx(tx *db.Tx, person string) error {
	return wrapped(erase(tx, person, s.Clock.Now()), "erase credentials of person "+person)
}

// Kept is how long a credential is kept after its last day.
const Kept = 30 * 24 * time.Hour

// Tidy removes what is over: questions and answers at their end, credentials thirty days after their last day, counts after a year.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.Clock.Now()
	err := s.DB.Write(ctx, func(tx *db.Tx) error { return deleteOld(tx, now, now.Add(-Kept), now.AddDate(-1, 0, 0)) })
	return wrapped(err, "tidy credentials")
}

// cleanName is a name that somebody gives themselves, without what could pretend to be more than a name.
func cleanName(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > nameMost {
		name = string([]rune(name)[:nameMost])
	}
	return name
}

const nameMost = 30

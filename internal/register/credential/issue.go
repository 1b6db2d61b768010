package credential

import (
	"errors"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Giving is a credential to be given.
type Giving struct {
	Form     string // id of the form; the same form is one credential
	Person   string
	Kind     string
	Facts    Facts
	Evidence string
	Seen     bool // the person is here, and the evidence was seen
}

// most is how many credentials that hold or wait one person may have of one kind: the old one and its renewal.
const most = 2

// IssueTx states facts about a person, by a post that may (credential.issue). Invalid with every wrong field; Conflict when the kind was
// renewed already and the new one still waits.
func (s *Service) IssueTx(tx *db.Tx, by access.Actor, g Giving) (c Credential, err error) {
	if err := s.mayIssue(by); err != nil {
		return c, err
	}
	kind, err := s.check(g)
	if err != nil {
		return c, err
	}
	form := by.ID + ":" + g.Form
	if before, err := s.byForm(tx, form); err == nil || !missing(err) {
		return before, wrapped(err, "look for the form of a credential")
	}
	now := s.Clock.Now()
	had, err := selectOf(tx, g.Person)
	if err != nil {
		return c, wrapped(err, "list credentials of person "+g.Person)
	}
	had = slices.DeleteFunc(had, func(x Credential) bool { return x.Kind != g.Kind || !x.EndedAt.IsZero() || !now.Before(x.Until) })
	if len(had) >= most {
		return c, fault.New(fault.Conflict, "credential.refuse.waits")
	}
	c = Credential{
		ID: db.NewID(now), Person: g.Person, Kind: kind.ID, Facts: g.Facts, Evidence: g.Evidence, Issued: now, Until: dayEnd(now, kind.Days),
		By: by.ID, Unit: by.Unit, Area: by.Area, form: form,
	}
	if err := s.seal(tx, &c); err != nil {
		return c, err
	}
	if err := insertCredential(tx, c); err != nil {
		return c, wrapped(err, "keep a credential of person "+g.Person)
	}
	return c, s.Tell(tx, c.Person, c.ID+":issued", NoteIssued)
}

// check gives every wrong field at once.
func (s *Service) check(g Giving) (Kind, error) {
	kind, known := s.Kinds.Get(g.Kind)
	if !known {
		return kind, fault.Field("kind", "credential.need.kind")
	}
	var wrong fault.Fields
	add := func(bad bool, field, key string) {
		if bad {
			wrong = append(wrong, fault.Field(field, key))
		}
	}
	_, evidence := kind.Seen(g.Evidence)
	add(!s.Kinds.fits(kind, g.Facts), "facts", "credential.need.facts")
	add(!evidence, "evidence", "credential.need.evidence")
	add(!g.Seen, "seen", "credential.need.seen")
	return kind, wrong.OrNil()
}

func (s *Service) mayIssue(by access.Actor) error {
	return s.Policy.Check(by, access.CredentialIssue, access.Resource{Kind: "person", AreaPath: by.Area})
}

// byForm finds what a form made already.
func (s *Service) byForm(tx *db.Tx, form string) (Credential, error) {
	c, err := selectBy(tx, "form", form)
	if err != nil {
		return c, err
	}
	return c, errors.Join(s.open(tx, &c), s.copies(tx, &c))
}

package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/consent"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
)

// City is what the pack says that casework needs.
type City struct {
	Areas    *area.Register
	Orgs     *org.Register
	Duties   *duty.Register
	Calendar *calendar.Calendar
	Profiles *calendar.Profiles
	Rules    Rules
	Pack     string // name@version of the pack
}

// Deps is what casework stands on.
type Deps struct {
	DB     *db.DB
	Facts  *fact.Log
	Clock  clock.Clock
	Policy *access.Policy
	City   City

	Consents *consent.Service // nothing goes public while the purpose of it is not live
}

// Service holds the use cases of the loop. Every method that changes a case is
// one transaction: the case, one journal entry and one fact, or nothing.
type Service struct{ Deps }

// New checks the state table and returns the service.
func New(d Deps) (*Service, error) {
	if err := Check(); err != nil {
		return nil, fmt.Errorf("state table: %w", err)
	}
	for _, code := range []string{d.City.Rules.DefaultProfile, d.City.Rules.UrgentProfile} {
		if !d.City.Profiles.Has(code) {
			return nil, fmt.Errorf("casework.yaml names clock profile %q, which the pack does not have", code)
		}
	}
	return &Service{Deps: d}, nil
}

// ref names the case of a use case: by its id, or by an order, call or change.
type ref struct {
	Case, Order, Call, Change string
	Version                   int // the version the actor saw; 0 skips the check
	Request                   string
}

// act runs one transition in its own transaction and returns the file after it.
func (s *Service) act(ctx context.Context, actor access.Actor, a Action, r ref, decide func(*turn) error) (*File, error) {
	var f *File
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		f, err = s.actTx(tx, actor, a, r, decide)
		return err
	})
	return f, err
}

func (s *Service) actTx(tx *db.Tx, actor access.Actor, a Action, r ref, decide func(*turn) error) (*File, error) {
	f, err := load(tx, r)
	if err != nil {
		return nil, err
	}
	if err := s.may(actor, a, f, r); err != nil {
		return nil, err
	}
	if r.Version != 0 && r.Version != f.Case.Version {
		return nil, refuse("changed")
	}
	t := s.turn(f, actor)
	if err := decide(t); err != nil {
		return nil, fmt.Errorf("%s case %s: %w", a, f.Case.ID, err)
	}
	return s.seal(tx, f, t)
}

// may asks the policy. A requester may act on the case of an own request: the
// room that calls has proven whose request it is.
func (s *Service) may(actor access.Actor, a Action, f *File, r ref) error {
	action := step(a).May
	if action == "" {
		return nil
	}
	res := f.resource(r)
	if r.Request != "" && slices.Contains(f.Requests(), r.Request) {
		res.Owner = actor.Whose()
	}
	if f.ownWork(actor, a) {
		return fault.New(fault.Forbidden, "access.refuse.own_work").Wrap(fmt.Errorf("staff %s worked on case %s in another post", actor.ID, f.Case.ID))
	}
	return s.Policy.Check(actor, action, res)
}

// turn prepares a decision on a copy of the file.
func (s *Service) turn(f *File, actor access.Actor) *turn {
	t := &turn{now: ms(s.Clock.Now()), actor: actor, cal: s.City.Calendar, rules: s.City.Rules, newID: db.NewID}
	if f != nil {
		t.File = *f
	}
	t.lim = s.profile(t.Case.Profile)
	return t
}

// profile returns a clock profile; a case whose profile left the pack keeps
// running under the default one.
func (s *Service) profile(code string) calendar.Profile {
	if p, ok := s.City.Profiles.Get(code); ok {
		return p
	}
	p, _ := s.City.Profiles.Get(s.City.Rules.DefaultProfile) // New made sure of it
	return p
}

// seal stores what a turn decided: rows, one journal entry, one fact.
func (s *Service) seal(tx *db.Tx, before *File, t *turn) (*File, error) {
	done, err := s.sealed(before, t)
	if err != nil {
		return nil, err
	}
	return &t.File, s.store(tx, done)
}

// sealed is a decided transition in the words of the store.
type sealed struct {
	before     *File // its zero value for a new case
	file       *File
	entry      Entry
	next       time.Time
	doc, words string // the file and the entry
	said       fact.Said
}

// sealed ends a turn: everything that can be made before the transaction.
func (s *Service) sealed(before *File, t *turn) (d sealed, err error) {
	if before == nil {
		before = &File{}
	}
	d = sealed{before: before, file: &t.File, entry: t.finish(), next: t.nextDue()}
	id := d.entry.Case
	if d.doc, err = document(d.file); err != nil {
		return d, fmt.Errorf("write file of case %s: %w", id, err)
	}
	if d.words, err = document(d.entry); err != nil {
		return d, fmt.Errorf("write entry of case %s: %w", id, err)
	}
	d.said, err = s.Facts.Prepare(FactPrefix+string(d.entry.Action), id, d.entry.At, happened(before, d.entry))
	return d, err
}

// store writes a sealed transition.
func (s *Service) store(tx *db.Tx, d sealed) error {
	if err := save(tx, d); err != nil {
		return fmt.Errorf("store case %s: %w", d.entry.Case, err)
	}
	return s.Facts.Write(tx, d.said)
}

// unit checks that a unit exists in the pack.
func (s *Service) unit(field, id string) error {
	if id == "" {
		return nil
	}
	if _, ok := s.City.Orgs.Get(id); !ok {
		return fault.Field(field, "casework.need.known_unit")
	}
	return nil
}

// Get returns the file of a case for an actor who may read it.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (*File, error) {
	var f *File
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = load(tx, ref{Case: id})
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, s.Policy.Check(actor, "case.read", f.resource(ref{}))
}

// OfOrder returns the file of an order's case for an actor who may read it.
func (s *Service) OfOrder(ctx context.Context, actor access.Actor, order string) (*File, error) {
	var f *File
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = load(tx, ref{Order: order})
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, s.Policy.Check(actor, "case.read", f.resource(ref{}))
}

// OfRequest returns the file of the case a request belongs to now. The caller
// has proven that the reader may see the request.
func (s *Service) OfRequest(ctx context.Context, request string) (*File, error) {
	var f *File
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = load(tx, ref{Request: request})
		return err
	})
	return f, err
}

// Journal returns all entries of a case, oldest first.
func (s *Service) Journal(ctx context.Context, id string) ([]Entry, error) {
	var es []Entry
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		es, err = journal(tx, id)
		return err
	})
	return es, err
}

// Allowed lists what the actor may do with the case now.
func (s *Service) Allowed(actor access.Actor, f *File) []Affordance {
	return f.Allowed(s.Policy, actor)
}

// Now is the service's time, for pages that show what is left.
func (s *Service) Now() time.Time { return s.Clock.Now() }

package survey

import (
	"context"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/consent"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// State is how far a survey is.
type State string

// The states; see the package comment for what may follow what.
const (
	Proposed  State = "proposed"
	Running   State = "running"
	Refused   State = "refused"
	Ended     State = "ended"
	Destroyed State = "destroyed"
)

// Survey is what is asked, by whom, why and until when. It holds nothing of anybody who is asked.
type Survey struct {
	ID        string
	Title     string
	Purpose   string
	Basis     string // in law
	Questions []Question
	Area      string
	Path      string // of the area
	Unit      string // that owns it
	Staff     string // who proposed it
	State     State
	Made      time.Time
	Ends      time.Time // the first instant after it

	Decided     time.Time
	DecidedBy   string
	DecidedUnit string
	Decision    string // why it was refused

	Extended   time.Time // zero: it was not
	ExtendedBy string
	Extension  string

	EndedAt time.Time
	EndedBy string // "" when its date ended it
	Ending  string

	Version int
	form    string
}

// RunsAt tells whether people may be asked and seen at an instant: a survey past its end is closed even before the chore comes.
func (s Survey) RunsAt(at time.Time) bool { return s.State == Running && at.Before(s.Ends) }

// Sensitive tells whether a question is about something that only a separate consent allows to ask (Personal Information Protection
// Law, articles 28 and 29).
func (s Survey) Sensitive() bool {
	return slices.ContainsFunc(s.Questions, func(q Question) bool { return q.Sensitive })
}

// resource is the survey as the policies see it.
func (s Survey) resource() access.Resource {
	return access.Resource{Kind: "survey", ID: s.ID, Unit: s.Unit, AreaPath: s.Path, State: string(s.State)}
}

// key is the survey's subject in the vault, and who the trail says its destruction is about.
func (s Survey) key() string { return KeyOf(s.ID) }

const keyPrefix = "survey:"

// KeyOf is the subject under which the vault keeps the key of a survey.
func KeyOf(id string) string { return keyPrefix + id }

// OfKey gives the survey whose key has a subject; ok is false for any other subject.
func OfKey(subject string) (id string, ok bool) { return strings.CutPrefix(subject, keyPrefix) }

// Deps is what surveys stand on.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Trail  *trail.Log
	People *person.Service
	Policy *access.Policy
	Staff  *org.Service
	Areas  *area.Register

	Consents *consent.Service
}

// Service keeps surveys.
type Service struct{ Deps }

// New makes the service over a store that has its schema.
func New(d Deps) *Service { return &Service{d} }

// May refuses with Forbidden who may not do an action to a survey.
func (s *Service) May(actor access.Actor, action string, v Survey) error {
	if actor.Kind != access.Staff { // a key of another system has nothing to look for at somebody's door
		return fault.New(fault.Forbidden, "access.refused")
	}
	return s.Policy.Check(actor, action, v.resource())
}

// Get gives a survey to who may read it; NotFound for everybody else, so that nobody learns which ids there are.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (v Survey, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		v, err = s.get(tx, actor, access.SurveyRead, id)
		return err
	})
	return v, err
}

// get reads a survey for an action: NotFound for who may not even read it, Forbidden for who may read and not do it.
func (s *Service) get(tx *db.Tx, actor access.Actor, action, id string) (Survey, error) {
	v, err := selectSurvey(tx, id)
	if err != nil {
		return Survey{}, err
	}
	if s.May(actor, access.SurveyRead, v) != nil {
		return Survey{}, missing()
	}
	return v, s.May(actor, action, v)
}

func missing() error { return fault.New(fault.NotFound, "survey.missing") }

// List gives the surveys that an actor may read, newest first: those of the own unit, and those of the area for who oversees it.
func (s *Service) List(ctx context.Context, actor access.Actor, limit int) (list []Survey, err error) {
	unit, path := scopeOf(actor)
	if unit == "" && path == "" {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = selectSurveys(tx, unit, path, limit)
		return err
	})
	return list, err
}

// scopeOf is survey.read as alternatives for SQL; an empty one matches nothing.
func scopeOf(a access.Actor) (unit, path string) {
	if a.Kind != access.Staff {
		return "", ""
	}
	if a.Is(access.Handler, access.Caller, access.Supervisor) {
		unit = a.Unit
	}
	if a.Is(access.Supervisor) {
		path = a.Area
	}
	return unit, path
}

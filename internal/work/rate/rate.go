package rate

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/calendar"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the module's tables.
func Schema() db.Schema { return db.Schema{Module: "rate", Files: schema} }

// Level is one of the five levels of the service rating.
type Level int

// The levels; the last two are bad ratings.
const (
	VeryDissatisfied Level = 1
	Dissatisfied     Level = 2
	Basically        Level = 3
	Satisfied        Level = 4
	VerySatisfied    Level = 5
)

// Bad says that the level opens a rectification.
func (l Level) Bad() bool { return l == VeryDissatisfied || l == Dissatisfied }

// Deps is what ratings stand on.
type Deps struct {
	DB       *db.DB
	Facts    *fact.Log
	Clock    clock.Clock
	Policy   *access.Policy
	Calendar *calendar.Calendar
	Rectify  calendar.Limit // how long a unit has to put a bad rating right
}

// Service keeps ratings and their rectifications.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Rating is one requester's word on one request.
type Rating struct {
	ID      string
	Request string
	Case    string
	Unit    string // who led
	Level   Level
	Reasons []string // reason codes of the pack
	Channel string
	At      time.Time
	Acted   access.Acted // who rated for the requester
}

// Giving is a rating as it comes in. The caller has proven whose request it is,
// that the case has ended, and names the unit that led and the case's place.
type Giving struct {
	Request, Case, Unit string
	Path                string   // area path of the case
	Units               []string // every unit of the case: none of them may rate it
	Level               Level
	Reasons             []string
	Channel             string
}

// Said is the body of every fact of this package.
type Said struct {
	Rating  string    `json:"rating"`
	Request string    `json:"request"`
	Case    string    `json:"case"`
	Unit    string    `json:"unit"`
	Level   Level     `json:"level,omitempty"`
	State   State     `json:"state,omitempty"`
	At      time.Time `json:"at"`
}

// Give is GiveTx in a transaction of its own.
func (s *Service) Give(ctx context.Context, actor access.Actor, in Giving) (r Rating, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		r, err = s.GiveTx(tx, actor, in)
		return err
	})
	return r, err
}

// GiveTx keeps a rating, in the transaction that keeps its words: they are the
// requester's and belong with the request. A request is rated once; the same
// form again is refused as a conflict. A bad rating opens its rectification.
func (s *Service) GiveTx(tx *db.Tx, actor access.Actor, in Giving) (Rating, error) {
	res := access.Resource{Kind: "request", ID: in.Request, Unit: in.Unit, Units: in.Units, AreaPath: in.Path}
	if !actor.Posted() {
		res.Owner = actor.Whose()
	}
	if err := s.Policy.Check(actor, access.RateGive, res); err != nil {
		return Rating{}, err
	}
	if in.Level < VeryDissatisfied || in.Level > VerySatisfied {
		return Rating{}, fault.Field("level", "rate.need.level")
	}
	now := s.Clock.Now()
	r := Rating{ID: db.NewID(now), Request: in.Request, Case: in.Case, Unit: in.Unit, Level: in.Level,
		Reasons: slices.Clone(in.Reasons), Channel: in.Channel, At: now, Acted: actor.Mark()}
	if err := s.keep(tx, r, in.Path); err != nil {
		return Rating{}, fmt.Errorf("rate request %s: %w", in.Request, err)
	}
	return r, nil
}

func (s *Service) keep(tx *db.Tx, r Rating, path string) error {
	if err := addRating(tx, r); err != nil {
		return err
	}
	if r.Level.Bad() && r.Unit != "" {
		if err := s.open(tx, r, path); err != nil {
			return err
		}
	}
	return s.say(tx, "rate.Rated", Said{Rating: r.ID, Request: r.Request, Case: r.Case, Unit: r.Unit, Level: r.Level, At: r.At})
}

func (s *Service) say(tx *db.Tx, name string, body Said) error {
	return s.Facts.Say(tx, name, body.Request, body.At, body)
}

// Of returns the rating of a request; NotFound when it was not rated.
func (s *Service) Of(ctx context.Context, request string) (r Rating, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = getRating(tx, request)
		return err
	})
	return r, err
}

// Tally counts ratings of a unit by level in [from, to); an empty unit means
// all. Index 1 to 5 is the level.
func (s *Service) Tally(ctx context.Context, unit string, from, to time.Time) (n [6]int, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = tally(tx, unit, from, to)
		return err
	})
	return n, err
}

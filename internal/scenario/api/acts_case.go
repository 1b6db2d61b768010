package api

import (
	"context"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
)

const onCases = "cases"

type answerIn struct {
	Public  string `json:"public" minLength:"1" maxLength:"5000" example:"受理时间为工作日9点到17点。" doc:"What the requester is told."`
	Article string `json:"article,omitempty" maxLength:"200" doc:"Knowledge article it rests on."`
	Duty    string `json:"duty,omitempty" maxLength:"40" doc:"Code of the duty it falls under."`
}

type declineIn struct {
	Reason string `json:"reason" minLength:"1" maxLength:"40" doc:"Code of a reason for decline, see /terms; its text says where to go."`
	Words  string `json:"words,omitempty" maxLength:"2000"`
}

type dispatchIn struct {
	Duty        string   `json:"duty" minLength:"1" maxLength:"40" example:"C-114" doc:"Code of a duty."`
	Lead        string   `json:"lead" minLength:"1" maxLength:"40" example:"350102.cgj" doc:"Id of the lead unit."`
	Assisting   []string `json:"assisting,omitempty" maxItems:"20" nullable:"false" doc:"Ids of assisting units."`
	Instruction string   `json:"instruction,omitempty" maxLength:"2000"`
	Urgent      bool     `json:"urgent,omitempty"`
}

type reassignIn struct {
	Lead  string `json:"lead" minLength:"1" maxLength:"40" doc:"Id of the unit that leads from now on."`
	Words string `json:"words" minLength:"1" maxLength:"2000" doc:"Why."`
}

type assistIn struct {
	Unit        string `json:"unit" minLength:"1" maxLength:"40"`
	Instruction string `json:"instruction,omitempty" maxLength:"2000"`
}

type callIn struct {
	Units []string `json:"units" minItems:"1" maxItems:"20" nullable:"false" doc:"Ids of the units that are to come."`
	Words string   `json:"words" minLength:"1" maxLength:"2000" doc:"What for."`
	Area  string   `json:"area,omitempty" maxLength:"20"`
	Lat   *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90" doc:"Where; the case's place when not given."`
	Lon   *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
}

type attemptIn struct {
	Channel string `json:"channel" enum:"phone,sms,visit,app" doc:"How the requester was tried."`
	Reached bool   `json:"reached" doc:"Reached, but at a bad time."`
}

type followUpIn struct {
	Request   string `json:"request,omitempty" maxLength:"40" doc:"Whose word it is; the first requester who can be reached when not given."`
	Channel   string `json:"channel,omitempty" enum:"phone,sms,visit,app"`
	Solved    string `json:"solved" enum:"yes,no"`
	Satisfied string `json:"satisfied,omitempty" enum:"yes,no" doc:"Not given: not asked."`
	Words     string `json:"words,omitempty" maxLength:"2000" doc:"What the requester said."`
}

type confirmIn struct {
	Request   string `json:"request" minLength:"1" maxLength:"40"`
	Satisfied string `json:"satisfied,omitempty" enum:"yes,no"`
}

type contestIn struct {
	Request string `json:"request" minLength:"1" maxLength:"40"`
	Words   string `json:"words" minLength:"1" maxLength:"2000" doc:"Why it is not solved, as the requester says."`
}

type wordsIn struct {
	Words string `json:"words" minLength:"1" maxLength:"2000" doc:"Why."`
}

type directIn struct {
	Close bool   `json:"close" doc:"End it; else it is worked again."`
	Words string `json:"words" minLength:"1" maxLength:"2000"`
}

type mergeIn struct {
	Into  string `json:"into" minLength:"1" maxLength:"40" doc:"Id of the case that takes the requests."`
	Words string `json:"words,omitempty" maxLength:"2000"`
}

type unmergeIn struct {
	Request string `json:"request" minLength:"1" maxLength:"40"`
	Words   string `json:"words" minLength:"1" maxLength:"2000"`
}

type rateIn struct {
	Request string   `json:"request" minLength:"1" maxLength:"40"`
	Level   int      `json:"level" minimum:"1" maximum:"5" doc:"1 very dissatisfied to 5 very satisfied."`
	Reasons []string `json:"reasons,omitempty" maxItems:"20" nullable:"false" doc:"Codes of reasons for a rating, see /terms."`
	Channel string   `json:"channel,omitempty" maxLength:"40"`
	Words   string   `json:"words,omitempty" maxLength:"1000"`
}

// caseActs adds what can be done to a case.
func (r *Room) caseActs(a *openapi.API) {
	act(r, a, onCases, "answer", "Answer at the desk", func(ctx context.Context, by access.Actor, id string, in answerIn) (*casework.File, error) {
		if _, ok := r.City.Duties.Get(in.Duty); in.Duty != "" && !ok {
			return nil, fault.Field("duty", "casework.need.duty")
		}
		return r.Cases.Answer(ctx, by, casework.Answering{Case: id, Public: in.Public, Article: in.Article, Duty: in.Duty})
	})
	act(r, a, onCases, "decline", "Decline with a reason that says where to go", func(ctx context.Context, by access.Actor, id string, in declineIn) (*casework.File, error) {
		if err := r.reason(in.Reason, "decline", in.Words); err != nil {
			return nil, err
		}
		return r.Cases.Decline(ctx, by, casework.Declining{Case: id, Reason: in.Reason, Words: in.Words})
	})
	act(r, a, onCases, "dispatch", "Dispatch to a lead unit", func(ctx context.Context, by access.Actor, id string, in dispatchIn) (*casework.File, error) {
		return r.Cases.Dispatch(ctx, by, casework.Dispatch{Case: id, Duty: in.Duty, Lead: in.Lead, Assisting: in.Assisting, Instruction: in.Instruction, Urgent: in.Urgent})
	})
	act(r, a, onCases, "reassign", "Give the lead to another unit", func(ctx context.Context, by access.Actor, id string, in reassignIn) (*casework.File, error) {
		return r.Cases.Reassign(ctx, by, casework.Reassigning{Case: id, Lead: in.Lead, Words: in.Words})
	})
	act(r, a, onCases, "assist", "Ask a further unit to assist", func(ctx context.Context, by access.Actor, id string, in assistIn) (*casework.File, error) {
		return r.Cases.Assist(ctx, by, casework.Assist{Case: id, Unit: in.Unit, Instruction: in.Instruction})
	})
	act(r, a, onCases, "call", "Call units to the spot", func(ctx context.Context, by access.Actor, id string, in callIn) (*casework.File, error) {
		at, err := r.spot(in.Area, in.Lat, in.Lon)
		if err != nil {
			return nil, err
		}
		return r.Cases.Call(ctx, by, casework.Calling{Case: id, Units: in.Units, Words: in.Words, Area: in.Area, Point: at})
	})
	act(r, a, onCases, "rework", "Send a contested case back to its lead", func(ctx context.Context, by access.Actor, id string, in wordsIn) (*casework.File, error) {
		return r.Cases.Rework(ctx, by, id, in.Words)
	})
	act(r, a, onCases, "direct", "Decide on a case that was contested too often", func(ctx context.Context, by access.Actor, id string, in directIn) (*casework.File, error) {
		return r.Cases.Direct(ctx, by, casework.Directing{Case: id, Close: in.Close, Words: in.Words})
	})
	act(r, a, onCases, "merge", "Merge into another case", func(ctx context.Context, by access.Actor, id string, in mergeIn) (*casework.File, error) {
		return r.Cases.Merge(ctx, by, id, in.Into, in.Words)
	})
	act(r, a, onCases, "unmerge", "Take a merged request out again", func(ctx context.Context, by access.Actor, id string, in unmergeIn) (*casework.File, error) {
		return r.Cases.Unmerge(ctx, by, id, in.Request, in.Words)
	})
	bare(r, a, onCases, "publish", "Show the case in public", r.Cases.Publish)
	act(r, a, onCases, "unpublish", "Take the case out of public view", func(ctx context.Context, by access.Actor, id string, in wordsIn) (*casework.File, error) {
		return r.Cases.Unpublish(ctx, by, id, in.Words)
	})
	r.requesterActs(a)
}

// requesterActs adds what is decided by the requester, who tells it to whoever holds the key.
func (r *Room) requesterActs(a *openapi.API) {
	act(r, a, onCases, "attempt", "Note that the requester was tried", func(ctx context.Context, by access.Actor, id string, in attemptIn) (*casework.File, error) {
		return r.Cases.Attempt(ctx, by, id, in.Channel, in.Reached)
	})
	act(r, a, onCases, "follow-up", "Record what the requester said when asked", func(ctx context.Context, by access.Actor, id string, in followUpIn) (*casework.File, error) {
		return r.heard(ctx, id, in.Request, request.OnFollowUp, in.Words, func(tx *db.Tx, _ string) (*casework.File, error) {
			return r.Cases.FollowUpTx(tx, by, casework.FollowingUpWith{Case: id, Request: in.Request, Channel: in.Channel, Solved: in.Solved, Satisfied: in.Satisfied})
		})
	})
	act(r, a, onCases, "confirm", "Record the requester's own yes", func(ctx context.Context, by access.Actor, id string, in confirmIn) (*casework.File, error) {
		if err := r.linked(ctx, by, id, in.Request); err != nil {
			return nil, err
		}
		return r.Cases.Confirm(ctx, by, in.Request, in.Satisfied)
	})
	act(r, a, onCases, "contest", "Record the requester's own no", func(ctx context.Context, by access.Actor, id string, in contestIn) (*casework.File, error) {
		if err := r.linked(ctx, by, id, in.Request); err != nil {
			return nil, err
		}
		return r.heard(ctx, id, in.Request, request.OnContest, in.Words, func(tx *db.Tx, of string) (*casework.File, error) {
			return r.Cases.ContestTx(tx, by, of, in.Words)
		})
	})
	act(r, a, onCases, "rate", "Record a service rating", r.rated)
}

// linked makes sure that a request belongs to the case in the address.
func (r *Room) linked(ctx context.Context, by access.Actor, id, of string) error {
	f, err := r.Cases.Get(ctx, by, id)
	if err != nil {
		return err
	}
	if !slices.Contains(f.Requests(), of) {
		return fault.Field("request", "casework.link.missing")
	}
	return nil
}

// heard does a step and keeps what the requester said with it, both or neither.
func (r *Room) heard(ctx context.Context, id, of, occasion, words string, step func(tx *db.Tx, of string) (*casework.File, error)) (f *casework.File, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if f, err = step(tx, of); err != nil || words == "" {
			return err
		}
		if of == "" {
			of = lastAsked(f)
		}
		return r.Requests.RemarkTx(tx, of, occasion, words)
	})
	return f, err
}

// lastAsked is whose follow-up was completed last in the current cycle; "" when nobody's was.
func lastAsked(f *casework.File) string {
	var last casework.FollowUp
	for _, u := range f.FollowUps {
		if u.Done && u.Cycle == f.Case.Reworks+1 && !u.At.Before(last.At) {
			last = u
		}
	}
	return last.Request
}

// rated keeps a rating of an ended case; the case itself does not change.
func (r *Room) rated(ctx context.Context, by access.Actor, id string, in rateIn) (*casework.File, error) {
	f, err := r.Cases.Get(ctx, by, id)
	if err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(f.Requests(), in.Request):
		return nil, fault.Field("request", "casework.link.missing")
	case f.Case.State != casework.Closed && f.Case.State != casework.Answered:
		return nil, fault.New(fault.Conflict, "api.rate_later")
	}
	for _, code := range in.Reasons {
		if err := r.reason(code, "rating", "-"); err != nil {
			return nil, fault.Field("reasons", "casework.need.reason")
		}
	}
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := r.Rate.GiveTx(tx, by, rate.Giving{
			Request: in.Request, Case: id, Unit: r.judged(f), Path: f.Case.Path, Units: f.Units(), Level: rate.Level(in.Level), Reasons: in.Reasons, Channel: in.Channel,
		})
		if err != nil {
			return err
		}
		return r.Requests.RemarkTx(tx, in.Request, request.OnRating, in.Words)
	})
	return f, err
}

// judged is the unit a rating is about: the last lead, or the handling centre when the desk answered.
func (r *Room) judged(f *casework.File) string {
	if f.Case.State != casework.Answered {
		for _, o := range slices.Backward(f.Orders) {
			if o.Role == casework.Lead && o.State == casework.Accepted {
				return o.Unit
			}
		}
	}
	centre, _ := r.City.Orgs.Centre(f.Case.Area) // a pack without a centre has nobody at the desk
	return centre.ID
}

// reason makes sure that a reason is one for the decision, with the words it needs.
func (r *Room) reason(code, decision, words string) error {
	x, ok := r.City.Duties.Reason(code)
	switch {
	case !ok || x.For != decision:
		return fault.Field("reason", "casework.need.reason")
	case slices.Contains(x.Needs, "words") && words == "":
		return fault.Field("words", "casework.need.words")
	}
	return nil
}

// spot is a place that may be left out.
func (r *Room) spot(area string, lat, lon *float64) (geo.Point, error) {
	if _, ok := r.City.Areas.Get(area); area != "" && !ok {
		return geo.Point{}, fault.Field("area", "casework.need.known_area")
	}
	if lat == nil && lon == nil {
		return geo.Point{}, nil
	}
	if at := point(lat, lon); at.Valid() {
		return at, nil
	}
	return geo.Point{}, fault.Field("lat", "geo.error.coordinates")
}

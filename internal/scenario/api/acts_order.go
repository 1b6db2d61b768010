package api

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/calendar"
	"banyan/internal/work/casework"
)

// What changes are done to beside cases.
const (
	onOrders  = "orders"
	onCalls   = "calls"
	onChanges = "changes"
)

type assignIn struct {
	Staff string `json:"staff" minLength:"1" maxLength:"40" doc:"Id of a member of the unit's staff."`
}

type respondIn struct {
	Means string `json:"means" enum:"phone,visit,message" doc:"How the requester was spoken with."`
	Words string `json:"words,omitempty" maxLength:"2000"`
}

type checkInIn struct {
	Lat *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	Lon *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
}

type resultIn struct {
	Result string `json:"result" minLength:"1" maxLength:"2000" doc:"What came of it."`
}

type scoreIn struct {
	Score int    `json:"score" minimum:"1" maximum:"5" doc:"1 poor to 5 very good."`
	Words string `json:"words,omitempty" maxLength:"2000"`
}

type extraIn struct {
	Amount int    `json:"amount" minimum:"1" maximum:"100000"`
	Unit   string `json:"unit" enum:"minutes,hours,days,workhours,workdays"`
}

type askIn struct {
	Kind     string    `json:"kind" enum:"extension,park,return,dispute,out_of_scope"`
	Reason   string    `json:"reason" minLength:"1" maxLength:"40" doc:"Code of a reason for this kind, see /terms."`
	Words    string    `json:"words" minLength:"1" maxLength:"2000"`
	Proposed string    `json:"proposed,omitempty" maxLength:"40" doc:"return, dispute: the unit that should lead instead."`
	Extra    *extraIn  `json:"extra,omitempty" doc:"extension: the time asked for."`
	Plan     string    `json:"plan,omitempty" maxLength:"2000" doc:"park: what will be done until then."`
	ReviewAt time.Time `json:"review_at,omitzero" doc:"park: when it is looked at again."`
}

type replyFile struct {
	Key     string `json:"key" maxLength:"80" doc:"Key of a file sent before, see /files."`
	Purpose string `json:"purpose" enum:"before,after,document"`
}

type replyIn struct {
	True        string      `json:"true" enum:"yes,partly,no" doc:"Is it as the requester says?"`
	Ours        string      `json:"ours" enum:"yes,no" doc:"Is it the unit's own matter?"`
	Contacted   bool        `json:"contacted" doc:"Was the requester spoken with?"`
	ContactedAt time.Time   `json:"contacted_at,omitzero"`
	Means       string      `json:"means,omitempty" enum:"phone,visit,message"`
	Visited     bool        `json:"visited,omitempty"`
	Solved      string      `json:"solved" enum:"yes,partly,no"`
	WhyNot      string      `json:"why_not,omitempty" maxLength:"2000" doc:"Needed unless solved."`
	Next        string      `json:"next,omitempty" maxLength:"2000" doc:"What will be done; needed unless solved."`
	NextAt      time.Time   `json:"next_at,omitzero"`
	Kind        string      `json:"kind,omitempty" maxLength:"40" doc:"The kind as handled, when it was another one."`
	Internal    string      `json:"internal,omitempty" maxLength:"5000" doc:"For the administration alone."`
	Public      string      `json:"public" minLength:"1" maxLength:"5000" doc:"What the requester is told."`
	Files       []replyFile `json:"files,omitempty" maxItems:"9" nullable:"false"`
}

type decideIn struct {
	Grant   bool   `json:"grant"`
	Words   string `json:"words" minLength:"1" maxLength:"2000"`
	Unit    string `json:"unit,omitempty" maxLength:"40" doc:"Return granted: the new lead; the proposed unit when not given."`
	Decline string `json:"decline,omitempty" maxLength:"40" doc:"Out of scope granted: code of a reason for decline."`
}

type ruleIn struct {
	Unit string `json:"unit" minLength:"1" maxLength:"40" doc:"Id of the unit that leads."`
	Why  string `json:"why" minLength:"1" maxLength:"2000"`
}

// orderActs adds what units do with their orders.
func (r *Room) orderActs(a *openapi.API) {
	bare(r, a, onOrders, "sign", "Take note of an order", r.Cases.Sign)
	act(r, a, onOrders, "assign", "Give an order to somebody in the unit", func(ctx context.Context, by access.Actor, id string, in assignIn) (*casework.File, error) {
		f, err := r.Cases.OfOrder(ctx, by, id)
		if err != nil {
			return nil, err
		}
		o, _ := f.Order(id) // the file was found by it
		if err := r.Staff.MustWork(ctx, in.Staff, o.Unit); err != nil {
			return nil, err
		}
		return r.Cases.Assign(ctx, by, id, in.Staff)
	})
	act(r, a, onOrders, "respond", "Record the first contact with the requester", func(ctx context.Context, by access.Actor, id string, in respondIn) (*casework.File, error) {
		return r.Cases.Respond(ctx, by, id, in.Means, in.Words)
	})
	act(r, a, onOrders, "assist", "Ask a further unit to assist, from one's own order", func(ctx context.Context, by access.Actor, id string, in assistIn) (*casework.File, error) {
		return r.Cases.Assist(ctx, by, casework.Assist{Parent: id, Unit: in.Unit, Instruction: in.Instruction})
	})
	act(r, a, onOrders, "check-in", "Say that the unit is on the spot", func(ctx context.Context, by access.Actor, id string, in checkInIn) (*casework.File, error) {
		at, err := r.spot("", in.Lat, in.Lon)
		if err != nil {
			return nil, err
		}
		return r.Cases.CheckIn(ctx, by, casework.CheckingIn{Order: id, Point: at})
	})
	act(r, a, onOrders, "report", "Report as an assisting or called unit", func(ctx context.Context, by access.Actor, id string, in resultIn) (*casework.File, error) {
		return r.Cases.Report(ctx, by, id, in.Result)
	})
	act(r, a, onOrders, "score", "Score a unit that was called", func(ctx context.Context, by access.Actor, id string, in scoreIn) (*casework.File, error) {
		return r.Cases.Score(ctx, by, id, in.Score, in.Words)
	})
	act(r, a, onOrders, "overrule", "Take a helper out so that the lead can reply", func(ctx context.Context, by access.Actor, id string, in wordsIn) (*casework.File, error) {
		return r.Cases.Overrule(ctx, by, id, in.Words)
	})
	act(r, a, onOrders, "ask", "Ask for an extension, a parking, a return, a ruling or out of scope", r.ask)
	act(r, a, onOrders, "reply", "Reply as the lead unit", r.reply)
	act(r, a, onCalls, "end", "Record what a call came to", func(ctx context.Context, by access.Actor, id string, in resultIn) (*casework.File, error) {
		return r.Cases.EndCall(ctx, by, id, in.Result)
	})
	act(r, a, onChanges, "decide", "Grant or refuse what a unit asks for", func(ctx context.Context, by access.Actor, id string, in decideIn) (*casework.File, error) {
		if in.Decline != "" {
			if err := r.reason(in.Decline, "decline", in.Words); err != nil {
				return nil, fault.Field("decline", "casework.need.reason")
			}
		}
		return r.Cases.Decide(ctx, by, casework.Deciding{Change: id, Grant: in.Grant, Words: in.Words, Unit: in.Unit, Decline: in.Decline})
	})
	act(r, a, onChanges, "rule", "Rule who leads after a dispute", func(ctx context.Context, by access.Actor, id string, in ruleIn) (*casework.File, error) {
		return r.Cases.Rule(ctx, by, casework.RulingOn{Change: id, Unit: in.Unit, Why: in.Why})
	})
}

func (r *Room) ask(ctx context.Context, by access.Actor, id string, in askIn) (*casework.File, error) {
	if err := r.reason(in.Reason, in.Kind, in.Words); err != nil {
		return nil, err
	}
	wish := casework.Asking{
		Order: id, Kind: casework.ChangeKind(in.Kind), Reason: in.Reason, Words: in.Words, Proposed: in.Proposed, Plan: in.Plan, ReviewAt: in.ReviewAt,
	}
	if in.Extra != nil {
		wish.Extra = calendar.Limit{Amount: in.Extra.Amount, Unit: in.Extra.Unit, From: calendar.FromNow}
	}
	return r.Cases.Ask(ctx, by, wish)
}

// reply hands the form in with files that the key sent before.
func (r *Room) reply(ctx context.Context, by access.Actor, id string, in replyIn) (*casework.File, error) {
	if _, ok := r.City.Duties.Kind(in.Kind); in.Kind != "" && !ok {
		return nil, fault.Field("kind", "request.kind_unknown")
	}
	form := casework.Reply{
		True: in.True, Ours: in.Ours, Contacted: in.Contacted, ContactedAt: in.ContactedAt, Means: in.Means, Visited: in.Visited, Solved: in.Solved,
		WhyNot: in.WhyNot, Next: in.Next, NextAt: in.NextAt, Kind: in.Kind, Internal: in.Internal, Public: in.Public,
	}
	for _, f := range in.Files {
		form.Files = append(form.Files, casework.Attachment{Key: f.Key, Purpose: f.Purpose})
	}
	if err := r.ownFiles(ctx, by.ID, form.Files); err != nil {
		return nil, err
	}
	return r.Cases.Reply(ctx, by, id, form)
}

// ownFiles makes sure that every file was sent by the key itself.
func (r *Room) ownFiles(ctx context.Context, partner string, files []casework.Attachment) error {
	if len(files) == 0 {
		return nil
	}
	keys := make([]string, len(files))
	for i, f := range files {
		keys[i] = f.Key
	}
	err := r.DB.Read(ctx, func(tx *db.Tx) error {
		_, err := photosOf(tx, r.Clock.Now(), partner, keys)
		return err
	})
	if e, ok := fault.As(err); ok && e.Field != "" {
		return fault.Field("files", e.Key)
	}
	if err != nil {
		return fmt.Errorf("look for the files of a reply: %w", err)
	}
	return nil
}

package api

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/apikey"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
)

const (
	tagRates = "rates"
	onFixes  = "rectifications"
)

// rates adds the three rates, and the putting right of bad ratings.
func (r *Room) rates(a *openapi.API) {
	openapi.Add(a, openapi.Op{
		ID: "get-rates", Method: http.MethodGet, Path: "/rates", Tag: tagRates, Scope: apikey.RatesRead, Summary: "Get the rates and ranks of units",
		More: "Response, resolution and satisfaction, with what each was counted from. A rate without a number has nothing to be counted from.",
	}, r.getRates)
	openapi.Add(a, openapi.Op{
		ID: "list-rectifications", Method: http.MethodGet, Path: "/rectifications", Tag: tagRates, Scope: apikey.CasesRead, Summary: "List bad ratings that are to be put right",
		More: "Those of a unit that are open, or with judge those that wait for the centre's word; soonest due first.",
	}, r.fixes)
	plain(r, a, tagRates, onFixes, "fix", "Say how a bad rating was put right", func(ctx context.Context, id string, in wordsIn) error {
		return r.Rate.Fix(ctx, r.Actor(ctx), id, in.Words)
	})
	plain(r, a, tagRates, onFixes, "judge", "Accept it, or send it back once", func(ctx context.Context, id string, in judgeIn) error {
		return r.Rate.Judge(ctx, r.Actor(ctx), id, in.Accept, in.Words)
	})
}

type judgeIn struct {
	Accept bool   `json:"accept"`
	Words  string `json:"words" minLength:"1" maxLength:"2000"`
}

// did says that a change which leaves no case behind was made.
type did struct {
	ID string `json:"id" doc:"What it was done to."`
}

type didOut struct{ Body did }

// plain adds a change of something that is no part of a case.
func plain[B any](_ *Room, a *openapi.API, tag, on, name, summary string, do func(ctx context.Context, id string, in B) error) {
	op := actOp(on, name, summary)
	op.Tag = tag
	type in struct {
		ID   string `path:"id" maxLength:"40"`
		Body B
	}
	openapi.Add(a, op, func(ctx context.Context, in *in) (*didOut, error) {
		if err := do(ctx, in.ID, in.Body); err != nil {
			return nil, err
		}
		return &didOut{did{in.ID}}, nil
	})
}

type ratesIn struct {
	From string `query:"from" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" doc:"First month, 2026-01."`
	To   string `query:"to" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" doc:"Last month."`
}

type ratesOut struct {
	Body struct {
		Units []oversee.UnitRates `json:"units" nullable:"false"`
	}
}

func (r *Room) getRates(ctx context.Context, in *ratesIn) (*ratesOut, error) {
	if in.From != "" && in.To != "" && in.From > in.To {
		return nil, fault.Field("to", "web.field.at_least", "Min", in.From)
	}
	list, err := r.Oversee.Rates(ctx, r.Actor(ctx), oversee.Period{From: in.From, To: in.To})
	out := &ratesOut{}
	out.Body.Units = filled(list)
	return out, err
}

// fixing is a bad rating that is to be put right.
type fixing struct {
	ID       string    `json:"id"`
	Rating   string    `json:"rating"`
	Request  string    `json:"request"`
	Case     string    `json:"case"`
	Unit     string    `json:"unit"`
	State    string    `json:"state" enum:"open,fixed,accepted,explained"`
	OpenedAt time.Time `json:"opened_at"`
	DueAt    time.Time `json:"due_at"`
	Breached bool      `json:"breached,omitempty"`
	Back     int       `json:"back,omitempty" doc:"How often it was sent back."`
	Fixed    string    `json:"fixed,omitempty"`
	FixedAt  time.Time `json:"fixed_at,omitzero"`
	Said     string    `json:"said,omitempty" doc:"The centre's last word."`
}

type fixesIn struct {
	Unit  string `query:"unit" maxLength:"40" doc:"The key's own unit when not given."`
	Judge bool   `query:"judge"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type fixesOut struct {
	Body struct {
		Rectifications []fixing `json:"rectifications" nullable:"false"`
	}
}

func (r *Room) fixes(ctx context.Context, in *fixesIn) (*fixesOut, error) {
	actor := r.Actor(ctx)
	var list []rate.Rectification
	var err error
	switch {
	case in.Judge:
		list, err = r.Rate.ToJudge(ctx, actor, in.Limit)
	case in.Unit == "":
		list, err = r.Rate.Mine(ctx, actor, actor.Unit, in.Limit)
	default:
		list, err = r.Rate.Mine(ctx, actor, in.Unit, in.Limit)
	}
	out := &fixesOut{}
	out.Body.Rectifications = make([]fixing, len(list))
	for i, x := range list {
		out.Body.Rectifications[i] = fixing{
			ID: x.ID, Rating: x.Rating, Request: x.Request, Case: x.Case, Unit: x.Unit, State: string(x.State), OpenedAt: x.OpenedAt, DueAt: x.DueAt,
			Breached: x.Breached, Back: x.Back, Fixed: x.Fixed, FixedAt: x.FixedAt, Said: x.Ended,
		}
	}
	return out, err
}

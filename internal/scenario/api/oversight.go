package api

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

const (
	tagOversight = "oversight"
	onAppeals    = "appeals"
)

// oversight adds orders from above and appeals against them.
func (r *Room) oversight(a *openapi.API) {
	get := func(id, path, summary, more string) openapi.Op {
		return openapi.Op{ID: id, Method: http.MethodGet, Path: path, Tag: tagOversight, Scope: apikey.CasesRead, Summary: summary, More: more}
	}
	openapi.Add(a, get("list-oversight", "/oversight", "List oversight orders", "Those of a unit, newest first; without one those in the post's area that wait for an answer, oldest first."), r.overseen)
	act(r, a, onCases, "oversee", "Give an oversight order by hand", r.oversee)
	plain(r, a, tagOversight, "oversight", "answer", "Say what the unit does about an oversight order", func(ctx context.Context, id string, in wordsIn) error {
		return r.Oversee.Answer(ctx, r.Actor(ctx), id, in.Words)
	})
	openapi.Add(a, get("list-appeals", "/appeals", "List appeals", "Those of a unit, newest first; without one the undecided ones in the post's area, oldest first."), r.appeals)
	openapi.Add(a, openapi.Op{
		ID: "make-appeal", Method: http.MethodPost, Path: "/appeals", Tag: tagOversight, Scope: apikey.CasesAct, Made: true,
		Summary: "Appeal against a card or a score line of the key's own unit",
	}, r.appeal)
	plain(r, a, tagOversight, onAppeals, "decide", "Grant or refuse an appeal", func(ctx context.Context, id string, in decideAppealIn) error {
		return r.Oversee.DecideAppeal(ctx, r.Actor(ctx), id, in.Grant, in.Words)
	})
}

type overseeIn struct {
	Level string `json:"level" enum:"reminder,oversight,yellow,red"`
	Words string `json:"words" minLength:"1" maxLength:"2000"`
}

func (r *Room) oversee(ctx context.Context, by access.Actor, id string, in overseeIn) (*casework.File, error) {
	f, err := r.Cases.Get(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return f, r.Oversee.Issue(ctx, by, oversee.Issuing{
		Case: id, Number: f.Case.Number, Unit: f.Case.Lead, Path: f.Case.Path, Units: f.Units(), Level: oversee.Level(in.Level), Words: in.Words,
	})
}

// overseenOrder is an order from above.
type overseenOrder struct {
	ID         string    `json:"id"`
	Case       string    `json:"case"`
	Number     string    `json:"number"`
	Unit       string    `json:"unit"`
	Level      string    `json:"level" enum:"reminder,oversight,yellow,red"`
	Rule       string    `json:"rule" doc:"Rule that gave it; hand: a supervisor did."`
	Why        string    `json:"why" doc:"The supervisor's words, or the name of the rule's reason."`
	State      string    `json:"state" enum:"open,answered,withdrawn"`
	At         time.Time `json:"at"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

type ofUnitIn struct {
	Unit  string `query:"unit" maxLength:"40"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type overseenOut struct {
	Body struct {
		Orders []overseenOrder `json:"orders" nullable:"false"`
	}
}

func (r *Room) overseen(ctx context.Context, in *ofUnitIn) (*overseenOut, error) {
	var list []oversee.Order
	var err error
	if in.Unit == "" {
		list, err = r.Oversee.OpenOrders(ctx, r.Actor(ctx), in.Limit)
	} else {
		list, err = r.Oversee.OrdersOf(ctx, r.Actor(ctx), in.Unit, in.Limit)
	}
	out := &overseenOut{}
	out.Body.Orders = make([]overseenOrder, len(list))
	for i, x := range list {
		out.Body.Orders[i] = overseenOrder{
			ID: x.ID, Case: x.Case, Number: x.Number, Unit: x.Unit, Level: string(x.Level), Rule: x.Rule, Why: x.Why, State: x.State, At: x.At,
			Answer: x.Answer, AnsweredAt: x.AnsweredAt,
		}
	}
	return out, err
}

// appealed is a unit's objection.
type appealed struct {
	ID        string    `json:"id"`
	Unit      string    `json:"unit"`
	Order     string    `json:"order,omitempty" doc:"The card it is against."`
	Case      string    `json:"case,omitempty" doc:"Or the score line: case, entry of its timeline and indicator."`
	Seq       int       `json:"seq,omitempty"`
	Indicator string    `json:"indicator,omitempty"`
	Words     string    `json:"words"`
	State     string    `json:"state" enum:"asked,granted,refused"`
	AskedAt   time.Time `json:"asked_at"`
	Decision  string    `json:"decision,omitempty"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
}

type appealsOut struct {
	Body struct {
		Appeals []appealed `json:"appeals" nullable:"false"`
	}
}

func (r *Room) appeals(ctx context.Context, in *ofUnitIn) (*appealsOut, error) {
	list, err := r.Oversee.Appeals(ctx, r.Actor(ctx), in.Unit, in.Limit)
	out := &appealsOut{}
	out.Body.Appeals = make([]appealed, len(list))
	for i, x := range list {
		out.Body.Appeals[i] = appealed{
			ID: x.ID, Unit: x.Unit, Order: x.Order, Case: x.Case, Seq: x.Seq, Indicator: x.Indicator, Words: x.Words, State: x.State, AskedAt: x.AskedAt,
			Decision: x.Decision, DecidedAt: x.DecidedAt,
		}
	}
	return out, err
}

type appealIn struct {
	Body struct {
		Order     string `json:"order,omitempty" maxLength:"40" doc:"The card; or else case, seq and indicator of a score line."`
		Case      string `json:"case,omitempty" maxLength:"40"`
		Seq       int    `json:"seq,omitempty" minimum:"0" maximum:"1000000"`
		Indicator string `json:"indicator,omitempty" maxLength:"40"`
		Words     string `json:"words" minLength:"1" maxLength:"2000"`
	}
}

func (r *Room) appeal(ctx context.Context, in *appealIn) (*didOut, error) {
	b := in.Body
	if b.Order == "" && (b.Case == "" || b.Indicator == "") {
		return nil, fault.Field("order", "web.field.required")
	}
	err := r.Oversee.Appeal(ctx, r.Actor(ctx), oversee.Appeal{Order: b.Order, Case: b.Case, Seq: b.Seq, Indicator: b.Indicator, Words: b.Words})
	if err != nil {
		return nil, err
	}
	if b.Order == "" {
		return &didOut{did{b.Case}}, nil
	}
	return &didOut{did{b.Order}}, nil
}

type decideAppealIn struct {
	Grant bool   `json:"grant"`
	Words string `json:"words" minLength:"1" maxLength:"2000"`
}

package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
)

// outcome is how a case stands after a change: ids and states.
type outcome struct {
	Case    string        `json:"case"`
	Number  string        `json:"number"`
	Version int           `json:"version" doc:"Grows by one with every change; send it back in If-Match."`
	State   string        `json:"state" enum:"received,answered,declined,dispatched,working,replied,following_up,contested,overseen,closed,merged"`
	Lead    string        `json:"lead,omitempty" doc:"Unit of the open lead order."`
	Orders  []orderState  `json:"orders,omitempty" nullable:"false"`
	Calls   []callState   `json:"calls,omitempty" nullable:"false"`
	Changes []changeState `json:"changes,omitempty" nullable:"false"`
}

type orderState struct {
	ID    string `json:"id"`
	Unit  string `json:"unit"`
	Role  string `json:"role" enum:"lead,assisting,called"`
	State string `json:"state" enum:"offered,signed,working,replied,accepted,returned,disputed,withdrawn"`
	Call  string `json:"call,omitempty"`
}

type callState struct {
	ID   string `json:"id"`
	Open bool   `json:"open"`
}

type changeState struct {
	ID    string `json:"id"`
	Kind  string `json:"kind" enum:"extension,park,return,dispute,out_of_scope"`
	State string `json:"state" enum:"asked,granted,refused,void"`
	Order string `json:"order"`
}

// outcomeOf lists what of a case can still be acted on by id.
func outcomeOf(f *casework.File) outcome {
	c := f.Case
	o := outcome{Case: c.ID, Number: c.Number, Version: c.Version, State: string(c.State), Lead: c.Lead}
	for _, x := range f.Orders {
		o.Orders = append(o.Orders, orderState{ID: x.ID, Unit: x.Unit, Role: string(x.Role), State: string(x.State), Call: x.Call})
	}
	for _, x := range f.Calls {
		o.Calls = append(o.Calls, callState{ID: x.ID, Open: x.Open})
	}
	for _, x := range f.Changes {
		o.Changes = append(o.Changes, changeState{ID: x.ID, Kind: string(x.Kind), State: string(x.State), Order: x.Order})
	}
	return o
}

type outcomeOut struct {
	ETag string `header:"ETag"`
	Body outcome
}

// actIn is a change of a case, or of one of its orders, calls or changes.
type actIn[B any] struct {
	ID      string `path:"id" maxLength:"40"`
	IfMatch string `header:"If-Match" maxLength:"20" pattern:"^\"?[0-9]{1,9}\"?$" doc:"Version of the case the change was decided on; another one is refused with 412."`
	Body    B
}

// bareIn is a change that needs no words.
type bareIn struct {
	ID      string `path:"id" maxLength:"40"`
	IfMatch string `header:"If-Match" maxLength:"20" pattern:"^\"?[0-9]{1,9}\"?$" doc:"Version of the case the change was decided on; another one is refused with 412."`
}

// deed does one change. id names what it is done to.
type deed[B any] func(ctx context.Context, actor access.Actor, id string, in B) (*casework.File, error)

// act adds one change: POST on, the names of what it is done to and of what is done.
func act[B any](r *Room, a *openapi.API, on, name, summary string, do deed[B]) {
	openapi.Add(a, actOp(on, name, summary), func(ctx context.Context, in *actIn[B]) (*outcomeOut, error) {
		return r.done(ctx, on, in.ID, in.IfMatch, func(ctx context.Context) (*casework.File, error) {
			return do(ctx, r.Actor(ctx), in.ID, in.Body)
		})
	})
}

// bare adds a change that needs no words.
func bare(r *Room, a *openapi.API, on, name, summary string, do func(ctx context.Context, actor access.Actor, id string) (*casework.File, error)) {
	openapi.Add(a, actOp(on, name, summary), func(ctx context.Context, in *bareIn) (*outcomeOut, error) {
		return r.done(ctx, on, in.ID, in.IfMatch, func(ctx context.Context) (*casework.File, error) {
			return do(ctx, r.Actor(ctx), in.ID)
		})
	})
}

func actOp(on, name, summary string) openapi.Op {
	return openapi.Op{
		ID: name + "-" + strings.TrimSuffix(on, "s"), Method: http.MethodPost, Path: "/" + on + "/{id}/" + name, Tag: on, Scope: apikey.CasesAct, Summary: summary,
	}
}

// done makes a change of what the address names and, when the caller named a version, takes it back if it was decided
// on another one. A case is compared before: what comes out of merging is another case.
func (r *Room) done(ctx context.Context, on, id, match string, do func(context.Context) (*casework.File, error)) (*outcomeOut, error) {
	var f *casework.File
	var err error
	if match == "" {
		f, err = do(ctx)
	} else {
		want, _ := strconv.Atoi(strings.Trim(match, `"`)) // digits by its pattern
		err = r.DB.Together(ctx, func(ctx context.Context, _ *db.Tx) (err error) {
			was := want
			if on == onCases {
				before, err := r.Cases.Get(ctx, r.Actor(ctx), id)
				if err != nil {
					return err
				}
				was = before.Case.Version
			}
			if f, err = do(ctx); err == nil && on != onCases {
				was = f.Case.Version - 1
			}
			if err == nil && was != want {
				err = openapi.Stale{Err: fault.New(fault.Conflict, "casework.refuse.changed")}
			}
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return &outcomeOut{ETag: etag(f), Body: outcomeOf(f)}, nil
}

func etag(f *casework.File) string { return `"` + strconv.Itoa(f.Case.Version) + `"` }

package api

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// standings adds how the key's own requests stand.
func (r *Room) standings(a *openapi.API) {
	openapi.Add(a, openapi.Op{
		ID: "get-request", Method: http.MethodGet, Path: "/requests/{number}", Tag: tagRequests, Scope: apikey.Report, Summary: "Get how a request stands",
		More: "For requests that were handed in with this key; what the requester may be told.",
	}, r.track)
	openapi.Add(a, openapi.Op{
		ID: "list-requests", Method: http.MethodGet, Path: "/requests", Tag: tagRequests, Scope: apikey.Report, Summary: "List the key's own requests, newest first",
	}, r.own)
}

// standing is how a request stands, as its requester may know it.
type standing struct {
	Request    string    `json:"request"`
	Number     string    `json:"number"`
	Case       string    `json:"case"`
	State      string    `json:"state" enum:"received,answered,declined,dispatched,working,replied,following_up,contested,overseen,closed,merged"`
	Kind       string    `json:"kind"`
	Channel    string    `json:"channel"`
	Area       string    `json:"area"`
	ReceivedAt time.Time `json:"received_at"`
	DueAt      time.Time `json:"due_at,omitzero" doc:"When the city means to be done with its next step."`
	ConfirmDue time.Time `json:"confirm_due,omitzero" doc:"Until when the requester may contest the answer."`
	ClosedAt   time.Time `json:"closed_at,omitzero"`
	Answer     string    `json:"answer,omitempty" doc:"What the requester is told."`
	Declined   string    `json:"declined,omitempty" doc:"Code of the reason for which it was declined."`
	Where      string    `json:"where,omitempty" doc:"Where to go instead, in the language asked for."`
	Published  bool      `json:"published,omitempty"`
}

func (r *Room) standingOf(ctx context.Context, h request.Headline) (standing, error) {
	f, err := r.Cases.OfRequest(ctx, h.ID)
	if err != nil {
		return standing{}, err
	}
	c := f.Case
	s := standing{
		Request: h.ID, Number: h.Number, Case: c.ID, State: string(c.State), Kind: h.Kind, Channel: h.Channel, Area: h.Area, ReceivedAt: h.ReceivedAt,
		ConfirmDue: f.ConfirmDue(), ClosedAt: c.ClosedAt, Published: c.Published && h.Publish,
	}
	for _, k := range f.Clocks {
		if k.Kind == casework.ClockResolve && k.Live() {
			s.DueAt = k.DueAt
		}
	}
	if reply, ok := f.LastReply(); ok {
		s.Answer = reply.Public
	}
	if c.Answer != nil {
		s.Answer = c.Answer.Public
	}
	if c.Decline != nil {
		reason, _ := r.City.Duties.Reason(c.Decline.Reason) // a reason that left the pack says nothing more
		s.Declined, s.Answer, s.Where = c.Decline.Reason, c.Decline.Words, reason.Where.In(web.PageIn(ctx).Lang)
	}
	return s, nil
}

type trackIn struct {
	Number string `path:"number" maxLength:"40"`
}

type trackOut struct{ Body standing }

func (r *Room) track(ctx context.Context, in *trackIn) (*trackOut, error) {
	unknown := fault.New(fault.NotFound, "request.not_found")
	number, err := r.Requests.ParseNumber(in.Number)
	if err != nil {
		return nil, unknown.Wrap(err)
	}
	var head request.Headline
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if head, err = r.Requests.ByNumber(tx, number); err != nil {
			return err
		}
		return ownRequest(tx, head.ID, r.Actor(ctx).ID)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	s, err := r.standingOf(ctx, head)
	return &trackOut{s}, err
}

type ownOut struct {
	Link string `header:"Link"`
	Body struct {
		Requests []standing `json:"requests" nullable:"false"`
		More
	}
}

type ownIn struct{ Paging }

func (r *Room) own(ctx context.Context, in *ownIn) (*ownOut, error) {
	at, err := placeOf("own", in.After)
	if err != nil {
		return nil, err
	}
	out := &ownOut{}
	var heads []request.Headline
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		ids, err := ownRequests(tx, r.Actor(ctx).ID, at.id, in.Limit+1)
		if err != nil {
			return err
		}
		if len(ids) > in.Limit {
			ids = ids[:in.Limit]
			out.Body.Next = place{list: "own", id: ids[len(ids)-1]}.cursor()
		}
		heads, err = r.Requests.Headlines(tx, ids...)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Link, out.Body.Requests = link(ctx, out.Body.Next), make([]standing, len(heads))
	for i, h := range heads {
		if out.Body.Requests[i], err = r.standingOf(ctx, h); err != nil {
			return nil, err
		}
	}
	return out, nil
}

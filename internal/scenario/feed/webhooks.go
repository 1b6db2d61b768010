package feed

import (
	"context"
	"net/http"
	"slices"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/platform/webhook"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
)

const tagHooks = "webhooks"

func (r *Room) webhooks(a *openapi.API) {
	op := func(id, method, path, summary, more string) openapi.Op {
		return openapi.Op{ID: id, Method: method, Path: "/webhooks" + path, Tag: tagHooks, Scope: apikey.Webhooks, Summary: summary, More: more}
	}
	made := func(o openapi.Op) openapi.Op {
		o.Made = true
		return o
	}
	openapi.Add(a, openapi.Op{
		ID: "list-webhook-types", Method: http.MethodGet, Path: "/webhook-types", Tag: tagHooks, Scope: apikey.Webhooks, Summary: "Types of messages",
	}, r.hookTypes)
	openapi.Add(a, op("list-webhooks", http.MethodGet, "", "Endpoints of this key", ""), r.listHooks)
	openapi.Add(a, made(op("create-webhook", http.MethodPost, "", "Make an endpoint",
		"Messages are signed as standardwebhooks.com says; read the secret with /webhooks/{webhook}/secret. They hold ids and states of cases this key may read.")), r.createHook)
	openapi.Add(a, op("get-webhook", http.MethodGet, "/{webhook}", "One endpoint", ""), r.getHook)
	openapi.Add(a, op("change-webhook", http.MethodPatch, "/{webhook}", "Change an endpoint",
		"Fields left out stay. Enabling forgets failures; disabling fails what waits, which a replay sends later."), r.changeHook)
	openapi.Add(a, op("delete-webhook", http.MethodDelete, "/{webhook}", "Take an endpoint away, with its log", ""), r.deleteHook)
	openapi.Add(a, op("get-webhook-secret", http.MethodGet, "/{webhook}/secret", "The secret that signs", ""), r.hookSecret)
	openapi.Add(a, op("rotate-webhook-secret", http.MethodPost, "/{webhook}/rotate", "Give an endpoint a new secret",
		"Until the overlap has passed messages carry two signatures, by the new secret and by the old."), r.rotateHook)
	openapi.Add(a, made(op("ping-webhook", http.MethodPost, "/{webhook}/ping", "Send a test message",
		"It is tried once; the delivery tells how it went.")), r.pingHook)
	openapi.Add(a, op("list-deliveries", http.MethodGet, "/{webhook}/deliveries", "What was sent to an endpoint", "Newest first, for 30 days."), r.listDeliveries)
	openapi.Add(a, op("get-delivery", http.MethodGet, "/{webhook}/deliveries/{delivery}", "One delivery with every attempt", ""), r.getDelivery)
	openapi.Add(a, op("replay-delivery", http.MethodPost, "/{webhook}/deliveries/{delivery}/replay", "Send a delivery again",
		"Under the same webhook-id: a receiver that has it drops it."), r.replayDelivery)
	replay := op("replay-deliveries", http.MethodPost, "/{webhook}/replay", "Send again what was posted since a moment",
		"What failed, or with `all` also what was taken. It takes no Idempotency-Key: asked twice, messages come twice under the same webhook-id, "+
			"and a receiver that has them drops them.")
	replay.Again = true
	openapi.Add(a, replay, r.replaySince)
}

// kinds lists the types of messages.
func kinds() (list []string) {
	for _, s := range casework.Steps() {
		list = append(list, typePrefix+string(s.Action))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

type hookTypesOut struct {
	Body struct {
		Types []string `json:"types" nullable:"false"`
	}
}

func (r *Room) hookTypes(context.Context, *struct{}) (*hookTypesOut, error) {
	out := &hookTypesOut{}
	out.Body.Types = kinds()
	return out, nil
}

// Webhook is an endpoint.
type Webhook struct {
	ID           string     `json:"id"`
	URL          string     `json:"url"`
	Types        []string   `json:"types" nullable:"false"`
	Description  string     `json:"description"`
	Enabled      bool       `json:"enabled"`
	Note         string     `json:"note,omitempty" doc:"Why the program disabled it."`
	OldUntil     *time.Time `json:"old_secret_until,omitempty" doc:"Until when the secret before the present one signs too."`
	FailingSince *time.Time `json:"failing_since,omitempty" doc:"First failure since the last success."`
	MadeAt       time.Time  `json:"made_at"`
	DisabledAt   *time.Time `json:"disabled_at,omitempty"`
}

func webhookOf(p web.Page, e webhook.Endpoint) Webhook {
	w := Webhook{
		ID: e.ID, URL: e.URL, Types: e.Types, Description: e.Description, Enabled: e.Enabled, OldUntil: wire(e.OldUntil), FailingSince: wire(e.FailingSince),
		MadeAt: e.Made.UTC(), DisabledAt: wire(e.Disabled),
	}
	if e.Note != "" {
		w.Note = p.T(e.Note)
	}
	return w
}

type hookOut struct{ Body Webhook }

func (r *Room) hook(ctx context.Context, e webhook.Endpoint, err error) (*hookOut, error) {
	if err != nil {
		return nil, err
	}
	return &hookOut{webhookOf(web.PageIn(ctx), e)}, nil
}

func (r *Room) owner(ctx context.Context) string { return r.Program(ctx).ID }

type hooksOut struct {
	Body struct {
		Webhooks []Webhook `json:"webhooks" nullable:"false"`
	}
}

func (r *Room) listHooks(ctx context.Context, _ *struct{}) (*hooksOut, error) {
	list, err := r.Hooks.List(ctx, r.owner(ctx))
	out := &hooksOut{}
	out.Body.Webhooks = []Webhook{}
	for _, e := range list {
		out.Body.Webhooks = append(out.Body.Webhooks, webhookOf(web.PageIn(ctx), e))
	}
	return out, err
}

type createHookIn struct {
	Body struct {
		URL         string   `json:"url" maxLength:"2000" example:"https://city.example/hooks/banyan" doc:"https, on the public network."`
		Types       []string `json:"types" minItems:"1" maxItems:"100" nullable:"false" example:"[\"case.reply\",\"case.*\"]" doc:"Types of messages, or case.* for all of cases."`
		Description string   `json:"description,omitempty" maxLength:"200"`
	}
}

func (r *Room) createHook(ctx context.Context, in *createHookIn) (*hookOut, error) {
	if err := known(in.Body.Types); err != nil {
		return nil, err
	}
	e, err := r.Hooks.Create(ctx, r.owner(ctx), webhook.Wish{URL: in.Body.URL, Types: in.Body.Types, Description: in.Body.Description})
	return r.hook(ctx, e, err)
}

// known refuses types that never come: a typo must not become silence.
func known(types []string) error {
	all := kinds()
	for _, t := range types {
		if !slices.ContainsFunc(all, func(kind string) bool { return (webhook.Endpoint{Types: []string{t}}).Wants(kind) }) {
			return fault.Field("types", "feed.need.type", "Type", t)
		}
	}
	return nil
}

// AtWebhook names an endpoint. It is exported because parameters of an embedded type are read only then.
type AtWebhook struct {
	Webhook string `path:"webhook" maxLength:"40"`
}

func (r *Room) getHook(ctx context.Context, in *AtWebhook) (*hookOut, error) {
	e, err := r.Hooks.Get(ctx, r.owner(ctx), in.Webhook)
	return r.hook(ctx, e, err)
}

type changeHookIn struct {
	AtWebhook
	Body struct {
		URL         *string  `json:"url,omitempty" maxLength:"2000"`
		Types       []string `json:"types,omitempty" minItems:"1" maxItems:"100" nullable:"false"`
		Description *string  `json:"description,omitempty" maxLength:"200"`
		Enabled     *bool    `json:"enabled,omitempty"`
	}
}

func (r *Room) changeHook(ctx context.Context, in *changeHookIn) (*hookOut, error) {
	b := in.Body
	if err := known(b.Types); err != nil {
		return nil, err
	}
	e, err := r.Hooks.Change(ctx, r.owner(ctx), in.Webhook, webhook.Change{URL: b.URL, Types: b.Types, Description: b.Description, Enabled: b.Enabled})
	return r.hook(ctx, e, err)
}

type deletedOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (r *Room) deleteHook(ctx context.Context, in *AtWebhook) (*deletedOut, error) {
	out := &deletedOut{}
	out.Body.ID = in.Webhook
	return out, r.Hooks.Delete(ctx, r.owner(ctx), in.Webhook)
}

type secretOut struct {
	NoStore string `header:"Cache-Control"`
	Body    struct {
		Secret string `json:"secret" example:"whsec_…"`
	}
}

func (r *Room) hookSecret(ctx context.Context, in *AtWebhook) (*secretOut, error) {
	out := &secretOut{NoStore: "no-store"}
	var err error
	out.Body.Secret, err = r.Hooks.Secret(ctx, r.owner(ctx), in.Webhook)
	return out, err
}

type rotateIn struct {
	AtWebhook
	Body struct {
		Overlap int `json:"overlap_hours" minimum:"0" maximum:"168" doc:"Hours for which the old secret signs too; 0 ends it at once."`
	}
}

func (r *Room) rotateHook(ctx context.Context, in *rotateIn) (*hookOut, error) {
	e, err := r.Hooks.Rotate(ctx, r.owner(ctx), in.Webhook, time.Duration(in.Body.Overlap)*time.Hour)
	return r.hook(ctx, e, err)
}

// Delivery is a message on its way to an endpoint.
type Delivery struct {
	ID       string        `json:"id"`
	Message  string        `json:"message" doc:"The webhook-id."`
	Type     string        `json:"type"`
	State    webhook.State `json:"state" enum:"waiting,done,failed"`
	Attempts int           `json:"attempts"`
	MadeAt   time.Time     `json:"made_at"`
	NextAt   *time.Time    `json:"next_at,omitempty"`
	EndedAt  *time.Time    `json:"ended_at,omitempty"`
	Body     string        `json:"body,omitempty" doc:"What is sent."`
	Log      []Attempt     `json:"log,omitempty"`
}

// Attempt is one try to deliver.
type Attempt struct {
	At     time.Time `json:"at"`
	TookMs int64     `json:"took_ms"`
	Status int       `json:"status" doc:"Of the answer; 0 when there was none."`
	Error  string    `json:"error,omitempty"`
	Answer string    `json:"answer,omitempty" doc:"First bytes of what the receiver said."`
}

func deliveryOf(d webhook.Delivery) Delivery {
	out := Delivery{
		ID: d.ID, Message: d.Message, Type: d.Type, State: d.State, Attempts: d.Attempts, MadeAt: d.Made.UTC(), NextAt: wire(d.Next), EndedAt: wire(d.Ended), Body: d.Body,
	}
	for _, a := range d.Log {
		out.Log = append(out.Log, Attempt{a.At.UTC(), a.Took.Milliseconds(), a.Status, a.Error, a.Answer})
	}
	return out
}

type deliveryOut struct{ Body Delivery }

func deliveryAnswer(d webhook.Delivery, err error) (*deliveryOut, error) {
	if err != nil {
		return nil, err
	}
	return &deliveryOut{deliveryOf(d)}, nil
}

func (r *Room) pingHook(ctx context.Context, in *AtWebhook) (*deliveryOut, error) {
	return deliveryAnswer(r.Hooks.Ping(ctx, r.owner(ctx), in.Webhook))
}

type deliveriesIn struct {
	AtWebhook
	State  string `query:"state" enum:"waiting,done,failed"`
	Before string `query:"before" maxLength:"40" doc:"Id of the last delivery of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type deliveriesOut struct {
	Body struct {
		Deliveries []Delivery `json:"deliveries" nullable:"false"`
		Next       string     `json:"next,omitempty" doc:"Give it as before for the next page."`
	}
}

func (r *Room) listDeliveries(ctx context.Context, in *deliveriesIn) (*deliveriesOut, error) {
	list, err := r.Hooks.Deliveries(ctx, r.owner(ctx), in.Webhook, webhook.State(in.State), in.Before, in.Limit)
	out := &deliveriesOut{}
	out.Body.Deliveries = make([]Delivery, len(list))
	for i, d := range list {
		out.Body.Deliveries[i] = deliveryOf(d)
		out.Body.Deliveries[i].Body = ""
	}
	if len(list) == in.Limit {
		out.Body.Next = list[len(list)-1].ID
	}
	return out, err
}

type deliveryIn struct {
	AtWebhook
	Delivery string `path:"delivery" maxLength:"40"`
}

func (r *Room) getDelivery(ctx context.Context, in *deliveryIn) (*deliveryOut, error) {
	return deliveryAnswer(r.Hooks.Delivery(ctx, r.owner(ctx), in.Webhook, in.Delivery))
}

func (r *Room) replayDelivery(ctx context.Context, in *deliveryIn) (*deliveryOut, error) {
	return deliveryAnswer(r.Hooks.Replay(ctx, r.owner(ctx), in.Webhook, in.Delivery))
}

type replayIn struct {
	AtWebhook
	Body struct {
		Since time.Time `json:"since"`
		All   bool      `json:"all,omitempty" doc:"Also what the receiver took."`
	}
}

type replayOut struct {
	Body struct {
		Deliveries int `json:"deliveries" doc:"How many are on their way again."`
	}
}

func (r *Room) replaySince(ctx context.Context, in *replayIn) (*replayOut, error) {
	out := &replayOut{}
	var err error
	out.Body.Deliveries, err = r.Hooks.ReplaySince(ctx, r.owner(ctx), in.Webhook, in.Body.Since, in.Body.All)
	return out, err
}

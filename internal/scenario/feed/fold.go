package feed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/webhook"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
)

// Change is one change of one case as the feed tells it: ids, states and codes.
type Change struct {
	Cursor  string            `json:"cursor" doc:"Place in the feed: go on behind it."`
	At      time.Time         `json:"at"`
	Action  casework.Action   `json:"action" example:"reply"`
	Version int               `json:"version" doc:"Version of the case after this change."`
	Was     casework.State    `json:"was,omitempty"`
	State   casework.State    `json:"state" doc:"State of the case after this change."`
	Unit    string            `json:"unit,omitempty" doc:"Unit of the order it was about."`
	Order   string            `json:"order,omitempty"`
	Role    casework.Role     `json:"role,omitempty"`
	Call    string            `json:"call,omitempty"`
	Ending  casework.Ending   `json:"ending,omitempty"`
	Merged  string            `json:"merged_into,omitempty" doc:"Id of the case it was merged into."`
	Case    casework.Standing `json:"case" doc:"How the case stood when the change was taken into the feed: at this version or a later one."`
}

func changeOf(h casework.Happened, now casework.Standing) Change {
	return Change{
		At: h.At.UTC(), Action: h.Action, Version: h.Seq, Was: h.Was, State: h.State, Unit: h.Unit, Order: h.Order, Role: h.Role, Call: h.Call,
		Ending: h.Ending, Merged: h.MergedInto, Case: now,
	}
}

// AnnounceTx takes what happened to cases into the feed and posts it to the webhooks that may hear of it.
func (r *Room) AnnounceTx(tx *db.Tx, happened []casework.Happened) error {
	slices.SortStableFunc(happened, func(a, b casework.Happened) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq))
	})
	now, err := r.Cases.StandingsTx(tx, casesOf(happened))
	if err != nil {
		return err
	}
	rows := make([]changeRow, len(happened))
	for i, h := range happened {
		body, err := json.Marshal(changeOf(h, now[h.Case]))
		if err != nil {
			return fmt.Errorf("write change %d of case %s: %w", h.Seq, h.Case, err)
		}
		rows[i] = changeRow{at: clock.Ms(r.Clock.Now()), caseID: h.Case, path: h.Path, lead: h.Lead, body: string(body)}
	}
	if err := appendChanges(tx, rows); err != nil {
		return fmt.Errorf("take %d changes into the feed: %w", len(rows), err)
	}
	return r.post(tx, happened)
}

func casesOf(happened []casework.Happened) []string {
	ids := make([]string, len(happened))
	for i, h := range happened {
		ids[i] = h.Case
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// told is what a webhook message holds.
type told struct {
	Case    string         `json:"case"`
	Number  string         `json:"number"`
	Version int            `json:"version"`
	Was     casework.State `json:"was,omitempty"`
	State   casework.State `json:"state"`
	Kind    string         `json:"kind"`
	Area    string         `json:"area"`
	Duty    string         `json:"duty,omitempty"`
	Lead    string         `json:"lead,omitempty"`
	Unit    string         `json:"unit,omitempty"`
	Order   string         `json:"order,omitempty"`
}

// typePrefix begins the type of every message about a case; the rest is the action.
const typePrefix = "case."

func (r *Room) post(tx *db.Tx, happened []casework.Happened) error {
	listening, err := r.listening(tx, happened)
	if err != nil || len(listening) == 0 {
		return err
	}
	units, err := r.Cases.UnitsTx(tx, casesOf(happened))
	if err != nil {
		return err
	}
	for _, h := range happened {
		kind := typePrefix + string(h.Action)
		var to []webhook.Endpoint
		for _, l := range listening {
			if l.Wants(kind) && l.reach.Has(access.Resource{AreaPath: h.Path, Unit: h.Lead, Units: units[h.Case]}) {
				to = append(to, l.Endpoint)
			}
		}
		m := webhook.Message{Type: kind, At: h.At, Data: told{
			Case: h.Case, Number: h.Number, Version: h.Seq, Was: h.Was, State: h.State, Kind: h.Kind, Area: h.Area, Duty: h.Duty, Lead: h.Lead,
			Unit: h.Unit, Order: h.Order,
		}}
		if err := r.Hooks.Post(tx, m, to...); err != nil {
			return err
		}
	}
	return nil
}

// listener is an endpoint with what its key's post may read.
type listener struct {
	webhook.Endpoint
	reach access.Scope
}

// listening gives the endpoints that want any of what happened and whose key may still hear.
func (r *Room) listening(tx *db.Tx, happened []casework.Happened) (out []listener, err error) {
	all, err := r.Hooks.Listening(tx)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if !slices.ContainsFunc(happened, func(h casework.Happened) bool { return e.Wants(typePrefix + string(h.Action)) }) {
			continue
		}
		id, _ := apikey.KeyOf(e.Owner)
		k, err := r.Keys.GetTx(tx, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if mayHear(k, r.Clock.Now()) {
			at, _ := r.City.Areas.Get(k.Area) // an area that left the pack is in nobody's reach
			out = append(out, listener{e, access.ScopeOf(k.Actor(at.Path))})
		}
	}
	return out, nil
}

func mayHear(k apikey.Key, now time.Time) bool { return k.Holds(now) && k.Has(apikey.Webhooks) }

// Holds tells whether the owner of an endpoint may still be told anything; package webhook asks before it sends.
func Holds(ctx context.Context, keys *apikey.Service, owner string, now time.Time) (bool, error) {
	id, ok := apikey.KeyOf(owner)
	if !ok {
		return false, nil
	}
	k, err := keys.Get(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return mayHear(k, now), nil
}

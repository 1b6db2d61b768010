package app

import (
	"context"
	"net/http"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/live"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
)

// live streams signals of the topics a member of staff may follow in their post. Signals hold no content, but that something moved
// in a case is a word about it. Topics of others are left out; Forbidden when none is left.
func (a *App) live(w http.ResponseWriter, r *http.Request) error {
	if !web.VisitorOf(r).IsStaff() {
		return fault.New(fault.Forbidden, "access.refused")
	}
	actor, err := a.actor(r)
	if err != nil {
		return err
	}
	var topics []string
	for _, topic := range live.Topics(r) {
		may, err := a.mayFollow(r.Context(), actor, topic)
		if err != nil {
			return err
		}
		if may {
			topics = append(topics, topic)
		}
	}
	if len(topics) == 0 {
		return fault.New(fault.Forbidden, "access.refused")
	}
	return a.Live.Serve(w, r, topics)
}

// mayFollow tells whether an actor may hear of a topic (see show). A case that is not there and one that must not be seen are alike.
func (a *App) mayFollow(ctx context.Context, actor access.Actor, topic string) (bool, error) {
	kind, of, _ := strings.Cut(topic, ":")
	res := access.Resource{Kind: "list", AreaPath: actor.Area}
	switch kind {
	case "case":
		_, err := a.Cases.Get(ctx, actor, of)
		if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Forbidden) {
			return false, nil
		}
		return err == nil, err
	case "unit":
		return a.Policy.May(actor, access.CaseList, access.Resource{Kind: "list", Unit: of, Units: []string{of}}).Allow, nil
	case "queue":
		return a.Policy.May(actor, access.CaseList, res).Allow, nil
	case "brain":
		return a.Policy.May(actor, access.BrainRead, res).Allow, nil
	}
	return false, nil
}

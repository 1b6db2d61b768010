package hotline

import (
	"context"
	"slices"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// Police is the way to 110. It is a room beside this one, so app passes it.
type Police interface {
	May(actor access.Actor, f *casework.File) bool
	Transfer(ctx context.Context, t Transfer) error
	Transfers(ctx context.Context, caseID string) ([]Handed, error)
}

// Transfer is a request that the desk hands to 110.
type Transfer struct {
	Actor         access.Actor
	Case, Request string
	Version       int
	Decline       bool
}

// Handed is a request that went to 110. Receipt is its number there, empty while it is on its way.
type Handed struct {
	Request, Receipt string
	At, ReceivedAt   time.Time
}

// mayHand tells whether the reader may hand a case to 110 now.
func (r *Room) mayHand(m matter) bool { return r.Police != nil && r.Police.May(m.actor, m.file) }

// hand gives a request to 110, and ends the case with it when the form says so.
func (r *Room) hand(v visit, f *casework.File, in form) (*casework.File, error) {
	switch {
	case r.Police == nil:
		return nil, fault.New(fault.NotFound, "hotline.no_act")
	case !slices.Contains(f.Requests(), in.Request):
		return nil, fault.Field("request", "casework.link.missing")
	case f.Case.State == casework.Received && in.Close != "yes" && in.Close != "no":
		return nil, fault.Field("close", "hotline.need.close")
	}
	return f, r.Police.Transfer(v.ctx, Transfer{
		Actor: v.actor, Case: f.Case.ID, Request: in.Request, Version: in.Version, Decline: f.Case.State == casework.Received && in.Close == "yes",
	})
}

// handed tells what of a case went to 110 and under which number it is there.
func (r *Room) handed(m matter) ([]ui.MetaItem, error) {
	if r.Police == nil {
		return nil, nil
	}
	list, err := r.Police.Transfers(m.ctx, m.file.Case.ID)
	var out []ui.MetaItem
	for _, h := range list {
		text := m.p.T("hotline.police.sent", "At", m.p.Lang.Stamp(h.At, m.now))
		if h.Receipt != "" {
			text = m.p.T("hotline.police.taken", "At", m.p.Lang.Stamp(h.ReceivedAt, m.now), "Receipt", h.Receipt)
		}
		out = append(out, ui.MetaItem{Term: m.p.T("hotline.meta.police"), Text: text})
	}
	return out, err
}

package app

import (
	"banyan/internal/platform/db"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// opener lets a request open its case in the same transaction: request asks
// for it through its Opener interface, casework does it.
type opener struct{ cases *casework.Service }

// OpenTx opens a case, or joins the request to the case it says it belongs to.
func (o opener) OpenTx(tx *db.Tx, in request.Opening) (string, error) {
	opening := casework.Opening{
		Request: in.RequestID, Number: in.Number, Kind: in.Kind, Channel: in.Channel, Area: in.AreaCode, Point: in.Point,
		Anonymous: in.Anonymous, HasContact: in.HasContact, Consent: in.Publish, Urgent: in.Urgent,
	}
	if in.JoinCase == "" {
		return o.cases.OpenTx(tx, in.Actor, opening)
	}
	id, open, err := o.cases.JoinableTx(tx, in.JoinCase)
	if err != nil {
		return "", err
	}
	if !open { // it was settled meanwhile: what is said now is a matter of its own
		return o.cases.OpenTx(tx, in.Actor, opening)
	}
	return id, o.cases.JoinTx(tx, in.Actor, id, opening)
}

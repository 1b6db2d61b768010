package app

import (
	"banyan/internal/platform/db"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// opener lets a request open its case in the same transaction: request asks
// for it through its Opener interface, casework does it.
type opener struct{ cases *casework.Service }

// Open decides how the request's case opens; a case to join is looked up in the
// transaction.
func (o opener) Open(in request.Opening) (request.Opened, error) {
	opening := casework.Opening{
		Request: in.RequestID, Number: in.Number, Kind: in.Kind, Channel: in.Channel, Area: in.AreaCode, Point: in.Point,
		Anonymous: in.Anonymous, HasContact: in.HasContact, Consent: in.Publish, Urgent: in.Urgent,
	}
	if in.JoinCase == "" {
		c, err := o.cases.PrepareOpen(in.Actor, opening)
		return request.Opened{Case: c.Case, Tx: func(tx *db.Tx) (string, error) { return c.Case, c.Tx(tx) }}, err
	}
	return request.Opened{Tx: func(tx *db.Tx) (string, error) { return o.joinTx(tx, in, opening) }}, nil
}

func (o opener) joinTx(tx *db.Tx, in request.Opening, opening casework.Opening) (string, error) {
	id, open, err := o.cases.JoinableTx(tx, in.JoinCase)
	if err != nil {
		return "", err
	}
	if !open { // it was settled meanwhile: what is said now is a matter of its own
		return o.cases.OpenTx(tx, in.Actor, opening)
	}
	return id, o.cases.JoinTx(tx, in.Actor, id, opening)
}

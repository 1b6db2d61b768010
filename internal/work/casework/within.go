package casework

import (
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// FileOfRequestTx is the file of the case a request belongs to now, inside the caller's transaction. The caller has proven
// that the reader may see the request, or folds a roll-up that shows no more than it may.
func (s *Service) FileOfRequestTx(tx *db.Tx, request string) (*File, error) {
	return load(tx, ref{Request: request})
}

// FileTx is a case's file inside the caller's transaction, as Get without its question: the caller asks the policy
// before anything of it is shown.
func (s *Service) FileTx(tx *db.Tx, id string) (*File, error) { return load(tx, ref{Case: id}) }

// ConfirmTx is Confirm in the transaction that keeps what the requester said with it.
func (s *Service) ConfirmTx(tx *db.Tx, actor access.Actor, request, satisfied string) (*File, error) {
	return s.actTx(tx, actor, ActConfirm, ref{Request: request}, func(t *turn) error { return t.confirm(request, satisfied) })
}

// DeclineTx is Decline in the transaction that hands the matter to where it belongs.
func (s *Service) DeclineTx(tx *db.Tx, actor access.Actor, in Declining) (*File, error) {
	return s.actTx(tx, actor, ActDecline, ref{Case: in.Case, Version: in.Version}, func(t *turn) error { return t.decline(in) })
}

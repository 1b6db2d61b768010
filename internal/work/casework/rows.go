package casework

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Resource describes a case to the access policy.
func (f *File) Resource() access.Resource { return f.resource(ref{}) }

// RowsOf gives the rows of the cases that requests belong to now, each once and in the order of the requests, as
// far as the actor may do action with them. Files are read only of those the case's place does not open.
func (s *Service) RowsOf(ctx context.Context, actor access.Actor, action string, requests ...string) ([]Row, error) {
	var rows []Row
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = rowsOf(tx, requests)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the cases of %d requests: %w", len(requests), err)
	}
	var out []Row
	for _, row := range rows {
		res := access.Resource{Kind: "case", ID: row.ID, Unit: row.Lead, AreaPath: s.path(row.Area), State: string(row.State)}
		if s.Policy.May(actor, action, res).Allow {
			out = append(out, row)
			continue
		}
		f, err := s.Get(ctx, actor, row.ID)
		switch {
		case fault.KindOf(err) == fault.Forbidden:
		case err != nil:
			return nil, err
		case s.Policy.May(actor, action, f.Resource()).Allow:
			out = append(out, row)
		}
	}
	return out, nil
}

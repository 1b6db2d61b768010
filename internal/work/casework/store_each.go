package casework

import (
	"context"

	"banyan/internal/platform/db"
)

// PublishedAfter gives up to limit published cases behind an id, by id: for whoever goes through all of them.
func (s *Service) PublishedAfter(ctx context.Context, id string, limit int) (rows []Row, err error) {
	return s.rows(ctx, `SELECT `+columns+`, '', '', '' FROM casework_case c WHERE c.published AND c.id > $1 ORDER BY c.id LIMIT $2`, id, limit)
}

// CasesOfTx tells in which case each request is now, by request; one without a link is left out.
func (s *Service) CasesOfTx(tx *db.Tx, requests []string) (map[string]string, error) {
	out := make(map[string]string, len(requests))
	_, err := db.Collect(tx, func(row db.Scanner) (struct{}, error) {
		var request, id string
		err := row.Scan(&request, &id)
		out[request] = id
		return struct{}{}, err
	}, `SELECT request_id, case_id FROM casework_link WHERE left_at = 0 AND request_id IN (`+db.In(len(requests), 1)+`)`, db.Args(requests)...)
	return out, err
}

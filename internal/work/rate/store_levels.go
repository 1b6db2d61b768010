package rate

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
)

// Lowest gives the lowest rating of each case that was rated, for tables.
func (s *Service) Lowest(ctx context.Context, cases []string) (map[string]Level, error) {
	out := map[string]Level{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := db.Collect(tx, func(row db.Scanner) (r Rating, err error) {
			err = row.Scan(&r.Case, &r.Level)
			return r, err
		}, `SELECT case_id, min(level) FROM rate_rating WHERE case_id IN (`+db.In(len(cases), 1)+`) GROUP BY case_id`, db.Args(cases)...)
		for _, r := range rows {
			out[r.Case] = r.Level
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the ratings of %d cases: %w", len(cases), err)
	}
	return out, nil
}

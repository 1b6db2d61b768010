package casework

import (
	"slices"

	"banyan/internal/platform/db"
)

// rowsOf reads the cases of requests, at most a few hundred, each case once.
func rowsOf(tx *db.Tx, requests []string) ([]Row, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	args := make([]any, len(requests))
	for i, id := range requests {
		args[i] = id
	}
	type hit struct {
		Row
		request string
	}
	found, err := db.Collect(tx, func(row db.Scanner) (h hit, err error) {
		h.Row, err = scanRow(behind{row, &h.request})
		return h, err
	}, `SELECT `+columns+`, '', '', '', l.request_id FROM casework_link l JOIN casework_case c ON c.id = l.case_id
		WHERE l.left_at = 0 AND l.request_id IN (`+db.In(len(args), 1)+`)`, args...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b hit) int { return slices.Index(requests, a.request) - slices.Index(requests, b.request) })
	var out []Row
	for _, h := range found {
		if !slices.ContainsFunc(out, func(o Row) bool { return o.ID == h.ID }) {
			h.Found = h.request
			out = append(out, h.Row)
		}
	}
	return out, nil
}

// behind scans one column more than a row has.
type behind struct {
	row  db.Scanner
	last *string
}

// Scan is db.Scanner's.
func (b behind) Scan(into ...any) error { return b.row.Scan(append(into, b.last)...) }

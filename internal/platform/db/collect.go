package db

// Scanner is a row, or the current one of several: sql.Row and sql.Rows have no common type.
type Scanner interface{ Scan(dst ...any) error }

// Collect runs a statement and reads all its rows with scan, in their order.
func Collect[T any](tx *Tx, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is the answer
	var list []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	if err := rows.Err(); err != nil {
		return nil, err // never some of them: who goes on with those hides from the transaction why it has to begin anew
	}
	return list, nil
}

// Column runs a statement with one text column and gives its values: ids, mostly.
func Column(tx *Tx, query string, args ...any) ([]string, error) {
	return Collect(tx, func(row Scanner) (value string, err error) {
		err = row.Scan(&value)
		return value, err
	}, query, args...)
}

// Args makes values the arguments of a statement; see In.
func Args[T any](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}

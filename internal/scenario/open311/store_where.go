package open311

import (
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// where builds the conditions of one statement.
type where struct {
	clauses []string
	args    []any
}

// and adds a condition; each ? becomes the next numbered placeholder.
func (w *where) and(clause string, args ...any) {
	for _, arg := range args {
		w.args = append(w.args, arg)
		clause = strings.Replace(clause, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	w.clauses = append(w.clauses, clause)
}

// from bounds a column of times, [from, to); a zero time does not bound.
func (w *where) from(column string, from, to time.Time) {
	if !from.IsZero() {
		w.and(column+" >= ?", clock.Ms(from))
	}
	if !to.IsZero() {
		w.and(column+" < ?", clock.Ms(to))
	}
}

func (w *where) in(column string, values []int64) {
	w.clauses = append(w.clauses, column+" IN ("+db.In(len(values), len(w.args)+1)+")")
	w.args = append(w.args, db.Args(values)...)
}

func (w *where) sql() string { return strings.Join(w.clauses, " AND ") }

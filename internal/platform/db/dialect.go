package db

import (
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Dialect names the engine behind a DB.
type Dialect string

// The two engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// In gives n placeholders for an IN list, numbered from the given one: In(3, 2) is "$2,$3,$4".
// For n = 0 it gives "NULL", which no value is in.
func In(n, from int) string {
	if n <= 0 {
		return "NULL"
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// List gives the placeholders of an IN list, numbered from the given one, with its arguments. The last value is
// repeated up to a power of two, so that lists of all lengths share a few prepared statements.
func List[T any](values []T, from int) (placeholders string, args []any) {
	if len(values) == 0 {
		return In(0, from), nil
	}
	n := 1
	for n < len(values) {
		n *= 2
	}
	args = make([]any, n)
	for i := range args {
		args[i] = values[min(i, len(values)-1)]
	}
	return In(n, from), args
}

// SkipLocked ends a SELECT that claims rows for this transaction alone, passing over rows that
// another transaction has claimed. Of a join only the rows of the named table are claimed. SQLite has
// one writer and needs nothing.
func SkipLocked(tx *Tx, of ...string) string {
	if tx.Dialect() != Postgres {
		return ""
	}
	if len(of) > 0 {
		return " FOR UPDATE OF " + strings.Join(of, ", ") + " SKIP LOCKED"
	}
	return " FOR UPDATE SKIP LOCKED"
}

// IsUnique tells whether err is a broken PRIMARY KEY or UNIQUE constraint. On PostgreSQL nothing more
// can be done in that transaction: return the error, or use ON CONFLICT to go on.
func IsUnique(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return postgresCode(err) == "23505"
}

// postgresCode gives the SQLSTATE of a PostgreSQL error, or "".
func postgresCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

package db

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
)

// maxStatements bounds the prepared statements of one connection; a module has some dozens.
const maxStatements = 512

// session is one SQLite connection with its prepared statements. One goroutine uses it at a time.
type session struct {
	conn  *sql.Conn
	stmts map[string]*statement
	open  []*sql.Rows // rows given out in the present transaction
}

// statement is a prepared statement; rows is the last result it gave, which may still be open.
type statement struct {
	*sql.Stmt
	rows *sql.Rows
}

func newSession(conn *sql.Conn) *session {
	return &session{conn: conn, stmts: map[string]*statement{}}
}

// busy tells whether the statement is still giving rows and cannot be run a second time.
func (s *statement) busy() bool {
	if s.rows == nil {
		return false
	}
	if _, err := s.rows.Columns(); err != nil {
		s.rows = nil
		return false
	}
	return true
}

// prepare gives the cached statement for query. It is not free while a caller further up the stack
// still reads its rows; then the query runs unprepared.
func (s *session) prepare(ctx context.Context, query string) (st *statement, free bool, err error) {
	if st, ok := s.stmts[query]; ok {
		return st, !st.busy(), nil
	}
	if len(s.stmts) >= maxStatements && len(s.open) == 0 {
		if err := s.forget(); err != nil {
			return nil, false, err
		}
	}
	prepared, err := s.conn.PrepareContext(ctx, steady(query))
	if err != nil {
		return nil, false, err
	}
	st = &statement{Stmt: prepared}
	s.stmts[query] = st
	return st, true, nil
}

// boundLimit is a LIMIT whose number is bound later.
var boundLimit = regexp.MustCompile(`\bLIMIT (\$\d+)`)

// steady writes a query so that SQLite plans it once. From 3.46 on it looks at the number bound to a bare LIMIT and so
// parses and plans the statement anew whenever it is bound, which costs more than most of our queries themselves.
func steady(query string) string { return boundLimit.ReplaceAllString(query, "LIMIT $1+0") }

func (s *session) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	st, free, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if !free {
		return s.conn.ExecContext(ctx, query, args...)
	}
	return st.ExecContext(ctx, args...)
}

func (s *session) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	st, free, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	var rows *sql.Rows
	if free {
		rows, err = st.QueryContext(ctx, args...)
	} else {
		rows, err = s.conn.QueryContext(ctx, query, args...)
	}
	if err != nil {
		return nil, err
	}
	if free {
		st.rows = rows
	}
	s.open = append(s.open, rows)
	return rows, nil
}

func (s *session) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	st, free, err := s.prepare(ctx, query)
	if err != nil || !free {
		return s.conn.QueryRowContext(ctx, query, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

// endRows closes what a closure left open: an unfinished RETURNING would forbid the commit.
func (s *session) endRows() {
	for _, rows := range s.open {
		_ = rows.Close() // its error was the reader's to see
	}
	s.open = s.open[:0]
}

// forget closes every prepared statement.
func (s *session) forget() error {
	var errs []error
	for query, st := range s.stmts {
		errs = append(errs, st.Close())
		delete(s.stmts, query)
	}
	return errors.Join(errs...)
}

func (s *session) close() error {
	return errors.Join(s.forget(), s.conn.Close())
}

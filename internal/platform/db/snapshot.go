package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// Snapshot is the store at one moment, for a backup. It belongs to the closure it was given to.
type Snapshot struct {
	Tables   []Table
	Versions map[string]int64 // schema version of every module that has tables
	copy     func(Table, io.Writer) (int64, error)
}

// Copy writes all rows of a table in PostgreSQL's COPY text format, one Write holding whole rows, and
// gives their number.
func (s *Snapshot) Copy(t Table, w io.Writer) (int64, error) {
	n, err := s.copy(t, w)
	if err != nil {
		return n, fmt.Errorf("read table %s: %w", t.Name, err)
	}
	return n, nil
}

// Snapshot runs fn on one consistent view of the tables in scope while others go on writing.
func (d *DB) Snapshot(ctx context.Context, scope Scope, fn func(*Snapshot) error) error {
	if e, ok := d.engine.(*postgresEngine); ok {
		return e.snapshot(ctx, scope, fn)
	}
	return d.Read(ctx, func(tx *Tx) error {
		s := &Snapshot{copy: func(t Table, w io.Writer) (int64, error) { return copyRows(tx, t, w) }}
		if err := s.describe(SQLite, scope, txQueryer(tx)); err != nil {
			return err
		}
		return fn(s)
	})
}

// describe reads the catalogue and the schema versions.
func (s *Snapshot) describe(d Dialect, scope Scope, query queryer) (err error) {
	if s.Tables, err = scope.catalog(d, query); err != nil {
		return err
	}
	s.Versions, err = storedVersions(d, scope, query)
	return err
}

// storedVersions reads each module's schema version; a module without tables is left out.
func storedVersions(d Dialect, scope Scope, query queryer) (map[string]int64, error) {
	made := map[string]bool{}
	list, _ := catalogQueries(d)
	err := query(func(row Scanner) error {
		var name string
		err := row.Scan(&name)
		made[name] = true
		return err
	}, list)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	versions := map[string]int64{}
	for _, s := range scope.Schemas {
		if !made[versionTable(s.Module)] {
			continue
		}
		err := query(func(row Scanner) error {
			var v int64
			err := row.Scan(&v)
			versions[s.Module] = v
			return err
		}, "SELECT coalesce(max(version_id), 0) FROM "+versionTable(s.Module))
		if err != nil {
			return nil, fmt.Errorf("read schema version of module %s: %w", s.Module, err)
		}
	}
	return versions, nil
}

func txQueryer(tx *Tx) queryer {
	return func(each func(Scanner) error, query string, args ...any) error {
		_, err := Collect(tx, func(row Scanner) (struct{}, error) { return struct{}{}, each(row) }, query, args...)
		return err
	}
}

// copyRows turns SQLite's rows into lines, some hundred at a time.
func copyRows(tx *Tx, t Table, w io.Writer) (n int64, err error) {
	rows, err := tx.Query("SELECT " + t.names() + " FROM " + t.Name)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is the answer
	values, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	var lines []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		if lines, err = appendRow(lines, t.Columns, values); err != nil {
			return n, fmt.Errorf("row %d: %w", n+1, err)
		}
		n++
		if len(lines) >= 64<<10 {
			if _, err := w.Write(lines); err != nil {
				return n, err
			}
			lines = lines[:0]
		}
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	_, err = w.Write(lines)
	return n, err
}

// snapshot holds one REPEATABLE READ transaction on a connection of its own.
func (e *postgresEngine) snapshot(ctx context.Context, scope Scope, fn func(*Snapshot) error) error {
	conn, err := e.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	s := &Snapshot{copy: func(t Table, w io.Writer) (int64, error) {
		lines := &lineWriter{w: w}
		tag, err := conn.PgConn().CopyTo(ctx, lines, "COPY "+t.Name+" ("+t.names()+") TO STDOUT")
		return tag.RowsAffected(), errors.Join(err, lines.flush())
	}}
	if err := s.describe(Postgres, scope, pgxQueryer(ctx, conn)); err != nil {
		return err
	}
	return fn(s)
}

// connect opens one connection beside the pool, with texts and numbers in the form a dump has.
func (e *postgresEngine) connect(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(e.url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	for name, value := range map[string]string{"application_name": "banyan", "client_encoding": "UTF8", "bytea_output": "hex", "extra_float_digits": "1"} {
		config.RuntimeParams[name] = value
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	return conn, nil
}

func pgxQueryer(ctx context.Context, conn *pgx.Conn) queryer {
	return func(each func(Scanner) error, query string, args ...any) error {
		rows, err := conn.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

// lineWriter gathers what the server sends and hands on whole rows only.
type lineWriter struct {
	w    io.Writer
	rest []byte
}

func (l *lineWriter) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	if len(l.rest) < 64<<10 {
		return len(p), nil
	}
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	if _, err := l.w.Write(l.rest[:end]); err != nil {
		return 0, err
	}
	l.rest = append(l.rest[:0], l.rest[end:]...)
	return len(p), nil
}

func (l *lineWriter) flush() error {
	if len(l.rest) == 0 {
		return nil
	}
	_, err := l.w.Write(l.rest)
	return err
}

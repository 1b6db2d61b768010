package db

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Loader fills the tables of an empty store.
type Loader struct {
	Tables []Table
	copy   func(Table, io.Reader) (int64, error)
}

// Copy adds rows in PostgreSQL's COPY text format to a table and gives their number. The columns are those
// of the table as given, by name.
func (l *Loader) Copy(t Table, r io.Reader) (int64, error) {
	if err := l.takes(t); err != nil {
		return 0, err
	}
	n, err := l.copy(t, r)
	if err != nil {
		return n, fmt.Errorf("fill table %s: %w", t.Name, err)
	}
	return n, nil
}

// takes makes sure that the store has the table with these columns.
func (l *Loader) takes(t Table) error {
	i := slices.IndexFunc(l.Tables, func(own Table) bool { return own.Name == t.Name })
	if i < 0 {
		return fmt.Errorf("the store has no table %s", t.Name)
	}
	for _, c := range t.Columns {
		if !slices.Contains(l.Tables[i].Columns, c) {
			return fmt.Errorf("the store has no column %s of kind %s in table %s", c.Name, c.Kind, t.Name)
		}
	}
	return nil
}

// Load runs fn, which fills the empty tables in scope. Indexes, triggers and references are taken away
// before and made again after; what then does not hold is an error. On PostgreSQL all of it is one
// transaction; on SQLite a load that fails leaves a store that has to be thrown away.
func (d *DB) Load(ctx context.Context, scope Scope, fn func(*Loader) error) error {
	if e, ok := d.engine.(*postgresEngine); ok {
		return e.load(ctx, scope, fn)
	}
	err := d.engine.migrate(ctx, func(ctx context.Context, pool *sql.DB) error {
		conn, err := pool.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close() //nolint:errcheck // closing the pool ends it
		return (&liteLoad{conn: conn, own: map[string]bool{}}).run(ctx, scope, fn)
	})
	if e, ok := d.engine.(*sqliteEngine); ok && err == nil {
		err = syncFile(e.path)
	}
	return err
}

// syncFile waits until a file is on the disk: the load itself did not wait.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// liteLoad fills SQLite through one connection that does not wait for the disk until the end.
type liteLoad struct {
	conn *sql.Conn
	open int             // rows since the last commit
	own  map[string]bool // native tables that hold the backup's rows and no longer what making them put there
}

// liteCommit is how many rows go into one transaction.
const liteCommit = 20_000

func (l *liteLoad) run(ctx context.Context, scope Scope, fn func(*Loader) error) error {
	tables, err := scope.catalog(SQLite, l.query(ctx))
	if err != nil {
		return err
	}
	if err := l.exec(ctx, "PRAGMA foreign_keys = 0", "PRAGMA synchronous = OFF"); err != nil {
		return err
	}
	made, err := l.strip(ctx, tables)
	if err != nil {
		return err
	}
	if err := l.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err = fn(&Loader{Tables: tables, copy: func(t Table, r io.Reader) (int64, error) { return l.fill(ctx, t, r) }})
	if err != nil {
		return errors.Join(err, l.exec(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	if err := l.exec(ctx, append(append([]string{"COMMIT"}, made...), "PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(TRUNCATE)")...); err != nil {
		return err
	}
	return l.refer(ctx)
}

// strip drops the indexes and triggers of the tables and gives the statements that make them again.
func (l *liteLoad) strip(ctx context.Context, tables []Table) (again []string, err error) {
	var drop []string
	for _, t := range tables {
		err := l.query(ctx)(func(row Scanner) error {
			var kind, name, text string
			err := row.Scan(&kind, &name, &text)
			drop, again = append(drop, "DROP "+kind+" "+name), append(again, text)
			return err
		}, `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = $1 AND sql IS NOT NULL ORDER BY type, name`, t.Name)
		if err != nil {
			return nil, err
		}
	}
	return again, l.exec(ctx, drop...)
}

func (l *liteLoad) fill(ctx context.Context, t Table, r io.Reader) (n int64, err error) {
	if t.Native && !l.own[t.Name] {
		l.own[t.Name] = true
		if err := l.exec(ctx, "DELETE FROM "+t.Name); err != nil {
			return 0, err
		}
	}
	insert, err := l.conn.PrepareContext(ctx, "INSERT INTO "+t.Name+" ("+t.names()+") VALUES ("+In(len(t.Columns), 1)+")")
	if err != nil {
		return 0, err
	}
	defer insert.Close() //nolint:errcheck // nothing is left in it
	values := make([]any, 0, len(t.Columns))
	err = eachLine(r, func(line []byte) error {
		if values, err = parseRow(line, t.Columns, values); err == nil {
			_, err = insert.ExecContext(ctx, values...)
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
		n++
		if l.open++; l.open < liteCommit {
			return nil
		}
		l.open = 0
		return l.exec(ctx, "COMMIT", "BEGIN")
	})
	return n, err
}

// refer makes sure that every reference finds its row.
func (l *liteLoad) refer(ctx context.Context) error {
	return l.query(ctx)(func(row Scanner) error {
		var table, parent string
		if err := row.Scan(&table, &parent); err != nil {
			return err
		}
		return fmt.Errorf("a row of %s refers to a row of %s that is not there", table, parent)
	}, `SELECT "table", parent FROM pragma_foreign_key_check LIMIT 1`)
}

func (l *liteLoad) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := l.conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%.60s: %w", s, err)
		}
	}
	return nil
}

func (l *liteLoad) query(ctx context.Context) queryer {
	return func(each func(Scanner) error, query string, args ...any) error {
		rows, err := l.conn.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err is the answer
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

// eachLine hands on every line without its end.
func eachLine(r io.Reader, each func(line []byte) error) error {
	in := bufio.NewReaderSize(r, 256<<10)
	var long []byte
	for {
		part, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			long = append(long, part...)
			continue
		case errors.Is(err, io.EOF) && len(part)+len(long) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return errors.New("the last row has no end")
		case err != nil:
			return err
		}
		if len(long) > 0 {
			part = append(long, part...)
		}
		if err := each(bytes.TrimSuffix(part, []byte{'\n'})); err != nil {
			return err
		}
		long = long[:0]
	}
}

// load fills PostgreSQL with COPY.
func (e *postgresEngine) load(ctx context.Context, scope Scope, fn func(*Loader) error) error {
	conn, err := e.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // what is committed is durable
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		query := pgxQueryer(ctx, conn)
		tables, err := scope.catalog(Postgres, query)
		if err != nil {
			return err
		}
		again, err := stripPostgres(ctx, tx, query, tables)
		if err != nil {
			return err
		}
		err = fn(&Loader{Tables: tables, copy: func(t Table, r io.Reader) (int64, error) {
			tag, err := conn.PgConn().CopyFrom(ctx, r, "COPY "+t.Name+" ("+t.names()+") FROM STDIN")
			return tag.RowsAffected(), err
		}})
		if err != nil {
			return err
		}
		return execAll(ctx, tx, again)
	})
}

// stripPostgres takes references, secondary indexes and triggers away and gives the statements that
// bring them back: indexes first, since a reference stands on one.
func stripPostgres(ctx context.Context, tx pgx.Tx, query queryer, tables []Table) (again []string, err error) {
	var references, indexes, drop []string
	for _, t := range tables {
		err := query(func(row Scanner) error {
			var name, text string
			err := row.Scan(&name, &text)
			drop = append(drop, "ALTER TABLE "+t.Name+" DROP CONSTRAINT "+name)
			references = append(references, "ALTER TABLE "+t.Name+" ADD CONSTRAINT "+name+" "+text)
			return err
		}, `SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype = 'f'`, t.Name)
		if err != nil {
			return nil, err
		}
	}
	for _, t := range tables {
		err := query(func(row Scanner) error {
			var name, text string
			err := row.Scan(&name, &text)
			drop, indexes = append(drop, "DROP INDEX "+name), append(indexes, text)
			return err
		}, `SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = to_regclass($1)
			AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)`, t.Name)
		if err != nil {
			return nil, err
		}
		drop = append(drop, "ALTER TABLE "+t.Name+" DISABLE TRIGGER USER")
		references = append(references, "ALTER TABLE "+t.Name+" ENABLE TRIGGER USER", "ANALYZE "+t.Name)
	}
	return append(indexes, references...), execAll(ctx, tx, drop)
}

func execAll(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("%.60s: %w", s, err)
		}
	}
	return nil
}

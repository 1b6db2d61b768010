package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"banyan/internal/app"
	"banyan/internal/platform/db"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// perCommit is how many operations the bare engine commits together: as many as Banyan's writer may.
const perCommit = 256

// rawConns is how many connections write to the bare PostgreSQL at once.
const rawConns = 4

// belonging names the column by which a table's rows belong to a case, a request or a person.
type belonging struct{ table, column, of string }

// ofIntake are the tables an intake writes, in the order in which they may be filled.
func ofIntake() []belonging {
	return []belonging{
		{"vault_key", "subject", "person"}, {"person_person", "id", "person"}, {"request_request", "id", "request"}, {"request_consent", "request_id", "request"},
		{"casework_case", "id", "case"}, {"casework_link", "case_id", "case"}, {"casework_journal", "case_id", "case"},
		{"fact_log", "subject", "fact"}, {"fact_pending", "fact_id", "pending"},
	}
}

// rowset is rows of one table.
type rowset struct {
	table, query string
	columns      []string
	rows         [][]any
	ops          []int // which operation wrote each row, in order
}

// bare is the engine without Banyan: the same tables in a store of its own.
type bare struct {
	dialect db.Dialect
	from    *sql.DB // Banyan's store, to copy rows from
	address string  // of the bare store
	lite    *sql.DB
	pg      []*pgx.Conn
}

// openBare makes a second store with the same schema and the same promises.
func openBare(ctx context.Context, s *setup, of app.Config) (*bare, error) {
	c, err := s.config(ctx, "bare")
	if err != nil {
		return nil, err
	}
	b := &bare{dialect: db.SQLite, address: c.DB}
	if c.DB != "" {
		b.dialect = db.Postgres
		if b.from, err = sql.Open("pgx", of.DB); err != nil {
			return nil, err
		}
		s.closers = append(s.closers, b.from.Close)
		for range rawConns {
			conn, err := pgx.Connect(ctx, c.DB)
			if err != nil {
				return nil, err
			}
			s.closers = append(s.closers, func() error { return conn.Close(context.Background()) })
			b.pg = append(b.pg, conn)
		}
		return b, nil
	}
	if b.from, err = sql.Open("sqlite", "file:"+filepath.Join(of.Data, "banyan.db")+"?mode=ro&_pragma=busy_timeout(10000)"); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, b.from.Close)
	b.lite, err = sql.Open("sqlite", "file:"+filepath.Join(c.Data, "banyan.db")+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)&_txlock=immediate")
	if err == nil {
		b.lite.SetMaxOpenConns(1)
		s.closers = append(s.closers, b.lite.Close)
	}
	return b, err
}

// copied reads all rows that a group of operations wrote.
func (b *bare) copied(ctx context.Context, tables []belonging, ids map[string][]string) ([]rowset, error) {
	var sets []rowset
	op := map[string]int{} // by every id
	for _, kind := range []string{"case", "request", "person"} {
		for i, id := range ids[kind] {
			op[id] = i
		}
	}
	for _, t := range tables {
		set := rowset{table: t.table}
		for chunk := range slices.Chunk(ids[t.of], 500) {
			rows, err := b.from.QueryContext(ctx, "SELECT * FROM "+t.table+" WHERE "+t.column+" IN ("+db.In(len(chunk), 1)+")", db.Args(chunk)...)
			if err != nil {
				return nil, err
			}
			if err := set.take(rows); err != nil {
				return nil, err
			}
		}
		set.inOrder(t.column, op)
		if t.table == "fact_log" {
			ids["pending"] = nil
			for i, row := range set.rows {
				id := row[slices.Index(set.columns, "id")].(string)
				ids["pending"], op[id] = append(ids["pending"], id), set.ops[i]
			}
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// inOrder sorts the rows by the operation that wrote them.
func (r *rowset) inOrder(column string, op map[string]int) {
	at := slices.Index(r.columns, column)
	of := func(row []any) int { id, _ := row[at].(string); return op[id] }
	slices.SortStableFunc(r.rows, func(a, b []any) int { return of(a) - of(b) })
	r.ops = make([]int, len(r.rows))
	for i, row := range r.rows {
		r.ops[i] = of(row)
	}
}

func (r *rowset) take(rows *sql.Rows) error {
	defer rows.Close() //nolint:errcheck // rows.Err is the answer
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	r.columns = columns
	r.query = "INSERT INTO " + r.table + " (" + strings.Join(columns, ", ") + ") VALUES (" + db.In(len(columns), 1) + ") ON CONFLICT DO NOTHING"
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		r.rows = append(r.rows, values)
	}
	return rows.Err()
}

// write stores the rows of n operations in as few commits as Banyan could have made, and gives the time it took.
func (b *bare) write(ctx context.Context, sets []rowset, n int) (time.Duration, error) {
	begun := time.Now()
	commits := max((n+perCommit-1)/perCommit, 1)
	if b.dialect == db.Postgres {
		g, ctx := errgroup.WithContext(ctx)
		for i, conn := range b.pg {
			g.Go(func() error {
				for c := i; c < commits; c += len(b.pg) {
					if err := pipelined(ctx, conn, sets, c); err != nil {
						return err
					}
				}
				return nil
			})
		}
		err := g.Wait()
		return time.Since(begun), err
	}
	for c := range commits {
		if err := b.commit(ctx, sets, c); err != nil {
			return 0, err
		}
	}
	return time.Since(begun), nil
}

// share is the rows of the operations that commit c makes durable.
func (r rowset) share(c int) [][]any {
	from, _ := slices.BinarySearch(r.ops, c*perCommit)
	to, _ := slices.BinarySearch(r.ops, (c+1)*perCommit)
	return r.rows[from:to]
}

func (b *bare) commit(ctx context.Context, sets []rowset, c int) error {
	tx, err := b.lite.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if _, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = 1"); err != nil {
		return err
	}
	for _, set := range sets {
		if len(set.rows) == 0 {
			continue
		}
		st, err := tx.PrepareContext(ctx, set.query)
		if err != nil {
			return err
		}
		for _, row := range set.share(c) {
			if _, err := st.ExecContext(context.WithoutCancel(ctx), row...); err != nil {
				return fmt.Errorf("%s: %w", set.table, err)
			}
		}
		if err := st.Close(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func pipelined(ctx context.Context, conn *pgx.Conn, sets []rowset, c int) error {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // after a commit there is nothing to roll back
	var batch pgx.Batch
	for _, set := range sets {
		for _, row := range set.share(c) {
			batch.Queue(set.query, row...)
		}
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresEngine is a pool of connections to a server.
type postgresEngine struct {
	pool  *sql.DB
	url   string
	turns turns
	tally tally
}

func openPostgres(ctx context.Context, a address) (*postgresEngine, error) {
	pool, err := postgresPool(a.url, a.opts.Conns)
	if err != nil {
		return nil, err
	}
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to PostgreSQL: %w", err), pool.Close())
	}
	return &postgresEngine{pool: pool, url: a.url, turns: newTurns(a.opts.Conns), tally: tally{patience: a.opts.Patience}}, nil
}

func postgresPool(url string, conns int) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "banyan"
	}
	config.RuntimeParams["timezone"] = "UTC"
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool, nil
}

func (e *postgresEngine) read(ctx context.Context, fn func(*Tx) error) error {
	_, err := e.once(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
	return err
}

// once runs fn in one transaction. A collision is told from other errors even when fn hides it. The end of ctx stops
// statements, but not a commit that has begun: its caller would hear of a failure after the change is made.
func (e *postgresEngine) once(ctx context.Context, how *sql.TxOptions, fn func(*Tx) error) ([]func(), error) {
	conn, err := e.conn(ctx, how.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("wait for a connection: %w", err)
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	life := ctx
	if !how.ReadOnly {
		life = context.WithoutCancel(ctx)
	}
	t, err := conn.BeginTx(life, how)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer t.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	run := &postgresRun{tx: t}
	tx := &Tx{ctx: ctx, dialect: Postgres, writable: !how.ReadOnly, run: run}
	if err := runClosure(tx, fn); err != nil {
		return nil, errors.Join(err, run.hidden(err))
	}
	if run.collision != nil {
		return nil, run.collision
	}
	if how.ReadOnly {
		return nil, nil
	}
	run.endRows()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("before the commit: %w", err)
	}
	began := time.Now()
	if err := t.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	e.tally.committed(1, began)
	return tx.hooks, nil
}

// conn takes a connection from the pool.
func (e *postgresEngine) conn(ctx context.Context, reads bool) (*sql.Conn, error) {
	began := time.Now()
	conn, err := turn(ctx, &e.tally, e.pool.Conn)
	if reads {
		e.tally.reads.Add(1)
		e.tally.readWait.Add(int64(time.Since(began)))
	} else {
		e.tally.writeWait.Add(int64(time.Since(began)))
	}
	return conn, err
}

// migrate gives run a pool of its own while an advisory lock keeps other processes out.
func (e *postgresEngine) migrate(ctx context.Context, run migration) error {
	pool, err := postgresPool(e.url, 3)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // nothing is left unsaved in it
	lock, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer lock.Close() //nolint:errcheck // closing the pool ends the session and its lock
	if _, err := lock.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext('banyan migrate'))"); err != nil {
		return fmt.Errorf("wait for another process that migrates: %w", err)
	}
	return run(ctx, pool)
}

// check asks for a page of every table's statistics: the server answers and knows our tables.
func (e *postgresEngine) check(ctx context.Context) error {
	return e.read(ctx, func(tx *Tx) error {
		var tables int
		return tx.QueryRow("SELECT count(*) FROM pg_stat_user_tables").Scan(&tables)
	})
}

func (e *postgresEngine) close() error { return e.pool.Close() }

// postgresRun executes statements and remembers a collision that a closure might swallow.
type postgresRun struct {
	tx        *sql.Tx
	open      []*sql.Rows
	collision error
}

func (r *postgresRun) note(err error) error {
	if err != nil && r.collision == nil && collides(err) {
		r.collision = err
	}
	return err
}

// hidden gives the collision when err does not already carry it.
func (r *postgresRun) hidden(err error) error {
	if collides(err) {
		return nil
	}
	return r.collision
}

func (r *postgresRun) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	res, err := r.tx.ExecContext(ctx, query, args...)
	return res, r.note(err)
}

func (r *postgresRun) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	rows, err := r.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, r.note(err)
	}
	r.open = append(r.open, rows)
	return rows, nil
}

func (r *postgresRun) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	row := r.tx.QueryRowContext(ctx, query, args...)
	_ = r.note(row.Err())
	return row
}

// endRows closes what a closure left open: a connection gives one result at a time.
func (r *postgresRun) endRows() {
	for _, rows := range r.open {
		_ = rows.Close() // its error was the reader's to see
	}
}

package db

import (
	"context"
	"database/sql"
	"errors"
)

// Tx is a running transaction. It belongs to the closure it was given to and ends with it.
type Tx struct {
	ctx      context.Context
	dialect  Dialect
	writable bool
	run      runner
	hooks    []func()
}

// runner executes statements: a cached SQLite connection, or a PostgreSQL transaction.
type runner interface {
	exec(ctx context.Context, query string, args []any) (sql.Result, error)
	query(ctx context.Context, query string, args []any) (*sql.Rows, error)
	queryRow(ctx context.Context, query string, args []any) *sql.Row
}

// Exec runs a statement and gives the number of rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if !tx.writable {
		return 0, errors.New("db: Exec inside Read: use Write")
	}
	res, err := tx.run.exec(tx.statementContext(), query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query runs a statement that gives rows. The caller closes them; rows left open end with the Tx.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	return tx.run.query(tx.statementContext(), query, args)
}

// QueryRow runs a statement that gives at most one row; Scan gives sql.ErrNoRows for none.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	return tx.run.queryRow(tx.statementContext(), query, args)
}

// AfterCommit calls f in the caller's goroutine once the change is durable, and never otherwise.
// Only wake-ups and signals belong there: what must happen is a fact.
func (tx *Tx) AfterCommit(f func()) { tx.hooks = append(tx.hooks, f) }

// Context is the caller's context, marked so that a nested Read or Write fails at once.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Dialect names the engine, for the few fragments that differ.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// Writable tells a transaction of Write from one of Read.
func (tx *Tx) Writable() bool { return tx.writable }

// statementContext keeps the end of one caller's context away from a shared write transaction:
// on SQLite an interrupted statement rolls back every write of the batch.
func (tx *Tx) statementContext() context.Context {
	if tx.writable && tx.dialect == SQLite {
		return context.WithoutCancel(tx.ctx)
	}
	return tx.ctx
}

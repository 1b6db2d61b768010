package db

import (
	"context"
	"errors"
	"fmt"
)

// ErrNested is given to a Read or Write inside another one on the same DB: use the Tx at hand.
var ErrNested = errors.New("db: Read or Write inside a transaction of the same database; pass the Tx on instead")

// ErrClosed is given to whoever comes after Close.
var ErrClosed = errors.New("db: the database is closed")

// DB is an open store. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	engine  engine
}

// engine is what SQLite and PostgreSQL each do in their own way.
type engine interface {
	read(ctx context.Context, fn func(*Tx) error) error
	write(ctx context.Context, fn func(*Tx) error) (hooks []func(), err error)
	migrate(ctx context.Context, run migration) error
	check(ctx context.Context) error
	stats() Stats
	close() error
}

// Open opens the store at dsn: a file path is SQLite (made when missing, readable by its owner
// only), postgres://user@host/name is PostgreSQL. Unknown parameters after ? are an error.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	a, err := parseAddress(dsn, opts)
	if err != nil {
		return nil, err
	}
	a.opts = a.opts.withDefaults()
	d := &DB{dialect: a.dialect}
	if a.dialect == Postgres {
		d.engine, err = openPostgres(ctx, a)
	} else {
		d.engine, err = openSQLite(ctx, a)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Dialect names the engine.
func (d *DB) Dialect() Dialect { return d.dialect }

// Read runs fn on one snapshot of the store; fn cannot change anything.
func (d *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	if j := d.joins(ctx); j != nil {
		return fn(j.tx)
	}
	if inside(ctx, d) {
		return ErrNested
	}
	return d.engine.read(mark(ctx, d), fn)
}

// Write runs fn in a transaction and returns nil only when it is durably committed. An error or
// panic of fn undoes everything fn did. When ctx ends before fn has begun, fn does not run; a turn that does not come
// within some seconds is fault.Busy.
// On PostgreSQL fn runs again after a collision: it must touch its own results by assignment only.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if j := d.joins(ctx); j != nil {
		return j.write(fn)
	}
	if inside(ctx, d) {
		return ErrNested
	}
	hooks, err := d.engine.write(mark(ctx, d), fn)
	if err != nil {
		return err
	}
	for _, hook := range hooks {
		hook()
	}
	return nil
}

// Close waits for the writes already asked for, then closes every connection.
func (d *DB) Close() error { return d.engine.close() }

// Check asks the engine whether the stored data is sound; it may read the whole file.
func (d *DB) Check(ctx context.Context) error {
	if err := d.engine.check(ctx); err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	return nil
}

// insideKey marks the context of a transaction with the DB it belongs to.
type insideKey struct{ db *DB }

func mark(ctx context.Context, d *DB) context.Context {
	return context.WithValue(ctx, insideKey{d}, true)
}

func inside(ctx context.Context, d *DB) bool {
	return ctx.Value(insideKey{d}) != nil
}

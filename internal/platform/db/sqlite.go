package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"modernc.org/sqlite"
)

// sqliteEngine is one file, one writer, and a pool of read-only connections made on first use.
type sqliteEngine struct {
	path    string
	opts    Options
	writeDB *sql.DB
	readDB  *sql.DB
	writer  *writer
	readers chan *session // a nil session is a connection not yet made
	closed  chan struct{}
	once    sync.Once
}

func openSQLite(ctx context.Context, a address) (*sqliteEngine, error) {
	path, err := privateFile(a.path)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", a.path, err)
	}
	e := &sqliteEngine{path: path, opts: a.opts, readers: make(chan *session, a.opts.Readers), closed: make(chan struct{})}
	if e.writeDB, err = e.pool("rw", 1); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if e.readDB, err = e.pool("ro", a.opts.Readers); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	conn, err := e.firstConn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), e.writeDB.Close())
	}
	e.writer = newWriter(newSession(conn), a.opts)
	for range a.opts.Readers {
		e.readers <- nil
	}
	return e, nil
}

// firstConn connects the writer and reads once: a file that is no database fails here, and only a
// connection that has seen the write-ahead log folds it into the file when it closes.
func (e *sqliteEngine) firstConn(ctx context.Context) (*sql.Conn, error) {
	conn, err := e.writeDB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var objects int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&objects); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// privateFile makes the file and its folder when missing, for the owner only: it holds personal data.
func privateFile(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	return path, f.Close()
}

// pool opens connections in the given mode. busy_timeout comes first, so that the pragmas after it
// wait for a lock; synchronous FULL is what makes a commit survive a power cut. A checkpoint every 16 MiB instead of 4 writes
// pages that change all the time once for four; the log's index has one table for so many.
func (e *sqliteEngine) pool(mode string, conns int) (*sql.DB, error) {
	pragmas := []string{"busy_timeout(10000)"}
	if mode == "rw" {
		pragmas = append(pragmas, "secure_delete(1)", "journal_mode(WAL)", "synchronous("+synchronous+")", "journal_size_limit(67108864)", "wal_autocheckpoint(4000)")
	} else {
		pragmas = append(pragmas, "query_only(1)")
	}
	pragmas = append(pragmas, "foreign_keys(1)", "temp_store(MEMORY)", "cache_size("+strconv.Itoa(-1024*e.opts.CacheMiB)+")")
	query := url.Values{"mode": {mode}, "_pragma": pragmas, "_dqs": {"0"}}
	if mode == "rw" {
		query.Set("_txlock", "immediate")
	}
	name := url.URL{Scheme: "file", Path: e.path, RawQuery: query.Encode()}
	connector, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool, nil
}

func (e *sqliteEngine) write(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	return e.writer.write(ctx, fn)
}

func (e *sqliteEngine) read(ctx context.Context, fn func(*Tx) error) (err error) {
	began := time.Now()
	s, err := turn(ctx, &e.writer.tally, e.reader)
	if err != nil {
		return err
	}
	e.writer.tally.reads.Add(1)
	e.writer.tally.readWait.Add(int64(time.Since(began)))
	e.writer.tally.reading.Add(1)
	defer e.writer.tally.reading.Add(-1)
	clean := false
	defer func() {
		if !clean {
			_ = s.close() // it goes, with whatever was open on it
			s = nil
		}
		e.readers <- s
	}()
	if _, err := s.exec(ctx, "BEGIN", nil); err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	err = runClosure(&Tx{ctx: ctx, dialect: SQLite, run: s}, fn)
	s.endRows()
	if _, end := s.exec(context.WithoutCancel(ctx), "ROLLBACK", nil); end != nil {
		return errors.Join(err, fmt.Errorf("end read: %w", end))
	}
	clean = true
	return err
}

// reader takes a free read-only connection.
func (e *sqliteEngine) reader(ctx context.Context) (*session, error) {
	select {
	case <-e.closed:
		return nil, ErrClosed
	default:
	}
	select {
	case s := <-e.readers:
		if s != nil {
			return s, nil
		}
		conn, err := e.readDB.Conn(ctx)
		if err != nil {
			e.readers <- nil
			return nil, fmt.Errorf("connect for reading: %w", err)
		}
		return newSession(conn), nil
	case <-e.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// runClosure raises a panic of fn as a *Panic that keeps where it came from.
func runClosure(tx *Tx, fn func(*Tx) error) error {
	defer func() {
		if v := recover(); v != nil {
			panic(&Panic{Value: v, Stack: debug.Stack()})
		}
	}()
	return fn(tx)
}

// migrate gives run a connection of its own; the file's lock keeps it and the writer apart.
func (e *sqliteEngine) migrate(ctx context.Context, run migration) error {
	pool, err := e.pool("rw", 1)
	if err != nil {
		return err
	}
	return errors.Join(run(ctx, pool), pool.Close())
}

// check runs SQLite's quick_check, which reads the whole file but not every index entry.
func (e *sqliteEngine) check(ctx context.Context) error {
	return e.read(ctx, func(tx *Tx) error {
		var verdict string
		if err := tx.QueryRow("PRAGMA quick_check(1)").Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			return fmt.Errorf("the file %s is damaged (%s): stop the program and restore a backup", e.path, verdict)
		}
		return nil
	})
}

// close ends the writer's connection last: SQLite then folds the write-ahead log into the file.
func (e *sqliteEngine) close() error {
	var err error
	e.once.Do(func() {
		close(e.closed)
		e.writer.drain()
		for range cap(e.readers) {
			if s := <-e.readers; s != nil {
				err = errors.Join(err, s.close())
			}
		}
		err = errors.Join(err, e.readDB.Close(), e.writer.session.close(), e.writeDB.Close())
	})
	return err
}

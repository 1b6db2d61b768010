package db

import (
	"context"
	"fmt"
	"time"
)

// Health is what an engine says of itself.
type Health struct {
	Version  string
	Number   int           // the version as a number to compare: PostgreSQL 150004, SQLite 3051003
	Encoding string        // of texts; "UTF8" or "UTF-8" is right
	Skew     time.Duration // PostgreSQL: how far the server's clock is ahead of ours
	Unsafe   []string      // settings with which a power cut loses what was acknowledged
}

// Health asks the engine for its version and its settings.
func (d *DB) Health(ctx context.Context) (Health, error) {
	look := liteHealth
	if d.dialect == Postgres {
		look = postgresHealth
	}
	var h Health
	err := d.Read(ctx, func(tx *Tx) (err error) {
		h, err = look(tx)
		return err
	})
	if err != nil {
		return h, fmt.Errorf("ask the engine for its settings: %w", err)
	}
	return h, nil
}

func postgresHealth(tx *Tx) (h Health, err error) {
	var server int64
	asked := time.Now()
	err = tx.QueryRow(`SELECT current_setting('server_version'), current_setting('server_version_num')::int, getdatabaseencoding(),
		(extract(epoch FROM clock_timestamp()) * 1000)::bigint`).Scan(&h.Version, &h.Number, &h.Encoding, &server)
	if err != nil {
		return h, err
	}
	half := time.Since(asked) / 2
	h.Skew = time.UnixMilli(server).Sub(asked.Add(half))
	h.Unsafe, err = Column(tx, `SELECT name || ' = ' || setting FROM pg_settings
		WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off' ORDER BY name`)
	return h, err
}

// liteHealth asks about the file; how durable a commit is, this package sets itself at every connection.
func liteHealth(tx *Tx) (h Health, err error) {
	var major, minor, patch int
	if err := tx.QueryRow(`SELECT sqlite_version()`).Scan(&h.Version); err != nil {
		return h, err
	}
	if _, err := fmt.Sscanf(h.Version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return h, err
	}
	h.Number = major*1_000_000 + minor*1_000 + patch
	if err := tx.QueryRow(`PRAGMA encoding`).Scan(&h.Encoding); err != nil {
		return h, err
	}
	var journal string
	if err := tx.QueryRow(`PRAGMA journal_mode`).Scan(&journal); err != nil {
		return h, err
	}
	if journal != "wal" {
		h.Unsafe = []string{"journal_mode = " + journal}
	}
	return h, nil
}

// ReadAll reads every row of every table in scope to its last byte, which finds what can no longer be read.
// On PostgreSQL the extension amcheck, where it is installed, also compares the indexes with their order.
func (d *DB) ReadAll(ctx context.Context, scope Scope) error {
	if d.dialect == SQLite {
		return d.Check(ctx)
	}
	return d.Read(ctx, func(tx *Tx) error {
		tables, err := scope.catalog(d.dialect, txQueryer(tx))
		if err != nil {
			return err
		}
		for _, t := range tables {
			var n int64
			if err := tx.QueryRow(`SELECT coalesce(sum(length(t.*::text)), 0) FROM ` + t.Name + ` t`).Scan(&n); err != nil {
				return fmt.Errorf("table %s cannot be read to its end: %w", t.Name, err)
			}
		}
		return checkIndexes(tx)
	})
}

func checkIndexes(tx *Tx) error {
	var there int
	if err := tx.QueryRow(`SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'`).Scan(&there); err != nil || there == 0 {
		return err
	}
	indexes, err := Column(tx, `SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam
		WHERE n.nspname = current_schema() AND a.amname = 'btree' AND i.indisvalid ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, name := range indexes {
		if _, err := Collect(tx, func(Scanner) (struct{}, error) { return struct{}{}, nil }, `SELECT bt_index_check(CAST($1 AS regclass))`, name); err != nil {
			return fmt.Errorf("index %s is damaged: %w", name, err)
		}
	}
	return nil
}

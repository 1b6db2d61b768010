package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrUnfinished says that a restore into the store began and did not end: what is in it is not whole.
var ErrUnfinished = errors.New("a restore into this database did not finish")

// ErrNotEmpty says that a store that should be filled holds something already.
var ErrNotEmpty = errors.New("the database is not empty")

// unfinishedTable is there from the beginning of a restore to its end.
const unfinishedTable = "db_unfinished"

// Unfinished gives ErrUnfinished while a restore has begun and not ended.
func (d *DB) Unfinished(ctx context.Context) error {
	return d.Read(ctx, func(tx *Tx) error {
		made, err := tablesMade(tx)
		if err == nil && slices.Contains(made, unfinishedTable) {
			err = ErrUnfinished
		}
		return err
	})
}

// BeginRestore marks an empty store as one that is being filled. What an earlier restore left unfinished is
// thrown away; anything else that is there gives ErrNotEmpty.
func (d *DB) BeginRestore(ctx context.Context) error {
	var made []string
	err := d.Read(ctx, func(tx *Tx) (err error) {
		made, err = tablesMade(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("look whether the database is empty: %w", err)
	}
	if len(made) > 0 && !slices.Contains(made, unfinishedTable) {
		return fmt.Errorf("%w: it has the table %s", ErrNotEmpty, made[0])
	}
	return d.engine.migrate(ctx, func(ctx context.Context, pool *sql.DB) error {
		for _, s := range clearStatements(d.dialect, made) {
			if _, err := pool.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("prepare the database: %.60s: %w", s, err)
			}
		}
		return nil
	})
}

// clearStatements mark the store first and then drop what an unfinished restore made.
func clearStatements(d Dialect, made []string) []string {
	list := []string{"CREATE TABLE IF NOT EXISTS " + unfinishedTable + " (at BIGINT)"}
	end := ""
	if d == Postgres {
		end = " CASCADE"
	} else {
		list = append(list, "PRAGMA foreign_keys = 0")
	}
	for _, name := range made {
		if name != unfinishedTable {
			list = append(list, "DROP TABLE IF EXISTS "+name+end)
		}
	}
	if d == Postgres && len(made) > 0 { // functions outlive the tables whose triggers call them
		list = append(list, `DO $$ DECLARE f text; BEGIN
			FOR f IN SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
				LEFT JOIN pg_depend e ON e.objid = p.oid AND e.deptype = 'e'
				WHERE n.nspname = current_schema() AND e.objid IS NULL AND p.prokind = 'f'
			LOOP EXECUTE 'DROP FUNCTION ' || f || ' CASCADE'; END LOOP; END $$`)
	}
	return list
}

// EndRestore takes the mark of BeginRestore away: the store is whole.
func (d *DB) EndRestore(ctx context.Context) error {
	return d.engine.migrate(ctx, func(ctx context.Context, pool *sql.DB) error {
		_, err := pool.ExecContext(ctx, "DROP TABLE "+unfinishedTable)
		return err
	})
}

// tablesMade lists every table, with virtual ones and without the parts they are made of.
func tablesMade(tx *Tx) ([]string, error) {
	query, _ := catalogQueries(tx.Dialect())
	if tx.Dialect() == SQLite {
		query = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`
	}
	names, err := Column(tx, query)
	return slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, "pg_") }), err
}

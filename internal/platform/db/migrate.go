package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"regexp"

	"github.com/pressly/goose/v3"
)

// ErrNewer is in the error of Migrate when the store was written by a later version of the program.
var ErrNewer = errors.New("the database is newer than this program")

// Schema is a module's migrations: goose files in the folder schema/ of Files (or at its root).
// {{.Bytes}} is the engine's type for bytes; a file *.sqlite.sql or *.postgres.sql is for that engine.
type Schema struct {
	Module string // lower case letters and digits; the version table is <module>_schema
	Files  fs.FS
}

// migration is work on the schema with a pool of its own.
type migration func(ctx context.Context, pool *sql.DB) error

// Migrate brings every module's tables up to date, in the order given. A store that is newer than
// the program is left alone and gives ErrNewer.
func (d *DB) Migrate(ctx context.Context, schemas ...Schema) error {
	states, err := d.CheckSchema(ctx, schemas...)
	if err != nil {
		return err
	}
	var behind []Schema
	for i, s := range states {
		if s.Stored > s.Known {
			return fmt.Errorf("%w: module %s is at version %d and this program knows %d: "+
				"start the newer program again, or restore the backup made before the update", ErrNewer, s.Module, s.Stored, s.Known)
		}
		if s.Stored < s.Known {
			behind = append(behind, schemas[i])
		}
	}
	if len(behind) == 0 {
		return nil
	}
	return d.engine.migrate(ctx, func(ctx context.Context, pool *sql.DB) error {
		for _, s := range behind {
			if err := d.up(ctx, pool, s); err != nil {
				return fmt.Errorf("migrate module %s: %w", s.Module, err)
			}
		}
		return nil
	})
}

// up applies one module's missing migrations, each in a transaction.
func (d *DB) up(ctx context.Context, pool *sql.DB, s Schema) error {
	files, err := render(s.Files, d.dialect)
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if d.dialect == Postgres {
		dialect = goose.DialectPostgres
	}
	provider, err := goose.NewProvider(dialect, pool, files,
		goose.WithTableName(versionTable(s.Module)), goose.WithSlog(slog.New(slog.DiscardHandler)), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// SchemaState says how far a module's tables are.
type SchemaState struct {
	Module string
	Stored int64 // the version in the database, 0 when the module has no tables yet
	Known  int64 // the newest version this program brings
}

// CheckSchema compares what is stored with what the program knows and changes nothing.
func (d *DB) CheckSchema(ctx context.Context, schemas ...Schema) ([]SchemaState, error) {
	states := make([]SchemaState, len(schemas))
	for i, s := range schemas {
		if !regexp.MustCompile(`^[a-z][a-z0-9]*$`).MatchString(s.Module) {
			return nil, fmt.Errorf("schema module %q: lower case letters and digits only", s.Module)
		}
		known, err := newest(s.Files, d.dialect)
		if err != nil {
			return nil, fmt.Errorf("schema of module %s: %w", s.Module, err)
		}
		states[i] = SchemaState{Module: s.Module, Known: known}
	}
	err := d.Read(ctx, func(tx *Tx) error {
		for i := range states {
			var err error
			if states[i].Stored, err = storedVersion(tx, states[i].Module); err != nil {
				return fmt.Errorf("read schema version of module %s: %w", states[i].Module, err)
			}
		}
		return nil
	})
	return states, err
}

func versionTable(module string) string { return module + "_schema" }

func storedVersion(tx *Tx, module string) (int64, error) {
	find := "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"
	if tx.Dialect() == Postgres {
		find = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
	}
	var tables int
	if err := tx.QueryRow(find, versionTable(module)).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	var version sql.NullInt64
	err := tx.QueryRow("SELECT max(version_id) FROM " + versionTable(module)).Scan(&version)
	return version.Int64, err
}

package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

// Known gives the newest version of a module that this program brings for any engine.
func (s Schema) Known() (int64, error) {
	lite, err := newest(s.Files, SQLite)
	if err != nil {
		return 0, fmt.Errorf("schema of module %s: %w", s.Module, err)
	}
	post, err := newest(s.Files, Postgres)
	return max(lite, post), err
}

// Newer gives ErrNewer when one of the versions is beyond what the schemas know.
func Newer(versions map[string]int64, schemas []Schema) error {
	known := map[string]int64{}
	for _, s := range schemas {
		var err error
		if known[s.Module], err = s.Known(); err != nil {
			return err
		}
	}
	for module, version := range versions {
		if version > known[module] {
			return fmt.Errorf("%w: module %s is at version %d and this program knows %d", ErrNewer, module, version, known[module])
		}
	}
	return nil
}

// MigrateTo makes the tables of each module as they were at the version given for it; a module without one
// is left out. It is for filling an empty store from a backup that an older program made.
func (d *DB) MigrateTo(ctx context.Context, versions map[string]int64, schemas ...Schema) error {
	return d.engine.migrate(ctx, func(ctx context.Context, pool *sql.DB) error {
		for _, s := range schemas {
			if versions[s.Module] == 0 {
				continue
			}
			if err := d.upTo(ctx, pool, s, versions[s.Module]); err != nil {
				return fmt.Errorf("migrate module %s to version %d: %w", s.Module, versions[s.Module], err)
			}
		}
		return nil
	})
}

func (d *DB) upTo(ctx context.Context, pool *sql.DB, s Schema, version int64) error {
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
	_, err = provider.UpTo(ctx, version)
	return err
}

// Strangers gives ErrNewer when the store holds a module that is not among the schemas: a later program made it.
func (d *DB) Strangers(ctx context.Context, schemas ...Schema) error {
	return d.Read(ctx, func(tx *Tx) error {
		made, err := tablesMade(tx)
		for _, table := range made {
			module, versions := strings.CutSuffix(table, "_schema")
			if versions && !slices.ContainsFunc(schemas, func(s Schema) bool { return s.Module == module }) {
				return fmt.Errorf("%w: it holds the module %s, which this program does not know", ErrNewer, module)
			}
		}
		return err
	})
}

package app

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
)

// Pending says which modules' tables are older than this program, without changing anything. A store that
// is newer gives db.ErrNewer.
func Pending(ctx context.Context, d *db.DB) (behind []db.SchemaState, fresh bool, err error) {
	const do = "start the newer program again, or restore the backup made before the update"
	if err := d.Strangers(ctx, schemas()...); err != nil {
		return nil, false, fmt.Errorf("%w: %s", err, do)
	}
	states, err := d.CheckSchema(ctx, schemas()...)
	if err != nil {
		return nil, false, err
	}
	fresh = true
	for _, s := range states {
		fresh = fresh && s.Stored == 0
		if s.Stored > s.Known {
			return nil, false, fmt.Errorf("%w: module %s is at version %d and this program knows %d: %s", db.ErrNewer, s.Module, s.Stored, s.Known, do)
		}
		if s.Stored < s.Known {
			behind = append(behind, s)
		}
	}
	return behind, fresh, nil
}

// MigrateOrder says how somebody wants to migrate.
type MigrateOrder struct {
	Check  bool // only say what would be done
	Backup bool // take one before, as the settings say, when there is something to do
}

// Migrate brings a store's tables up to date and tells the versions.
func Migrate(ctx context.Context, c Config, o MigrateOrder) error {
	c = c.withDefaults()
	settings, err := c.readSettings()
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, c.dsn(), db.Options{})
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	defer d.Close() //nolint:errcheck // nothing is left unsaved in it
	if err := c.whole(ctx, d); err != nil {
		return err
	}
	behind, fresh, err := Pending(ctx, d)
	if err != nil {
		return err
	}
	for _, s := range behind {
		fmt.Fprintf(c.Out, "pending: %-10s %d to %d\n", s.Module, s.Stored, s.Known)
	}
	switch {
	case o.Check && len(behind) == 0:
		fmt.Fprintln(c.Out, "nothing is pending")
		return nil
	case o.Check:
		return nil
	case len(behind) > 0 && !fresh && o.Backup:
		path, _, err := c.backUp(ctx, settings, d, settings.Backup.order())
		if err != nil {
			return fmt.Errorf("nothing was migrated: %w", err)
		}
		fmt.Fprintf(c.Out, "backup: %s\n", path)
	case len(behind) > 0 && !fresh:
		fmt.Fprintln(c.Out, "there is no way back but a backup; --backup takes one first")
	}
	if err := d.Migrate(ctx, schemas()...); err != nil {
		return fmt.Errorf("bring the store's schema up to date: %w", err)
	}
	states, err := d.CheckSchema(ctx, schemas()...)
	for _, s := range states {
		fmt.Fprintf(c.Out, "%-10s %d of %d\n", s.Module, s.Stored, s.Known)
	}
	return err
}

package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/db"
	"banyan/internal/platform/lease"
)

// BackupSettings say where a running program puts backups by itself.
type BackupSettings struct {
	To        string   `yaml:"to"`        // a folder, better on another disk; empty: none are taken
	Every     string   `yaml:"every"`     // "24h" when empty
	Keep      int      `yaml:"keep"`      // how many stay; 0: all
	Recipient []string `yaml:"recipient"` // age1…; empty: not encrypted, without secret.key
}

const (
	defaultBackupEvery = 24 * time.Hour
	backupAgain        = 15 * time.Minute // after one that failed
)

// check refuses what cannot be meant.
func (s BackupSettings) check() error {
	if d, err := time.ParseDuration(s.Every); s.Every != "" && (err != nil || d < time.Minute) {
		return fmt.Errorf("backup.every: %q is not a time such as 24h, a minute at least", s.Every)
	}
	if s.To == "" && (s.Every != "" || s.Keep != 0 || len(s.Recipient) > 0) {
		return errors.New("backup.to: say the folder that backups go into")
	}
	if err := (backup.Lock{Recipients: s.Recipient}).Check(); err != nil {
		return fmt.Errorf("backup.recipient: %w", err)
	}
	return nil
}

func (s BackupSettings) every() time.Duration {
	if d, err := time.ParseDuration(s.Every); err == nil {
		return d
	}
	return defaultBackupEvery
}

// order is a backup as the settings want it; without a folder it goes into the data folder.
func (s BackupSettings) order() BackupOrder {
	o := BackupOrder{Keep: s.Keep, Lock: backup.Lock{Recipients: s.Recipient}}
	if s.To != "" {
		o.To = s.To + "/"
	}
	return o
}

// backupChores is the backup that the settings ask for, if any: one process takes it.
func (a *App) backupChores() []lease.Chore {
	if a.Settings.Backup.To == "" {
		return nil
	}
	return []lease.Chore{{Name: "backup", Every: a.Settings.Backup.every(), Do: a.scheduledBackup}}
}

// scheduledBackup takes a backup of the house while it works. After one that failed it waits a little.
func (a *App) scheduledBackup(ctx context.Context) error {
	_, last, err := backup.NewRuns(a.DB).Last(ctx)
	if err != nil {
		return err
	}
	if next := last.Started.Add(backupAgain); last.Error != "" && a.Clock.Now().Before(next) {
		return fmt.Errorf("the last one failed; the next try is at %s", next.Format(time.TimeOnly))
	}
	path, m, err := a.backUp(ctx, a.Settings, a.DB, a.Settings.Backup.order())
	if err == nil {
		a.Log.InfoContext(ctx, "backup", "file", path, "rows", m.CountRows(), "files", m.CountFiles())
	}
	return err
}

// backUpBeforeMigrating refuses a newer store, and takes a backup before one that holds something is changed, where
// backups are set up.
func (c Config) backUpBeforeMigrating(ctx context.Context, d *db.DB) error {
	behind, fresh, err := Pending(ctx, d)
	if err != nil || fresh || len(behind) == 0 || c.restoring {
		return err
	}
	settings, err := c.readSettings()
	if err != nil || settings.Backup.To == "" {
		return err
	}
	path, _, err := c.backUp(ctx, settings, d, settings.Backup.order())
	if err != nil {
		return fmt.Errorf("take a backup before bringing the schema up to date: %w", err)
	}
	c.Log.InfoContext(ctx, "the schema is brought up to date; backup before it", "file", path)
	return nil
}

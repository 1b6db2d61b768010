package app

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/register/access"
)

// While eight people hand in requests and reactions run, a backup is taken. What is restored from it opens, is
// well, and holds every request that was acknowledged before it began.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	try := func(t *testing.T, from, to string) {
		c := folder(t)
		c.DB = from
		if from != "" {
			if err := Install(t.Context(), c, fuzhou, false); err != nil {
				t.Fatal(err)
			}
		}
		a, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close() //nolint:errcheck // read again below
		a.Facts.Start(t.Context())
		var stop atomic.Bool
		var mu sync.Mutex
		var acknowledged []string
		var all sync.WaitGroup
		enough := make(chan struct{})
		for worker := range 8 {
			all.Go(func() {
				for i := 0; !stop.Load(); i++ {
					in := lamp()
					in.ClientID = fmt.Sprintf("load-%d-%d", worker, i)
					in.Contact.Name, in.Contact.Phone = "张三", "13900000001"
					r, err := a.Requests.Receive(t.Context(), access.Actor{Kind: access.Guest}, in)
					if err != nil { // not acknowledged: on a crowded server a write may give up
						t.Logf("refused: %v", err)
						continue
					}
					mu.Lock()
					if acknowledged = append(acknowledged, r.RequestID); len(acknowledged) == 50 {
						close(enough)
					}
					mu.Unlock()
				}
			})
		}
		<-enough
		mu.Lock()
		before := len(acknowledged)
		mu.Unlock()
		path, m, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir() + "/"})
		stop.Store(true)
		all.Wait()
		if err != nil {
			t.Fatal(err)
		}
		again := Config{Data: filepath.Join(t.TempDir(), "new"), DB: to, Clock: c.Clock, readCity: c.readCity}
		if _, err := Restore(t.Context(), again, RestoreOrder{From: path, KeyFile: c.path(keyFile)}); err != nil {
			t.Fatal(err)
		}
		if bad := ill(t, again); len(bad) > 0 {
			t.Errorf("doctor finds %v", bad)
		}
		b, err := Open(t.Context(), again)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close() //nolint:errcheck // only read
		err = b.DB.Read(t.Context(), func(tx *db.Tx) error {
			heads, err := b.Requests.Headlines(tx, acknowledged[:before]...)
			if err == nil && len(heads) != before {
				t.Errorf("%d of %d acknowledged requests are there", len(heads), before)
			}
			return err
		})
		if err != nil || len(acknowledged) == before {
			t.Errorf("%v; %d requests came in while the backup of %d rows was taken", err, len(acknowledged)-before, m.CountRows())
		}
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); try(t, "", "") })
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		try(t, dbtest.Empty(t, dbtest.Server(t)), dbtest.Empty(t, dbtest.Server(t)))
	})
}

// A program that serves takes backups as its settings say, one process of several, and keeps so many.
func TestScheduledBackup(t *testing.T) {
	t.Parallel()
	c := folder(t)
	to := filepath.Join(t.TempDir(), "kept")
	settings(t, c.Data, "backup: {to: "+to+", every: 12h, keep: 2}\n")
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // only read
	now := c.Clock.(*clock.Manual)
	for day := range 3 {
		now.Set(monday.AddDate(0, 0, day))
		for _, chore := range a.backupChores() {
			if err := chore.Do(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if names, err := backup.List(to); err != nil || len(names) != 2 {
		t.Errorf("%v, %v", names, err)
	}
	for text, say := range map[string]string{
		"backup: {every: 12h}\n":                   "backup.to",
		"backup: {to: x, every: soon}\n":           "backup.every",
		"backup: {to: x, every: 1s}\n":             "backup.every",
		"backup: {to: x, recipient: [nobody]}\n":   "backup.recipient",
		"backup: {to: x, recipients: [age1abc]}\n": "recipients",
	} {
		settings(t, c.Data, text)
		if _, err := c.readSettings(); err == nil {
			t.Errorf("%q is taken, want a word about %s", text, say)
		}
	}
}

// Where backups are set up, an older store is backed up before it is changed.
func TestBackupBeforeMigrating(t *testing.T) {
	t.Parallel()
	c := folder(t)
	to := filepath.Join(t.TempDir(), "kept")
	settings(t, c.Data, "backup: {to: "+to+"}\n")
	d, err := db.Open(t.Context(), c.dsn(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error { // as it was before there were backups
		for _, q := range []string{`DROP TABLE backup_run`, `DROP TABLE backup_schema`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if behind, fresh, err := Pending(t.Context(), d); err != nil || fresh || len(behind) != 1 || behind[0].Module != "backup" {
		t.Errorf("pending %v, %v, %v", behind, fresh, err)
	}
	if err := Migrate(t.Context(), c, MigrateOrder{Check: true}); err != nil {
		t.Error(err)
	}
	if behind, _, err := Pending(t.Context(), d); err != nil || len(behind) != 1 {
		t.Errorf("after a look pending is %v, %v", behind, err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if names, err := backup.List(to); err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
}

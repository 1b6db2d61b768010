package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/backup"
)

func runBackup(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("backup", progress)
	o := app.BackupOrder{}
	c.StringVar(&o.To, "to", "", "the `file`, or the folder it goes into; without it backups/ of the data folder")
	c.IntVar(&o.Keep, "keep", 0, "keep the newest `N` backups of the folder and remove older ones")
	c.BoolVar(&o.WithKey, "with-key", false, "fail when secret.key cannot be in it, because it is not encrypted")
	recipients := c.String("recipient", "", "encrypt for age1…, several with commas")
	passphrase := c.String("passphrase-file", "", "encrypt with the passphrase in this `file`")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	var err error
	if o.Lock, err = app.SealFor(*recipients, *passphrase); err != nil {
		return err
	}
	begun := time.Now()
	path, m, err := app.Backup(ctx, c.config(), o)
	if err != nil {
		return err
	}
	sayDone(progress, "backed up", m, begun)
	if m.Missing > 0 {
		fmt.Fprintf(progress, "%d files went away while they were copied\n", m.Missing)
	}
	if !o.Lock.Seals() {
		fmt.Fprintln(progress, "NOT ENCRYPTED: it holds personal data, and secret.key is left out: keep a copy of that apart")
	}
	fmt.Fprintln(out, path)
	return nil
}

// sayDone tells what is in a backup and how long it took.
func sayDone(progress io.Writer, done string, m backup.Manifest, begun time.Time) {
	took := time.Since(begun)
	fmt.Fprintf(progress, "\r%s %d rows, %d files, %.1f MB in %s (%.0f rows/s)\n", done, m.CountRows(), m.CountFiles(),
		float64(m.Total)/1e6, took.Round(10*time.Millisecond), float64(m.CountRows())/took.Seconds())
}

func runRestore(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("restore", progress)
	o := app.RestoreOrder{}
	c.StringVar(&o.From, "from", "", "the backup's `file`")
	c.StringVar(&o.KeyFile, "key", "", "secret.key's `file`, when the backup does not hold it")
	c.StringVar(&o.Erased, "erased", "", "erased.list's `file` of the old data folder: whom it names is forgotten again")
	identity := c.String("identity", "", "`file` with the identity that opens an encrypted backup")
	passphrase := c.String("passphrase-file", "", "`file` with its passphrase")
	verify := c.Bool("verify", false, "only read the backup whole, compare its digests and print what is in it; needs no --data")
	check := c.Bool("check", false, "run doctor on what was restored")
	if err := c.parseFor(args, verify); err != nil {
		return err
	}
	if o.From == "" {
		return misuse("banyan restore needs --from FILE")
	}
	var err error
	if o.Key, err = app.OpenWith(*identity, *passphrase); err != nil {
		return err
	}
	if *verify {
		m, err := app.VerifyBackup(o.From, o.Key)
		if err != nil {
			return err
		}
		return printJSON(out, m)
	}
	begun := time.Now()
	m, err := app.Restore(ctx, c.config(), o)
	if err != nil {
		return err
	}
	sayDone(progress, "restored", m, begun)
	fmt.Fprintln(progress, "What was written after this backup is lost. When there was anything, run banyan trail restart before serve: the log of the trail is shorter now than others saw.")
	if *check {
		return diagnose(ctx, c.config(), false, out)
	}
	return nil
}

// parseFor reads the flags of restore, which needs no data folder when it only verifies.
func (c common) parseFor(args []string, verify *bool) error {
	_, err := c.parse(args, 0)
	if err != nil && *verify && c.NArg() == 0 && *c.data == "" && c.Parsed() {
		return nil
	}
	return err
}

// runBackupKey makes what opens encrypted backups and prints what they are encrypted for.
func runBackupKey(_ context.Context, args []string, out, progress io.Writer) error {
	c := flags("backup key", progress)
	*c.data = "-" // it needs none
	file := c.String("to", "", "the `file` to write the identity to; keep it away from the server")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	if *file == "" {
		return misuse("banyan backup key needs --to FILE")
	}
	recipient, err := app.NewBackupKey(*file)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, recipient)
	return nil
}

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
)

// RestoreOrder says from what a new data folder is made.
type RestoreOrder struct {
	From    string
	Key     backup.Key
	KeyFile string // the data folder's key, when the backup does not hold it
	Erased  string // the list of those who were erased since, from the old data folder; empty: none
}

// unfinishedFile is in a data folder from the beginning of a restore to its end.
const unfinishedFile = "restore.unfinished"

// whole refuses a store or folder that a restore has not finished.
func (c Config) whole(ctx context.Context, d *db.DB) error {
	if c.restoring {
		return nil
	}
	_, err := os.Lstat(c.path(unfinishedFile))
	if err == nil {
		err = db.ErrUnfinished
	} else if errors.Is(err, fs.ErrNotExist) {
		err = d.Unfinished(ctx)
	}
	if errors.Is(err, db.ErrUnfinished) {
		return fmt.Errorf("%w: run the same banyan restore again, it begins anew", err)
	}
	return err
}

// VerifyBackup reads a backup whole and compares it with its digests.
func VerifyBackup(from string, key backup.Key) (m backup.Manifest, err error) {
	err = readBackup(from, key, func(r io.Reader) (err error) {
		m, err = backup.Read(r, backup.Visitor{Header: knowable})
		return err
	})
	return m, err
}

// knowable refuses a backup of a newer program at its first lines.
func knowable(h backup.Header) error {
	if err := db.Newer(h.Schemas, scope().Schemas); err != nil {
		return fmt.Errorf("%w: it was made by %.80s; restore it with that program or a later one", err, h.Program)
	}
	return nil
}

func readBackup(from string, key backup.Key, do func(io.Reader) error) error {
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open the backup: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	r, err := key.Unseal(f)
	if err == nil {
		err = do(r)
	}
	if err != nil {
		return fmt.Errorf("backup %s: %w", from, err)
	}
	return nil
}

// Restore makes a data folder, and the database of c.DB, from a backup. Folder and database must be empty,
// or hold what an earlier restore left unfinished. Nothing is touched before the whole backup was read and
// found sound; the folder can be used only when everything is in it.
func Restore(ctx context.Context, c Config, o RestoreOrder) (backup.Manifest, error) {
	c = c.withDefaults()
	m, err := VerifyBackup(o.From, o.Key)
	if err != nil {
		return m, err
	}
	key, err := o.folderKey(m)
	if err != nil {
		return m, err
	}
	if err := c.emptyFolder(o.From); err != nil {
		return m, err
	}
	if err := c.restore(ctx, o, m, key); err != nil {
		return m, fmt.Errorf("%w\nthe restore did not finish; mend this and run it again with the same --data", err)
	}
	return m, nil
}

// folderKey reads the key that is to go into the folder, when it is not in the backup.
func (o RestoreOrder) folderKey(m backup.Manifest) ([]byte, error) {
	if o.KeyFile == "" {
		if m.HasKey(keyFile) {
			return nil, nil
		}
		return nil, errors.New("this backup does not hold secret.key: give --key FILE, the one of the data folder it was taken of; without it nobody is found by phone")
	}
	key, err := os.ReadFile(o.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	if m.Key != "" && fingerprint(key) != m.Key {
		return nil, fmt.Errorf("%s is not the key of the data folder this backup was taken of", o.KeyFile)
	}
	return key, nil
}

// emptyFolder makes the folder, or makes sure that nothing is in it but what an unfinished restore left.
func (c Config) emptyFolder(from string) error {
	if liesIn(from, c.Data) {
		return fmt.Errorf("%s lies in %s, which is to be filled: move it out first", from, c.Data)
	}
	entries, err := os.ReadDir(c.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		if _, err := os.Lstat(c.path(unfinishedFile)); err != nil {
			return fmt.Errorf("%s is not empty: restore into a new folder, look at it, and then let it take the place of the old one", c.Data)
		}
		for _, e := range entries {
			if e.Name() != unfinishedFile {
				if err := os.RemoveAll(c.path(e.Name())); err != nil {
					return fmt.Errorf("take away an unfinished restore: %w", err)
				}
			}
		}
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	return c.writeWhole(unfinishedFile, []byte("A restore into this folder began and has not ended.\n"))
}

// liesIn tells whether a file lies in a folder.
func liesIn(file, folder string) bool {
	a, errA := filepath.Abs(file)
	b, errB := filepath.Abs(folder)
	return errA == nil && errB == nil && strings.HasPrefix(a, b+string(filepath.Separator))
}

func (c Config) restore(ctx context.Context, o RestoreOrder, m backup.Manifest, key []byte) error {
	if key != nil {
		if err := c.writeWhole(keyFile, key); err != nil {
			return err
		}
	}
	rebuild, err := c.fill(ctx, o, m)
	if err != nil {
		return err
	}
	c.restoring = true
	a, err := Open(ctx, c) // brings an older backup's tables up to date
	if err != nil {
		return fmt.Errorf("open what was restored: %w", err)
	}
	defer a.Close() //nolint:errcheck // closed below when all went well
	if rebuild {
		if err := a.Reindex(ctx); err != nil {
			return err
		}
	}
	if err := a.forgetAgain(ctx, o.Erased); err != nil {
		return err
	}
	if err := a.Feed.Restored(ctx); err != nil {
		return err
	}
	if err := errors.Join(a.DB.EndRestore(ctx), a.Close(), c.settle()); err != nil {
		return fmt.Errorf("end the restore: %w", err)
	}
	return nil
}

// forgetAgain erases whom a list names.
func (a *App) forgetAgain(ctx context.Context, list string) error {
	if list == "" {
		return nil
	}
	f, err := os.Open(list)
	if err != nil {
		return fmt.Errorf("open the list of the erased: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	n, err := a.eraseAgain(ctx, f)
	a.told("erased again", int64(n))
	return err
}

// fill brings rows, folder and files in and tells whether the search index has to be made.
func (c Config) fill(ctx context.Context, o RestoreOrder, m backup.Manifest) (rebuild bool, err error) {
	d, err := db.Open(ctx, c.dsn(), db.Options{})
	if err != nil {
		return false, fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.BeginRestore(ctx); err != nil {
		if errors.Is(err, db.ErrNotEmpty) {
			err = fmt.Errorf("%w: make a new one and give its address", err)
		}
		return false, err
	}
	if err := d.MigrateTo(ctx, m.Schemas, scope().Schemas...); err != nil {
		return false, err
	}
	target := backup.Target{DB: d, Scope: scope(), Told: c.told, Data: c.putData, File: c.putFile(ctx)}
	var again backup.Manifest
	err = readBackup(o.From, o.Key, func(r io.Reader) (err error) {
		again, rebuild, err = backup.Fill(ctx, r, target)
		return err
	})
	if err == nil && !again.Finished.Equal(m.Finished) {
		err = errors.New("the backup changed while it was read")
	}
	return rebuild, err
}

// putData writes a file of the data folder; those beside a key given by hand stay.
func (c Config) putData(name string, body []byte) error {
	if name == keyFile {
		if have, err := os.ReadFile(c.path(keyFile)); err == nil && !bytes.Equal(have, body) {
			return errors.New("the backup holds another secret.key than the one given with --key")
		}
	}
	return c.writeWhole(name, body)
}

// putFile writes photos and documents to where the restored settings say.
func (c Config) putFile(ctx context.Context) func(string, []byte) error {
	var files *blob.Store
	return func(key string, body []byte) error {
		if files == nil {
			settings, err := c.readSettings()
			if err == nil {
				files, err = blob.Open(c.place(settings))
			}
			if err != nil {
				return err
			}
		}
		return files.Keep(ctx, key, body)
	}
}

// writeWhole writes a file of the data folder for the owner only and waits for the disk.
func (c Config) writeWhole(name string, body []byte) error {
	path := c.path(filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close(), syncFolder(filepath.Dir(path)))
}

// settle takes the mark away, last of all.
func (c Config) settle() error {
	return errors.Join(os.Remove(c.path(unfinishedFile)), syncFolder(c.Data))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

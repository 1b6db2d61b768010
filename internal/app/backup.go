package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/pack"
)

// BackupOrder says what somebody wants of a backup.
type BackupOrder struct {
	To      string // a file or folder; empty: backups/ of the data folder
	Lock    backup.Lock
	WithKey bool // refuse when the data folder's key cannot be in it
	Keep    int  // how many backups stay in the folder; 0: all
}

// ErrKeyInTheOpen refuses to put the data folder's key into a backup that everybody can read.
var ErrKeyInTheOpen = errors.New("secret.key goes into an encrypted backup only: give --recipient or --passphrase-file")

// scope is what a backup takes: every module's tables but the memory of backups itself. The search index
// is kept by each engine in its own form and is made again where the engine changes.
func scope() db.Scope {
	s := db.Scope{Native: []string{"search"}}
	for _, one := range schemas() {
		if one.Module != backup.Schema().Module {
			s.Schemas = append(s.Schemas, one)
		}
	}
	return s
}

// Backup takes a backup of a data folder while servers go on. The schema is left as it is.
func Backup(ctx context.Context, c Config, o BackupOrder) (string, backup.Manifest, error) {
	c = c.withDefaults()
	settings, err := c.readSettings()
	if err != nil {
		return "", backup.Manifest{}, err
	}
	d, err := db.Open(ctx, c.dsn(), db.Options{})
	if err != nil {
		return "", backup.Manifest{}, fmt.Errorf("open the store: %w", err)
	}
	defer d.Close() //nolint:errcheck // nothing is left unsaved in it
	if err := c.whole(ctx, d); err != nil {
		return "", backup.Manifest{}, err
	}
	return c.backUp(ctx, settings, d, o)
}

// backUp takes a backup and remembers that it did.
func (c Config) backUp(ctx context.Context, settings Settings, d *db.DB, o BackupOrder) (string, backup.Manifest, error) {
	if o.WithKey && !o.Lock.Seals() {
		return "", backup.Manifest{}, ErrKeyInTheOpen
	}
	if err := o.Lock.Check(); err != nil {
		return "", backup.Manifest{}, err
	}
	if o.To == "" {
		o.To = c.path("backups") + "/"
	}
	run := backup.Run{Started: c.Clock.Now(), Place: o.To}
	source, err := c.source(ctx, settings, d, o.Lock.Seals())
	if err != nil {
		return "", backup.Manifest{}, err
	}
	path, m, err := backup.Keep(o.To, o.Lock, run.Started, func(w io.Writer) (backup.Manifest, error) {
		return backup.Take(ctx, source, w)
	})
	if err == nil && o.Keep > 0 && filepath.Clean(o.To) != filepath.Clean(path) {
		if err := backup.Prune(filepath.Dir(path), o.Keep, run.Started); err != nil {
			c.Log.ErrorContext(ctx, "old backups could not be removed; the new one is whole", "err", err)
		}
	}
	run.Ended, run.Rows = c.Clock.Now(), m.CountRows()
	if err != nil {
		run.Error = err.Error()
	} else if st, e := os.Stat(path); e == nil {
		run.Place, run.Bytes = path, st.Size()
	}
	return path, m, errors.Join(err, c.remember(ctx, d, run))
}

// remember notes the run in a store that has the table for it: an older one may be backed up before it is migrated.
func (c Config) remember(ctx context.Context, d *db.DB, run backup.Run) error {
	ctx = context.WithoutCancel(ctx)
	states, err := d.CheckSchema(ctx, backup.Schema())
	if err != nil || states[0].Stored == 0 {
		return err
	}
	return backup.NewRuns(d).Note(ctx, run)
}

// source lists what there is beside the store.
func (c Config) source(ctx context.Context, settings Settings, d *db.DB, sealed bool) (backup.Source, error) {
	files, err := blob.Open(c.place(settings))
	if err != nil {
		return backup.Source{}, fmt.Errorf("open the files: %w", err)
	}
	key, err := c.secret()
	if err != nil {
		return backup.Source{}, err
	}
	return backup.Source{
		DB: d, Scope: scope(), Now: c.Clock.Now, Told: c.told,
		Header: backup.Header{Program: "banyan " + c.Version, Pack: packInForce(ctx, d), Key: fingerprint(key)},
		Data:   func(each func(string, []byte) error) error { return c.beside(sealed, each) },
		Files: func(ctx context.Context, each func(string, func() ([]byte, error)) error) error {
			return files.Each(ctx, func(key string, _ time.Time) error {
				return each(key, func() ([]byte, error) { return files.Bytes(ctx, key) })
			})
		},
	}, nil
}

// packInForce names the pack, for whoever looks into the backup; a store too old to say has none.
func packInForce(ctx context.Context, d *db.DB) string {
	versions, err := pack.NewStore(d, clock.System{}).Versions(ctx)
	if err != nil || len(versions) == 0 {
		return ""
	}
	return versions[0].Name + "@" + versions[0].Version
}

// beside hands on what lies in the data folder beside the store and the files. The key is among it only when
// nobody else can read it.
func (c Config) beside(sealed bool, each func(string, []byte) error) error {
	for _, top := range []string{"banyan.yaml", keyFile, "triage", "aside"} {
		if top == keyFile && !sealed {
			continue
		}
		err := filepath.WalkDir(c.path(top), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(c.Data, path)
			if err != nil {
				return err
			}
			return each(filepath.ToSlash(name), body)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// place is where photos and documents lie.
func (c Config) place(s Settings) string {
	if s.Files != "" {
		return s.Files
	}
	return c.path("files")
}

// keyFile is the data folder's key.
const keyFile = "secret.key"

// fingerprint tells one key from another and nothing about it.
func fingerprint(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("banyan backup"))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// told shows progress where there is enough of it to wait for.
func (c Config) told(part string, n int64) {
	if n >= 10_000 {
		fmt.Fprintf(c.Out, "\r%-40s", fmt.Sprintf("%s %d", part, n))
	}
}

// SealFor reads what a backup is to be sealed with: recipients given one after another with commas, or the
// first line of a file.
func SealFor(recipients, passphraseFile string) (backup.Lock, error) {
	var l backup.Lock
	if recipients != "" {
		l.Recipients = strings.Split(recipients, ",")
	}
	phrase, err := firstLine(passphraseFile)
	if err != nil {
		return l, err
	}
	l.Passphrase = phrase
	return l, l.Check()
}

// OpenWith reads what opens a backup.
func OpenWith(identityFile, passphraseFile string) (k backup.Key, err error) {
	if identityFile != "" {
		text, err := os.ReadFile(identityFile)
		if err != nil {
			return k, fmt.Errorf("read the identity: %w", err)
		}
		k.Identities = string(text)
	}
	k.Passphrase, err = firstLine(passphraseFile)
	return k, err
}

func firstLine(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the passphrase: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimRight(line, "\r"); len(line) < 12 {
		return "", fmt.Errorf("the passphrase in %s has fewer than 12 bytes: take a longer one", file)
	}
	return line, nil
}

// NewBackupKey writes a new identity to a file of its own and gives the recipient to seal backups for.
func NewBackupKey(file string) (recipient string, err error) {
	identity, recipient, err := backup.NewIdentity()
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the identity: %w", err)
	}
	_, err = fmt.Fprintf(f, "# opens backups of Banyan; recipient: %s\n%s\n", recipient, identity)
	return recipient, errors.Join(err, f.Sync(), f.Close())
}

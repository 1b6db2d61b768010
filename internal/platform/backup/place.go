package backup

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// name is what Keep calls a backup in a folder: it sorts by time.
func name(at time.Time, sealed bool) string {
	n := "banyan-" + at.UTC().Format("20060102T150405Z") + ".tar"
	if sealed {
		n += ".age"
	}
	return n
}

// named tells a name that name made.
func named(file string) bool {
	return regexp.MustCompile(`^banyan-\d{8}T\d{6}Z\.tar(\.age)?$`).MatchString(file)
}

// Keep takes a backup into the file or folder to, for the owner only. It is written under another name,
// flushed to the disk, read back whole and then renamed: a file with a backup's name is a whole backup.
func Keep(to string, lock Lock, at time.Time, write func(io.Writer) (Manifest, error)) (path string, m Manifest, err error) {
	path = to
	if st, err := os.Stat(to); err == nil && st.IsDir() || strings.HasSuffix(to, "/") {
		path = filepath.Join(to, name(at, lock.Seals()))
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", m, fmt.Errorf("%s is there already: give another name, or a folder", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", m, fmt.Errorf("make the folder for backups: %w", err)
	}
	part := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".part")
	defer os.Remove(part) //nolint:errcheck // renamed away when all went well
	if m, err = keep(part, lock, write); err != nil {
		return "", m, err
	}
	if err := os.Rename(part, path); err != nil {
		return "", m, err
	}
	return path, m, syncFolder(filepath.Dir(path))
}

func keep(part string, lock Lock, write func(io.Writer) (Manifest, error)) (m Manifest, err error) {
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return m, err
	}
	defer f.Close() //nolint:errcheck // it was synced
	buffer := bufio.NewWriterSize(f, 1<<20)
	sealed, reopen, err := lock.seal(buffer)
	if err != nil {
		return m, err
	}
	if m, err = write(sealed); err != nil {
		return m, err
	}
	if err := errors.Join(sealed.Close(), buffer.Flush(), f.Sync()); err != nil {
		return m, fmt.Errorf("write the backup: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return m, err
	}
	in, err := reopen(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return m, fmt.Errorf("read the backup back: %w", err)
	}
	if _, err := Read(in, Visitor{}); err != nil {
		return m, fmt.Errorf("read the backup back: %w", err)
	}
	return m, nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// List gives the backups in a folder by name, oldest first.
func List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if named(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Prune removes all but the newest n backups of a folder, and what a broken run left there more than a day
// ago. n below 1 keeps all.
func Prune(dir string, n int, now time.Time) error {
	names, err := List(dir)
	if err != nil {
		return fmt.Errorf("list backups: %w", err)
	}
	for i, name := range names {
		if n < 1 || i >= len(names)-n {
			break
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("remove an old backup: %w", err)
		}
	}
	parts, err := filepath.Glob(filepath.Join(dir, ".banyan-*.part"))
	for _, part := range parts {
		if st, err := os.Stat(part); err == nil && now.Sub(st.ModTime()) > 24*time.Hour {
			_ = os.Remove(part) // the next run tries again
		}
	}
	return err
}

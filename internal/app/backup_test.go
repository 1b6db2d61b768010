package app

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/search"
)

// lively is a data folder with the demo and a photo, on SQLite or on the database given.
func lively(t *testing.T, address string) Config {
	t.Helper()
	c := Config{Data: filepath.Join(t.TempDir(), "data"), DB: address, Clock: clock.NewManual(monday), readCity: readOnce()}
	if err := Install(t.Context(), c, filepath.Join("..", "..", "packs", "lianjiang"), true); err != nil {
		t.Fatal(err)
	}
	files, err := blob.Open(c.path("files"))
	if err != nil {
		t.Fatal(err)
	}
	if err := files.Keep(t.Context(), strings.Repeat("a", 26)+".pdf", []byte("%PDF-1.7 路灯")); err != nil {
		t.Fatal(err)
	}
	return c
}

// tables gives every row of every table as lines in order, without what each engine keeps in its own form.
func tables(t *testing.T, c Config) map[string][]string {
	t.Helper()
	d, err := db.Open(t.Context(), c.dsn(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // only read
	out := map[string][]string{}
	err = d.Snapshot(t.Context(), scope(), func(s *db.Snapshot) error {
		for _, table := range s.Tables {
			if table.Native {
				continue
			}
			slices.SortFunc(table.Columns, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
			var b bytes.Buffer
			if _, err := s.Copy(table, &b); err != nil {
				return err
			}
			lines := strings.Split(b.String(), "\n")
			slices.Sort(lines)
			out[table.Name] = lines
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// same compares two stores row by row. A restore moves the feed on, and one that made the search index anew left rows
// in the trail.
func same(t *testing.T, a, b Config) {
	t.Helper()
	want, got := tables(t, a), tables(t, b)
	if len(want) != len(got) || len(want) < 20 {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
	for name, lines := range want {
		have := got[name]
		if name == "feed_head" {
			if slices.Equal(lines, have) {
				t.Error("the feed gives places again that readers may know")
			}
			continue
		}
		if name == "trail_look" || name == "merkle_waiting" { // a look is committed to the log
			have = slices.DeleteFunc(slices.Clone(have), func(l string) bool { return !slices.Contains(lines, l) })
		}
		if !slices.Equal(lines, have) {
			t.Errorf("table %s: %d rows, want %d\n%.300q\n%.300q", name, len(have), len(lines), have, lines)
		}
	}
}

// finds counts what the search index finds.
func finds(t *testing.T, c Config) (n int) {
	t.Helper()
	d, err := db.Open(t.Context(), c.dsn(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // only read
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		for _, space := range []string{"request", "public"} {
			for _, word := range []string{"路", "水", "车", "灯", "人"} {
				ids, err := search.Find(tx, space, word, 100, "")
				if err != nil {
					return err
				}
				n += len(ids)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// restored is a new data folder made from a backup of another.
func restored(t *testing.T, from Config, address string) Config {
	t.Helper()
	path, _, err := Backup(t.Context(), from, BackupOrder{To: t.TempDir() + "/"})
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Data: filepath.Join(t.TempDir(), "new"), DB: address, Clock: from.Clock, readCity: from.readCity}
	if _, err := Restore(t.Context(), c, RestoreOrder{From: path, KeyFile: from.path(keyFile)}); err != nil {
		t.Fatal(err)
	}
	return c
}

// A store goes from SQLite to SQLite, to PostgreSQL and back, row by row the same, found by search, and well.
func TestBackupMovesAStore(t *testing.T) {
	t.Parallel()
	chain := func(t *testing.T, first string, next ...string) {
		from := lively(t, first)
		found := finds(t, from)
		if found == 0 {
			t.Fatal("search finds nothing in the demo")
		}
		for _, address := range next {
			to := restored(t, from, address)
			same(t, from, to)
			if n := finds(t, to); n != found {
				t.Errorf("search finds %d, want %d", n, found)
			}
			if bad := ill(t, to); len(bad) > 0 {
				t.Errorf("doctor finds %v", bad)
			}
			for _, name := range []string{"banyan.yaml", keyFile} {
				a, errA := os.ReadFile(from.path(name))
				b, errB := os.ReadFile(to.path(name))
				if errA != nil || errB != nil || !bytes.Equal(a, b) {
					t.Errorf("%s differs: %v %v", name, errA, errB)
				}
			}
			files, err := blob.Open(to.path("files"))
			if err != nil {
				t.Fatal(err)
			}
			if body, err := files.Bytes(t.Context(), strings.Repeat("a", 26)+".pdf"); err != nil || string(body) != "%PDF-1.7 路灯" {
				t.Errorf("the photo: %q, %v", body, err)
			}
			from = to
		}
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); chain(t, "", "") })
	t.Run("sqlite, postgres, postgres, sqlite", func(t *testing.T) {
		t.Parallel()
		chain(t, "", dbtest.Empty(t, dbtest.Server(t)), dbtest.Empty(t, dbtest.Server(t)), "")
	})
	t.Run("postgres, sqlite, postgres", func(t *testing.T) {
		t.Parallel()
		chain(t, dbtest.Empty(t, dbtest.Server(t)), "", dbtest.Empty(t, dbtest.Server(t)))
	})
}

// An encrypted backup brings the key along; an open one never holds it.
func TestBackupAndTheKey(t *testing.T) {
	t.Parallel()
	c := folder(t)
	phrase := filepath.Join(t.TempDir(), "phrase")
	if err := os.WriteFile(phrase, []byte("榕树下的长椅\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	id := filepath.Join(t.TempDir(), "id")
	recipient, err := NewBackupKey(id)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := SealFor(recipient, "")
	if err != nil {
		t.Fatal(err)
	}
	path, m, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir(), Lock: lock, WithKey: true})
	if err != nil || !m.HasKey(keyFile) {
		t.Fatalf("%v, %+v", err, m.Data)
	}
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte("banyan.yaml")) {
		t.Errorf("names can be read in an encrypted backup (%v)", err)
	}
	key, err := OpenWith(id, "")
	if err != nil {
		t.Fatal(err)
	}
	to := Config{Data: filepath.Join(t.TempDir(), "new"), Clock: c.Clock, readCity: c.readCity}
	if _, err := Restore(t.Context(), to, RestoreOrder{From: path, Key: key}); err != nil {
		t.Fatal(err)
	}
	a, errA := c.secret()
	b, errB := to.secret()
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("the key did not come along: %v %v", errA, errB)
	}
	_, m, err = Backup(t.Context(), c, BackupOrder{To: t.TempDir()})
	if err != nil || m.HasKey(keyFile) {
		t.Errorf("an open backup holds the key (%v)", err)
	}
	for name, refused := range map[string]func() error{
		"the key in the open": func() error {
			_, _, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir(), WithKey: true})
			return err
		},
		"two locks":       func() error { _, err := SealFor(recipient, phrase); return err },
		"no recipient":    func() error { _, err := SealFor("age1nonsense", ""); return err },
		"over an old key": func() error { _, err := NewBackupKey(id); return err },
		"no identity":     func() error { _, err := VerifyBackup(path, backup.Key{}); return err },
		"a short phrase": func() error {
			short := filepath.Join(t.TempDir(), "short")
			return errors.Join(os.WriteFile(short, []byte("abc\n"), 0o600), func() error { _, err := SealFor("", short); return err }())
		},
	} {
		if err := refused(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A restore touches nothing when it cannot go well, and says what to do.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	c := lively(t, "")
	path, _, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir() + "/"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.key")
	write(t, other, bytes.Repeat([]byte{7}, 32))
	cut := filepath.Join(t.TempDir(), "cut.tar")
	write(t, cut, text[:len(text)/2])
	newer := filepath.Join(t.TempDir(), "newer.tar")
	write(t, newer, regexp.MustCompile(`"casework":\d\b`).ReplaceAll(text, []byte(`"casework":9`)))
	for name, tc := range map[string]struct {
		order RestoreOrder
		into  func(data string)
		say   string
	}{
		"no key":           {RestoreOrder{From: path}, nil, "--key FILE"},
		"another key":      {RestoreOrder{From: path, KeyFile: other}, nil, "not the key"},
		"half a backup":    {RestoreOrder{From: cut, KeyFile: c.path(keyFile)}, nil, "damaged"},
		"a newer backup":   {RestoreOrder{From: newer, KeyFile: c.path(keyFile)}, nil, "restore it with that program"},
		"no backup":        {RestoreOrder{From: c.path("banyan.yaml"), KeyFile: c.path(keyFile)}, nil, "damaged"},
		"a folder in use":  {RestoreOrder{From: path, KeyFile: c.path(keyFile)}, func(data string) { write(t, filepath.Join(data, "banyan.yaml"), nil) }, "not empty"},
		"no such backup":   {RestoreOrder{From: path + "x"}, nil, "open the backup"},
		"out of the place": {RestoreOrder{}, nil, "open the backup"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := Config{Data: filepath.Join(t.TempDir(), "new"), Clock: c.Clock, readCity: c.readCity}
			if tc.into != nil {
				if err := os.Mkdir(to.Data, 0o700); err != nil {
					t.Fatal(err)
				}
				tc.into(to.Data)
			}
			if _, err := Restore(t.Context(), to, tc.order); err == nil || !strings.Contains(err.Error(), tc.say) {
				t.Errorf("%v, want %q", err, tc.say)
			}
			if left, err := os.ReadDir(to.Data); err == nil && len(left) > 1 {
				t.Errorf("left %v", left)
			}
		})
	}
	t.Run("a database in use", func(t *testing.T) {
		t.Parallel()
		used := lively(t, dbtest.Empty(t, dbtest.Server(t)))
		to := Config{Data: filepath.Join(t.TempDir(), "new"), DB: used.DB, Clock: c.Clock, readCity: c.readCity}
		before := tables(t, used)
		if _, err := Restore(t.Context(), to, RestoreOrder{From: path, KeyFile: c.path(keyFile)}); !errors.Is(err, db.ErrNotEmpty) {
			t.Errorf("%v", err)
		}
		if after := tables(t, used); len(after) != len(before) || len(after["casework_case"]) != len(before["casework_case"]) {
			t.Error("it was changed")
		}
	})
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A restore that was broken off is told by every command, and can be run again.
func TestRestoreBrokenOff(t *testing.T) {
	t.Parallel()
	c := lively(t, "")
	path, m, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir() + "/"})
	if err != nil {
		t.Fatal(err)
	}
	order := RestoreOrder{From: path, KeyFile: c.path(keyFile)}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.tar")
	write(t, cut, text[:len(text)/8*7])
	try := func(t *testing.T, address string) {
		to := Config{Data: filepath.Join(t.TempDir(), "new"), DB: address, Clock: c.Clock, readCity: c.readCity}.withDefaults()
		key, err := os.ReadFile(order.KeyFile)
		if err != nil {
			t.Fatal(err)
		}
		if err := to.emptyFolder(path); err != nil {
			t.Fatal(err)
		}
		if err := to.restore(t.Context(), RestoreOrder{From: cut}, m, key); !errors.Is(err, backup.ErrDamaged) {
			t.Fatalf("with the backup cut off under it: %v", err)
		}
		to = Config{Data: to.Data, DB: address, Clock: c.Clock, readCity: c.readCity}
		for name, do := range map[string]func() error{
			"open":    func() error { _, err := Open(t.Context(), to); return err },
			"migrate": func() error { return Migrate(t.Context(), to, MigrateOrder{}) },
			"backup":  func() error { _, _, err := Backup(t.Context(), to, BackupOrder{To: t.TempDir()}); return err },
		} {
			if err := do(); err == nil || !strings.Contains(err.Error(), "restore") && !errors.Is(err, ErrNoData) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := Restore(t.Context(), to, order); err != nil {
			t.Fatalf("the second time: %v", err)
		}
		same(t, c, to)
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); try(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); try(t, dbtest.Empty(t, dbtest.Server(t))) })
}

// A backup is whole also when old ones cannot be removed: it is not taken again and again, and doctor warns.
func TestBackupWithOldOnesThatStay(t *testing.T) {
	t.Parallel()
	h := open(t)
	to := t.TempDir()
	for _, name := range []string{"banyan-20200101T000000Z.tar", "banyan-20200102T000000Z.tar"} {
		if err := os.MkdirAll(filepath.Join(to, name, "not empty"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	h.Settings.Backup = BackupSettings{To: to, Keep: 1}
	path, _, err := Backup(t.Context(), h.Config, BackupOrder{To: to + "/", Keep: 1})
	if err != nil || path == "" {
		t.Fatalf("the backup failed: %v", err)
	}
	whole, last, err := backup.NewRuns(h.DB).Last(t.Context())
	if err != nil || last.Error != "" || whole.Place != path {
		t.Errorf("the run is remembered as %+v, %v", last, err)
	}
	found, err := lookBackup(t.Context(), &exam{App: h.App})
	if err != nil || found.Level != Warn || !strings.Contains(found.Say, "1 old ones") {
		t.Errorf("doctor says %+v, %v", found, err)
	}
}

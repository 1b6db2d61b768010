package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Setting up twice keeps key, settings and store, and makes one administrator.
func TestInstallTwice(t *testing.T) {
	t.Parallel()
	c := Config{Data: filepath.Join(t.TempDir(), "new", "data"), Clock: clock.NewManual(monday), readCity: readOnce()}
	var keys [2][]byte
	var out [2]bytes.Buffer
	for i := range keys {
		c.Out = &out[i]
		if err := Install(t.Context(), c, fuzhou, false); err != nil {
			t.Fatal(err)
		}
		var err error
		if keys[i], err = os.ReadFile(filepath.Join(c.Data, "secret.key")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(keys[0], keys[1]) || len(keys[0]) != 32 {
		t.Error("the key changed")
	}
	if !strings.Contains(out[0].String(), "first login") || strings.Contains(out[1].String(), "first login") {
		t.Errorf("said %q, then %q", &out[0], &out[1])
	}
	for name, want := range map[string]os.FileMode{".": 0o700, "secret.key": 0o600, "banyan.yaml": 0o600} {
		st, err := os.Stat(filepath.Join(c.Data, name))
		if err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", name, st.Mode().Perm(), err, want)
		}
	}
}

// The demo can follow an installation without it, and comes once.
func TestDemoAfterInstall(t *testing.T) {
	t.Parallel()
	c := folder(t)
	var out bytes.Buffer
	c.Out = &out
	for range 2 {
		if err := Install(t.Context(), c, fuzhou, true); err != nil {
			t.Fatal(err)
		}
	}
	if said := out.String(); strings.Count(said, "the demo is in") != 1 || strings.Count(said, "is left as it is") != 1 {
		t.Errorf("said %s", said)
	}
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		pack func(t *testing.T) string
		say  string
	}{
		"no folder": {func(t *testing.T) string { return filepath.Join(t.TempDir(), "nothing") }, "no pack"},
		"no pack":   {func(t *testing.T) string { return t.TempDir() }, "no pack"},
		"a broken pack": {func(t *testing.T) string {
			return broken(t, "assess/rates.yaml", "good: solved", "good: solvd")
		}, "assess/rates.yaml:"},
		"the same version with other content": {func(t *testing.T) string {
			return broken(t, "casework.yaml", "returns_max: 2", "returns_max: 3")
		}, "raise version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := folder(t)
			if err := Install(t.Context(), c, tc.pack(t), false); err == nil || !strings.Contains(err.Error(), tc.say) {
				t.Errorf("%v, want %q", err, tc.say)
			}
			if a, err := Open(t.Context(), c); err != nil {
				t.Errorf("afterwards the house does not open: %v", err)
			} else if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// broken is packs/fuzhou with one change.
func broken(t *testing.T, file, old, new string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fuzhou")
	if err := os.CopyFS(dir, os.DirFS(fuzhou)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s has no %q: %v", path, old, err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(new), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(t *testing.T, c *Config)
		say    string
	}{
		"no data folder":     {func(t *testing.T, c *Config) { c.Data = t.TempDir() }, "banyan init"},
		"an unknown setting": {func(t *testing.T, c *Config) { settings(t, c.Data, "develop: true\n") }, "develop"},
		"a setting's type":   {func(t *testing.T, c *Config) { settings(t, c.Data, "secure: perhaps\n") }, "banyan.yaml"},
		"no key":             {func(t *testing.T, c *Config) { remove(t, c.path("secret.key")) }, "secret.key"},
		"a short key": {func(t *testing.T, c *Config) {
			if err := os.WriteFile(c.path("secret.key"), []byte("short"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "want 32"},
		"no store where one should be": {func(t *testing.T, c *Config) { c.DB = "postgres://nobody@127.0.0.1:1/none?connect_timeout=1" }, "open the store"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := folder(t)
			tc.change(t, &c)
			a, err := Open(t.Context(), c)
			if err == nil {
				_ = a.Close() // it should not have opened
				t.Fatal("opens")
			}
			if !strings.Contains(err.Error(), tc.say) {
				t.Errorf("%v, want %q", err, tc.say)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// A store that a later program wrote is left alone, and the refusal says what
// to do.
func TestNewerStore(t *testing.T) {
	t.Parallel()
	c := folder(t)
	d, err := db.Open(t.Context(), c.dsn(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO casework_schema (version_id, is_applied) VALUES (9999, TRUE)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"open":    func() error { _, err := Open(t.Context(), c); return err },
		"migrate": func() error { return Migrate(t.Context(), c, MigrateOrder{}) },
		"install": func() error { return Install(t.Context(), c, fuzhou, false) },
	} {
		if err := do(); !errors.Is(err, db.ErrNewer) || !strings.Contains(err.Error(), "restore the backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	c := folder(t)
	var out bytes.Buffer
	c.Out = &out
	if err := Migrate(t.Context(), c, MigrateOrder{}); err != nil || !strings.Contains(out.String(), "casework") {
		t.Errorf("%q, %v", &out, err)
	}
	empty := Config{Data: t.TempDir()}
	if err := Migrate(context.Background(), empty, MigrateOrder{}); !errors.Is(err, ErrNoData) {
		t.Errorf("a folder that init did not set up: %v", err)
	}
	if left, err := os.ReadDir(empty.Data); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

func TestNobodyIsFoundWithoutAnAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, to := range []string{"staff:1", "person", ""} {
		if _, err := h.resolve(t.Context(), to, "sms"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", to, err)
		}
	}
	if _, err := h.resolve(t.Context(), "person:1", "email"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("e-mail: %v", err)
	}
}

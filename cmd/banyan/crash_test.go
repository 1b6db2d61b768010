package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/db/dbtest"
)

// banyan runs the program and gives what it said.
func banyan(t *testing.T, args ...string) (string, error) {
	t.Helper()
	text, err := exec.Command("banyan", args...).CombinedOutput()
	return string(text), err
}

// killed starts the program and ends it with kill -9 as soon as the moment has come, or lets it end before.
func killed(t *testing.T, moment func() bool, args ...string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command("banyan", args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for !moment() {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v\n%s", err, &said)
			}
			return // it was faster
		default:
			runtime.Gosched()
		}
	}
	_ = cmd.Process.Kill() // it may have ended by itself
	<-ended
}

// demoFolder is a data folder with the demo and some megabytes of photos.
func demoFolder(t *testing.T, address string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "d")
	args := []string{"init", "--data", data, "--pack", "../../packs/lianjiang", "--demo"}
	if said, err := banyan(t, append(args, "--db", address)...); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for i := range 24 {
		name := strings.Repeat(string(rune('a'+i)), 26) + ".pdf"
		dir := filepath.Join(data, "files", name[:2], name[2:4])
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte("%PDF-1.7"), 100_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

// unwell tells whether doctor found something but that the tests' own server is fast and forgetful on purpose.
func unwell(said string, err error) bool {
	return err != nil && !(strings.Count(said, "WRONG") == 1 && strings.Contains(said, "fsync = off"))
}

func engines(t *testing.T, try func(t *testing.T, server string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); try(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); try(t, dbtest.Server(t)) })
}

// A backup that is killed leaves no file with a backup's name, or a whole one; the next one goes well.
func TestBackupKilled(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, server string) {
		address := dbtest.Empty(t, server)
		data := demoFolder(t, address)
		for _, size := range []int64{0, 1, 1 << 20, 5 << 20, 15 << 20} {
			to := t.TempDir()
			killed(t, func() bool {
				parts, _ := filepath.Glob(filepath.Join(to, ".banyan-*.part"))
				if len(parts) == 0 {
					return false
				}
				st, err := os.Stat(parts[0])
				return err == nil && st.Size() >= size
			}, "backup", "--data", data, "--to", to, "--db", address)
			names, err := backup.List(to)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if said, err := banyan(t, "restore", "--from", filepath.Join(to, name), "--verify"); err != nil {
					t.Errorf("killed at %d bytes: %v\n%s", size, err, said)
				}
			}
			if said, err := banyan(t, "backup", "--data", data, "--to", filepath.Join(to, "next.tar"), "--db", address); err != nil {
				t.Errorf("the next one: %v\n%s", err, said)
			}
		}
		if said, err := banyan(t, "doctor", "--data", data, "--db", address); unwell(said, err) {
			t.Errorf("%v\n%s", err, said)
		}
	})
}

// A restore that is killed is told by every command, and run again it goes well.
func TestRestoreKilled(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, server string) {
		from := demoFolder(t, "")
		file := filepath.Join(t.TempDir(), "one.tar")
		if said, err := banyan(t, "backup", "--data", from, "--to", file); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		for _, moment := range []string{"restore.unfinished", "banyan.yaml", "files/aa/aa/*.pdf", "files/mm/mm/*.pdf", "files/xx/xx/*.pdf"} {
			address, data := dbtest.Empty(t, server), filepath.Join(t.TempDir(), "new")
			args := []string{"restore", "--from", file, "--data", data, "--key", filepath.Join(from, "secret.key"), "--db", address}
			killed(t, func() bool {
				found, _ := filepath.Glob(filepath.Join(data, moment))
				return len(found) > 0
			}, args...)
			if _, err := os.Stat(filepath.Join(data, "restore.unfinished")); err == nil {
				for _, command := range []string{"doctor", "migrate", "backup"} {
					if said, err := banyan(t, command, "--data", data, "--db", address); err == nil {
						t.Errorf("killed at %s: %s works on what is not whole\n%s", moment, command, said)
					}
				}
				if said, err := banyan(t, args...); err != nil {
					t.Errorf("killed at %s, the second time: %v\n%s", moment, err, said)
				}
			}
			said, err := banyan(t, "doctor", "--data", data, "--db", address)
			if unwell(said, err) || !strings.Contains(said, "24 files") {
				t.Errorf("killed at %s: %v\n%s", moment, err, said)
			}
		}
	})
}

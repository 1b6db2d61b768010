package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// options for a short run; its log goes to the test's.
func short(t *testing.T, binary string) options {
	return options{engine: "sqlite", binary: binary, seed: 20261126, times: 5, cuts: 20, traces: 1, quick: true, log: t.Output()}
}

func build(t *testing.T, tags string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "banyan")
	root, err := moduleRoot(t.Context())
	if err == nil {
		err = command(t.Context(), root, "go", "build", "-tags", tags, "-o", binary, "./cmd/banyan")
	}
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// TestKill is the short version of 100 kills on each engine.
func TestKill(t *testing.T) {
	t.Parallel()
	binary := build(t, "")
	t.Run("sqlite", func(t *testing.T) {
		wantNothingLost(t, short(t, binary))
	})
	t.Run("postgres", func(t *testing.T) {
		needPostgres(t)
		o := short(t, binary)
		o.engine, o.times, o.databaseKills = "postgres", 3, 1
		wantNothingLost(t, o)
	})
}

// TestReads is the short version of 1,000 kills while others read.
func TestReads(t *testing.T) {
	t.Parallel()
	o := short(t, build(t, ""))
	o.times = 8
	out, err := reads(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r := out.(*readsReport); r.bad() || r.Kills != o.times || r.Rows < r.Answered || len(r.Findings) > 0 {
		t.Errorf("%+v", *r)
	}
}

func wantNothingLost(t *testing.T, o options) {
	t.Helper()
	out, err := kill(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r := out.(*killReport)
	if r.bad() || r.Kills != o.times || r.Acknowledged == 0 || r.Checked == 0 {
		t.Errorf("%+v", *r)
	}
}

// needPostgres skips where no server is installed; the suite brings one.
func needPostgres(t *testing.T) {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if _, inPath := exec.LookPath("initdb"); err != nil || len(found) == 0 && inPath != nil {
		t.Skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
	}
}

// TestPowerCut wants nothing lost, and a store that does not sync found out.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed (Debian: apt-get install strace)")
	}
	t.Run("synced", func(t *testing.T) {
		out, err := power(t.Context(), short(t, build(t, "")))
		if err != nil {
			t.Fatal(err)
		}
		if r := out.(*powerReport); r.bad() || r.Cuts == 0 || r.Checked == 0 {
			t.Errorf("%+v", *r)
		}
	})
	t.Run("synchronous off", func(t *testing.T) {
		o := short(t, build(t, "banyan_sync_off"))
		o.sync = "off"
		out, err := power(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if r := out.(*powerReport); r.Lost == 0 {
			t.Errorf("nothing is found lost in %d cuts of a store that does not sync", r.Cuts)
		}
	})
}

// TestTwo is the short version of two processes on one PostgreSQL. How long it takes is not judged here.
func TestTwo(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	o := short(t, build(t, ""))
	o.times = 2
	out, err := two(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r := out.(*twoReport); r.bad() || r.Kills != 2 || r.Acknowledged == 0 || r.Checked == 0 {
		t.Errorf("%+v", *r)
	}
}

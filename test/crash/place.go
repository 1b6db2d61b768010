package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"banyan/internal/platform/db"
)

// place is where a run happens: the program, its data folder and its engine.
type place struct {
	dir     string // holds everything of the run
	data    string // the data folder
	binary  string
	cluster *cluster // PostgreSQL; nil on SQLite
	sms     *gateway
	keep    bool
}

// newPlace builds the program, sets up a city and opens a would-be SMS gateway.
func newPlace(ctx context.Context, o options, tags ...string) (p *place, err error) {
	p = &place{keep: o.keep, binary: o.binary}
	if p.dir, err = os.MkdirTemp("", "banyan-crash-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	p.data = filepath.Join(p.dir, "data")
	root, err := moduleRoot(ctx)
	if err != nil {
		return p, err
	}
	if p.binary == "" {
		p.binary = filepath.Join(p.dir, "banyan")
		if err := command(ctx, root, "go", "build", "-tags", strings.Join(tags, ","), "-o", p.binary, "./cmd/banyan"); err != nil {
			return p, err
		}
	}
	if o.engine == "postgres" {
		if p.cluster, err = startCluster(ctx, filepath.Join(p.dir, "pg")); err != nil {
			return p, err
		}
	}
	p.sms = openGateway()
	return p, p.setUp(ctx, o, root)
}

func (p *place) setUp(ctx context.Context, o options, root string) error {
	if o.data != "" {
		if err := os.CopyFS(p.data, os.DirFS(o.data)); err != nil {
			return fmt.Errorf("copy %s: %w", o.data, err)
		}
	} else if err := command(ctx, root, p.binary, append([]string{"init", "--pack", filepath.Join(root, "packs/fuzhou"), "--demo"}, p.store()...)...); err != nil {
		return err
	}
	if err := os.Chmod(p.data, 0o700); err != nil {
		return err
	}
	settings, err := os.OpenFile(filepath.Join(p.data, "banyan.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(settings, "proxies: [127.0.0.0/8]\nsms: {url: %q, token: crash}\n", p.sms.url)
	return errors.Join(err, settings.Sync(), settings.Close())
}

// store is the part of a command line that names the store.
func (p *place) store() []string {
	args := []string{"--data", p.data}
	if p.cluster != nil {
		args = append(args, "--db", p.cluster.url())
	}
	return args
}

// open opens the store beside the running program.
func (p *place) open(ctx context.Context) (*db.DB, error) {
	if p.cluster != nil {
		return db.Open(ctx, p.cluster.url(), db.Options{Conns: 4})
	}
	return db.Open(ctx, filepath.Join(p.data, "banyan.db"), db.Options{Readers: 2})
}

func (p *place) close() error {
	var err error
	if p.sms != nil {
		p.sms.close()
	}
	if p.cluster != nil {
		err = p.cluster.stop()
	}
	if p.keep {
		fmt.Fprintln(os.Stderr, "kept:", p.dir)
		return err
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// command runs a program and keeps what it said for the error.
func command(ctx context.Context, dir, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return nil
}

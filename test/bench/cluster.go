package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// cluster is a private PostgreSQL that keeps its promises: fsync and synchronous_commit are on.
type cluster struct {
	dir, bin string
	port     int
	owner    *syscall.Credential
}

// startCluster makes a PostgreSQL in the folder, on a free port of the loopback.
func startCluster(ctx context.Context, dir string) (*cluster, error) {
	c := &cluster{dir: dir}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return nil, errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql), or give --db")
	}
	c.bin = filepath.Dir(slices.Max(found))
	if err := c.ownedBy("postgres"); err != nil {
		return nil, err
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if err := c.tool(ctx, "initdb", "-D", data, "-U", "banyan", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"); err != nil {
		return nil, err
	}
	conf := fmt.Sprintf("listen_addresses = '127.0.0.1'\nunix_socket_directories = '%s'\nport = %d\nmax_connections = 100\n"+
		"shared_buffers = 256MB\nmax_wal_size = 2GB\ncheckpoint_timeout = 15min\njit = off\n", dir, c.port)
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(conf)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return c, c.tool(ctx, "pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "server.log"), "start")
}

// ownedBy gives the folder to another user when this one is root, whom PostgreSQL refuses.
func (c *cluster) ownedBy(name string) error {
	if err := os.MkdirAll(c.dir, 0o755); err != nil || os.Getuid() != 0 {
		return err
	}
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, errUID := strconv.Atoi(u.Uid)
	gid, errGID := strconv.Atoi(u.Gid)
	if err := errors.Join(errUID, errGID, os.Chmod(filepath.Dir(c.dir), 0o755), os.Chown(c.dir, uid, gid)); err != nil {
		return err
	}
	c.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // ids of the system fit
	return nil
}

func (c *cluster) tool(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, name), args...) //nolint:gosec // our own arguments
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner}
	// A file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
	log, err := os.CreateTemp("", "banyan-bench-*.log")
	if err != nil {
		return err
	}
	defer os.Remove(log.Name()) //nolint:errcheck // a file for temporary use
	defer log.Close()           //nolint:errcheck // as above
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name()) // what the tool said, if anything
		return fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	return nil
}

func (c *cluster) address(database string) string {
	return fmt.Sprintf("postgres://banyan@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

func (c *cluster) stop() error {
	return c.tool(context.Background(), "pg_ctl", "-D", filepath.Join(c.dir, "data"), "-m", "fast", "-w", "stop")
}

// pids are the server's processes: the postmaster and its children.
func (c *cluster) pids() ([]int, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	postmaster, err := strconv.Atoi(string(first))
	if err != nil {
		return nil, err
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", postmaster, postmaster))
	pids := []int{postmaster}
	for _, word := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(word); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, err
}

// makeDatabase makes an empty database beside the one at the address and gives its own.
func makeDatabase(ctx context.Context, address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	pool, err := sql.Open("pgx", address)
	if err != nil {
		return "", err
	}
	defer pool.Close() //nolint:errcheck // nothing is left unsaved in it
	name = "banyan_bench_" + name
	if _, err := pool.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name); err != nil {
		return "", err
	}
	if _, err := pool.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

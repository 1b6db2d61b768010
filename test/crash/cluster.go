package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// cluster is a PostgreSQL of this run alone that syncs what it commits.
type cluster struct{ dir, script, address string }

func startCluster(ctx context.Context, dir string) (*cluster, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil { // the server runs as another user
		return nil, err
	}
	c := &cluster{dir: dir, script: filepath.Join(root, "test/pg/start.sh")}
	return c, c.run(ctx, "start")
}

func (c *cluster) run(ctx context.Context, verb string) error {
	cmd := exec.CommandContext(ctx, c.script, verb)
	cmd.Env = append(os.Environ(), "BANYAN_PG_DIR="+c.dir, "BANYAN_PG_DURABLE=yes")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s PostgreSQL: %w", verb, err)
	}
	c.address = strings.TrimSpace(string(out))
	return nil
}

func (c *cluster) url() string { return c.address }

// crash ends the server and all its processes at once, and starts it again on what is left.
func (c *cluster) crash(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(c.dir, "data/postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	head, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return fmt.Errorf("read the server's process number: %w", err)
	}
	all, err := children(head)
	if err != nil {
		return err
	}
	for _, pid := range append([]int{head}, all...) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // a worker may have ended by itself
	}
	for _, pid := range append([]int{head}, all...) {
		for alive(pid) && ctx.Err() == nil {
			sleep(ctx, 1_000_000)
		}
	}
	// A dead process that nobody has buried yet still counts as running to the server's own tools.
	left, err := filepath.Glob(filepath.Join(c.dir, ".s.PGSQL.*"))
	for _, name := range append(left, filepath.Join(c.dir, "data/postmaster.pid")) {
		err = errors.Join(err, os.Remove(name))
	}
	if err != nil {
		return err
	}
	return c.run(ctx, "again")
}

// children lists the processes a process started.
func children(parent int) (pids []int, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			if err != nil {
				return nil, err
			}
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// alive tells whether a process runs; one that waits to be buried does not.
func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

func (c *cluster) stop() error { return c.run(context.Background(), "stop") }

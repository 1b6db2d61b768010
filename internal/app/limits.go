package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/web"
)

// Limits are the settings that bound one process; an empty one means its default.
type Limits struct {
	Handlers int    `yaml:"handlers"`  // requests worked on at once; 0: 32 for each core, at least 64
	Uploads  int    `yaml:"uploads"`   // forms with photos received at once; 0: 64
	MemoryMB int    `yaml:"memory_mb"` // the memory to stay below; 0: what GOMEMLIMIT or the container allows
	Wait     string `yaml:"wait"`      // the longest wait for a place, "4s"
}

func (l Limits) check() error {
	if d, err := time.ParseDuration(l.Wait); l.Wait != "" && (err != nil || d <= 0) {
		return fmt.Errorf("limits.wait: %q is not a time such as 4s", l.Wait)
	}
	if l.Handlers < 0 || l.Uploads < 0 || l.MemoryMB < 0 {
		return fmt.Errorf("limits: a number is below zero")
	}
	return nil
}

func (l Limits) web() web.Limits {
	wait, _ := time.ParseDuration(l.Wait) // checked when the settings were read
	return web.Limits{Handlers: l.Handlers, Uploads: l.Uploads, Patience: wait}
}

// class tells whose work a route is. Staff's rooms come first; whatever a
// citizen or a partner hands in comes next; reads by anybody are what waits
// when there is too much. A stream holds no place: the hub bounds them.
func class(r *http.Request, pattern string) web.Class {
	method, path, _ := strings.Cut(pattern, " ")
	for _, room := range []string{"/desk", "/work", "/cases/", "/calls", "/patrol", "/oversight", "/supervise", "/rectif", "/brain", "/admin", "/staff/", "/account"} {
		if strings.HasPrefix(path, room) {
			return web.Desk
		}
	}
	switch {
	case path == "/live":
		return web.Free
	case method == http.MethodGet && !strings.HasPrefix(path, "/report"), r.Method == http.MethodHead, pattern == "":
		return web.Public
	}
	return web.Intake
}

// The part of the memory limit that live data may fill before somebody is
// turned away: the collector needs the rest to work in.
const (
	memoryTight = 0.75
	memoryFull  = 0.90
	memoryLook  = 500 * time.Millisecond
)

// watchMemory turns requests away while live data nears the memory limit.
func (a *App) watchMemory(ctx context.Context) {
	limit := a.memoryLimit()
	if limit == 0 {
		return
	}
	look := time.NewTicker(memoryLook)
	defer look.Stop()
	for {
		a.Gate.Pressure(pressure(liveBytes(), limit))
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

func pressure(live, limit int64) int {
	switch full := float64(live) / float64(limit); {
	case full >= memoryFull:
		return 2
	case full >= memoryTight:
		return 1
	}
	return 0
}

// liveBytes is what the last collection found in use.
func liveBytes() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64()) //nolint:gosec // a machine has less
}

// memoryLimit gives the soft limit in bytes and makes the collector keep to it:
// GOMEMLIMIT, else the setting, else four fifths of what the container may use;
// 0 when nothing limits the process.
func (a *App) memoryLimit() int64 {
	if os.Getenv("GOMEMLIMIT") == "" {
		limit := int64(a.Settings.Limits.MemoryMB) << 20
		if limit == 0 {
			limit = containerLimit("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes") / 5 * 4
		}
		if limit > 0 {
			debug.SetMemoryLimit(limit)
		}
	}
	if limit := debug.SetMemoryLimit(-1); limit < 1<<50 {
		return limit
	}
	return 0
}

// containerLimit reads the control group's limit in bytes, or 0. "max" and the
// huge number of the first version mean that there is none.
func containerLimit(files ...string) int64 {
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n < 1<<50 {
			return n
		}
	}
	return 0
}

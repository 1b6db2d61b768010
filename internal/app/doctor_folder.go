package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"banyan/internal/platform/db"
)

func lookSettings(_ context.Context, c Config) (Finding, error) {
	if _, err := c.readSettings(); err != nil {
		return wrongly(err.Error(), "mend banyan.yaml; docs/operate.md lists the settings"), nil
	}
	return well(""), nil
}

func lookKey(_ context.Context, c Config) (Finding, error) {
	const do = "put the data folder's own key back, from where a copy is kept apart or from an encrypted backup"
	if _, err := c.secret(); err != nil {
		return wrongly(err.Error(), do), nil
	}
	st, err := os.Stat(c.path(keyFile))
	if err == nil && st.Mode().Perm()&0o077 != 0 {
		return warn("others could read it if the folder let them in", "chmod 600 "+c.path(keyFile)), nil
	}
	return well(""), err
}

// lookFolder makes sure that only its owner can read the data folder.
func lookFolder(_ context.Context, c Config) (Finding, error) {
	st, err := os.Stat(c.Data)
	if err == nil && st.Mode().Perm()&0o077 != 0 {
		return wrongly(fmt.Sprintf("%s can be read by others (%s)", c.Data, st.Mode().Perm()), "chmod 700 "+c.Data), nil
	}
	return well(""), err
}

// Free space below these is told.
const (
	diskWarn  = 5 << 30
	diskWrong = 512 << 20
)

func lookDisk(_ context.Context, c Config) (Finding, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(c.Data, &st); err != nil {
		return Finding{}, err
	}
	free := uint64(st.Bavail) * uint64(st.Bsize) //nolint:unconvert,gosec // the types differ between systems
	say := fmt.Sprintf("%.1f GB free", float64(free)/1e9)
	switch {
	case free < diskWrong:
		return wrongly(say, "make room now: without it nothing can be taken in"), nil
	case free < diskWarn:
		return warn(say, "make room, or move backups elsewhere"), nil
	}
	return well(say), nil
}

func lookUnfinished(_ context.Context, c Config) (Finding, error) {
	_, err := os.Lstat(c.path(unfinishedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return well("none is unfinished"), nil
	}
	return wrongly("a restore into this folder began and did not end", "run the same banyan restore again: it begins anew"), err
}

// The oldest engines that are known to be right: SQLite before 3.51.3 could lose a reset of its log.
const (
	oldestPostgres = 150_000
	oldestSQLite   = 3_051_003
)

func lookEngine(ctx context.Context, d *db.DB) (Finding, error) {
	h, err := d.Health(ctx)
	if err != nil {
		return Finding{}, err
	}
	say := fmt.Sprintf("%s %s", d.Dialect(), h.Version)
	oldest := oldestSQLite
	if d.Dialect() == db.Postgres {
		oldest = oldestPostgres
	}
	switch {
	case h.Number < oldest:
		return wrongly(say+" is too old", "PostgreSQL 15 or newer is needed"), nil
	case !strings.HasPrefix(h.Encoding, "UTF"):
		return wrongly(fmt.Sprintf("texts are stored as %s", h.Encoding), "make a database with encoding UTF8 and restore a backup into it"), nil
	case len(h.Unsafe) > 0:
		return wrongly("a power cut can lose what was acknowledged: "+strings.Join(h.Unsafe, ", "), "set them to on in postgresql.conf and reload the server"), nil
	}
	return well(say), d.Unfinished(ctx)
}

// Two clocks may differ by so much.
const (
	skewWarn  = 2 * time.Second
	skewWrong = time.Minute
)

func lookClock(ctx context.Context, d *db.DB) (Finding, error) {
	h, err := d.Health(ctx)
	say := fmt.Sprintf("the database server's clock differs by %s", h.Skew.Round(time.Millisecond).Abs())
	const do = "keep both machines' clocks right with NTP: due times are counted on them"
	switch {
	case err != nil || d.Dialect() == db.SQLite:
		return well("the store has no other"), err
	case h.Skew.Abs() >= skewWrong:
		return wrongly(say, do), nil
	case h.Skew.Abs() >= skewWarn:
		return warn(say, do), nil
	}
	return well(say), nil
}

// lookSchema compares versions and migrates nothing.
func lookSchema(ctx context.Context, d *db.DB) (Finding, error) {
	behind, fresh, err := Pending(ctx, d)
	switch {
	case err != nil:
		return wrongly(err.Error(), "start the newer program again, or restore the backup made before the update"), nil
	case fresh:
		return wrongly("the store is empty", "banyan init, or give the right --db"), nil
	case len(behind) > 0:
		return wrongly(fmt.Sprintf("%d modules are behind, first %s at %d of %d", len(behind), behind[0].Module, behind[0].Stored, behind[0].Known),
			"banyan migrate --backup, then doctor again: what the store holds was not looked at"), nil
	}
	return well(""), nil
}

func (c Config) lookIntegrity(ctx context.Context, d *db.DB) (Finding, error) {
	c.told("reading every table", 1)
	if err := d.ReadAll(ctx, scope()); err != nil {
		return wrongly(err.Error(), "stop the program, keep a copy of what is there, and restore the newest backup"), nil
	}
	return well(""), nil
}

package app

import (
	"context"
	"fmt"
	"os"

	"banyan/internal/work/casework"
)

// Finding is one thing that doctor looked at.
type Finding struct {
	What string `json:"what"`
	OK   bool   `json:"ok"`
	Say  string `json:"say,omitempty"` // what is wrong and what to do
}

// Doctor looks at a data folder and its store and says what is wrong and what
// to do about it. It changes nothing but the schema, which opening brings up
// to date.
func Doctor(ctx context.Context, c Config) ([]Finding, error) {
	c = c.withDefaults()
	var out []Finding
	note := func(what string, err error, hint string) bool {
		f := Finding{What: what, OK: err == nil}
		if err != nil {
			f.Say = err.Error() + hint
		}
		out = append(out, f)
		return f.OK
	}
	_, err := c.readSettings()
	if !note("settings", err, "") {
		return out, nil
	}
	_, err = c.secret()
	note("key", err, "")
	note("folder", c.private(), "")
	a, err := Open(ctx, c)
	if !note("store and pack", err, "") {
		return out, nil
	}
	defer a.Close()
	note("store integrity", a.DB.Check(ctx), "; restore a backup")
	_, differ, err := a.Cases.Replay(ctx, nothing)
	if err == nil && len(differ) > 0 {
		err = fmt.Errorf("%d cases differ from their journals, first %s", len(differ), differ[0])
	}
	note("journals rebuild the cases", err, "")
	note("reactions", a.failedReactions(ctx), "; look at /admin and retry")
	note("messages", a.failedMessages(ctx), "; look at /admin and retry")
	return out, nil
}

// private makes sure that only its owner can read the data folder.
func (c Config) private() error {
	st, err := os.Stat(c.Data)
	if err != nil {
		return err
	}
	if st.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by others (%s); run: chmod 700 %s", c.Data, st.Mode().Perm(), c.Data)
	}
	return nil
}

func (a *App) failedReactions(ctx context.Context) error {
	fs, err := a.Facts.Failures(ctx)
	if err == nil && len(fs) > 0 {
		err = fmt.Errorf("%d failed, first %s", len(fs), fs[0].ID)
	}
	return err
}

func (a *App) failedMessages(ctx context.Context) error {
	fs, err := a.Outbox.Failures(ctx, 100)
	if err == nil && len(fs) > 0 {
		err = fmt.Errorf("%d failed", len(fs))
	}
	return err
}

// Migrate opens the store, which brings its schema up to date, and tells the
// versions.
func Migrate(ctx context.Context, c Config) error {
	c = c.withDefaults()
	if _, err := c.readSettings(); err != nil {
		return err
	}
	d, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	states, err := d.CheckSchema(ctx, schemas()...)
	for _, s := range states {
		fmt.Fprintf(c.Out, "%-10s %d of %d\n", s.Module, s.Stored, s.Known)
	}
	return err
}

// nothing listens to a replay that only compares.
func nothing(casework.Happened) error { return nil }

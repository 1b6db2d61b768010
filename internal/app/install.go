package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/pack"
	"banyan/internal/scenario/demo"
)

// Install sets up a data folder with a pack: settings, key, store, installed
// pack. It is safe to repeat; a newer version of the pack is put in force.
func Install(ctx context.Context, c Config, packDir string, withDemo bool) error {
	c = c.withDefaults()
	p, err := ReadPack(packDir)
	if err != nil {
		return err
	}
	city, err := c.readCity(p)
	if err != nil {
		return err
	}
	if err := c.makeFolder(withDemo); err != nil {
		return err
	}
	d, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	now := c.Clock.Now()
	err = d.Read(ctx, func(tx *db.Tx) error { return city.Purposes.Check(tx, now) })
	if err == nil {
		err = pack.NewStore(d, c.Clock).Install(ctx, p)
	}
	err = errors.Join(err, d.Close())
	if err != nil {
		return fmt.Errorf("install pack %s: %w", p.Ref(), err)
	}
	fmt.Fprintf(c.Out, "pack %s is installed in %s\n", p.Ref(), c.Data)
	if withDemo {
		return c.demo(ctx)
	}
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(a.firstLogin(ctx, c.Clock.Now()), a.Close())
}

// makeFolder makes the data folder, readable by its owner alone, with its
// settings and key. What exists stays.
func (c Config) makeFolder(development bool) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	text := "# Settings of this Banyan. An unknown setting fails. See docs/operate.md.\n"
	if development {
		text += "development: true # demo logins and /dev; never on a server that people use\n"
	}
	f, err := os.OpenFile(c.path("banyan.yaml"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write settings: %w", err)
	}
	return c.makeSecret()
}

// demo fills an empty store with the pack's demo. A store that holds requests
// is left alone.
func (c Config) demo(ctx context.Context) error {
	now := c.Clock.Now()
	manual := clock.NewManual(now)
	c.Clock = manual
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if n, _, err := a.Cases.Opened(ctx, clock.FromMs(1), now.AddDate(1, 0, 0)); err != nil || n > 0 {
		fmt.Fprintf(c.Out, "the store already holds %d cases; the demo is left as it is\n", n)
		return err
	}
	file, err := demo.Load(a.City.Pack)
	if err != nil {
		return err
	}
	player := &demo.Player{
		DB: a.DB, Clock: manual, Areas: a.City.Areas, Orgs: a.City.Orgs, Duties: a.City.Duties, Staff: a.Staff, Identity: a.Identity,
		Requests: a.Requests, Consents: a.Consents, Cases: a.Cases, Rate: a.Rate, Surveys: a.Surveys, Tick: a.tick, Settle: a.Facts.Drain, EndSurveys: a.endSurveys,
	}
	if err := player.AddStaff(ctx, file, now.AddDate(-1, 0, 0)); err != nil {
		return err
	}
	if err := player.Assess(ctx, file, now.AddDate(0, -3, 0)); err != nil {
		return err
	}
	if err := player.Play(ctx, file, now); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "the demo is in: %d requests, %d logins\n", len(file.Requests), len(file.Staff))
	return nil
}

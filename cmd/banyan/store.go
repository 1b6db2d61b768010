package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/pack"
	"banyan/internal/scenario/demo"
	"banyan/internal/work/oversee"
)

func runInit(ctx context.Context, args []string, _, progress io.Writer) error {
	c := flags("init", progress)
	folder := c.String("pack", "", "the pack's `folder`")
	withDemo := c.Bool("demo", false, "fill the store with a small invented city")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	if *folder == "" {
		return misuse("banyan init needs --pack FOLDER")
	}
	return app.Install(ctx, c.config(), *folder, *withDemo)
}

func runServe(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("serve", progress)
	addr := c.String("addr", "127.0.0.1:8080", "`host:port` to listen on")
	metrics := c.String("metrics", "", "`host:port` for Prometheus, instead of the setting")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	conf := c.config()
	conf.Log, conf.Metrics = slog.New(slog.NewTextHandler(progress, nil)), *metrics
	a, err := app.Open(ctx, conf)
	if err != nil {
		return err
	}
	defer a.Close()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s on http://%s\n", a.City.Pack.Title.Hans, l.Addr())
	greet(ctx, a, out, "http://"+l.Addr().String())
	return a.Serve(ctx, l)
}

// greet tells a newcomer where to go; the demo logins only in development.
func greet(_ context.Context, a *app.App, out io.Writer, base string) {
	fmt.Fprintf(out, "  citizens  %s/\n  staff     %s/staff/signin\n", base, base)
	if !a.Settings.Development {
		return
	}
	fmt.Fprintf(out, "  would-be messages  %s/dev/outbox\nDemo logins, password %q:\n", base, demo.Password)
	file, err := demo.Load(a.City.Pack)
	if err != nil {
		return // the pack has no demo
	}
	for _, s := range file.Staff {
		var posts []string
		for _, p := range s.Posts {
			u, _ := a.City.Orgs.Get(p.Unit)
			posts = append(posts, p.Role+" of "+u.Name.Hans)
		}
		fmt.Fprintf(out, "  %-18s %s\n", s.Login, strings.Join(posts, "; "))
	}
}

func runImport(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("import messages", progress)
	areas := c.String("areas", "", "YAML `file`: words in a message -> area code")
	files, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	res, err := app.ImportMessages(ctx, c.config(), files[0], *areas)
	return errors.Join(err, printJSON(out, res))
}

func runRates(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("report rates", progress)
	asJSON := c.Bool("json", false, "print JSON")
	replay := c.Bool("replay", false, "recount from the journals and compare")
	from, to := c.String("from", "", "first `month`, 2026-01"), c.String("to", "", "last `month`")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	for _, month := range []string{*from, *to} {
		if _, err := time.Parse("2006-01", month); month != "" && err != nil {
			return misuse(fmt.Sprintf("%q is not a month such as 2026-01", month))
		}
	}
	a, err := app.Open(ctx, c.config())
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Rates(ctx, oversee.Period{From: *from, To: *to}, *replay)
	if err != nil {
		return err
	}
	if *asJSON {
		return printJSON(out, r)
	}
	for _, u := range r.Units {
		fmt.Fprintf(out, "%-16s %-28s", u.Unit, u.Name)
		for _, code := range []string{"response", "resolution", "satisfaction"} {
			fmt.Fprintf(out, "  %s %s", code, share(u.Rates[code]))
		}
		fmt.Fprintln(out)
	}
	return nil
}

func share(r oversee.Rate) string {
	if r.Percent == nil {
		return "—"
	}
	return fmt.Sprintf("%.1f%% (%d/%d)", *r.Percent, r.Good, r.Counts)
}

func runMigrate(ctx context.Context, args []string, _, progress io.Writer) error {
	c := flags("migrate", progress)
	check := c.Bool("check", false, "only say what is pending")
	first := c.Bool("backup", false, "take a backup before, as banyan.yaml says, or into backups/ of the data folder")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	return app.Migrate(ctx, c.config(), app.MigrateOrder{Check: *check, Backup: *first})
}

func runDoctor(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("doctor", progress)
	asJSON := c.Bool("json", false, "print JSON")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	return diagnose(ctx, c.config(), *asJSON, out)
}

// diagnose prints what doctor finds; something wrong is an error.
func diagnose(ctx context.Context, c app.Config, asJSON bool, out io.Writer) error {
	found, err := app.Doctor(ctx, c)
	if err != nil {
		return err
	}
	ill := 0
	for _, f := range found {
		if f.Level == app.Wrong {
			ill++
		}
		if asJSON {
			continue
		}
		fmt.Fprintf(out, "%-6s %-28s %s\n", map[app.Level]string{app.Well: "ok", app.Warn: "warn", app.Wrong: "WRONG"}[f.Level], f.What, f.Say)
		if f.Do != "" {
			fmt.Fprintf(out, "%-35s -> %s\n", "", f.Do)
		}
	}
	if asJSON {
		if err := printJSON(out, found); err != nil {
			return err
		}
	}
	if ill > 0 {
		return fmt.Errorf("%d things are wrong", ill)
	}
	return nil
}

func printJSON(out io.Writer, v any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", doc)
	return err
}

// problems prints what is wrong with a pack, line by line.
func problems(out io.Writer, name string, ps pack.Problems) {
	for _, p := range ps {
		fmt.Fprintf(out, "%s: %s\n", name, p)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/apikey"
	"banyan/web"
)

// words is a flag that may be given several times, or once with commas.
type words []string

func (w *words) String() string { return strings.Join(*w, ",") }

func (w *words) Set(text string) error {
	*w = append(*w, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })...)
	return nil
}

func runKeyCreate(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("key create", progress)
	var n apikey.New
	var scopes, roles words
	c.StringVar(&n.Name, "name", "", "what the other system is `called`")
	c.Var(&scopes, "scope", "what the key may be used for: "+strings.Join(apikey.Scopes(), ", ")+"; without it the whole loop: "+strings.Join(apikey.Loop(), ", "))
	c.StringVar(&n.Unit, "unit", "", "`id` of the unit it acts for; without it the city's handling centre")
	c.Var(&roles, "role", "roles of its post; without it those that do the unit's own work")
	c.StringVar(&n.Area, "area", "", "`code` of the area its post reaches; without it the unit's")
	c.Float64Var(&n.PerSecond, "per-second", 0, "calls a second, lasting (default 20)")
	c.IntVar(&n.Burst, "burst", 0, "calls at once (default 100, or five seconds' worth)")
	c.IntVar(&n.PerDay, "per-day", 0, "calls a day; without it no such limit")
	until := c.String("until", "", "last `day` it opens, 2027-12-31")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	if *until != "" {
		day, err := time.ParseInLocation(time.DateOnly, *until, clock.City)
		if err != nil {
			return misuse(fmt.Sprintf("%q is not a day such as 2027-12-31", *until))
		}
		n.Until = day.AddDate(0, 0, 1)
	}
	if n.Burst == 0 && n.PerSecond > apikey.DefaultPerSecond {
		n.Burst = int(5 * n.PerSecond)
	}
	slices.Sort(scopes)
	n.Scopes, n.Roles = slices.Compact(scopes), roles
	k, secret, err := app.MakeKey(ctx, c.config(), n)
	if err != nil {
		return plainly(err)
	}
	fmt.Fprintf(progress, "key %s of %s: %s as %s, scopes %s\nthe secret is shown once:\n", k.ID, k.Name, k.Unit, strings.Join(k.Roles, ", "), strings.Join(k.Scopes, ", "))
	fmt.Fprintln(out, secret)
	return nil
}

func runKeyList(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("key list", progress)
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	list, err := app.Keys(ctx, c.config())
	if err != nil {
		return err
	}
	now := time.Now()
	for _, k := range list {
		state := "open"
		switch {
		case !k.Revoked.IsZero():
			state = "revoked"
		case !k.Holds(now):
			state = "ended"
		}
		fmt.Fprintf(out, "%s  %-8s %-14s %-28s %s  %s\n", k.ID, state, k.Unit, strings.Join(k.Roles, ","), strings.Join(k.Scopes, ","), k.Name)
	}
	return nil
}

func runKeyRevoke(ctx context.Context, args []string, _, progress io.Writer) error {
	c := flags("key revoke", progress)
	ids, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	return plainly(app.RevokeKey(ctx, c.config(), ids[0]))
}

// plainly says a refusal in words for the person at the keyboard.
func plainly(err error) error {
	e, ok := fault.As(err)
	if !ok || e.Kind == fault.Internal {
		return err
	}
	messages, loadErr := i18n.Load(web.Messages)
	if loadErr != nil {
		return errors.Join(err, loadErr)
	}
	said := messages.T(i18n.En, e.Key, e.Args...)
	if e.Field != "" {
		said = "--" + e.Field + ": " + said
	}
	return errors.New(said)
}

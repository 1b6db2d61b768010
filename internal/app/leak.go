package app

import (
	"context"
	"errors"

	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/scenario/brain"
	"banyan/internal/work/leak"
)

// taken tells the page about leaks who took a file out of the house.
func (a *App) taken(ctx context.Context, digest string) (list []brain.TakenFile, err error) {
	found, err := a.Feed.Taken(ctx, digest)
	for _, e := range found {
		list = append(list, brain.TakenFile{At: e.At, Actor: e.Actor, Unit: e.Unit, What: e.What + "." + e.Format})
	}
	if err != nil {
		return nil, err
	}
	made, err := a.Leak.CopiesBy(ctx, digest, "")
	for _, c := range made {
		what := "list." + c.Format
		if c.Recipient != "" {
			what += " → " + c.Recipient
		}
		list = append(list, brain.TakenFile{At: c.At, Actor: c.Actor, Unit: c.Unit, What: what})
	}
	return list, err
}

// actorName is the name of a member of staff or of a key, and the id itself for anybody else.
func (a *App) actorName(ctx context.Context, id string) string {
	if leak.OfCopy(id) {
		if made, err := a.Leak.CopiesBy(ctx, "", id); err == nil && len(made) > 0 {
			return made[0].Recipient
		}
		return id
	}
	if key, ok := apikey.KeyOf(id); ok {
		if k, err := a.Keys.Get(ctx, key); err == nil {
			return k.Name
		}
		return id
	}
	if s, err := a.Staff.Staff(ctx, id); err == nil {
		return s.Name
	}
	return id
}

// TraceLeak finds out whose screen a list came from, for somebody at the machine's keyboard, and names the first suspect.
func TraceLeak(ctx context.Context, c Config, in leak.Ask) (t leak.Trace, names map[string]string, err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return t, nil, err
	}
	t, err = a.Leak.Trace(ctx, access.Program("keyboard"), in)
	names = map[string]string{}
	for _, s := range t.Suspects {
		names[s.Viewer] = a.actorName(ctx, s.Viewer)
	}
	for _, c := range t.Controls {
		names[c.Viewer] = a.actorName(ctx, c.Viewer)
	}
	return t, names, errors.Join(err, a.Close())
}

package app

import (
	"context"
	"time"

	"banyan/internal/platform/pack"
)

// forceEvery is how often a running process asks which pack is in force: so
// long two processes may answer by different packs after one was installed.
const forceEvery = 2 * time.Second

// unfit is a pack in force that this program could not read: it stays with the
// one it has, says so, and is not ready.
type unfit struct {
	ref   string
	tried time.Time
}

// unfitEvery is how often reading such a pack is tried again.
const unfitEvery = time.Minute

// next waits until another pack is in force and gives its house, or nil when
// the context ends. A City never changes: another pack is another house, over
// the same store, files, open screens and limits.
func (f *front) next(ctx context.Context) *App {
	look := time.NewTicker(forceEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		a := f.house.Load()
		v, err := a.Packs.InForce(ctx)
		if err != nil || a.answersBy(v) || a.triedLately(v) {
			continue // a store that does not answer is seen by readyz
		}
		next, err := a.heir(ctx)
		if err == nil {
			a.Log.Info("another pack is in force", "was", a.City.Pack.Ref(), "now", v.Ref())
			return next
		}
		if ctx.Err() == nil {
			a.unfit.Store(&unfit{v.Ref(), time.Now()})
			a.Log.Error("the pack in force cannot be read by this program; it goes on with the one it has and is not ready", "pack", v.Ref(), "error", err)
		}
	}
}

// answersBy tells whether the house is built of the version, and forgets a
// version it could not read when that is no longer in force.
func (a *App) answersBy(v pack.Version) bool {
	own := a.City.Pack
	if v.Digest != own.Digest || v.Ref() != own.Ref() {
		return false
	}
	a.unfit.Store(nil)
	return true
}

func (a *App) triedLately(v pack.Version) bool {
	u := a.unfit.Load()
	return u != nil && u.ref == v.Ref() && time.Since(u.tried) < unfitEvery
}

// heir builds the house of the pack in force beside this one.
func (a *App) heir(ctx context.Context) (*App, error) {
	next := &App{
		Config: a.Config, Settings: a.Settings, DB: a.DB, Files: a.Files, Live: a.Live, Dev: a.Dev, process: a.process, key: a.key,
	}
	if err := next.build(ctx); err != nil {
		return nil, err
	}
	return next, nil
}

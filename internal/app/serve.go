package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"banyan/internal/platform/web"
	"banyan/internal/register/apikey"
	assets "banyan/web"
	"banyan/web/ui"
)

// The end of a process: first it says that it drains, so that a proxy sends nobody any more; then open answers are
// finished; then what works by itself. Each has its own time, and what takes longer is cut off.
const (
	defaultDrain = 3 * time.Second
	graceful     = 10 * time.Second
	finishing    = 10 * time.Second
)

// uploadMost is what one form may carry: a reply's three photos before and three
// after, 12 MB each, and its words.
const uploadMost = 80 << 20

// Handler is the whole site with every safeguard, for Serve and for tests.
func (a *App) Handler() (http.Handler, error) {
	s, err := a.site()
	if err != nil {
		return nil, err
	}
	return s.Handler(), nil
}

// Routes lists every route of the site, "GET /case/{id}".
func (a *App) Routes() ([]string, error) {
	s, err := a.site()
	if err != nil {
		return nil, err
	}
	return s.Patterns(), nil
}

// site puts every room behind one server.
func (a *App) site() (*web.Server, error) {
	s := web.New(web.Config{
		Logger: a.Log, Catalog: a.Catalog, Clock: a.Clock, Sessions: a.session, Keys: a.programs, KeyPrefix: apikey.SecretPrefix, ErrorPage: ui.ErrorPage,
		Secure: a.Settings.Secure, Proxies: a.Settings.Proxies, UploadLimit: uploadMost,
		Gate: a.Gate, Class: class, Observe: a.Counts.answered,
	})
	s.Static("GET /assets/", assets.Assets())
	s.Static("GET /healthz", http.HandlerFunc(healthz))
	s.Static("GET /readyz", http.HandlerFunc(a.readyz))
	s.Handle("GET /live", a.live)
	return s, a.routes(s)
}

// Serve runs the house on an address until the context ends: pages, and all
// that works without being asked. Then it ends in order; see drain.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	breathe()
	if err := assets.Check(); err != nil {
		return err
	}
	f, err := newFront(a)
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var all sync.WaitGroup
	all.Go(func() { f.run(work) })
	all.Go(func() { a.Relay.Run(work) })
	all.Go(func() { a.Lease.Run(work) })
	all.Go(func() { a.watchMemory(work) })
	if err := f.tellMetrics(work, &all); err != nil {
		return err
	}
	srv, drained := f.server(), make(chan struct{})
	go func() {
		defer close(drained)
		select {
		case <-ctx.Done():
			f.drain(srv)
		case <-work.Done():
		}
	}()
	if err = srv.Serve(l); errors.Is(err, http.ErrServerClosed) {
		err = nil
		<-drained
	}
	stop()
	if !atMost(finishing, all.Wait) {
		a.Log.Warn("something did not finish in time and was left for the next start")
	}
	<-drained
	return err
}

// background runs all that works without being asked until the context ends,
// and returns when each part has finished what it had begun.
func (a *App) background(ctx context.Context) {
	var all sync.WaitGroup
	a.Facts.Start(ctx)
	sent := a.Outbox.Start(ctx)
	told := a.Hooks.Start(ctx)
	all.Go(func() { a.keepTime(ctx) })
	all.Go(func() { a.keepHouse(ctx) })
	all.Go(func() { a.keepTrail(ctx) })
	all.Go(func() { a.keepChannels(ctx) })
	all.Wait()
	a.Facts.Wait()
	<-sent
	<-told
}

// keepTime lets time act while this process holds the lease. A failure is
// logged and tried again: the next look finds what this one missed.
func (a *App) keepTime(ctx context.Context) {
	beat := time.NewTicker(tickEvery)
	defer beat.Stop()
	recounted := false
	for {
		if a.Lease.Held() {
			err := a.tick(ctx)
			if !recounted && err == nil {
				_, err = a.Cases.Recount(ctx)
				recounted = err == nil
			}
			if err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "due times", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		case <-a.Lease.Taken():
		}
	}
}

// atMost tells whether do ended within d; otherwise it is left alone.
func atMost(d time.Duration, do func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/live"
	"banyan/internal/platform/web"
	assets "banyan/web"
	"banyan/web/ui"
)

// graceful is how long open answers may take when the program is asked to end.
const graceful = 10 * time.Second

// uploadMost is what one form may carry: a reply's three photos before and three
// after, 12 MB each, and its words.
const uploadMost = 80 << 20

// Handler is the whole site with every safeguard, for Serve and for tests.
func (a *App) Handler() (http.Handler, error) {
	s := web.New(web.Config{
		Logger: a.Log, Catalog: a.Catalog, Clock: a.Clock, Sessions: a.session, ErrorPage: ui.ErrorPage,
		Secure: a.Settings.Secure, Proxies: a.Settings.Proxies, UploadLimit: uploadMost,
	})
	s.Static("GET /assets/", assets.Assets())
	s.Static("GET /healthz", http.HandlerFunc(a.health))
	s.Handle("GET /live", a.live)
	if err := a.routes(s); err != nil {
		return nil, err
	}
	return s.Handler(), nil
}

// health answers 200 when the store answers.
func (a *App) health(w http.ResponseWriter, r *http.Request) {
	if _, err := a.Packs.Versions(r.Context()); err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// live streams signals of the topics a visitor may follow. Signals hold no
// content, so staff may follow any; others none.
func (a *App) live(w http.ResponseWriter, r *http.Request) error {
	if !web.VisitorOf(r).IsStaff() {
		return fault.New(fault.Forbidden, "access.refused")
	}
	return a.Live.Serve(w, r, live.Topics(r))
}

// Serve runs the house on an address until the context ends: pages, reactions,
// due times and outgoing messages.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	if err := assets.Check(); err != nil {
		return err
	}
	h, err := a.Handler()
	if err != nil {
		return err
	}
	if _, err := a.Cases.Recount(ctx); err != nil {
		return fmt.Errorf("recompute provisional due times: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	srv.RegisterOnShutdown(a.Live.Close)
	var work sync.WaitGroup
	a.Facts.Start(ctx)
	sent := a.Outbox.Start(ctx)
	work.Go(func() { a.keepTime(ctx) })
	work.Go(func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
		defer cancel()
		_ = srv.Shutdown(end) // answers that take longer are cut off
	})
	err = srv.Serve(l)
	stop()
	work.Wait()
	<-sent
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// tidy removes what has ended: sessions and codes, once an hour.
func (a *App) tidy(ctx context.Context) error {
	if now := a.Clock.Now(); now.Sub(a.tidied) >= time.Hour {
		a.tidied = now
		return a.Identity.Tidy(ctx)
	}
	return nil
}

// keepTime lets time act while the program runs. A failure is logged and tried
// again: the next look finds what this one missed.
func (a *App) keepTime(ctx context.Context) {
	beat := time.NewTicker(tickEvery)
	defer beat.Stop()
	for {
		if err := errors.Join(a.tick(ctx), a.tidy(ctx)); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "due times", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

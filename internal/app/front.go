package app

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// front is what the listener meets. Behind it stands the house of the pack in
// force; when another pack is put in force, another house takes its place
// between two requests.
type front struct {
	house   atomic.Pointer[App]
	handler atomic.Pointer[http.Handler]
}

func newFront(a *App) (*front, error) {
	f := &front{}
	if err := f.put(a); err != nil {
		return nil, err
	}
	f.hear(a)
	return f, nil
}

// put lets a house answer from the next request on.
func (f *front) put(a *App) error {
	h, err := a.Handler()
	if err != nil {
		return err
	}
	a.Facts.OnBehind(func(reaction string) { a.Relay.Say(wordFact, reaction) })
	f.house.Store(a)
	f.handler.Store(&h)
	return nil
}

// ServeHTTP asks the house in force. While the process drains, each answer ends
// its connection: the next request comes by a new one, to another process.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.house.Load().draining.Load() {
		w.Header().Set("Connection", "close")
	}
	(*f.handler.Load()).ServeHTTP(w, r)
}

// server has no time limit for reading a body, which receives one by its
// progress; the one for writing is moved on with every write.
func (f *front) server() *http.Server {
	srv := &http.Server{
		Handler: f, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, WriteTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	srv.RegisterOnShutdown(func() { f.house.Load().Live.Close() })
	return srv
}

// drain ends the answering side: not ready, then no new connections, then the
// open answers and streams.
func (f *front) drain(srv *http.Server) {
	a := f.house.Load()
	a.draining.Store(true)
	a.Log.Info("ending: no longer ready", "drain", a.Settings.drain())
	time.Sleep(a.Settings.drain())
	end, cancel := context.WithTimeout(context.Background(), graceful)
	defer cancel()
	if err := srv.Shutdown(end); err != nil {
		a.Log.Warn("answers that took too long are cut off", "error", err)
		_ = srv.Close() // the answers that are cut off have nobody to tell
	}
}

// run lets the house in force work, and the next one each time another pack is
// put in force, until the context ends.
func (f *front) run(ctx context.Context) {
	for ctx.Err() == nil {
		a := f.house.Load()
		work, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			a.background(work)
		}()
		next := f.next(ctx)
		stop()
		<-ended
		if next == nil {
			return
		}
		if err := f.put(next); err != nil {
			a.Log.Error("the new pack's house could not open; the old one goes on", "error", err)
			a.unfit.Store(&unfit{next.City.Pack.Ref(), time.Now()})
		}
	}
}

package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// gateway is an SMS service that keeps the keys of what it was given.
type gateway struct {
	url    string
	server *httptest.Server

	mu   sync.Mutex
	keys map[string]int // how often each key came
	last time.Time
}

func openGateway() *gateway {
	g := &gateway{keys: map[string]int{}}
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.keys[r.Header.Get("Idempotency-Key")]++
		g.last = time.Now()
		w.WriteHeader(http.StatusAccepted)
	}))
	g.url = g.server.URL + "/sms"
	return g
}

// got tells how often a message came.
func (g *gateway) got(key string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.keys[key]
}

// count tells how many messages came and how many of them more than once.
func (g *gateway) count() (all, again int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, n := range g.keys {
		all++
		if n > 1 {
			again++
		}
	}
	return all, again
}

func (g *gateway) latest() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

func (g *gateway) close() { g.server.Close() }

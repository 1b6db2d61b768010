package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// counters are what the answering side counts as it goes; the rest is asked for
// when somebody reads the metrics. No label holds a person's data, an id, an
// address or anything else without a bound.
type counters struct {
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newCounters() *counters {
	return &counters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "banyan_http_requests_total", Help: "Answers by route pattern and class of status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "banyan_http_request_duration_seconds", Help: "Time to answer by route pattern, with the wait for a place.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
		}, []string{"route"}),
	}
}

// answered counts one answer. Streams are left out of the times: they last as
// long as somebody looks.
func (c *counters) answered(route, _ string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	c.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
	if route != "GET /live" {
		c.took.WithLabelValues(route).Observe(took.Seconds())
	}
}

// registry gathers everything there is to tell.
func (f *front) registry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	a := f.house.Load()
	reg.MustRegister(a.Counts.requests, a.Counts.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&gatherer{front: f})
	return reg
}

// tellMetrics serves /metrics, /healthz and /readyz on the address of the
// setting, apart from the public.
func (f *front) tellMetrics(ctx context.Context, all *sync.WaitGroup) error {
	a := f.house.Load()
	if a.Settings.Metrics == "" {
		return nil
	}
	l, err := net.Listen("tcp", a.Settings.Metrics)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(f.registry(), promhttp.HandlerOpts{MaxRequestsInFlight: 3, Timeout: 20 * time.Second}))
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { f.house.Load().readyz(w, r) })
	srv := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	all.Go(func() {
		<-ctx.Done()
		_ = srv.Close() // a scrape that is cut off is one sample less
	})
	all.Go(func() { _ = srv.Serve(l) }) // it ends with the line above
	a.Log.Info("metrics", "address", l.Addr().String())
	return nil
}

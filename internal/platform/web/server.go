package web

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"

	"github.com/a-h/templ"
)

// Handler answers a request or says why not; the error becomes a page or a problem in one place.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Config is what a Server needs. Zero limits mean the defaults of New.
type Config struct {
	Logger  *slog.Logger
	Catalog *i18n.Catalog
	Clock   clock.Clock // default clock.System

	// Sessions finds who holds a session token; nil when nobody can sign in.
	Sessions func(ctx context.Context, token string) (Visitor, bool)
	// Keys finds the program that holds a key's secret and takes one call of its quota; wait is until the next one.
	// Forbidden for a secret that opens nothing. nil when programs cannot come in.
	Keys func(ctx context.Context, secret string) (v Visitor, wait time.Duration, err error)
	// KeyPrefix begins every secret of Keys. Any other Bearer token is left to the handler: a gateway may have its own.
	KeyPrefix string
	// ErrorPage draws a refusal; ref is the request id, to be shown for internal errors. nil gives plain text.
	ErrorPage func(p Page, e *fault.Error, ref string) templ.Component
	// Violation is told of each report of the content security policy; the test server fails on one.
	Violation func(report string)

	Secure      bool     // behind a proxy that ends TLS: cookies are Secure and HSTS is sent
	Proxies     []string // CIDR ranges whose X-Forwarded-For is believed; none by default
	BodyLimit   int64    // bytes of a form, default 1 MiB
	UploadLimit int64    // bytes of a form with files, default 40 MiB
	PerAccount  Rate     // default 10 a second, burst 60
	PerAddress  Rate     // default 30 a second, burst 240: a whole office may share one address

	Gate *Gate // bounds what is worked on at once; default NewGate(Limits{})
	// Class tells what kind of work a request for a pattern is; nil holds nobody up.
	Class func(r *http.Request, pattern string) Class
	// Observe is told of every answer; route is the pattern, "" when none matched. nil when nobody counts.
	Observe func(route, method string, status int, took time.Duration)
}

// Server is a mux of Handlers behind the middleware of the house.
type Server struct {
	patterns []string // of Handle, for those who look at every route
	packing  packing
	config   Config
	mux      *http.ServeMux
	accounts *buckets
	address  *buckets
	wrong    *buckets // keys that open nothing, by address
	proxies  proxies
	refusals map[string]Refusal
}

// New makes a server with POST /look and the report address of the content security policy. It panics on a
// malformed proxy range.
func New(c Config) *Server {
	c = c.defaults()
	s := &Server{
		config: c, mux: http.NewServeMux(),
		accounts: newBuckets(c.PerAccount, c.Clock), address: newBuckets(c.PerAddress, c.Clock),
		wrong:   newBuckets(c.PerAddress, c.Clock),
		proxies: parseProxies(c.Proxies),
	}
	s.Handle("POST /look", s.setLook)
	s.Handle("POST "+reportPath, s.violation)
	return s
}

func (c Config) defaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Catalog == nil {
		c.Catalog = &i18n.Catalog{}
	}
	c.BodyLimit = or(c.BodyLimit, 1<<20)
	c.UploadLimit = or(c.UploadLimit, 40<<20)
	if c.Gate == nil {
		c.Gate = NewGate(Limits{})
	}
	c.PerAccount = or(c.PerAccount, Rate{PerSecond: 10, Burst: 60})
	c.PerAddress = or(c.PerAddress, Rate{PerSecond: 30, Burst: 240})
	return c
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Patterns lists every route given to Handle, "GET /case/{id}".
func (s *Server) Patterns() []string { return slices.Clone(s.patterns) }

// Handle serves a pattern of the standard mux ("GET /report/{step}"). It panics on a conflict.
func (s *Server) Handle(pattern string, h Handler) {
	s.patterns = append(s.patterns, pattern)
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if r.MultipartForm != nil {
				_ = r.MultipartForm.RemoveAll() // the system clears its temporary folder
			}
		}()
		if err := h(w, r); err != nil {
			s.refuse(w, r, err)
		}
	})
}

// Static serves a pattern by a plain handler that needs no session and is not counted by rate limits, for assets.
func (s *Server) Static(pattern string, h http.Handler) {
	s.mux.Handle(pattern, static{h})
}

// static marks handlers that are the same for everybody.
type static struct{ http.Handler }

// Handler returns the mux behind all middleware; the last line is the outermost.
func (s *Server) Handler() http.Handler {
	var h http.Handler = http.HandlerFunc(s.route)
	for _, wrap := range []func(http.Handler) http.Handler{
		s.limitAccount,
		s.session,
		s.admit,
		s.receive,
		s.limitBody,
		s.limitAddress,
		s.key,
		s.protect,
		s.recover,
		s.compress,
		s.headers,
		s.log,
		s.page,
	} {
		h = wrap(h)
	}
	return h
}

// route serves the request and turns the mux's own plain 404 and 405 into our pages.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	probe := &probe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	switch {
	case probe.status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", probe.header.Get("Allow"))
		s.refuseStatus(w, r, http.StatusMethodNotAllowed, fault.New(fault.Invalid, "web.error.method"))
	case probe.status >= 300 && probe.status < 400:
		s.mux.ServeHTTP(w, r)
	default:
		s.refuse(w, r, fault.New(fault.NotFound, "web.error.not_found"))
	}
}

// probe learns what the mux would answer.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }

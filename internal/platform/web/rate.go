package web

import (
	"net/http"
	"sync"
	"time"

	"banyan/internal/platform/clock"

	"golang.org/x/time/rate"
)

// Rate is a token bucket: so many requests a second, and a burst. A negative PerSecond means no limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// maxBuckets bounds the memory of a set of buckets to some 10 MB.
const maxBuckets = 50_000

// buckets holds one token bucket for each key that was seen lately.
type buckets struct {
	rate  Rate
	clock clock.Clock

	mu sync.Mutex
	of map[string]*rate.Limiter
}

func newBuckets(r Rate, c clock.Clock) *buckets {
	return &buckets{rate: r, clock: c, of: map[string]*rate.Limiter{}}
}

// take takes a token of key, or tells how long to wait for the next one.
func (b *buckets) take(key string) (wait time.Duration) {
	if b.rate.PerSecond < 0 || key == "" {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	bucket, ok := b.of[key]
	if !ok {
		b.makeRoom(now)
		bucket = rate.NewLimiter(rate.Limit(b.rate.PerSecond), b.rate.Burst)
		b.of[key] = bucket
	}
	if bucket.AllowN(now, 1) {
		return 0
	}
	missing := 1 - bucket.TokensAt(now)
	return time.Duration(missing / b.rate.PerSecond * float64(time.Second))
}

// wait tells how long key has to wait, and takes nothing.
func (b *buckets) wait(key string) time.Duration {
	if b.rate.PerSecond < 0 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.of[key]
	if !ok {
		return 0
	}
	missing := max(0, 1-bucket.TokensAt(b.clock.Now()))
	return time.Duration(missing / b.rate.PerSecond * float64(time.Second))
}

// makeRoom drops the buckets that are full again, which loses nothing; when all are in use, it drops any one.
func (b *buckets) makeRoom(now time.Time) {
	if len(b.of) < maxBuckets {
		return
	}
	for key, bucket := range b.of {
		if bucket.TokensAt(now) >= float64(b.rate.Burst) {
			delete(b.of, key)
		}
	}
	for key := range b.of {
		if len(b.of) < maxBuckets {
			return
		}
		delete(b.of, key)
	}
}

// limitAddress holds back one address before anything costs. A program with a key has a quota instead.
func (s *Server) limitAddress(next http.Handler) http.Handler {
	return s.limit(next, s.address, func(r *http.Request) string {
		if VisitorOf(r).Program() {
			return ""
		}
		return s.proxies.client(r)
	})
}

// limitAccount holds back one account, from wherever it comes.
func (s *Server) limitAccount(next http.Handler) http.Handler {
	return s.limit(next, s.accounts, func(r *http.Request) string {
		v := VisitorOf(r)
		if v.Program() {
			return ""
		}
		return v.Account
	})
}

func (s *Server) limit(next http.Handler, b *buckets, key func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if traceOf(r).static {
			next.ServeHTTP(w, r)
			return
		}
		wait := b.take(key(r))
		if wait == 0 {
			next.ServeHTTP(w, r)
			return
		}
		s.tooMany(w, r, wait)
	})
}

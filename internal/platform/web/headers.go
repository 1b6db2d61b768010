package web

import (
	"io"
	"net/http"
	"strings"
)

// reportPath takes the browser's reports of policy violations.
const reportPath = "/csp-report"

// policy is the content security policy: everything from this server, nothing inline, no frames.
func policy() string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "worker-src 'self'",
		"font-src 'self'", "manifest-src 'self'", "media-src 'self' blob:", "img-src 'self' data: blob:",
		"form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "report-uri " + reportPath,
	}, "; ")
}

// headers sets what every answer carries. Pages are not kept by browsers or proxies unless a handler says so.
func (s *Server) headers(next http.Handler) http.Handler {
	csp := policy()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), interest-cohort=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		if s.config.Secure || r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// protect refuses requests forged by other sites; the package comment says why it suffices. Reports of the
// content security policy change nothing and pass.
func (s *Server) protect(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := guard.Check(r); err != nil && r.URL.Path != reportPath {
			s.refuse(w, r, crossSite().Wrap(err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// violation hands a report to whoever watches. Reports are untrusted: 16 KiB at most, never logged as they are.
func (s *Server) violation(w http.ResponseWriter, r *http.Request) error {
	report, err := io.ReadAll(io.LimitReader(r.Body, 16<<10))
	if err == nil && s.config.Violation != nil {
		s.config.Violation(string(report))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

package web

import (
	"errors"
	"net/http"
	"strings"

	"banyan/internal/platform/fault"
)

// limitBody bounds what a request may send: forms with files by UploadLimit, everything else by BodyLimit.
func (s *Server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := s.config.BodyLimit
		if isMultipart(r) {
			limit = s.config.UploadLimit
		}
		traceOf(r).body = r.Body
		if r.ContentLength > limit {
			s.refuse(w, r, TooLarge(&http.MaxBytesError{Limit: limit}))
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		next.ServeHTTP(w, r)
	})
}

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// TooLarge says how much may be sent, in megabytes.
func TooLarge(err *http.MaxBytesError) *fault.Error {
	return fault.New(fault.Invalid, "web.error.too_large", "MB", max(1, int(err.Limit>>20))).Wrap(err)
}

// parse reads the request's form; files go to temporary files beyond 256 KiB.
func parse(r *http.Request) error {
	var err error
	if isMultipart(r) {
		err = r.ParseMultipartForm(256 << 10)
	} else {
		err = r.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return TooLarge(large)
	default:
		return fault.New(fault.Invalid, "web.error.form").Wrap(err)
	}
}

package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"banyan/internal/platform/fault"
)

// How slowly a body may come. A photo of 300 KB over "Slow 3G" (400 kbit/s) takes six seconds; 2 KB a second is a
// twentieth of that.
const (
	slowest    = 2 << 10 // bytes a second, on the whole
	slowStart  = 10 * time.Second
	quiet      = 20 * time.Second // without a byte
	inMemory   = 512 << 10        // bytes of a form with files before it goes to disk
	bodyWait   = 20 * time.Second // for room to receive a body in; meanwhile the sender waits
	answerTime = 2 * time.Minute  // for the answer, after a body was received
	drainTime  = 20 * time.Second // for what a refused sender still sends
)

// receive reads the whole body before the request costs anything else, so that a slow sender holds no place, and a
// form is worked on whole or not at all. What is being received is bounded in number and bytes.
func (s *Server) receive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		done, ok := s.room(r)
		if !ok {
			s.turnAway(w, r, refusedBody, bodyWait/2)
			return
		}
		defer done()
		out := http.NewResponseController(w)
		body, size, err := spool(r.Body, out, isMultipart(r))
		if err != nil {
			s.notReceived(w, r, err)
			return
		}
		defer body.Close() //nolint:errcheck // only read
		// A server without deadlines (a test recorder) needs none.
		_ = errors.Join(out.SetReadDeadline(time.Time{}), out.SetWriteDeadline(time.Now().Add(answerTime)))
		r.Body, r.ContentLength, r.TransferEncoding = body, size, nil
		next.ServeHTTP(w, r)
	})
}

// room waits for room to receive the body in. A body of unknown length needs as much as it may have.
func (s *Server) room(r *http.Request) (done func(), ok bool) {
	g := s.config.Gate
	ctx, stop := context.WithTimeout(r.Context(), bodyWait)
	defer stop()
	bytes, most, weight := g.formBytes, g.limits.FormBytes, r.ContentLength
	if weight < 0 {
		weight = s.config.BodyLimit
	}
	files := isMultipart(r)
	if files {
		bytes, most = g.uploadBytes, g.limits.UploadBytes
		if r.ContentLength < 0 {
			weight = s.config.UploadLimit
		}
		if g.memory.Load() > 1 || g.uploads.Acquire(ctx, 1) != nil {
			return nil, false
		}
	}
	weight = min(weight, most)
	if bytes.Acquire(ctx, weight) != nil {
		if files {
			g.uploads.Release(1)
		}
		return nil, false
	}
	return func() {
		bytes.Release(weight)
		if files {
			g.uploads.Release(1)
		}
	}, true
}

// errSlow says that a body came too slowly.
var errSlow = errors.New("the body came too slowly")

// spool reads a body to its end into memory or, with files, into a temporary file that has no name.
func spool(body io.Reader, out *http.ResponseController, files bool) (io.ReadCloser, int64, error) {
	var held bytes.Buffer
	in := &paced{in: body, out: out, began: time.Now()}
	most := int64(1) << 62
	if files {
		most = inMemory
	}
	if _, err := io.CopyN(&held, in, most); errors.Is(err, io.EOF) {
		return io.NopCloser(&held), int64(held.Len()), nil
	} else if err != nil {
		return nil, 0, err
	}
	f, err := os.CreateTemp("", "banyan-body-")
	if err != nil {
		return nil, 0, err
	}
	err = os.Remove(f.Name()) // it lives as long as it is open
	if err == nil {
		_, err = io.Copy(f, io.MultiReader(&held, in))
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, in.read, nil
}

// paced reads as long as something comes, and on the whole enough.
type paced struct {
	in    io.Reader
	out   *http.ResponseController
	began time.Time
	read  int64
}

// Read gives errSlow when the sender is too slow.
func (p *paced) Read(b []byte) (int, error) {
	took := time.Since(p.began)
	if took > slowStart && p.read < int64(slowest*(took-slowStart)/time.Second) {
		return 0, errSlow
	}
	_ = p.out.SetReadDeadline(time.Now().Add(quiet)) // as in receive
	n, err := p.in.Read(b)
	p.read += int64(n)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errSlow
	}
	return n, err
}

// notReceived answers a sender whose body did not come.
func (s *Server) notReceived(w http.ResponseWriter, r *http.Request, err error) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		s.refuse(w, r, TooLarge(large))
	case errors.Is(err, errSlow):
		s.config.Gate.refuse(s.class(r), refusedSlow)
		w.Header().Set("Connection", "close")
		s.refuseStatus(w, r, http.StatusRequestTimeout, fault.New(fault.Busy, "web.error.slow"))
	case r.Context().Err() != nil || errors.Is(err, io.ErrUnexpectedEOF):
		s.refuseStatus(w, r, http.StatusBadRequest, fault.New(fault.Invalid, "web.error.form").Wrap(err)) // it has gone away
	default:
		s.refuse(w, r, err)
	}
}

package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/db"
)

const (
	mostRead   = 16 << 10 // of an answer, so that the connection can be used again
	mostAnswer = 256      // bytes of an answer that are kept
)

// result is how an attempt ended.
type result struct {
	Attempt
	gone  bool          // the receiver wants nothing more
	after time.Duration // what the receiver asked to wait
}

func (r result) failed() bool { return r.Error != "" }

// attempt sends a delivery once.
func (s *Service) attempt(ctx context.Context, to target, d delivery) result {
	ctx, stop := context.WithTimeout(ctx, sendTime)
	defer stop()
	began := time.Now() // the clock may stand still in tests, the network does not
	r := result{Attempt: Attempt{N: d.attempts, At: s.Clock.Now()}}
	answer, err := s.send(ctx, to, d, r.At)
	if err == nil {
		r.read(answer)
	} else {
		r.Error = blameless(err, to.URL)
	}
	r.Took = time.Since(began)
	return r
}

func (s *Service) send(ctx context.Context, to target, d delivery, now time.Time) (*http.Response, error) {
	secrets, err := s.secrets(to, now)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, strings.NewReader(d.body))
	if err != nil {
		return nil, errors.New("the address is not a URL")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "banyan-webhook/1")
	r.Header.Set("webhook-id", d.message)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("webhook-signature", sign(d.message, now.Unix(), d.body, secrets...))
	return s.client.Do(r)
}

// secrets are those that sign now: the present one, and during a rotation the one before.
func (s *Service) secrets(to target, now time.Time) ([]secret, error) {
	present, err := s.vault.open(to.ID, to.sealed)
	if err != nil || !now.Before(to.OldUntil) {
		return []secret{present}, err
	}
	old, err := s.vault.open(to.ID, to.old)
	return []secret{present, old}, err
}

// read takes the little of an answer that matters.
func (r *result) read(answer *http.Response) {
	head := make([]byte, mostAnswer)
	n, _ := io.ReadFull(answer.Body, head)                            // what came is kept; the status tells what counts
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, mostRead)) // so that the connection can be used again
	_ = answer.Body.Close()                                           // nothing was written to it
	r.Status, r.Answer = answer.StatusCode, printable(string(head[:n]))
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return
	}
	r.Error, r.gone = "the receiver answers "+strconv.Itoa(answer.StatusCode), answer.StatusCode == http.StatusGone
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		r.after = time.Duration(min(seconds, int(mostAsked.Seconds()))) * time.Second
	}
}

// printable keeps an answer's text fit for a store and a page.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// blameless says what went wrong on the way, without the address, which may hold a token.
func blameless(err error, address string) string {
	var lookup *net.DNSError
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %d seconds", int(sendTime.Seconds()))
	case errors.As(err, &lookup):
		return "the name of the receiver was not found"
	}
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err
	}
	words := err.Error()
	if u, perr := url.Parse(address); perr == nil {
		for _, part := range []string{address, u.RequestURI(), u.Path, u.RawQuery} {
			if len(part) > 1 {
				words = strings.ReplaceAll(words, part, "…")
			}
		}
	}
	if r := []rune(printable(words)); len(r) > 200 {
		words = string(r[:200]) + "…"
	}
	return words
}

// PingType is the type of a test message.
const PingType = "ping"

// Ping puts a test message on its way, which is tried once; its delivery tells how it went. Conflict while the
// endpoint is disabled.
func (s *Service) Ping(ctx context.Context, owner, id string) (d Delivery, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := enabled(tx, owner, id); err != nil {
			return err
		}
		now := s.Clock.Now()
		ids, err := s.post(tx, Message{Type: PingType, At: now, Data: map[string]string{"endpoint": id}}, id)
		if err != nil {
			return err
		}
		d, err = selectDelivery(tx, id, ids[0])
		return err
	})
	return d, err
}

package channel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"

	"banyan/internal/platform/fault"
)

// Headers of a signed request between this program and a gateway. The signature is the hex HMAC-SHA256 of the time
// (seconds since 1970), a dot and the body, under a secret both know.
const (
	HeaderTime      = "X-Banyan-Time"
	HeaderSignature = "X-Banyan-Signature"
)

// window is how old a signed message may be, and how far ahead its sender's clock.
const window = 5 * time.Minute

// Sign puts time and signature on a request.
func Sign(r *http.Request, secret string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set(HeaderTime, stamp)
	r.Header.Set(HeaderSignature, signature(secret, stamp, body))
}

// Signed tells whether a request carries the right signature and is fresh.
func Signed(r *http.Request, secret string, now time.Time, body []byte) bool {
	stamp := r.Header.Get(HeaderTime)
	right := hmac.Equal([]byte(r.Header.Get(HeaderSignature)), []byte(signature(secret, stamp, body)))
	return secret != "" && right && Fresh(stamp, now)
}

// Fresh tells whether a time in seconds lies within five minutes of now.
func Fresh(stamp string, now time.Time) bool {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return false
	}
	age := now.Sub(time.Unix(seconds, 0))
	return age <= window && age >= -window
}

func signature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Equal compares two secrets in a time that tells nothing; an empty one equals none.
func Equal(got, want string) bool {
	return want != "" && hmac.Equal([]byte(hash(got)), []byte(hash(want)))
}

// Body reads a request's body, at most limit bytes: Invalid when it is longer or breaks off.
func Body(r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil || int64(len(body)) > limit {
		return nil, fault.New(fault.Invalid, "web.error.form").Wrap(err)
	}
	return body, nil
}

// Unsigned is the one refusal for a missing, wrong and old signature.
func Unsigned() error { return fault.New(fault.Forbidden, "channel.unsigned") }

package web

import (
	"crypto/rand"
	"net/http"
	"time"

	"github.com/oklog/ulid/v2"
)

// FormIDField is the hidden field that makes a form one act however often it is sent.
const FormIDField = "form_id"

// FormID returns the id of the form that was sent, so that the same form shown again with its errors stays the same
// act, or a fresh one (ULID, 80 random bits) for an empty form. Use cases dedupe by it.
func FormID(r *http.Request) string {
	if r.PostForm != nil {
		if id, err := ulid.ParseStrict(r.PostForm.Get(FormIDField)); err == nil {
			return id.String()
		}
	}
	return ulid.MustNew(ulid.Timestamp(time.Now()), rand.Reader).String()
}

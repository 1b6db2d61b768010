package citizen

import (
	"crypto/hmac"
	"io"
	"net/http"
	"slices"
	"strconv"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/mandate"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// thumbSide is the longest side of a small picture, in points.
const thumbSide = 320

// Photo gives a requester's photo to whoever may see it.
func (r *Room) Photo(w http.ResponseWriter, q *http.Request) error {
	if err := r.maySee(q, q.PathValue("key")); err != nil {
		return err
	}
	body, ref, err := r.Files.Open(q.Context(), q.PathValue("key"))
	return give(w, body, ref, err)
}

// PhotoThumb is Photo, small.
func (r *Room) PhotoThumb(w http.ResponseWriter, q *http.Request) error {
	if err := r.maySee(q, q.PathValue("key")); err != nil {
		return err
	}
	body, ref, err := r.Files.Thumb(q.Context(), q.PathValue("key"), thumbSide)
	return give(w, body, ref, err)
}

// maySee lets the owner and, when requester and case are public, everybody see a photo; the owner's look leaves a row
// like any other. Staff have addresses of their own. A photo that belongs to no request yet is shown to whoever holds
// its signed address.
func (r *Room) maySee(q *http.Request, key string) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var head request.Headline
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		head, err = r.Requests.PhotoOf(tx, key)
		return err
	})
	if fault.KindOf(err) == fault.NotFound && hmac.Equal([]byte(q.URL.Query().Get("draft")), []byte(r.sign("draft", key))) {
		return nil
	}
	if err != nil {
		return gone(err)
	}
	f, err := r.Cases.OfRequest(v.ctx, head.ID)
	if err != nil {
		return err
	}
	if head.Publish && f.Case.Published {
		return nil
	}
	o := owned{visit: v, head: head, file: f}
	if !o.proven() || o.byNumber() {
		return gone(nil)
	}
	return r.write(v, mandate.Follow, func(tx *db.Tx) error { return r.Requests.SeePhoto(tx, o.reader(), key) })
}

// gone is the one answer for a photo that is not there and one that must not be seen.
func gone(err error) error {
	if err != nil && fault.KindOf(err) == fault.Internal {
		return err
	}
	return fault.New(fault.NotFound, "blob.error.gone").Wrap(err)
}

// MineFile gives the owner a picture that the unit attached to its reply.
func (r *Room) MineFile(w http.ResponseWriter, q *http.Request) error {
	o, ok, err := r.own(w, q)
	if err != nil || !ok {
		return err
	}
	key := q.PathValue("key")
	if !slices.ContainsFunc(replyPhotos(o.file), func(a casework.Attachment) bool { return a.Key == key }) {
		return gone(nil)
	}
	body, ref, err := r.Files.Thumb(q.Context(), key, 4*thumbSide)
	return give(w, body, ref, err)
}

// replyPhotos are the pictures of the last reply that show the spot; papers of the unit are not for show.
func replyPhotos(f *casework.File) []casework.Attachment {
	reply, _ := f.LastReply()
	return slices.DeleteFunc(slices.Clone(reply.Files), func(a casework.Attachment) bool {
		return a.Purpose != "before" && a.Purpose != "after"
	})
}

// give sends a stored picture; browsers may keep it for the session, proxies not.
func give(w http.ResponseWriter, body io.ReadCloser, ref blob.Ref, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // only read
	h := w.Header()
	h.Set("Content-Type", ref.Type)
	h.Set("Content-Disposition", "inline")
	h.Set("Cache-Control", "private, max-age=600")
	if ref.Size > 0 {
		h.Set("Content-Length", strconv.FormatInt(ref.Size, 10))
	}
	_, _ = io.Copy(w, body) // the reader has gone away
	return nil
}

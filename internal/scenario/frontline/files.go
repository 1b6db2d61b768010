package frontline

import (
	"io"
	"net/http"
	"slices"
	"strconv"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// File sends a picture of a case: an attachment of a reply to whoever may read
// the case, a requester's photo to whoever may read the words.
func (r *Room) File(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	f, err := r.Cases.Get(v.ctx, v.actor, q.PathValue("case"))
	if err != nil {
		return err
	}
	key := q.PathValue("key")
	if !attached(f, key) {
		if err := r.mayPhoto(v, f, key); err != nil {
			return err
		}
	}
	body, ref, err := r.openFile(q, key)
	if err != nil {
		return err
	}
	defer body.Close()
	w.Header().Set("Content-Type", ref.Type)
	w.Header().Set("Content-Length", strconv.FormatInt(ref.Size, 10))
	_, err = io.Copy(w, body)
	return err
}

// openFile gives the picture, or a small one when a size is asked for.
func (r *Room) openFile(q *http.Request, key string) (io.ReadCloser, blob.Ref, error) {
	if size, err := strconv.Atoi(q.URL.Query().Get("size")); err == nil && size > 0 {
		return r.Files.Thumb(q.Context(), key, size)
	}
	return r.Files.Open(q.Context(), key)
}

func attached(f *casework.File, key string) bool {
	for _, o := range f.Orders {
		for _, rep := range o.Replies {
			if slices.ContainsFunc(rep.Files, func(a casework.Attachment) bool { return a.Key == key }) {
				return true
			}
		}
	}
	return false
}

// mayPhoto lets a photo of one of the case's requests through, with a row in the
// trail unless the page with the words has just left one.
func (r *Room) mayPhoto(v visit, f *casework.File, key string) error {
	var h request.Headline
	err := r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		h, err = r.Requests.PhotoOf(tx, key)
		return err
	})
	if err != nil {
		return err
	}
	if !slices.Contains(f.Requests(), h.ID) {
		return fault.New(fault.NotFound, "blob.error.gone")
	}
	if err := r.Policy.Check(v.actor, access.RequestRead, resource(f)); err != nil {
		return err
	}
	reader := trail.Reader{Actor: v.actor, Purpose: purpose(ownOrder(v, f), v), Subject: f.Case.ID}
	return r.DB.Write(v.ctx, func(tx *db.Tx) error { return r.Requests.SeePhoto(tx, reader, key) })
}

// ownOrder is the newest order of the reader's unit in the case, none for a caller's.
func ownOrder(v visit, f *casework.File) (own casework.Order) {
	for _, o := range f.Orders {
		if o.Unit == v.actor.Unit {
			own = o
		}
	}
	return own
}

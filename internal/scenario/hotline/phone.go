package hotline

import (
	"fmt"
	"io"
	"net/http"
	"slices"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Phone shows a requester's name and number once, in the answer to this very
// form, and leaves a row with the purpose in the requester's trail.
func (r *Room) Phone(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	typed, err := read(q, q.PostFormValue("act"))
	typed.Sent = false
	if err != nil && !web.Again(err) || !slices.Contains(boards(), typed.Board) {
		return fault.New(fault.NotFound, "hotline.no_act")
	}
	f, got := r.Cases.Get(v.ctx, v.actor, id)
	if got != nil {
		return got
	}
	if err := r.Policy.Check(v.actor, access.PersonContact, resource(f)); err != nil {
		return err
	}
	if !slices.Contains(purposes(v.actor), typed.Purpose) {
		return r.refused(w, q, v, id, typed, fault.Field("purpose", "hotline.need.purpose"))
	}
	if !slices.Contains(f.Requests(), typed.Request) {
		return fault.New(fault.NotFound, "casework.link.missing")
	}
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		h, err := r.Requests.Get(tx, typed.Request)
		if err != nil {
			return err
		}
		if h.PersonID == "" {
			return fault.New(fault.NotFound, "hotline.anonymous")
		}
		p, err := r.People.Contact(tx, trail.Reader{Actor: v.actor, Purpose: typed.Purpose, Subject: id}, h.PersonID)
		typed.Shown = &p
		return err
	})
	if err != nil {
		return err
	}
	return r.refused(w, q, v, id, typed, nil)
}

// Photo gives a picture of a request to somebody who may read its words, with
// a row in the trail unless the page with the words has just left one.
func (r *Room) Photo(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	key, id := q.PathValue("key"), ""
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		h, err := r.Requests.PhotoOf(tx, key)
		id = h.ID
		return err
	})
	if err != nil {
		return err
	}
	f, err := r.Cases.OfRequest(v.ctx, id)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(v.actor, access.RequestRead, resource(f)); err != nil {
		return err
	}
	reader := trail.Reader{Actor: v.actor, Purpose: purposeOn("", v.actor), Subject: f.Case.ID}
	if err := r.DB.Write(v.ctx, func(tx *db.Tx) error { return r.Requests.SeePhoto(tx, reader, key) }); err != nil {
		return err
	}
	return servePhoto(w, q, r.Files, key)
}

// servePhoto streams a stored file; without a store there is none.
func servePhoto(w http.ResponseWriter, q *http.Request, files *blob.Store, key string) error {
	if files == nil {
		return fault.New(fault.NotFound, "hotline.no_act")
	}
	body, ref, err := files.Open(q.Context(), key)
	if err != nil {
		return err
	}
	defer body.Close()
	w.Header().Set("Content-Type", ref.Type)
	w.Header().Set("Cache-Control", "private, no-store")
	if _, err := io.Copy(w, body); err != nil {
		return fmt.Errorf("send photo %s: %w", key, err)
	}
	return nil
}

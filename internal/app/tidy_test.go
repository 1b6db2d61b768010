package app

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// put stores a small photo, as a form does before it is handed in.
func (h *house) put() string {
	h.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		h.Fatal(err)
	}
	ref, _, err := h.Files.Put(h.Context(), &b, 1<<20, blob.JPEG)
	if err != nil {
		h.Fatal(err)
	}
	return ref.Key
}

// Only a file that neither a request nor a reply names is swept, and only after a week.
func TestSweepLeavesWhatSomebodyNames(t *testing.T) {
	t.Parallel()
	h := open(t)
	asked, replied, begun, orphan := h.put(), h.put(), h.put(), h.put()
	in := lamp()
	in.Photos = []request.Photo{{Key: asked, Type: blob.JPEG, Size: 1}}
	r := h.receive(in)
	h.dispatch(r.CaseID)
	h.ok(h.Cases.Reply(t.Context(), lamps, h.lead(r.CaseID), casework.Reply{
		True: "yes", Ours: "yes", Contacted: true, ContactedAt: h.clock.Now(), Means: "phone", Visited: true, Solved: "yes", Public: "灯已修好。",
		Files: []casework.Attachment{{Key: replied, Purpose: "after"}},
	}))
	h.ok(nil, h.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := h.Requests.Keep(tx, request.Draft{Person: "p1", Channel: "wechat"}, request.Piece{Photo: request.Photo{Key: begun, Type: blob.JPEG, Size: 1}, At: h.clock.Now()})
		return err
	}))
	sweep := func(at time.Time, gone ...string) {
		t.Helper()
		h.clock.Set(at)
		if err := h.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{asked, replied, begun, orphan} {
			body, _, err := h.Files.Open(t.Context(), key)
			if err == nil {
				body.Close()
			}
			want := len(gone) > 0 && key == gone[0]
			if is := fault.KindOf(err) == fault.NotFound; is != want {
				t.Errorf("file %s (asked %s, replied %s, begun %s, orphan %s): gone %v, want %v", key, asked, replied, begun, orphan, is, want)
			}
		}
	}
	sweep(time.Now().Add(sweepAfter - time.Hour))
	sweep(time.Now().Add(sweepAfter+time.Hour), orphan)
}

package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"

	"github.com/danielgtaylor/huma/v2"
)

const tagFiles = "files"

// fileMost is what one file may have, in bytes.
const fileMost = 12 << 20

func (r *Room) files(a *openapi.API) {
	openapi.Add(a, openapi.Op{
		ID: "send-file", Method: http.MethodPost, Path: "/files", Tag: tagFiles, Scope: apikey.Report + "|" + apikey.CasesAct, Made: true,
		Summary: "Send a file", More: "Pictures (JPEG, PNG, WebP) or PDF, at most 12 MB. What a picture says of where and by whom it was taken is cut out. " +
			"The key is then named in a request or a reply; a file that is named nowhere is deleted after some days.",
	}, r.sendFile)
	openapi.Add(a, openapi.Op{
		ID: "get-file", Method: http.MethodGet, Path: "/cases/{id}/files/{key}", Tag: onCases, Scope: apikey.CasesRead,
		Summary: "Get a file of a case", More: "Files of replies, and with the scope words.read requesters' photos; those leave a row in the trail.",
		Types: []string{blob.JPEG, blob.PNG, blob.WebP, blob.PDF},
	}, r.getFile)
}

// sent is a file that another system sent.
type sent struct {
	Key  string `json:"key"`
	Type string `json:"type" enum:"image/jpeg,image/png,image/webp,application/pdf"`
	Size int64  `json:"size" doc:"bytes, as kept"`
}

type sendFileIn struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true"`
	}]
}

type sendFileOut struct{ Body sent }

func (r *Room) sendFile(ctx context.Context, in *sendFileIn) (*sendFileOut, error) {
	file := in.RawBody.Data().File
	defer func() { _ = file.Close() }() // only read
	ref, _, err := r.Files.Put(ctx, file, fileMost, blob.JPEG, blob.PNG, blob.WebP, blob.PDF)
	if e, ok := fault.As(err); ok && e.Kind == fault.Invalid {
		return nil, fault.Field("file", e.Key, e.Args...)
	}
	if err != nil {
		return nil, err
	}
	s := sent{Key: ref.Key, Type: ref.Type, Size: ref.Size}
	err = r.DB.Write(ctx, func(tx *db.Tx) error { return insertFile(tx, s, r.Actor(ctx).ID, r.Clock.Now()) })
	if err != nil {
		return nil, fmt.Errorf("keep file %s: %w", s.Key, err)
	}
	return &sendFileOut{Body: s}, nil
}

type getFileIn struct {
	ID  string `path:"id" maxLength:"40"`
	Key string `path:"key" maxLength:"80"`
}

type getFileOut struct {
	Type string `header:"Content-Type"`
	Body []byte
}

func (r *Room) getFile(ctx context.Context, in *getFileIn) (*getFileOut, error) {
	f, err := r.Cases.Get(ctx, r.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if !attached(f, in.Key) {
		if err := r.seePhoto(ctx, f, in.Key); err != nil {
			return nil, err
		}
	}
	body, ref, err := r.Files.Open(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // only read
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", in.Key, err)
	}
	return &getFileOut{Type: ref.Type, Body: data}, nil
}

// attached says that a file belongs to a reply in the case.
func attached(f *casework.File, key string) bool {
	return slices.ContainsFunc(f.Orders, func(o casework.Order) bool {
		return slices.ContainsFunc(o.Replies, func(x casework.Reply) bool {
			return slices.ContainsFunc(x.Files, func(a casework.Attachment) bool { return a.Key == key })
		})
	})
}

// seePhoto lets whoever may read the words of a case see a requester's photo, and leaves a row in the trail.
func (r *Room) seePhoto(ctx context.Context, f *casework.File, key string) error {
	actor, gone := r.Actor(ctx), fault.New(fault.NotFound, "blob.error.gone")
	if !web.PageIn(ctx).Visitor.May(apikey.WordsRead) || !r.Policy.May(actor, access.RequestRead, f.Resource()).Allow {
		return gone
	}
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := r.Requests.PhotoOf(tx, key)
		if err != nil || !slices.Contains(f.Requests(), h.ID) {
			return gone.Wrap(err)
		}
		return r.Requests.SeePhoto(tx, lookIn{ID: f.Case.ID, Purpose: "handling"}.reader(actor), key)
	})
}

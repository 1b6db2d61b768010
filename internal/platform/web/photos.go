package web

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"banyan/internal/platform/fault"
)

// Upload is one file of a form. It lives until the handler returns.
type Upload struct {
	Name string // as the sender calls it; not to be trusted and not to be stored
	Type string // sniffed: image/jpeg, image/png or image/webp
	Size int64  // bytes

	header *multipart.FileHeader
}

// Open returns the content; the caller closes it.
func (u Upload) Open() (io.ReadCloser, error) {
	f, err := u.header.Open()
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	return f, nil
}

// Photos returns the pictures of the form's field name, at most max of them; an empty choice counts as none. Other
// files than JPEG, PNG and WebP are an invalid field.
func Photos(r *http.Request, name string, max int) ([]Upload, error) {
	if err := parse(r); err != nil {
		return nil, err
	}
	if r.MultipartForm == nil {
		return nil, nil
	}
	var photos []Upload
	for _, header := range r.MultipartForm.File[name] {
		if header.Size == 0 {
			continue
		}
		kind, err := sniff(header)
		if err != nil {
			return nil, err
		}
		switch kind {
		case "image/jpeg", "image/png", "image/webp":
			photos = append(photos, Upload{Name: header.Filename, Type: kind, Size: header.Size, header: header})
		default:
			return nil, fault.Field(name, "web.field.photo")
		}
	}
	if len(photos) > max {
		return nil, fault.Field(name, "web.field.photos", "Max", max)
	}
	return photos, nil
}

func sniff(header *multipart.FileHeader) (string, error) {
	f, err := header.Open()
	if err != nil {
		return "", fmt.Errorf("open upload: %w", err)
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return "", fmt.Errorf("read upload: %w", err)
	}
	return http.DetectContentType(head[:n]), nil
}

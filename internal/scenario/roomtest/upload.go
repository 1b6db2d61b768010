package roomtest

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
)

// Upload sends a form with files in one field.
func (b *Browser) Upload(path string, form url.Values, field string, files ...[]byte) Answer {
	b.Helper()
	body, kind := b.Multipart(form, field, files...)
	q := httptest.NewRequest(http.MethodPost, path, body)
	q.Header.Set("Content-Type", kind)
	return b.Do(q)
}

// Multipart writes a form with files in one field; kind is its Content-Type.
func (h *House) Multipart(form url.Values, field string, files ...[]byte) (body io.Reader, kind string) {
	h.Helper()
	var out bytes.Buffer
	m := multipart.NewWriter(&out)
	for name, values := range form {
		for _, v := range values {
			h.Must(m.WriteField(name, v))
		}
	}
	for _, content := range files {
		part, err := m.CreateFormFile(field, "photo.png")
		h.Must(err)
		_, err = part.Write(content)
		h.Must(err)
	}
	h.Must(m.Close())
	return &out, m.FormDataContentType()
}

// Picture is a small PNG.
func (h *House) Picture() []byte {
	h.Helper()
	var out bytes.Buffer
	h.Must(png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 64, 48))))
	return out.Bytes()
}

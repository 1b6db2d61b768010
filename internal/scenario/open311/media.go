package open311

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/request"
)

const (
	photosMost = request.PhotosMost
	photoBytes = 12 << 20
	fetchWait  = 10 * time.Second
)

// pictures stores what came with a report: files of any field name, as FixMyStreet sends photo1, photo2, and pictures at
// addresses of hosts the city trusts. An address that is not fetched is given back: it stays in the words.
func (r *Room) pictures(q *http.Request, urls []string) (photos []request.Photo, left []string, err error) {
	if photos, err = r.uploads(q); err != nil {
		return nil, nil, err
	}
	for _, address := range urls {
		if len(photos) >= photosMost || !r.trusts(address) {
			left = append(left, address)
			continue
		}
		p, err := r.fetch(q.Context(), address)
		if err != nil {
			left = append(left, address) // the report counts without the picture
			continue
		}
		photos = append(photos, p)
	}
	return photos, left, nil
}

func (r *Room) uploads(q *http.Request) (photos []request.Photo, err error) {
	if q.MultipartForm == nil {
		return nil, nil
	}
	var fields []string
	for name := range q.MultipartForm.File {
		fields = append(fields, name)
	}
	slices.Sort(fields)
	for _, name := range fields {
		files, err := web.Photos(q, name, photosMost)
		if err != nil {
			return nil, err
		}
		for _, u := range files {
			if len(photos) == photosMost {
				return nil, fault.Field(name, "web.field.photos", "Max", photosMost)
			}
			p, err := r.upload(q.Context(), name, u)
			if err != nil {
				return nil, err
			}
			photos = append(photos, p)
		}
	}
	return photos, nil
}

func (r *Room) upload(ctx context.Context, field string, u web.Upload) (request.Photo, error) {
	body, err := u.Open()
	if err != nil {
		return request.Photo{}, err
	}
	defer func() { _ = body.Close() }() // only read
	p, err := r.keep(ctx, body)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		return p, fault.Field(field, f.Key, f.Args...)
	}
	return p, err
}

// keep stores one picture; the test endpoint looks at it as hard and keeps nothing.
func (r *Room) keep(ctx context.Context, body io.Reader) (request.Photo, error) {
	ref, _, err := r.Files.Put(ctx, body, photoBytes, blob.JPEG, blob.PNG, blob.WebP)
	if err != nil {
		return request.Photo{}, err
	}
	if r.realm == trial {
		err = r.Files.Delete(ctx, ref.Key)
	}
	return request.Photo{Key: ref.Key, Type: ref.Type, Size: ref.Size}, err
}

// trusts tells whether an address may be fetched: https, a host of the settings, no port or user of its own. Everything
// else could make this server ask inside the city's network for a stranger.
func (r *Room) trusts(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Host != "" &&
		slices.ContainsFunc(r.Settings.MediaHosts, func(host string) bool { return strings.EqualFold(host, u.Host) })
}

// fetcher follows nobody elsewhere and waits ten seconds.
func fetcher() *http.Client {
	return &http.Client{
		Timeout:       fetchWait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (r *Room) fetch(ctx context.Context, address string) (request.Photo, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return request.Photo{}, err
	}
	answer, err := r.Fetch.Do(q)
	if err != nil {
		return request.Photo{}, errors.New("the picture's host does not answer") // its error names the address
	}
	defer func() { _ = answer.Body.Close() }() // only read
	if answer.StatusCode != http.StatusOK {
		return request.Photo{}, fmt.Errorf("the picture's host answers %d", answer.StatusCode)
	}
	return r.keep(ctx, answer.Body)
}

package citizen

import (
	"crypto/hmac"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/web"
	"banyan/internal/work/request"
)

const (
	photosMost = 3
	photoBytes = 12 << 20
)

// sealPhotos writes the stored photos of a form so that they count only in this form.
func (r *Room) sealPhotos(form string, photos []request.Photo) string {
	if len(photos) == 0 {
		return ""
	}
	parts := make([]string, len(photos))
	for i, p := range photos {
		parts[i] = p.Key + ":" + p.Type + ":" + strconv.FormatInt(p.Size, 10)
	}
	list := strings.Join(parts, ",")
	return list + "~" + r.sign("photos", form+"\x00"+list)
}

// openPhotos reads them back. A list that was changed or belongs to another form is refused whole.
func (r *Room) openPhotos(form, sealed string) ([]request.Photo, error) {
	if sealed == "" {
		return nil, nil
	}
	list, given, _ := strings.Cut(sealed, "~")
	if !hmac.Equal([]byte(given), []byte(r.sign("photos", form+"\x00"+list))) {
		return nil, fault.Field("photos", "citizen.report.photos_lost")
	}
	var photos []request.Photo
	for part := range strings.SplitSeq(list, ",") {
		fields := strings.Split(part, ":")
		if len(fields) != 3 {
			return nil, fault.Field("photos", "citizen.report.photos_lost")
		}
		size, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return nil, fault.Field("photos", "citizen.report.photos_lost")
		}
		photos = append(photos, request.Photo{Key: fields[0], Type: fields[1], Size: size})
	}
	return photos, nil
}

// keepPhotos stores what was sent with the first step, leaves out what was dropped, and takes the place of the first
// photo that knows one when the form has none.
func (r *Room) keepPhotos(q *http.Request, d *draft) error {
	d.photos = slices.DeleteFunc(d.photos, func(p request.Photo) bool { return slices.Contains(d.Drop, p.Key) })
	uploads, err := web.Photos(q, "photos", photosMost)
	if err != nil {
		return err
	}
	if len(uploads)+len(d.photos) > photosMost {
		return fault.Field("photos", "web.field.photos", "Max", photosMost)
	}
	for _, u := range uploads {
		info, err := r.keepPhoto(q, d, u)
		if err != nil {
			return err
		}
		at := geo.Point{Lat: info.Lat, Lon: info.Lon}
		if _, inCity := r.Cases.City.Areas.Locate(at); info.HasPosition && inCity && d.Lat == "" && d.Lon == "" {
			d.Lat, d.Lon, d.exif = degrees(at.Lat), degrees(at.Lon), true
		}
	}
	return nil
}

func (r *Room) keepPhoto(q *http.Request, d *draft, u web.Upload) (blob.PhotoInfo, error) {
	body, err := u.Open()
	if err != nil {
		return blob.PhotoInfo{}, err
	}
	defer func() { _ = body.Close() }() // only read
	ref, info, err := r.Files.Put(q.Context(), body, photoBytes, blob.JPEG, blob.PNG, blob.WebP)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		return info, fault.Field("photos", f.Key, f.Args...)
	}
	if err != nil {
		return info, fmt.Errorf("keep a photo of a report: %w", err)
	}
	d.photos = append(d.photos, request.Photo{Key: ref.Key, Type: ref.Type, Size: ref.Size})
	return info, nil
}

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }

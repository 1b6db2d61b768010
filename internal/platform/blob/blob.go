package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"banyan/internal/platform/fault"
)

// The media types that can be stored.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WebP = "image/webp"
	PDF  = "application/pdf"
)

// Ref names a stored file.
type Ref struct {
	Key    string // random; its ending tells the type
	Type   string // media type, one of the constants
	Size   int64  // bytes as stored
	Digest string // hex SHA-256 of the bytes as stored; only Put gives it
}

// PhotoInfo is what a photo's EXIF said before it was taken out.
type PhotoInfo struct {
	Lat, Lon    float64 // WGS84 degrees, when HasPosition
	HasPosition bool
	TakenAt     time.Time // UTC; zero when unknown. Without a zone in the photo, city time is taken
}

// files is where bytes lie: a folder or an S3 bucket. Four methods, because orphans can only be found by listing.
type files interface {
	write(ctx context.Context, name, mediaType string, data []byte) error
	open(ctx context.Context, name string) (io.ReadCloser, int64, error) // fs.ErrNotExist when it is not there
	remove(ctx context.Context, name string) error                       // no error when it is not there
	list(ctx context.Context, each func(name string, at time.Time) error) error
}

// Store keeps files; many goroutines may use it at once.
type Store struct {
	files    files
	making   singleflight.Group // one maker per thumbnail
	decoding chan struct{}      // bounds the memory of decoded pictures
}

// Open opens a folder, made when missing, or a bucket: s3://KEY:SECRET@host:9000/bucket?region=R&secure=false.
// Without a key in the URL the environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are taken.
func Open(place string) (*Store, error) {
	s := &Store{decoding: make(chan struct{}, 2)}
	var err error
	if strings.HasPrefix(place, "s3://") {
		s.files, err = openBucket(place)
	} else {
		s.files, err = openFolder(place)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Put stores what r holds: at most limit bytes, of one of the allowed types. Anything else is a fault of kind
// Invalid and stores nothing.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64, allow ...string) (Ref, PhotoInfo, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return Ref{}, PhotoInfo{}, fmt.Errorf("read an upload: %w", err)
	case len(data) == 0:
		return Ref{}, PhotoInfo{}, fault.New(fault.Invalid, "blob.error.empty")
	case int64(len(data)) > limit:
		return Ref{}, PhotoInfo{}, fault.New(fault.Invalid, "blob.error.too_large", "MB", max(1, limit>>20))
	}
	kind := sniff(data)
	if kind == "" || !slices.Contains(allow, kind) {
		return Ref{}, PhotoInfo{}, fault.New(fault.Invalid, "blob.error.type")
	}
	clean, info, err := cleaned(kind, data)
	if err != nil {
		return Ref{}, PhotoInfo{}, err
	}
	sum := sha256.Sum256(clean)
	ref := Ref{Key: newKey(kind), Type: kind, Size: int64(len(clean)), Digest: hex.EncodeToString(sum[:])}
	if err := s.files.write(ctx, ref.Key, kind, clean); err != nil {
		return Ref{}, PhotoInfo{}, fmt.Errorf("store file %s: %w", ref.Key, err)
	}
	return ref, info, nil
}

// Open reads a stored file; the caller closes it. An unknown key is a fault of kind NotFound.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, Ref, error) {
	kind, ok := typeOf(key)
	if !ok {
		return nil, Ref{}, fault.New(fault.NotFound, "blob.error.gone")
	}
	return s.open(ctx, key, Ref{Key: key, Type: kind})
}

func (s *Store) open(ctx context.Context, name string, ref Ref) (io.ReadCloser, Ref, error) {
	body, size, err := s.files.open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Ref{}, fault.New(fault.NotFound, "blob.error.gone").Wrap(err)
	}
	if err != nil {
		return nil, Ref{}, fmt.Errorf("open file %s: %w", name, err)
	}
	ref.Size = size
	return body, ref, nil
}

// Delete removes a file and its thumbnails; a file that is not there is no error.
func (s *Store) Delete(ctx context.Context, key string) error {
	if _, ok := typeOf(key); !ok {
		return nil
	}
	names := []string{key}
	for _, size := range thumbSizes() {
		names = append(names, thumbName(key, size))
	}
	for _, name := range names {
		if err := s.files.remove(ctx, name); err != nil {
			return fmt.Errorf("delete file %s: %w", name, err)
		}
	}
	return nil
}

// Sweep removes every file written before the given time that no row names, and tells how many.
func (s *Store) Sweep(ctx context.Context, before time.Time, inUse func(key string) (bool, error)) (int, error) {
	var orphans []string
	err := s.files.list(ctx, func(name string, at time.Time) error {
		if _, ok := typeOf(name); !ok || !at.Before(before) {
			return nil
		}
		used, err := inUse(name)
		if err == nil && !used {
			orphans = append(orphans, name)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look for files without a row: %w", err)
	}
	for i, key := range orphans {
		if err := s.Delete(ctx, key); err != nil {
			return i, err
		}
	}
	return len(orphans), nil
}

// sniff tells the media type by the first bytes, or "".
func sniff(data []byte) string {
	head := string(data[:min(len(data), 12)])
	switch {
	case strings.HasPrefix(head, "\xff\xd8\xff"):
		return JPEG
	case strings.HasPrefix(head, "\x89PNG\r\n\x1a\n"):
		return PNG
	case len(head) == 12 && head[:4] == "RIFF" && head[8:] == "WEBP":
		return WebP
	case strings.HasPrefix(head, "%PDF-"):
		return PDF
	default:
		return ""
	}
}

// newKey makes 26 random letters (128 bits) and the type's ending.
func newKey(kind string) string {
	endings := map[string]string{JPEG: ".jpg", PNG: ".png", WebP: ".webp", PDF: ".pdf"}
	return strings.ToLower(rand.Text()) + endings[kind]
}

// typeOf tells the type of a well-formed key; nothing else ever reaches a path.
func typeOf(key string) (string, bool) {
	id, ending, _ := strings.Cut(key, ".")
	kind, ok := map[string]string{"jpg": JPEG, "png": PNG, "webp": WebP, "pdf": PDF}[ending]
	return kind, ok && len(id) == 26 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// withoutSecret keeps a store's URL out of errors and logs.
func withoutSecret(u *url.URL) string { return u.Scheme + "://" + u.Host + u.Path }

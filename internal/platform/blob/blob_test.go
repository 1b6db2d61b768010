package blob

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/fault"
)

// both runs a test on a folder and on a bucket of the fake server.
func both(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) {
		t.Parallel()
		s, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
	t.Run("bucket", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(&fakeS3{objects: map[string][]byte{}})
		t.Cleanup(server.Close)
		s, err := Open("s3://key:secret@" + strings.TrimPrefix(server.URL, "http://") + "/city?secure=false")
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
}

func TestPutAndOpen(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *Store) {
		pdf := []byte("%PDF-1.7 a page")
		tests := []struct {
			name  string
			data  []byte
			limit int64
			allow []string
			kind  string
			fault string
		}{
			{"photo", jpegOf(t, 40, 20), 1 << 20, []string{JPEG, PNG}, JPEG, ""},
			{"drawing", pngOf(t, 40, 20), 1 << 20, []string{JPEG, PNG}, PNG, ""},
			{"page", pdf, int64(len(pdf)), []string{PDF}, PDF, ""},
			{"one byte too many", pdf, int64(len(pdf)) - 1, []string{PDF}, "", "blob.error.too_large"},
			{"a page where photos are asked for", pdf, 1 << 20, []string{JPEG}, "", "blob.error.type"},
			{"a program", []byte("\x7fELF........"), 1 << 20, []string{JPEG, PDF}, "", "blob.error.type"},
			{"HTML", []byte("<html><script>"), 1 << 20, []string{JPEG, PNG, WebP, PDF}, "", "blob.error.type"},
			{"nothing", nil, 1 << 20, []string{JPEG}, "", "blob.error.empty"},
		}
		for _, tt := range tests {
			ref, _, err := s.Put(t.Context(), bytes.NewReader(tt.data), tt.limit, tt.allow...)
			if tt.fault != "" {
				if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Key != tt.fault || ref != (Ref{}) {
					t.Errorf("%s: %v, %v", tt.name, ref, err)
				}
				continue
			}
			if err != nil || ref.Type != tt.kind || len(ref.Digest) != 64 {
				t.Errorf("%s: %v, %v", tt.name, ref, err)
				continue
			}
			body, again, err := s.Open(t.Context(), ref.Key)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			data, err := io.ReadAll(body)
			if err = errors.Join(err, body.Close()); err != nil || int64(len(data)) != ref.Size || again.Size != ref.Size || again.Type != ref.Type {
				t.Errorf("%s: read %d bytes as %+v, stored %+v, %v", tt.name, len(data), again, ref, err)
			}
		}
	})
}

func TestPutOfBrokenStream(t *testing.T) {
	t.Parallel()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	broken := io.MultiReader(bytes.NewReader(jpegOf(t, 8, 8)), &failing{})
	if _, _, err := s.Put(t.Context(), broken, 1<<20, JPEG); err == nil || fault.KindOf(err) != fault.Internal {
		t.Fatal(err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the line broke") }

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *Store) {
		for _, key := range []string{"", "x", "../../../etc/passwd", "../" + newKey(JPEG), newKey(JPEG), newKey(PNG) + ".160.thumb", strings.ToUpper(newKey(PDF)), newKey("")} {
			if _, _, err := s.Open(t.Context(), key); fault.KindOf(err) != fault.NotFound {
				t.Errorf("Open(%q) = %v", key, err)
			}
			if _, _, err := s.Thumb(t.Context(), key, 160); fault.KindOf(err) != fault.NotFound {
				t.Errorf("Thumb(%q) = %v", key, err)
			}
			if err := s.Delete(t.Context(), key); err != nil {
				t.Errorf("Delete(%q) = %v", key, err)
			}
		}
	})
}

func TestThumb(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *Store) {
		exif := segment(0xe1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
		ref, _, err := s.Put(t.Context(), bytes.NewReader(tagged(jpegOf(t, 800, 400), "", exif)), 1<<20, JPEG)
		if err != nil {
			t.Fatal(err)
		}
		tests := []struct{ most, longest int }{{100, 160}, {160, 160}, {161, 320}, {5000, 800}}
		for _, tt := range tests {
			m := thumb(t, s, ref.Key, tt.most)
			if m.Bounds().Dy() != tt.longest || m.Bounds().Dx() != tt.longest/2 {
				t.Errorf("most %d: %v, want %d high", tt.most, m.Bounds(), tt.longest)
			}
			// Turned right by 90 degrees, the left half (red) is on top.
			if r, _, b, _ := m.At(m.Bounds().Dx()/2, 5).RGBA(); r < b {
				t.Errorf("most %d: the picture is not turned upright", tt.most)
			}
		}
		if err := s.Delete(t.Context(), ref.Key); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Thumb(t.Context(), ref.Key, 160); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("thumbnail of a deleted file: %v", err)
		}
	})
}

func thumb(t *testing.T, s *Store, key string, most int) image.Image {
	t.Helper()
	body, ref, err := s.Thumb(t.Context(), key, most)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }() // read only
	m, err := jpeg.Decode(body)
	if err != nil || ref.Type != JPEG {
		t.Fatal(ref, err)
	}
	return m
}

func TestUpright(t *testing.T) {
	t.Parallel()
	// Where the first point of the stored picture belongs, by EXIF 2.32 figure of orientations.
	want := map[int]image.Point{1: {0, 0}, 2: {2, 0}, 3: {2, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 2}, 8: {0, 2}}
	for turn, at := range want {
		src := image.NewRGBA(image.Rect(0, 0, 3, 2))
		src.Pix[0], src.Pix[3] = 255, 255
		if got := upright(src, turn); got.RGBAAt(at.X, at.Y).R != 255 {
			t.Errorf("orientation %d: the first point is not at %v", turn, at)
		}
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *Store) {
		var refs []Ref
		for range 3 {
			ref, _, err := s.Put(t.Context(), bytes.NewReader(jpegOf(t, 8, 8)), 1<<20, JPEG)
			if err != nil {
				t.Fatal(err)
			}
			thumb(t, s, ref.Key, 160)
			refs = append(refs, ref)
		}
		inUse := func(key string) (bool, error) { return key == refs[0].Key, nil }
		if n, err := s.Sweep(t.Context(), time.Now().Add(-time.Hour), inUse); n != 0 || err != nil {
			t.Fatalf("young files: %d, %v", n, err)
		}
		broken := func(string) (bool, error) { return false, errors.New("the database is away") }
		if n, err := s.Sweep(t.Context(), time.Now().Add(time.Hour), broken); n != 0 || err == nil {
			t.Fatalf("without an answer: %d, %v", n, err)
		}
		if n, err := s.Sweep(t.Context(), time.Now().Add(time.Hour), inUse); n != 2 || err != nil {
			t.Fatalf("orphans: %d, %v", n, err)
		}
		if body, _, err := s.Open(t.Context(), refs[0].Key); err != nil || body.Close() != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Open(t.Context(), refs[1].Key); fault.KindOf(err) != fault.NotFound {
			t.Fatal(err)
		}
	})
}

func TestFolderLeavesNoTemporaryFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Put(t.Context(), bytes.NewReader(jpegOf(t, 8, 8)), 1<<20, JPEG); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "tmp"))
	if err != nil || len(left) != 0 {
		t.Fatal(left, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, place := range []string{"s3://", "s3://k:hush@host", "s3://k:hush@host/a/b", "s3://k:hush@host/a?colour=red", "s3://k:hush@ho st/a", "/dev/null/x"} {
		if _, err := Open(place); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("Open(%q) = %v", place, err)
		}
	}
}

// fakeS3 is the part of S3 the store uses, in memory.
type fakeS3 struct {
	mu      sync.Mutex
	objects map[string][]byte
}

// ServeHTTP answers PUT, GET, HEAD, DELETE of an object and the list of a bucket.
func (f *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/city"), "/")
	data, ok := f.objects[name]
	switch {
	case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/"):
		http.Error(w, "", http.StatusForbidden)
	case name == "":
		f.list(w)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING") {
			body = unchunk(body)
		}
		f.objects[name] = body
		w.Header().Set("ETag", `"1"`)
	case r.Method == http.MethodDelete:
		delete(f.objects, name)
		w.WriteHeader(http.StatusNoContent)
	case !ok:
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code><Key>"+name+"</Key></Error>") // a test's answer
	default:
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "", time.Unix(1_790_000_000, 0), bytes.NewReader(data))
	}
}

func (f *fakeS3) list(w io.Writer) {
	var names []string
	for name := range f.objects {
		names = append(names, name)
	}
	slices.Sort(names)
	_, _ = io.WriteString(w, "<ListBucketResult><Name>city</Name><IsTruncated>false</IsTruncated>") // a test's answer
	for _, name := range names {
		at := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		_, _ = fmt.Fprintf(w, "<Contents><Key>%s</Key><LastModified>%s</LastModified><Size>%d</Size></Contents>", name, at, len(f.objects[name]))
	}
	_, _ = io.WriteString(w, "</ListBucketResult>")
}

// unchunk takes the content out of S3's signed chunks.
func unchunk(body []byte) []byte {
	var out []byte
	for {
		head, rest, ok := bytes.Cut(body, []byte("\r\n"))
		size, _, _ := strings.Cut(string(head), ";")
		n, err := strconv.ParseInt(size, 16, 64)
		if !ok || err != nil || n == 0 || int64(len(rest)) < n {
			return out
		}
		out = append(out, rest[:n]...)
		body = bytes.TrimPrefix(rest[n:], []byte("\r\n"))
	}
}

package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

type place struct {
	Lat float64 `form:"lat"`
	Lon float64 `form:"lon"`
}

type kind string

type intake struct {
	place
	Words  string   `form:"words" required:"true" max:"10"`
	Kind   kind     `form:"kind" max:"20"`
	Age    int      `form:"age"`
	Public bool     `form:"public"`
	Tags   []string `form:"tag"`
	Secret string
}

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       intake
		wrong      []string // field key, …
	}{
		{"all", "words=+路灯+&kind=help&age=7&public=on&tag=a&tag=+&tag=b&lat=26.08&lon=119.3&Secret=x&unknown=1",
			intake{place{26.08, 119.3}, "路灯", "help", 7, true, []string{"a", "b"}, ""}, nil},
		{"required", "words=++", intake{}, []string{"words", "web.field.required"}},
		{"emoji and rare characters stay", "words=" + url.QueryEscape("👩‍👩‍👧𠮷好"), intake{Words: "👩‍👩‍👧𠮷好"}, nil},
		{"ten characters, thirty bytes", "words=一二三四五六七八九十", intake{Words: "一二三四五六七八九十"}, nil},
		{"too long", "words=一二三四五六七八九十一", intake{Words: "一二三四五六七八九十一"}, []string{"words", "web.field.too_long"}},
		{"lines", "words=a%0D%0Ab%09c", intake{Words: "a\nb\tc"}, nil},
		{"NUL", "words=a%00b", intake{}, []string{"words", "web.field.characters"}},
		{"escape", "words=a%1Bb", intake{}, []string{"words", "web.field.characters"}},
		{"C1 control", "words=a%C2%85b", intake{}, []string{"words", "web.field.characters"}},
		{"no UTF-8", "words=a%FFb", intake{}, []string{"words", "web.field.characters"}},
		{"no number", "words=a&age=old&lat=NaN", intake{Words: "a"}, []string{"lat", "web.field.number", "age", "web.field.number"}},
		{"false in words", "words=a&public=0", intake{Words: "a"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got intake
			err := web.Decode(form("/x?words=from+the+address", tt.body), &got)
			var wrong []string
			for _, e := range fault.FieldsOf(err) {
				wrong = append(wrong, e.Field, e.Key)
			}
			if !slices.Equal(wrong, tt.wrong) || (err == nil) != (tt.wrong == nil) {
				t.Errorf("wrong fields %v (%v), want %v", wrong, err, tt.wrong)
			}
			if got.Words != tt.want.Words || got.Kind != tt.want.Kind || got.Age != tt.want.Age || got.Public != tt.want.Public ||
				!slices.Equal(got.Tags, tt.want.Tags) || got.place != tt.want.place || got.Secret != "" {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestDecodeQuery(t *testing.T) {
	t.Parallel()
	var got intake
	if err := web.Decode(get("/x?words=lamp&age=3"), &got); err != nil || got.Words != "lamp" || got.Age != 3 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodeOfAWrongTypeIsOurMistake(t *testing.T) {
	t.Parallel()
	var s struct {
		C chan int `form:"c"`
	}
	for _, dst := range []any{&s, s, "words"} {
		if err := web.Decode(form("/x", "c=1"), dst); fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("%T: got %v, want an internal error", dst, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("words=路灯&age=1")
	f.Add("words=%00&%zz=1&tag=a;b")
	f.Fuzz(func(t *testing.T, body string) {
		var got intake
		if err := web.Decode(form("/x", body), &got); err == nil && (got.Words == "" || strings.ContainsRune(got.Words, 0)) {
			t.Errorf("%q gives %q", body, got.Words)
		}
	})
}

func TestFormID(t *testing.T) {
	t.Parallel()
	fresh := web.FormID(get("/x"))
	if len(fresh) != 26 || fresh == web.FormID(get("/x")) {
		t.Errorf("fresh id %q", fresh)
	}
	sent := form("/x", "form_id="+fresh)
	if err := sent.ParseForm(); err != nil || web.FormID(sent) != fresh {
		t.Error("a form shown again is another act")
	}
	forged := form("/x", "form_id=%27drop")
	if err := forged.ParseForm(); err != nil || len(web.FormID(forged)) != 26 {
		t.Error("a forged id is kept")
	}
}

// upload makes a form with files of the field photos.
func upload(t *testing.T, files ...[]byte) (*bytes.Buffer, string) {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if err := m.WriteField("words", "路灯"); err != nil {
		t.Fatal(err)
	}
	for _, content := range files {
		part, err := m.CreateFormFile("photos", "../../etc/photo.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, m.FormDataContentType()
}

func TestPhotos(t *testing.T) {
	t.Parallel()
	jpeg := append([]byte{0xff, 0xd8, 0xff, 0xe0}, make([]byte, 2000)...)
	png := []byte("\x89PNG\r\n\x1a\n0000")
	tests := []struct {
		name  string
		files [][]byte
		want  []string
		key   string
	}{
		{"two", [][]byte{jpeg, png}, []string{"image/jpeg", "image/png"}, ""},
		{"none chosen", [][]byte{{}}, nil, ""},
		{"no files at all", nil, nil, ""},
		{"too many", [][]byte{png, png, png}, nil, "web.field.photos"},
		{"no picture", [][]byte{[]byte("<html><script>")}, nil, "web.field.photo"},
		{"drawing with script", [][]byte{[]byte("<svg onload=x>")}, nil, "web.field.photo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body, kind := upload(t, tt.files...)
			r := httptest.NewRequest(http.MethodPost, "/x", body)
			r.Header.Set("Content-Type", kind)
			photos, err := web.Photos(r, "photos", 2)
			if e, ok := fault.As(err); ok != (tt.key != "") || ok && (e.Key != tt.key || e.Field != "photos") {
				t.Fatalf("got %v, want %q", err, tt.key)
			}
			var kinds []string
			for _, p := range photos {
				kinds = append(kinds, p.Type)
				f, err := p.Open()
				if err != nil {
					t.Fatal(err)
				}
				if raw, err := io.ReadAll(f); err != nil || int64(len(raw)) != p.Size {
					t.Errorf("read %d of %d bytes: %v", len(raw), p.Size, err)
				}
				_ = f.Close()
			}
			if !slices.Equal(kinds, tt.want) {
				t.Errorf("got %v, want %v", kinds, tt.want)
			}
			var f intake
			if err := web.Decode(r, &f); err != nil || f.Words != "路灯" {
				t.Errorf("the form beside the photos: %+v, %v", f, err)
			}
		})
	}
}

// zeros is a body of n bytes that is made while it is read.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.left)
	clear(p[:n])
	z.left -= n
	return int(n), nil
}

// TestHugePhoto sends 100 MB over a real connection: the sender hears a sentence, and nothing is kept.
func TestHugePhoto(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.Handle("POST /report", func(w http.ResponseWriter, r *http.Request) error {
		_, err := web.Photos(r, "photos", 3)
		return err
	})
	srv := httptest.NewServer(b.Handler())
	defer srv.Close()
	head := "--x\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\n\r\n"
	for name, length := range map[string]int64{"length told": 100<<20 + int64(len(head)), "length not told": -1} {
		body := &zeros{left: 100 << 20}
		r, err := http.NewRequest(http.MethodPost, srv.URL+"/report", io.MultiReader(strings.NewReader(head), body))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raw, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(raw), "最多 40 MB") {
			t.Errorf("%s: %d %s %v", name, res.StatusCode, raw, err)
		}
		if body.left != 0 {
			t.Errorf("%s: %d bytes were never taken", name, body.left)
		}
	}
}

func TestHugeForm(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.Handle("POST /x", func(_ http.ResponseWriter, r *http.Request) error { return web.Decode(r, &intake{}) })
	if w := b.do(form("/x", "words="+strings.Repeat("a", 2<<20))); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d", w.Code)
	}
}

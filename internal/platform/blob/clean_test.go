package blob

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/fault"
)

const secret = "SECRET-device-serial"

func TestCleanedPictures(t *testing.T) {
	t.Parallel()
	exif := string(exifOf(binary.BigEndian, 6, "2026:05:01 09:30:00", "+08:00")) + secret
	tests := []struct {
		name, kind string
		data       []byte
		turned     int
		position   bool
	}{
		{"plain JPEG", JPEG, jpegOf(t, 40, 20), 0, false},
		{"JPEG full of words", JPEG, tagged(jpegOf(t, 40, 20), "film "+secret, segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
			segment(0xe1, "Exif\x00\x00"+exif), segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret),
			segment(0xe2, "ICC_PROFILE\x00"+secret), segment(0xed, "Photoshop 3.0\x00"+secret), segment(0xfe, secret)), 6, true},
		{"plain PNG", PNG, pngOf(t, 40, 20), 0, false},
		{"PNG full of words", PNG, insert(pngOf(t, 40, 20), 33, pngChunk("tEXt", "Author\x00"+secret), pngChunk("eXIf", exif),
			pngChunk("iTXt", secret), pngChunk("zTXt", secret), pngChunk("tIME", "\x07\xea\x01\x01\x01\x01\x01"), pngChunk("prVt", secret)), 0, true},
		{"WebP full of words", WebP, webpOf(t, webpChunk("EXIF", exif), webpChunk("XMP ", secret), webpChunk("ICCP", secret)), 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clean, info, err := cleaned(tt.kind, tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(clean, []byte(secret)) || bytes.Contains(clean, []byte("2026:05:01")) {
				t.Fatal("the stored file still tells about its maker")
			}
			if info.HasPosition != tt.position || info.TakenAt.IsZero() == tt.position {
				t.Fatalf("info = %+v", info)
			}
			if _, err := decode(tt.kind, clean); err != nil {
				t.Fatalf("the stored file cannot be drawn: %v", err)
			}
			again, info, err := cleaned(tt.kind, clean)
			if err != nil || !bytes.Equal(again, clean) || info != (PhotoInfo{}) {
				t.Fatalf("cleaning twice differs: %v, %v", info, err)
			}
			if tt.kind == JPEG {
				if _, left, err := stripJPEG(clean); err != nil || readExif(left).orientation != tt.turned {
					t.Fatalf("turned %d, %v; want %d", readExif(left).orientation, err, tt.turned)
				}
			}
		})
	}
}

// insert puts chunks at a place.
func insert(data []byte, at int, chunks ...[]byte) []byte {
	return bytes.Join([][]byte{data[:at], bytes.Join(chunks, nil), data[at:]}, nil)
}

func TestCleanedRefuses(t *testing.T) {
	t.Parallel()
	huge := pngOf(t, 4, 4)
	copy(huge[8:], pngChunk("IHDR", "\x00\x01\x00\x00\x00\x01\x00\x00\x08\x06\x00\x00\x00"))
	photo, drawing, web := jpegOf(t, 40, 20), pngOf(t, 40, 20), webpOf(t)
	tests := []struct {
		name, kind string
		data       []byte
		key        string
	}{
		{"picture bomb", PNG, huge, "blob.error.too_many_pixels"},
		{"JPEG without end", JPEG, photo[:len(photo)-2], "blob.error.broken"},
		{"JPEG cut in its head", JPEG, photo[:20], "blob.error.broken"},
		{"JPEG with an endless segment", JPEG, tagged(photo, "", "\xff\xe1\xff\xff"), "blob.error.broken"},
		{"PNG cut", PNG, drawing[:len(drawing)-8], "blob.error.broken"},
		{"WebP cut", WebP, web[:len(web)-4], "blob.error.broken"},
		{"WebP with an endless chunk", WebP, riff(web[12:], []byte("EXIF\xff\xff\xff\xff")), "blob.error.broken"},
		{"letters only", JPEG, []byte("\xff\xd8\xff hello"), "blob.error.broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := cleaned(tt.kind, tt.data)
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Key != tt.key {
				t.Fatalf("error = %v, want %s", err, tt.key)
			}
		})
	}
}

func TestReadExif(t *testing.T) {
	t.Parallel()
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		t.Run(order.String(), func(t *testing.T) {
			t.Parallel()
			tests := []struct {
				name, taken, offset string
				want                string
			}{
				{"with its zone", "2026:05:01 09:30:00", "+00:00", "2026-05-01T09:30:00Z"},
				{"city time", "2026:05:01 09:30:00", "", "2026-05-01T01:30:00Z"},
				{"a camera that was never set", "0000:00:00 00:00:00", "", ""},
				{"nonsense", "yesterday          ", "", ""},
			}
			for _, tt := range tests {
				p := readExif(exifOf(order, 8, tt.taken, tt.offset))
				got := ""
				if !p.TakenAt.IsZero() {
					got = p.TakenAt.Format(time.RFC3339)
				}
				if got != tt.want {
					t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
				}
				if p.orientation != 8 || !p.HasPosition || math.Abs(p.Lat-26.075) > 1e-9 || math.Abs(p.Lon-119.3) > 1e-9 {
					t.Errorf("%s: %+v", tt.name, p)
				}
			}
		})
	}
}

func TestReadExifOfBrokenData(t *testing.T) {
	t.Parallel()
	whole := exifOf(binary.BigEndian, 6, "2026:05:01 09:30:00", "+08:00")
	for n := range whole {
		readExif(whole[:n]) // only that it does not panic
	}
	zero := bytes.Replace(whole, []byte{0, 0, 0, 100}, []byte{0, 0, 0, 0}, -1)
	for name, data := range map[string][]byte{"empty": nil, "letters": []byte(strings.Repeat("x", 50)), "divided by zero": zero} {
		if p := readExif(data); p.HasPosition {
			t.Errorf("%s gives a position: %+v", name, p)
		}
	}
}

// FuzzCleaned holds that no bytes make the cleaners panic, and that what is stored can be cleaned again.
func FuzzCleaned(f *testing.F) {
	exif := string(exifOf(binary.LittleEndian, 3, "2026:05:01 09:30:00", "+08:00"))
	f.Add(tagged(jpegOf(f, 8, 8), "x", segment(0xe1, "Exif\x00\x00"+exif)))
	f.Add(insert(pngOf(f, 8, 8), 33, pngChunk("eXIf", exif)))
	f.Add(webpOf(f, webpChunk("EXIF", exif)))
	f.Add([]byte(exif))
	f.Fuzz(func(t *testing.T, data []byte) {
		readExif(data)
		kind := sniff(data)
		if kind == "" {
			return
		}
		clean, _, err := cleaned(kind, data)
		if err != nil {
			return
		}
		if again, info, err := cleaned(kind, clean); err != nil || !bytes.Equal(again, clean) || kind != PDF && info != (PhotoInfo{}) {
			t.Fatalf("%s: cleaning twice differs: %v, %v", kind, info, err)
		}
	})
}

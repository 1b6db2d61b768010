package blob

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"testing"
)

// FuzzClean holds that cleaning any picture gives one of the same size that is not longer than it was but for its upright
// mark, says nothing of a place any more, and is left as it is by a second cleaning.
func FuzzClean(f *testing.F) {
	var jpg, pngs bytes.Buffer
	small := image.NewRGBA(image.Rect(0, 0, 8, 8))
	if err := jpeg.Encode(&jpg, small, nil); err != nil {
		f.Fatal(err)
	}
	if err := png.Encode(&pngs, small); err != nil {
		f.Fatal(err)
	}
	exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	f.Add(jpg.Bytes())
	f.Add(append(append([]byte("\xff\xd8"), exif...), jpg.Bytes()[2:]...))
	f.Add(pngs.Bytes())
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Add([]byte("%PDF-1.7"))
	f.Fuzz(func(t *testing.T, data []byte) {
		kind := sniff(data)
		if kind == "" || kind == PDF {
			return
		}
		clean, _, err := cleaned(kind, data)
		if err != nil {
			return
		}
		was, _ := configOf(kind, data)
		is, err := configOf(kind, clean)
		if err != nil || is.Width != was.Width || is.Height != was.Height {
			t.Fatalf("%s of %dx%d becomes %dx%d (%v)", kind, was.Width, was.Height, is.Width, is.Height, err)
		}
		const upright = 36
		if sniff(clean) != kind || len(clean) > len(data)+upright+2 {
			t.Fatalf("%s of %d bytes becomes %q of %d", kind, len(data), sniff(clean), len(clean))
		}
		again, info, err := cleaned(kind, clean)
		if err != nil || info.HasPosition || !info.TakenAt.IsZero() || !bytes.Equal(again, clean) {
			t.Fatalf("cleaned once more it says %+v (%v)", info, err)
		}
	})
}

// FuzzExif holds that a place read from a photo is one on earth and a turn one of eight.
func FuzzExif(f *testing.F) {
	f.Add([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"))
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x25\x88\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := readExif(data)
		if p.HasPosition && !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) {
			t.Fatalf("place %v, %v", p.Lat, p.Lon)
		}
		if p.orientation < 0 || p.orientation > 8 || !p.TakenAt.IsZero() && p.TakenAt.Year() < 1989 {
			t.Fatalf("%+v", p)
		}
	})
}

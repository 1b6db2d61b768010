package blob

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// picture is a w by h field, red on its left half and blue on its right.
func picture(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 220, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 220, A: 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func jpegOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is a JPEG segment.
func segment(marker byte, payload string) string {
	return string([]byte{0xff, marker, byte((len(payload) + 2) >> 8), byte(len(payload) + 2)}) + payload
}

// tagged puts segments behind the beginning of a JPEG and a tail behind its end.
func tagged(data []byte, tail string, segments ...string) []byte {
	out := append([]byte{}, data[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(append(out, data[2:]...), tail...)
}

// pngChunk is a PNG chunk with its check sum.
func pngChunk(name, payload string) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	out = append(out, name+payload...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(name+payload)))
}

func webpChunk(name, payload string) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(payload)))
	out = append(out, payload...)
	if len(payload)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// webpOf is a lossless picture of one point in a file that has all flags and the given chunks.
func webpOf(t testing.TB, chunks ...[]byte) []byte {
	t.Helper()
	small, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	head := webpChunk("VP8X", "\x2c\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	return riff(append([][]byte{head, small[12:]}, chunks...)...)
}

// exifOf builds EXIF with an orientation, a place (Fuzhou, seconds as hundredths) and a time.
func exifOf(order binary.AppendByteOrder, turn uint16, taken, offset string) []byte {
	head := map[bool]string{true: "MM\x00*", false: "II*\x00"}[order.String() == "BigEndian"]
	const exifAt, gpsAt, dataAt = 100, 160, 240
	b := order.AppendUint32([]byte(head), 8)
	put := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		if kind == 3 {
			b = order.AppendUint16(b, uint16(value))
			b = order.AppendUint16(b, 0)
			return
		}
		b = order.AppendUint32(b, value)
	}
	letters := func(tag uint16, s string) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, 2)
		b = order.AppendUint32(b, 2)
		b = append(b, s[0], 0, 0, 0)
	}
	pad := func(to int) { b = append(b, make([]byte, to-len(b))...) }
	b = order.AppendUint16(b, 3)
	put(tagOrientation, 3, 1, uint32(turn))
	put(tagExifFolder, 4, 1, exifAt)
	put(tagGPSFolder, 4, 1, gpsAt)
	pad(exifAt)
	b = order.AppendUint16(b, 2)
	put(tagTaken, 2, 20, dataAt+48)
	put(tagTakenOffset, 2, 7, dataAt+48+20)
	pad(gpsAt)
	b = order.AppendUint16(b, 4)
	letters(tagLatitudeRef, "N")
	put(tagLatitude, 5, 3, dataAt)
	letters(tagLongitudeRef, "E")
	put(tagLongitude, 5, 3, dataAt+24)
	pad(dataAt)
	for _, n := range []uint32{26, 1, 4, 1, 3000, 100, 119, 1, 18, 1, 0, 100} {
		b = order.AppendUint32(b, n)
	}
	b = append(b, taken...)
	pad(dataAt + 48 + 20)
	b = append(b, offset...)
	pad(dataAt + 48 + 20 + 8)
	return b
}

package blob

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"slices"

	"golang.org/x/image/webp"

	"banyan/internal/platform/fault"
)

// maxPixels bounds a picture: decoded it takes four bytes a point.
const maxPixels = 50_000_000

// cleaned gives the bytes to store and what the photo said about itself.
func cleaned(kind string, data []byte) ([]byte, PhotoInfo, error) {
	if kind == PDF {
		return data, PhotoInfo{}, nil
	}
	size, err := configOf(kind, data)
	if err != nil {
		return nil, PhotoInfo{}, fault.New(fault.Invalid, "blob.error.broken").Wrap(err)
	}
	if size.Width <= 0 || size.Height <= 0 || int64(size.Width)*int64(size.Height) > maxPixels {
		return nil, PhotoInfo{}, fault.New(fault.Invalid, "blob.error.too_many_pixels")
	}
	strip := map[string]func([]byte) ([]byte, []byte, error){JPEG: stripJPEG, PNG: stripPNG, WebP: stripWebP}[kind]
	clean, exif, err := strip(data)
	if err != nil {
		return nil, PhotoInfo{}, fault.New(fault.Invalid, "blob.error.broken").Wrap(err)
	}
	return clean, readExif(exif).PhotoInfo, nil
}

func configOf(kind string, data []byte) (image.Config, error) {
	r := bytes.NewReader(data)
	switch kind {
	case JPEG:
		return jpeg.DecodeConfig(r)
	case PNG:
		return png.DecodeConfig(r)
	default:
		return webp.DecodeConfig(r)
	}
}

// stripJPEG keeps what is needed to draw the picture: JFIF, Adobe's colour mark, tables and scans, and of EXIF
// only how the picture is turned. What follows the end of the picture (previews, films) is dropped.
func stripJPEG(data []byte) (clean, exif []byte, err error) {
	body := make([]byte, 0, len(data))
	at := 2
	for {
		for at+1 < len(data) && data[at] == 0xff && data[at+1] == 0xff {
			at++
		}
		if at+1 >= len(data) || data[at] != 0xff {
			return nil, nil, errors.New("JPEG: a marker is missing")
		}
		marker := data[at+1]
		if marker == 0xd9 {
			return headJPEG(append(body, 0xff, 0xd9), exif), exif, nil
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 {
			at += 2
			continue
		}
		if at+4 > len(data) {
			return nil, nil, errors.New("JPEG: ends in a segment")
		}
		end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if end > len(data) || end < at+4 {
			return nil, nil, errors.New("JPEG: a segment has no end")
		}
		payload := data[at+4 : end]
		if marker == 0xe1 && exif == nil && bytes.HasPrefix(payload, []byte("Exif\x00")) {
			exif = payload
		}
		if keepsJPEG(marker, payload) {
			body = append(body, data[at:end]...)
		}
		at = end
		if marker == 0xda {
			at = scanEnd(data, end)
			body = append(body, data[end:at]...)
		}
	}
}

// keepsJPEG drops comments and all application segments but JFIF and Adobe's.
func keepsJPEG(marker byte, payload []byte) bool {
	switch {
	case marker == 0xe0:
		return bytes.HasPrefix(payload, []byte("JFIF\x00"))
	case marker == 0xee:
		return bytes.HasPrefix(payload, []byte("Adobe"))
	default:
		return marker < 0xe0 && marker >= 0xc0
	}
}

// scanEnd finds the marker after a scan; stuffed bytes and restart marks belong to the scan.
func scanEnd(data []byte, at int) int {
	for ; at+1 < len(data); at++ {
		if next := data[at+1]; data[at] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return at
		}
	}
	return len(data)
}

// headJPEG begins the file anew and says how the picture is turned when it is not upright.
func headJPEG(body, exif []byte) []byte {
	out := []byte{0xff, 0xd8}
	if turn := readExif(exif).orientation; turn > 1 {
		out = append(out, "\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"...)
		out = append(out, byte(turn), 0, 0, 0, 0, 0, 0)
	}
	return append(out, body...)
}

// stripPNG keeps the picture, its colours and its animation.
func stripPNG(data []byte) (clean, exif []byte, err error) {
	keep := []string{"IHDR", "PLTE", "IDAT", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"}
	clean = append(make([]byte, 0, len(data)), data[:8]...)
	for at := 8; at+12 <= len(data); {
		size := int64(binary.BigEndian.Uint32(data[at:]))
		if int64(at)+12+size > int64(len(data)) {
			break
		}
		end, name := at+12+int(size), string(data[at+4:at+8])
		switch {
		case name == "IEND":
			return append(clean, data[at:end]...), exif, nil
		case name == "eXIf":
			exif = data[at+8 : end-4]
		case slices.Contains(keep, name):
			clean = append(clean, data[at:end]...)
		}
		at = end
	}
	return nil, nil, errors.New("PNG: the end is missing")
}

// stripWebP keeps the picture, its transparency and its animation.
func stripWebP(data []byte) (clean, exif []byte, err error) {
	keep := []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"}
	total := 8 + int64(binary.LittleEndian.Uint32(data[4:]))
	if total > int64(len(data)) || total < 12 {
		return nil, nil, errors.New("WebP: ends early")
	}
	data = data[:total]
	clean = append(make([]byte, 0, len(data)), data[:12]...)
	for at := 12; at < len(data); {
		if at+8 > len(data) {
			return nil, nil, errors.New("WebP: ends in a chunk")
		}
		name, size := string(data[at:at+4]), int64(binary.LittleEndian.Uint32(data[at+4:]))
		if int64(at)+8+size > int64(len(data)) {
			return nil, nil, errors.New("WebP: a chunk has no end")
		}
		end := at + 8 + int(size)
		padded := min(end+int(size&1), len(data))
		switch {
		case name == "EXIF":
			exif = data[at+8 : end]
		case slices.Contains(keep, name):
			start := len(clean)
			clean = append(clean, data[at:end]...)
			if size&1 == 1 {
				clean = append(clean, 0)
			}
			if name == "VP8X" && size >= 1 {
				clean[start+8] &^= 0x20 | 0x08 | 0x04 // no colour profile, EXIF or XMP any more
			}
		}
		at = padded
	}
	binary.LittleEndian.PutUint32(clean[4:], uint32(len(clean)-8))
	return clean, exif, nil
}

package blob

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"banyan/internal/platform/clock"
)

// photo is what we read of EXIF.
type photo struct {
	PhotoInfo
	orientation int // 1 to 8; 0 when unknown
}

// EXIF tags (Exif 2.32, tables 4, 7 and 15).
const (
	tagOrientation  = 0x0112
	tagExifFolder   = 0x8769
	tagGPSFolder    = 0x8825
	tagTaken        = 0x9003
	tagTakenOffset  = 0x9011
	tagLatitudeRef  = 1
	tagLatitude     = 2
	tagLongitudeRef = 3
	tagLongitude    = 4
)

// readExif reads the few tags we use; whatever is broken or beyond the data is as if it were not there.
func readExif(data []byte) photo {
	var p photo
	if len(data) >= 6 && string(data[:4]) == "Exif" {
		data = data[6:]
	}
	if len(data) < 8 {
		return p
	}
	t := tiff{data: data}
	switch string(data[:4]) {
	case "II*\x00":
		t.order = binary.LittleEndian
	case "MM\x00*":
		t.order = binary.BigEndian
	default:
		return p
	}
	top := t.folder(t.order.Uint32(data[4:]))
	if n, ok := t.number(top[tagOrientation]); ok && n >= 1 && n <= 8 {
		p.orientation = int(n)
	}
	if n, ok := t.number(top[tagExifFolder]); ok {
		p.TakenAt = t.taken(t.folder(n))
	}
	if n, ok := t.number(top[tagGPSFolder]); ok {
		p.Lat, p.Lon, p.HasPosition = t.position(t.folder(n))
	}
	return p
}

// tiff is the frame of EXIF: folders of tagged values.
type tiff struct {
	data  []byte
	order binary.ByteOrder
}

// entry is one value: type, how many, and the four bytes that hold it or tell where it lies.
type entry struct {
	kind   uint16
	count  uint32
	inline []byte
}

func (t tiff) folder(at uint32) map[uint16]entry {
	out := map[uint16]entry{}
	if int64(at)+2 > int64(len(t.data)) {
		return out
	}
	count := int64(t.order.Uint16(t.data[at:]))
	for i := range count {
		from := int64(at) + 2 + 12*i
		if from+12 > int64(len(t.data)) {
			break
		}
		e := t.data[from : from+12]
		out[t.order.Uint16(e)] = entry{t.order.Uint16(e[2:]), t.order.Uint32(e[4:]), e[8:12]}
	}
	return out
}

// bytes gives a value of count items of the given size, nil when it lies outside the data.
func (t tiff) bytes(e entry, size int64) []byte {
	need := int64(e.count) * size
	if e.inline == nil || need <= 4 {
		return e.inline[:min(need, int64(len(e.inline)))]
	}
	from := int64(t.order.Uint32(e.inline))
	if from+need > int64(len(t.data)) {
		return nil
	}
	return t.data[from : from+need]
}

// number reads a SHORT or LONG.
func (t tiff) number(e entry) (uint32, bool) {
	switch {
	case e.count != 1:
		return 0, false
	case e.kind == 3:
		return uint32(t.order.Uint16(e.inline)), true
	case e.kind == 4:
		return t.order.Uint32(e.inline), true
	default:
		return 0, false
	}
}

// text reads an ASCII value up to its end mark.
func (t tiff) text(e entry) string {
	if e.kind != 2 {
		return ""
	}
	s, _, _ := strings.Cut(string(t.bytes(e, 1)), "\x00")
	return s
}

func (t tiff) taken(folder map[uint16]entry) time.Time {
	zone := clock.City
	if at, err := time.Parse("-07:00", t.text(folder[tagTakenOffset])); err == nil {
		zone = at.Location()
	}
	at, err := time.ParseInLocation("2006:01:02 15:04:05", t.text(folder[tagTaken]), zone)
	if err != nil || at.Year() < 1990 {
		return time.Time{}
	}
	return at.UTC()
}

func (t tiff) position(folder map[uint16]entry) (lat, lon float64, ok bool) {
	lat, ok1 := t.degrees(folder[tagLatitude])
	lon, ok2 := t.degrees(folder[tagLongitude])
	switch t.text(folder[tagLatitudeRef]) {
	case "N":
	case "S":
		lat = -lat
	default:
		return 0, 0, false
	}
	switch t.text(folder[tagLongitudeRef]) {
	case "E":
	case "W":
		lon = -lon
	default:
		return 0, 0, false
	}
	if !ok1 || !ok2 || math.Abs(lat) > 90 || math.Abs(lon) > 180 || lat == 0 && lon == 0 {
		return 0, 0, false
	}
	return lat, lon, true
}

// degrees reads three fractions: degrees, minutes, seconds.
func (t tiff) degrees(e entry) (float64, bool) {
	if e.kind != 5 || e.count != 3 {
		return 0, false
	}
	b := t.bytes(e, 8)
	if len(b) != 24 {
		return 0, false
	}
	sum := 0.0
	for i, unit := range []float64{1, 60, 3600} {
		over, under := t.order.Uint32(b[8*i:]), t.order.Uint32(b[8*i+4:])
		if under == 0 {
			return 0, false
		}
		sum += float64(over) / float64(under) / unit
	}
	return sum, true
}

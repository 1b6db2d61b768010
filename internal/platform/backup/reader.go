package backup

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"banyan/internal/platform/db"
)

// The most that one member may hold, so that a made-up archive cannot fill the memory.
const (
	mostPacked = 512 << 20
	mostText   = 1 << 30
)

// Visitor is handed the parts of an archive in their order; a part without a function is only checked.
type Visitor struct {
	Header func(Header) error
	Rows   func(t db.Table, rows []byte) (int64, error) // some whole rows of a table; gives how many it took
	Data   func(name string, body []byte) error
	File   func(key string, body []byte) error
}

// Read goes through an archive once and compares everything with the digests of its manifest, which it
// gives back. The error holds ErrDamaged when the archive is cut off, changed or no backup at all.
func Read(r io.Reader, v Visitor) (Manifest, error) {
	zip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostText))
	if err != nil {
		return Manifest{}, err
	}
	defer zip.Close()
	p := &parts{tar: tar.NewReader(r), zip: zip, v: v, files: newTally("files"), rows: map[string]*tally{}}
	for p.stage != ended {
		if err := p.next(); err != nil {
			return p.m, err
		}
	}
	if _, err := p.tar.Next(); !errors.Is(err, io.EOF) {
		return p.m, damaged("something follows the manifest")
	}
	if _, err := io.Copy(io.Discard, r); err != nil { // to the very end: what seals it is checked there
		return p.m, damaged("it does not end as it should: %v", err)
	}
	return p.m, p.compare()
}

func damaged(text string, args ...any) error {
	return fmt.Errorf("%w: "+text, append([]any{ErrDamaged}, args...)...)
}

type stage int

const (
	begun stage = iota
	inside
	ended
)

// parts is an archive on its way past.
type parts struct {
	tar     *tar.Reader
	zip     *zstd.Decoder
	v       Visitor
	stage   stage
	header  Header
	m       Manifest
	rows    map[string]*tally
	data    []Content
	files   *tally
	packed  []byte
	text    []byte
	last    string // the member before this one
	current db.Table
}

// next reads one member.
func (p *parts) next() error {
	h, err := p.tar.Next()
	if errors.Is(err, io.EOF) {
		return damaged("it has no manifest: it was cut off")
	}
	if err != nil {
		return damaged("%v", err)
	}
	if h.Typeflag != tar.TypeReg || h.Size > mostPacked {
		return damaged("member %.80q is of a kind or size no backup has", h.Name)
	}
	if p.packed, err = readAll(p.packed, p.tar, h.Size); err != nil {
		return damaged("%v", err)
	}
	folder, name := "", h.Name
	if at := strings.IndexByte(h.Name, '/'); at >= 0 {
		folder, name = h.Name[:at+1], h.Name[at+1:]
	}
	switch {
	case p.stage == begun && h.Name == headerName:
		return p.begin()
	case p.stage == begun:
		return damaged("it does not begin with %s", headerName)
	case h.Name == manifestName:
		p.stage = ended
		if err := json.Unmarshal(p.packed, &p.m); err != nil {
			return damaged("its manifest cannot be read: %v", err)
		}
		return nil
	case folder == tablesFolder:
		return p.table(name)
	case folder == dataFolder && clean(name):
		return p.file(name, p.v.Data, func() {
			sum := newTally(name)
			sum.file(name, p.packed)
			p.data = append(p.data, sum.end())
		})
	case folder == filesFolder && clean(name):
		return p.file(name, p.v.File, func() { p.files.file(name, p.packed) })
	}
	return damaged("it holds %.80q, which no backup has", h.Name)
}

func readAll(into []byte, r io.Reader, size int64) ([]byte, error) {
	into = slices.Grow(into[:0], int(min(size, 16<<20)))[:0]
	for int64(len(into)) < size {
		part := slices.Grow(into, int(min(size-int64(len(into)), 16<<20)))
		n, err := io.ReadFull(r, part[len(into):min(int64(cap(part)), size)])
		into = part[:len(into)+n]
		if err != nil {
			return into, err
		}
	}
	return into, nil
}

// clean tells a name that stays in its folder.
func clean(name string) bool {
	return name != "" && !strings.HasPrefix(name, "/") && !strings.Contains(name, "..") && !strings.ContainsAny(name, "\x00\\")
}

func (p *parts) begin() error {
	p.stage = inside
	if err := json.Unmarshal(p.packed, &p.header); err != nil {
		return damaged("its header cannot be read: %v", err)
	}
	if p.header.Format != format {
		return fmt.Errorf("the backup has format %d and this program reads format %d: use the program that made it (%.80s)", p.header.Format, format, p.header.Program)
	}
	for _, t := range p.header.Tables {
		p.rows[t.Name] = newTally(t.Name)
	}
	if p.v.Header == nil {
		return nil
	}
	return p.v.Header(p.header)
}

// table unpacks some rows.
func (p *parts) table(member string) (err error) {
	name, _, _ := strings.Cut(member, "/")
	sum := p.rows[name]
	if sum == nil {
		return damaged("it holds rows of table %.80q, which its header does not name", name)
	}
	if p.text, err = p.zip.DecodeAll(p.packed, p.text[:0]); err != nil {
		return damaged("table %s: %v", name, err)
	}
	before := sum.Count
	sum.rows(p.text)
	if p.v.Rows == nil {
		return nil
	}
	at := slices.IndexFunc(p.header.Tables, func(t db.Table) bool { return t.Name == name })
	n, err := p.v.Rows(p.header.Tables[at], p.text)
	if err != nil {
		return err
	}
	if n != sum.Count-before {
		return fmt.Errorf("table %s took %d rows of %d", name, n, sum.Count-before)
	}
	return nil
}

func (p *parts) file(name string, visit func(string, []byte) error, count func()) error {
	count()
	if visit == nil {
		return nil
	}
	return visit(name, p.packed)
}

// compare holds what went by against the manifest.
func (p *parts) compare() error {
	if len(p.m.Rows) != len(p.header.Tables) || len(p.m.Data) != len(p.data) {
		return damaged("its manifest lists other parts than it holds")
	}
	for _, want := range p.m.Rows {
		sum := p.rows[want.Name]
		if sum == nil || sum.end() != want {
			return damaged("table %.80s differs from the manifest", want.Name)
		}
	}
	for i, want := range p.m.Data {
		if p.data[i] != want {
			return damaged("file %.80s differs from the manifest", want.Name)
		}
	}
	if p.files.end() != p.m.Files {
		return damaged("the photos and documents differ from the manifest")
	}
	return nil
}

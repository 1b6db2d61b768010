package pack

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"strings"
)

// Archive packs the folders of the whole stack, bases included, into one zip whose comment is the pack's name.
// The same content gives the same entries in the same order; compare packs by Digest, not by these bytes.
func (p *Pack) Archive() ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, l := range p.layers {
		for _, name := range sortedNames(l.files) {
			f, err := w.CreateHeader(&zip.FileHeader{Name: l.name + "/" + name, Method: zip.Deflate})
			if err != nil {
				return nil, fmt.Errorf("archive pack %s: %w", p.Ref(), err)
			}
			if _, err := f.Write(l.files[name]); err != nil {
				return nil, fmt.Errorf("archive pack %s: %w", p.Ref(), err)
			}
		}
	}
	if err := w.SetComment(p.Name); err != nil {
		return nil, fmt.Errorf("archive pack %s: %w", p.Ref(), err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("archive pack %s: %w", p.Ref(), err)
	}
	return out.Bytes(), nil
}

// Unarchive loads a pack, with its bases, from what Archive made.
func Unarchive(archive []byte) (*Pack, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("read pack archive: %w", err)
	}
	folder := func(name string) (fs.FS, error) {
		if strings.ContainsAny(name, "/\\") || !fs.ValidPath(name) {
			return nil, fmt.Errorf("%q is not the name of a pack", name)
		}
		return fs.Sub(r, name)
	}
	top, err := folder(r.Comment)
	if err != nil {
		return nil, fmt.Errorf("read pack archive: %w", err)
	}
	return Load(top, folder)
}

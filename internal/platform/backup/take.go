package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"banyan/internal/platform/db"
)

// Source is what a backup is taken of. Data and Files hand on what lies beside the store; a File whose open
// gives fs.ErrNotExist has gone away meanwhile and is counted as missing.
type Source struct {
	DB     *db.DB
	Scope  db.Scope
	Header Header // Program, Pack and Key; the rest is filled in
	Data   func(each func(name string, body []byte) error) error
	Files  func(ctx context.Context, each func(key string, open func() ([]byte, error)) error) error
	Told   func(part string, n int64) // progress: a table or "files", and how many so far
	Now    func() time.Time
}

// Take writes a backup of everything: first the rows of one moment, then what lies beside them.
func Take(ctx context.Context, s Source, w io.Writer) (Manifest, error) {
	var out *Writer
	s.Header.Engine, s.Header.Started = s.DB.Dialect(), s.Now().UTC()
	err := s.DB.Snapshot(ctx, s.Scope, func(snap *db.Snapshot) (err error) {
		s.Header.Schemas, s.Header.Tables = snap.Versions, snap.Tables
		if err := db.Newer(snap.Versions, s.Scope.Schemas); err != nil {
			return fmt.Errorf("%w: take the backup with the program that serves it", err)
		}
		if out, err = NewWriter(w, s.Header, s.Now); err != nil {
			return err
		}
		for _, t := range snap.Tables {
			if err := out.Table(t, func(w io.Writer) (int64, error) {
				n, err := snap.Copy(t, w)
				s.Told(t.Name, n)
				return n, err
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Manifest{}, err
	}
	if err := s.Data(out.Data); err != nil {
		return Manifest{}, fmt.Errorf("copy the data folder: %w", err)
	}
	if err := s.files(ctx, out); err != nil {
		return Manifest{}, fmt.Errorf("copy the files: %w", err)
	}
	return out.Close()
}

func (s Source) files(ctx context.Context, out *Writer) error {
	n := int64(0)
	err := s.Files(ctx, func(key string, open func() ([]byte, error)) error {
		body, err := open()
		if errors.Is(err, fs.ErrNotExist) {
			out.Missed()
			return nil
		}
		if err != nil {
			return fmt.Errorf("file %s: %w", key, err)
		}
		n++
		return out.File(key, body)
	})
	s.Told("files", n)
	return err
}

package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"banyan/internal/platform/fault"
)

// Each hands on the key of every stored file and when it was written, in no order. Thumbnails are left out:
// they can be made again.
func (s *Store) Each(ctx context.Context, each func(key string, at time.Time) error) error {
	err := s.files.list(ctx, func(name string, at time.Time) error {
		if _, ok := typeOf(name); !ok {
			return nil
		}
		return each(name, at)
	})
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	return nil
}

// Size is how many bytes a file has; fs.ErrNotExist when it is not there.
func (s *Store) Size(ctx context.Context, key string) (int64, error) {
	if _, ok := typeOf(key); !ok {
		return 0, fmt.Errorf("file %.40q: %w", key, fs.ErrNotExist)
	}
	body, size, err := s.files.open(ctx, key)
	if err != nil {
		return 0, fmt.Errorf("look at file %s: %w", key, err)
	}
	return size, body.Close()
}

// Bytes reads a whole file as it is stored; fs.ErrNotExist when it is not there.
func (s *Store) Bytes(ctx context.Context, key string) ([]byte, error) {
	body, _, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(body)
	return data, errors.Join(err, body.Close())
}

// Keep stores a file under the key it had, as it was: for a restore. One that is there already in the same
// size is left as it is, since keys are random and files never change.
func (s *Store) Keep(ctx context.Context, key string, data []byte) error {
	kind, ok := typeOf(key)
	if !ok {
		return fault.New(fault.Invalid, "blob.error.type").Wrap(fmt.Errorf("%.40q is no key of a file", key))
	}
	if size, err := s.Size(ctx, key); err == nil && size == int64(len(data)) {
		return nil
	}
	if err := s.files.write(ctx, key, kind, data); err != nil {
		return fmt.Errorf("store file %s: %w", key, err)
	}
	return nil
}

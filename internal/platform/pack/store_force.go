package pack

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// InForce tells which pack is in force without reading it: what a running process asks every few seconds.
// fault.NotFound when none ever was.
func (s *Store) InForce(ctx context.Context) (v Version, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT name, version, digest FROM pack_version ORDER BY current_at DESC LIMIT 1`).Scan(&v.Name, &v.Version, &v.Digest)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return v, fault.New(fault.NotFound, "pack.error.not_installed").Wrap(err)
	}
	if err != nil {
		return v, fmt.Errorf("read which pack is in force: %w", err)
	}
	return v, nil
}

// Ref is the version's name in the form Pack.Ref gives it.
func (v Version) Ref() string { return v.Name + "@" + v.Version }

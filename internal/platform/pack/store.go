package pack

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema is the table pack_version.
func Schema() db.Schema { return db.Schema{Module: "pack", Files: schemaFiles} }

// Version is one installed version of a pack.
type Version struct {
	Name, Version, Digest string
	Installed             time.Time
	Current               bool
}

// Store keeps every installed pack in the database, so that each process and each old case can read its own.
type Store struct {
	db    *db.DB
	clock clock.Clock
}

// NewStore makes a Store over a migrated database.
func NewStore(d *db.DB, c clock.Clock) *Store { return &Store{db: d, clock: c} }

// Install keeps the pack and puts it in force. The same pack again changes nothing but that it is in force.
// A version already installed with other content is refused as fault.Conflict: old cases rely on it.
func (s *Store) Install(ctx context.Context, p *Pack) error {
	archive, err := p.Archive()
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now := clock.Ms(s.clock.Now())
		row, err := find(tx, p.Name, p.Version)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return insert(tx, p, archive, now)
		case err != nil:
			return err
		case row.Digest != p.Digest:
			return fault.New(fault.Conflict, "pack.error.version_taken", "pack", p.Ref()).Wrap(
				fmt.Errorf("version %s of pack %s is installed with other content: raise version in pack.yaml", p.Version, p.Name))
		default:
			return makeCurrent(tx, p.Name, p.Version, now)
		}
	})
	if err != nil {
		return fmt.Errorf("install pack %s: %w", p.Ref(), err)
	}
	return nil
}

// Current loads the pack in force, the one installed last; fault.NotFound when none ever was.
func (s *Store) Current(ctx context.Context) (*Pack, error) {
	return s.load(ctx, "current pack", func(tx *db.Tx) ([]byte, error) { return currentArchive(tx) })
}

// At loads the pack with a reference such as "fuzhou@2026.11"; fault.NotFound when it is not installed.
func (s *Store) At(ctx context.Context, ref string) (*Pack, error) {
	name, version, _ := strings.Cut(ref, "@")
	return s.load(ctx, "pack "+ref, func(tx *db.Tx) ([]byte, error) { return archiveOf(tx, name, version) })
}

// Versions lists what is installed, the one in force first, then by the time it was last put in force.
func (s *Store) Versions(ctx context.Context) ([]Version, error) {
	var out []Version
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = list(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list packs: %w", err)
	}
	return out, nil
}

func (s *Store) load(ctx context.Context, what string, query func(tx *db.Tx) ([]byte, error)) (*Pack, error) {
	var archive []byte
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		archive, err = query(tx)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "pack.error.not_installed").Wrap(fmt.Errorf("%s is not installed", what))
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return Unarchive(archive)
}

func find(tx *db.Tx, name, version string) (v Version, err error) {
	err = tx.QueryRow(`SELECT digest FROM pack_version WHERE name = $1 AND version = $2`, name, version).Scan(&v.Digest)
	return v, err
}

// insert keeps a new version and puts it in force.
func insert(tx *db.Tx, p *Pack, archive []byte, now int64) error {
	_, err := tx.Exec(`INSERT INTO pack_version (name, version, digest, archive, installed_at, current_at)
		VALUES ($1, $2, $3, $4, $5, 0)`, p.Name, p.Version, p.Digest, archive, now)
	if err != nil {
		return err
	}
	return makeCurrent(tx, p.Name, p.Version, now)
}

// makeCurrent stamps a version later than every other, even within one millisecond.
func makeCurrent(tx *db.Tx, name, version string, now int64) error {
	var last int64
	if err := tx.QueryRow(`SELECT coalesce(max(current_at), 0) FROM pack_version`).Scan(&last); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE pack_version SET current_at = $1 WHERE name = $2 AND version = $3`,
		max(now, last+1), name, version)
	return err
}

func currentArchive(tx *db.Tx) (archive []byte, err error) {
	err = tx.QueryRow(`SELECT archive FROM pack_version ORDER BY current_at DESC LIMIT 1`).Scan(&archive)
	return archive, err
}

func archiveOf(tx *db.Tx, name, version string) (archive []byte, err error) {
	err = tx.QueryRow(`SELECT archive FROM pack_version WHERE name = $1 AND version = $2`, name, version).Scan(&archive)
	return archive, err
}

func list(tx *db.Tx) ([]Version, error) {
	out, err := db.Collect(tx, func(row db.Scanner) (v Version, err error) {
		var at int64
		err = row.Scan(&v.Name, &v.Version, &v.Digest, &at)
		v.Installed = clock.FromMs(at)
		return v, err
	}, `SELECT name, version, digest, installed_at FROM pack_version ORDER BY current_at DESC`)
	if len(out) > 0 {
		out[0].Current = true
	}
	return out, err
}

package merkle

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// tileHeight is that of C2SP tlog-tiles: a full tile holds 256 hashes.
const tileHeight = 8

// Tile gives the hashes of a tile by its C2SP tlog-tiles path below "tile/", such as "0/x001/067" or "1/000.p/7". NotFound for
// a tile the log does not have (yet).
func (l *Log) Tile(ctx context.Context, path string) (hashes []byte, err error) {
	t, err := parseTile(path)
	if err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		size, err := sizeOf(tx)
		if err != nil {
			return err
		}
		span := int64(1) << (tileHeight * t.L) // entries below one hash of the tile
		if (t.N<<tileHeight+int64(t.W))*span > size || t.N > size {
			return fault.New(fault.NotFound, "merkle.no_tile")
		}
		hashes, err = tlog.ReadTileData(t, newGrowing(tx))
		return err
	})
	return hashes, err
}

// levelMost is the highest level of tiles that a log of 2^62 entries has.
const levelMost = 7

// parseTile reads "<level>/<number>[.p/<width>]", the number in groups of three digits, all but the last behind an x.
func parseTile(path string) (tlog.Tile, error) {
	wrong := fault.New(fault.NotFound, "merkle.no_tile")
	level, number, ok := strings.Cut(path, "/")
	l, err := strconv.ParseUint(level, 10, 8)
	if !ok || err != nil || l > levelMost {
		return tlog.Tile{}, wrong
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%d/%s", tileHeight, l, number))
	if err != nil || strconv.FormatUint(l, 10) != level {
		return tlog.Tile{}, wrong
	}
	return t, nil
}

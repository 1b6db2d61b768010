// Package seal binds a store to the secret key it was made with. Without that key nobody is found by phone and nothing
// sealed can be read; with another one, new rows would be lost to the old key for good. So a process with another key than
// the first one refuses to start.
//
// The store keeps a mark: a keyed hash of a fixed text, from which the key cannot be found.
//
// It owns the table seal_key and says no facts.
package seal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
)

// ErrOtherKey says that the key is not the store's.
var ErrOtherKey = errors.New("this store was made with another secret.key: put the store's own secret.key into the data folder " +
	"(every process on one store has the same; it lies in the backup), or give the store that belongs to this key")

// Check compares the key with the store's mark. The first key a store meets becomes its own. Another one is ErrOtherKey.
func Check(ctx context.Context, d *db.DB, key []byte) error {
	want, stored := markOf(key), ""
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		stored, err = find(tx)
		return err
	})
	if err == nil && stored == "" {
		err = d.Write(ctx, func(tx *db.Tx) (err error) {
			stored, err = keep(tx, want)
			return err
		})
	}
	switch {
	case err != nil:
		return fmt.Errorf("read the mark of the store's key: %w", err)
	case !hmac.Equal([]byte(stored), []byte(want)):
		return ErrOtherKey
	}
	return nil
}

func markOf(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("banyan: the key of this store"))
	return hex.EncodeToString(mac.Sum(nil))
}

package vault

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/suite"
)

// keySize is the length of data keys, in bytes.
const keySize = 32

// wrapped is a data key as stored.
type wrapped struct {
	master
	text string
	gone bool
}

// master is what a master key is made of beside the secret.
type master struct {
	version int64
	salt    string
}

// wrap seals a data key by a master key.
func (v *Vault) wrap(m master, subject string, data []byte) (wrapped, error) {
	key, err := v.master(m, v.suite)
	if err != nil {
		return wrapped{}, err
	}
	return wrapped{master: m, text: wrapOf(v.suite) + base64.RawStdEncoding.EncodeToString(key.Seal(data, []byte(subject)))}, nil
}

// data unwraps a data key.
func (v *Vault) data(subject string, k wrapped) ([]byte, error) {
	by, text := wrappedBy(k.text)
	key, err := v.master(k.master, by)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err == nil {
		raw, err = key.Open(raw, []byte(subject))
	}
	if err != nil {
		return nil, fmt.Errorf("the data key of %s does not open by master key %d: %w", subject, k.version, err)
	}
	return raw, nil
}

// newest gives the master key that wraps new data keys, and makes the first.
func (v *Vault) newest(tx *db.Tx) (m master, err error) {
	m, err = selectNewest(tx)
	if err == nil && m.version == 0 {
		if err = v.addMaster(tx, 1); err == nil {
			m, err = selectNewest(tx)
		}
	}
	if err != nil {
		return m, fmt.Errorf("find the newest master key: %w", err)
	}
	return m, nil
}

func (v *Vault) addMaster(tx *db.Tx, version int64) error {
	return insertMaster(tx, master{version, rand.Text()}, clock.Ms(v.clock.Now()))
}

// master is kept by its salt, not its version: a version of a transaction that was undone comes again with another salt.
func (v *Vault) master(m master, by suite.Suite) (suite.Cipher, error) {
	if m.salt == "" {
		return nil, fmt.Errorf("master key %d is not in the store", m.version)
	}
	name := markOf(by) + m.salt
	if known, ok := v.masters.Load(name); ok {
		return known.(suite.Cipher), nil
	}
	key, err := masterOf(by, v.secret, m.salt)
	if err != nil {
		return nil, fmt.Errorf("make master key %d: %w", m.version, err)
	}
	v.masters.Store(name, key)
	return key, nil
}

// Rotate makes a new master key and wraps every data key anew, while others read and write. It tells how many. A run that was
// cut off is finished by Tidy, or by the next one.
func (v *Vault) Rotate(ctx context.Context, d *db.DB) (keys int, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		m, err := selectNewest(tx)
		if err != nil {
			return err
		}
		return v.addMaster(tx, m.version+1)
	})
	if err != nil {
		return 0, fmt.Errorf("make a new master key: %w", err)
	}
	return v.rewrap(ctx, d)
}

// rewrap wraps by the newest master key what another one wraps.
func (v *Vault) rewrap(ctx context.Context, d *db.DB) (keys int, err error) {
	keys, err = Each(ctx, d, v.rewrapSome)
	if err != nil {
		return keys, fmt.Errorf("wrap data keys anew: %w", err)
	}
	return keys, nil
}

func (v *Vault) rewrapSome(tx *db.Tx, limit int) (int, error) {
	m, err := v.newest(tx)
	if err != nil {
		return 0, err
	}
	old, err := selectWrappedBefore(tx, m.version, limit)
	if err != nil {
		return 0, err // not with half of them: the next statement's error would hide that another was first
	}
	for _, k := range old {
		data, err := v.data(k.subject, k.wrapped)
		if err == nil {
			k.wrapped, err = v.wrap(m, k.subject, data)
		}
		if err == nil {
			err = updateWrapped(tx, k)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// masterRests is how long a master key stays after a newer one was made: a transaction begun before may still wrap by it.
const masterRests = 24 * time.Hour

// Tidy finishes a rotation: what an old master key still wraps is wrapped anew, and old masters that have rested and wrap nothing are
// taken away.
func (v *Vault) Tidy(ctx context.Context, d *db.DB) error {
	if _, err := v.rewrap(ctx, d); err != nil {
		return err
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		return deleteMasters(tx, clock.Ms(v.clock.Now().Add(-masterRests)))
	})
	if err != nil {
		return fmt.Errorf("take away old master keys: %w", err)
	}
	return nil
}

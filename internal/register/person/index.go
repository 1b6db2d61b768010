package person

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/suite"
	"banyan/internal/platform/vault"
)

// A person is found by the blind index of an address: a keyed hash (HMAC) by the suite in use. The index of another suite than the standard
// one begins with its mark. A store that changed its suite has indexes of both for a while: everything is looked up by either, inside one
// transaction, so nobody becomes two; Reindex brings the rest over.

// Use seals, and makes blind indexes, by another suite from now on, before the register is used. What is there still opens and is found.
func (s *Service) Use(by suite.Suite) {
	s.suite = by
	s.vault.Use(by)
}

// Index is the blind index of a phone by the suite in use: equal for equal numbers, and useless without the key.
func (s *Service) Index(p Phone) string { return s.indexBy(s.suite, address{PhoneKind, string(p)}) }

// Indexes are those of a phone by every suite, that in use first, for who kept one of them.
func (s *Service) Indexes(p Phone) []string { return s.indexes(address{PhoneKind, string(p)}) }

func (s *Service) indexes(a address) []string {
	all := []string{s.indexBy(s.suite, a)}
	for _, by := range suite.All() {
		if by.Mark != s.suite.Mark {
			all = append(all, s.indexBy(by, a))
		}
	}
	return all
}

func (s *Service) indexBy(by suite.Suite, a address) string {
	sum := hex.EncodeToString(by.Hash.MAC(s.key, []byte(string(a.kind)+"\x00"+a.value)))
	if by.Mark == suite.Standard().Mark {
		return sum // as before there was a choice
	}
	return by.Mark + "." + sum
}

// IndexOf is the blind index of a person's phone by the suite in use, "" when they have none. It opens nothing and leads to nobody without
// the key.
func (s *Service) IndexOf(tx *db.Tx, id string) (string, error) {
	all, err := s.IndexesOf(tx, id)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// IndexesOf are the blind indexes of a person's phone by every suite, that in use first; none when they have no phone.
func (s *Service) IndexesOf(tx *db.Tx, id string) ([]string, error) {
	p, err := store{tx, s.vault}.selectOne(id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && p.Phone == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the index of person %s: %w", id, err)
	}
	return s.Indexes(p.Phone), nil
}

// Reindex brings the blind indexes of everybody to the suite in use, a few people at a time, while others read and write. It may be cut off
// and begin again; where all is done it costs one row. It tells how many indexes changed.
func (s *Service) Reindex(ctx context.Context) (changed int, err error) {
	mark := ""
	err = s.db.Read(ctx, func(tx *db.Tx) error { mark, err = selectMark(tx); return err })
	if err != nil || mark == s.suite.Mark {
		return 0, err
	}
	after := ""
	_, err = vault.Each(ctx, s.db, func(tx *db.Tx, limit int) (int, error) {
		in := store{tx, s.vault}
		people, err := in.selectAfter(after, limit)
		if err != nil || len(people) == 0 {
			return 0, err
		}
		n := 0
		for _, p := range people {
			one, err := s.reindex(in, p)
			if err != nil {
				return 0, fmt.Errorf("person %s: %w", p.ID, err)
			}
			n += one
		}
		tx.AfterCommit(func() { after, changed = people[len(people)-1].ID, changed+n })
		return len(people), nil
	})
	if err == nil {
		err = s.db.Write(ctx, func(tx *db.Tx) error { return putMark(tx, s.suite.Mark) })
	}
	if err != nil {
		return changed, fmt.Errorf("bring the blind indexes to the suite %s: %w", s.suite.Name, err)
	}
	return changed, nil
}

// reindex brings one person's indexes over.
func (s *Service) reindex(in store, p Person) (changed int, err error) {
	if p.Phone != "" {
		if changed, err = in.updateIndex(p.ID, s.Index(p.Phone)); err != nil {
			return 0, err
		}
	}
	rows, err := in.selectAddresses(p.ID)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if index := s.indexBy(s.suite, r.address); r.value != "" && index != r.hash {
			if err := in.rehash(p.ID, r, index); err != nil {
				return 0, err
			}
			changed++
		}
	}
	return changed, nil
}

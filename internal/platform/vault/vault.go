package vault

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/suite"
)

// ErrGone says that the subject's key was destroyed: nothing is sealed for it any more.
var ErrGone = errors.New("vault: the key of this subject was destroyed")

// Cell is a text and the place it stands in.
type Cell struct {
	Table, Column, Row string
	Text               *string
	Gone               bool // set by Open: the key was destroyed, and Text is empty
}

// Vault seals and opens; many goroutines may use it at once.
type Vault struct {
	secret  []byte
	clock   clock.Clock
	suite   suite.Suite // of what is sealed from now on
	masters sync.Map    // of mark and salt: suite.Cipher
}

// New makes a vault over the store's secret of at least 32 bytes.
func New(secret []byte, c clock.Clock) (*Vault, error) {
	if len(secret) < keySize {
		return nil, fmt.Errorf("vault: the secret has %d bytes, at least %d are needed", len(secret), keySize)
	}
	return &Vault{secret: secret, clock: c, suite: suite.Standard()}, nil
}

// Use seals by another suite from now on, before the vault is used. What is sealed already opens as before, and its keys are wrapped anew
// by the next Rotate.
func (v *Vault) Use(s suite.Suite) { v.suite = s }

// Sealed tells whether a text as stored is sealed.
func Sealed(text string) bool { _, _, _, ok := parts(text); return ok }

// Seal puts sealed texts in the place of plain ones. The subject's key is made when there is none; ErrGone when it was destroyed.
func (v *Vault) Seal(tx *db.Tx, subject string, cells ...Cell) error {
	var key suite.Cipher
	for _, c := range cells {
		if *c.Text == "" {
			continue
		}
		if key == nil {
			data, err := v.key(tx, subject)
			if err == nil {
				key, err = v.suite.Cipher(data)
			}
			if err != nil {
				return fmt.Errorf("seal for %s: %w", subject, err)
			}
		}
		*c.Text = markOf(v.suite) + subject + "." + base64.RawStdEncoding.EncodeToString(key.Seal([]byte(*c.Text), c.place()))
	}
	return nil
}

// place is the associated data of a cell.
func (c Cell) place() []byte { return []byte(c.Table + "\x00" + c.Column + "\x00" + c.Row) }

// key gives the subject's data key and makes it when there is none.
func (v *Vault) key(tx *db.Tx, subject string) ([]byte, error) {
	for range 2 {
		known, err := selectKeys(tx, []string{subject})
		if err != nil {
			return nil, err
		}
		if k, ok := known[subject]; ok {
			if k.gone {
				return nil, ErrGone
			}
			return v.data(subject, k)
		}
		if err := v.make(tx, subject); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the key was made and is not there")
}

func (v *Vault) make(tx *db.Tx, subject string) error {
	m, err := v.newest(tx)
	if err != nil {
		return err
	}
	data := make([]byte, keySize)
	rand.Read(data) //nolint:errcheck // never fails (crypto/rand)
	k, err := v.wrap(m, subject, data)
	if err != nil {
		return err
	}
	return insertKey(tx, subject, k, clock.Ms(v.clock.Now()))
}

// Open puts plain texts in the place of sealed ones. A text whose key was destroyed becomes empty and its cell Gone; one that was
// moved or altered, or whose key was lost, is an error.
func (v *Vault) Open(tx *db.Tx, cells []Cell) error {
	var subjects []string
	seen := map[string]bool{}
	for _, c := range cells {
		if _, subject, _, ok := parts(*c.Text); ok && !seen[subject] {
			seen[subject] = true
			subjects = append(subjects, subject)
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	known, err := selectKeys(tx, subjects)
	if err != nil {
		return fmt.Errorf("read %d data keys: %w", len(subjects), err)
	}
	keys := make(map[string][]byte, len(known))
	for _, subject := range subjects {
		k, ok := known[subject]
		if !ok {
			return fmt.Errorf("open what was sealed for %s: its key is not in the store", subject)
		}
		if k.gone {
			continue
		}
		if keys[subject], err = v.data(subject, k); err != nil {
			return fmt.Errorf("open what was sealed for %s: %w", subject, err)
		}
	}
	for i := range cells {
		if err := cells[i].open(keys); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cell) open(keys map[string][]byte) error {
	by, subject, sealed, ok := parts(*c.Text)
	if !ok {
		return nil
	}
	data := keys[subject]
	if data == nil {
		*c.Text, c.Gone = "", true
		return nil
	}
	key, err := by.Cipher(data)
	if err != nil {
		return err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err == nil {
		raw, err = key.Open(raw, c.place())
	}
	if err != nil {
		return fmt.Errorf("what stands in %s.%s of %s was moved or altered: %w", c.Table, c.Column, c.Row, err)
	}
	*c.Text = string(raw)
	return nil
}

// parts gives the suite and subject of a sealed text, and the rest.
func parts(text string) (by suite.Suite, subject, sealed string, ok bool) {
	for _, s := range suite.All() {
		if rest, marked := strings.CutPrefix(text, markOf(s)); marked {
			subject, sealed, ok = strings.Cut(rest, ".")
			return s, subject, sealed, ok
		}
	}
	return by, "", "", false
}

// Destroy destroys the data keys of subjects, also of those that have none yet. What was sealed for them is unreadable from the
// end of the transaction on, and nothing can be sealed for them again.
func (v *Vault) Destroy(tx *db.Tx, subjects ...string) error {
	for _, subject := range subjects {
		if err := destroy(tx, subject, clock.Ms(v.clock.Now())); err != nil {
			return fmt.Errorf("destroy the key of %s: %w", subject, err)
		}
	}
	return nil
}

// Gone is a subject whose key was destroyed, and when.
type Gone struct {
	Subject string
	At      time.Time
}

// Destroyed lists up to limit destroyed keys behind one, by subject; the zero string begins.
func (v *Vault) Destroyed(tx *db.Tx, after string, limit int) ([]Gone, error) {
	return selectGone(tx, after, limit)
}

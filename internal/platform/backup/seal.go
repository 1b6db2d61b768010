package backup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// Lock says who can open a backup; the zero Lock leaves it open to everybody.
type Lock struct {
	Recipients []string // age1…
	Passphrase string

	work int // scrypt's log2 N; 0: age's default, about a second. Tests take less
}

// Key opens a backup; the zero Key opens one that is not sealed.
type Key struct {
	Identities string // the text of a file of AGE-SECRET-KEY-1… lines
	Passphrase string
}

// ErrSealed says that a backup is encrypted and no key was given, or not the right one.
var ErrSealed = errors.New("the backup is encrypted")

// NewIdentity makes a key to open backups with, and the recipient to seal them for.
func NewIdentity() (identity, recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	return id.String(), id.Recipient().String(), nil
}

// Seals tells whether the lock locks.
func (l Lock) Seals() bool { return len(l.Recipients) > 0 || l.Passphrase != "" }

// Check makes sure that the lock can be used.
func (l Lock) Check() error {
	_, _, err := l.recipients()
	return err
}

// recipients gives those of the lock and what opens the backup once more, to read it back. A recipient's
// secret is not here, so a key of this run alone is added; it is never stored.
func (l Lock) recipients() ([]age.Recipient, age.Identity, error) {
	if l.Passphrase != "" {
		if len(l.Recipients) > 0 {
			return nil, nil, errors.New("a backup is sealed for recipients or with a passphrase, not both")
		}
		to, err := age.NewScryptRecipient(l.Passphrase)
		if err != nil {
			return nil, nil, err
		}
		if l.work > 0 {
			to.SetWorkFactor(l.work)
		}
		with, err := age.NewScryptIdentity(l.Passphrase)
		return []age.Recipient{to}, with, err
	}
	own, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, err
	}
	list := []age.Recipient{own.Recipient()}
	for _, text := range l.Recipients {
		to, err := age.ParseX25519Recipient(strings.TrimSpace(text))
		if err != nil {
			return nil, nil, fmt.Errorf("%.20q is no recipient: it looks like age1… and comes from banyan backup key", text)
		}
		list = append(list, to)
	}
	return list, own, nil
}

// seal wraps w; closing the result ends the sealed part and leaves w open. The opener reads it back.
func (l Lock) seal(w io.Writer) (io.WriteCloser, func(io.Reader) (io.Reader, error), error) {
	if !l.Seals() {
		return open{w}, func(r io.Reader) (io.Reader, error) { return r, nil }, nil
	}
	to, with, err := l.recipients()
	if err != nil {
		return nil, nil, err
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, nil, fmt.Errorf("seal the backup: %w", err)
	}
	return sealed, func(r io.Reader) (io.Reader, error) { return age.Decrypt(r, with) }, nil
}

// open is a writer that is not sealed.
type open struct{ io.Writer }

func (open) Close() error { return nil }

// Unseal reads what Seal made, or an open backup. The error holds ErrSealed when the key does not open it.
func (k Key) Unseal(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	if head, _ := in.Peek(len(ageIntro)); !bytes.Equal(head, []byte(ageIntro)) {
		return in, nil
	}
	var with []age.Identity
	if k.Identities != "" {
		ids, err := age.ParseIdentities(strings.NewReader(k.Identities))
		if err != nil {
			return nil, fmt.Errorf("the identity file cannot be read: it has lines AGE-SECRET-KEY-1…: %w", err)
		}
		with = ids
	}
	if k.Passphrase != "" {
		id, err := age.NewScryptIdentity(k.Passphrase)
		if err != nil {
			return nil, err
		}
		with = append(with, id)
	}
	if len(with) == 0 {
		return nil, fmt.Errorf("%w: give --identity FILE or --passphrase-file FILE", ErrSealed)
	}
	out, err := age.Decrypt(in, with...)
	if err != nil {
		return nil, fmt.Errorf("%w and this key does not open it: %w", ErrSealed, err)
	}
	return out, nil
}

const ageIntro = "age-encryption.org/v1\n"

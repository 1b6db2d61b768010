package merkle

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/db"
)

// A store that was restored from a backup may be a shorter log than others saw, and whatever is added makes it another history
// under the same name: witnesses refuse it, for good. Restart gives the log a new name and new keys. Its entries stay in their
// places, so they are proven under the new name; the end of the old log is written down in a text that the old keys and the new ones
// sign, and that is itself an entry of the log. Receipts from before stay proven by the old keys.

// restartLine begins the text of a restart; its next line keeps it from being read as a head.
const restartLine = "banyan log restart v1"

// Restarted says where a log ended and how it goes on.
type Restarted struct {
	Old, New []string // keys
	Head     Head     // the last of the old log in this store
	At       time.Time
	Reason   string
	Note     string // the text with its signatures
}

// ErrEmpty says that a log without entries needs no new name.
var ErrEmpty = errors.New("nothing was logged yet")

// current gives the keys of today's name, and notes them for Key and Origin.
func (l *Log) current(tx *db.Tx) (keys, error) {
	label, err := selectLabel(tx)
	if err != nil {
		return keys{}, fmt.Errorf("read the name of the log: %w", err)
	}
	k, err := l.keysAt(label)
	if err == nil {
		l.now.Store(&k)
	}
	return k, err
}

// keysAt gives the keys behind a label: the name of the log, and behind a restart its time, has its own seed.
func (l *Log) keysAt(label string) (keys, error) {
	if known, ok := l.known.Load(label); ok {
		return known.(keys), nil //nolint:forcetypeassert // what is stored below
	}
	name, seed := l.base, l.seed
	if label != "" {
		var err error
		name += "/" + label
		if seed, err = hkdf.Key(sha256.New, l.seed, nil, "banyan: the key of the log "+label, len(l.seed)); err != nil {
			return keys{}, err
		}
	}
	k, err := keysOf(name, seed, l.suite)
	if err != nil {
		return k, fmt.Errorf("keys of the log %s: %w", name, err)
	}
	l.known.Store(label, k)
	return k, nil
}

// Restart ends the log under its name and goes on under a new one, which tells the time. The next Sequence signs its head. The reason
// is for everybody to read: a line of at least ten characters, of 300 at most. ErrEmpty while nothing was logged; ErrBroken when the newest head is not this store's.
func (l *Log) Restart(ctx context.Context, reason string) (done Restarted, err error) {
	reason = strings.Join(strings.Fields(reason), " ")
	if n := utf8.RuneCountInString(reason); n < 10 || n > 300 || strings.ContainsFunc(reason, unicode.IsControl) || !utf8.ValidString(reason) {
		return done, errors.New("the reason has to be a line of 10 to 300 characters")
	}
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		old, err := l.current(tx)
		if err != nil {
			return err
		}
		row, err := selectHead(tx, newest)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrEmpty
		}
		if err != nil {
			return err
		}
		head, _, err := ReadHead([]byte(row.note), old.origin, old.verifies[0], old.verifies[1:]...)
		if err != nil {
			return err
		}
		at := l.clock.Now().UTC().Truncate(time.Second)
		next := restart{label: at.Format("20060102T150405Z"), entry: db.NewID(at), at: at}
		fresh, err := l.keysAt(next.label)
		if err != nil {
			return err
		}
		done = Restarted{Old: old.public, New: fresh.public, Head: head, At: at, Reason: reason}
		signed, err := note.Sign(&note.Note{Text: done.text()}, append(append([]note.Signer{}, old.signs...), fresh.signs...)...)
		if err != nil {
			return err
		}
		next.note, done.Note = string(signed), string(signed)
		return errors.Join(insertRestart(tx, next), insertWaiting(tx, []Named{{ID: next.entry, Entry: Commit(signed)}}))
	})
	if err != nil {
		return done, fmt.Errorf("give the log %s a new name: %w", l.base, err)
	}
	return done, nil
}

// text is what is signed.
func (r Restarted) text() string {
	var b strings.Builder
	b.WriteString(restartLine + "\n")
	for _, key := range r.Old {
		b.WriteString("old " + key + "\n")
	}
	fmt.Fprintf(&b, "size %d\nroot %s\n", r.Head.Size, base64.StdEncoding.EncodeToString(r.Head.Root[:]))
	for _, key := range r.New {
		b.WriteString("new " + key + "\n")
	}
	fmt.Fprintf(&b, "at %s\nreason %s\n", r.At.Format(time.RFC3339), r.Reason)
	return b.String()
}

// IsRestart tells whether a text says that it is of a restart.
func IsRestart(signed []byte) bool { return strings.HasPrefix(string(signed), restartLine+"\n") }

// CheckRestart reads the text of a restart and checks it against the keys of the old log, one a line, and against those it names for
// the new one. Nothing else is needed. ErrNotProven wraps what does not fit.
func CheckRestart(signed []byte, oldKeys string) (r Restarted, err error) {
	if r, err = readRestart(signed); err != nil {
		return r, fmt.Errorf("%w: %w", ErrNotProven, err)
	}
	for _, key := range strings.Fields(oldKeys) {
		if !slices.Contains(r.Old, key) {
			return r, fmt.Errorf("%w: it does not end the log of the key %s", ErrNotProven, key)
		}
	}
	for _, lines := range []string{oldKeys, strings.Join(r.New, "\n")} {
		if err := SignedBy(string(signed), lines); err != nil {
			return r, fmt.Errorf("%w: %w", ErrNotProven, err)
		}
	}
	return r, nil
}

// readRestart reads what is said, and checks no signature.
func readRestart(signed []byte) (r Restarted, err error) {
	text, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok || !IsRestart(signed) {
		return r, errors.New("it is no restart of a log")
	}
	var root string
	for _, line := range strings.Split(text, "\n")[1:] {
		word, value, _ := strings.Cut(line, " ")
		switch word {
		case "old":
			r.Old = append(r.Old, value)
		case "new":
			r.New = append(r.New, value)
		case "size":
			_, err = fmt.Sscan(value, &r.Head.Size)
		case "root":
			root = value
		case "at":
			r.At, err = time.Parse(time.RFC3339, value)
		case "reason":
			r.Reason = value
		}
		if err != nil {
			return r, fmt.Errorf("%q: %w", line, err)
		}
	}
	r.Note = string(signed)
	if err := hashInto(r.Head.Root[:], root); err != nil {
		return r, err
	}
	if r.text() != text+"\n" {
		return r, errors.New("its lines are not those of a restart")
	}
	return r, nil
}

// SignedBy holds that each of keys, one a line, signed a head, a receipt's head or a restart.
func SignedBy(signed, keys string) error {
	all, err := verifiersOf(keys)
	if err != nil {
		return err
	}
	return signedByAll([]byte(signed), all)
}

// signedByAll holds that each of the keys signed a note.
func signedByAll(signed []byte, all []note.Verifier) error {
	n, err := note.Open(signed, note.VerifierList(all...))
	if err != nil {
		return err
	}
	for _, v := range all {
		if !signs(n.Sigs, v) {
			return fmt.Errorf("%s did not sign it with the key %08x", v.Name(), v.KeyHash())
		}
	}
	return nil
}

func signs(all []note.Signature, v note.Verifier) bool {
	for _, s := range all {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			return true
		}
	}
	return false
}

// Restarts gives every restart, the first one first.
func (l *Log) Restarts(ctx context.Context) (all []Restarted, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := selectRestarts(tx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r, err := readRestart([]byte(row.note))
			if err != nil {
				return fmt.Errorf("%w: restart %s: %w", ErrBroken, row.label, err)
			}
			all = append(all, r)
		}
		return nil
	})
	return all, err
}

package vault

import (
	"banyan/internal/platform/suite"
)

// A text and a wrapped key say by which suite they are sealed, so a store may change from one to the other: what was sealed by the
// old one still opens.

// markOf stands before a text sealed by a suite: ~1. or ~2.
func markOf(s suite.Suite) string { return "~" + s.Mark + "." }

// wrapOf stands before a key wrapped by a suite: nothing, or 2.
func wrapOf(s suite.Suite) string {
	if s.Mark == suite.Standard().Mark {
		return "" // as before there was a choice
	}
	return s.Mark + "."
}

// wrappedBy gives the suite of a wrapped key and the rest of it.
func wrappedBy(text string) (suite.Suite, string) {
	for _, s := range suite.All() {
		if w := wrapOf(s); w != "" && len(text) > len(w) && text[:len(w)] == w {
			return s, text[len(w):]
		}
	}
	return suite.Standard(), text
}

// masterOf makes the cipher of a master key.
func masterOf(s suite.Suite, secret []byte, salt string) (suite.Cipher, error) {
	key, err := s.Hash.Derive(secret, salt, "banyan: a master key of the vault", s.Key)
	if err != nil {
		return nil, err
	}
	return s.Cipher(key)
}

package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// tally sums up one part of a backup as it goes by.
type tally struct {
	Content
	sum hash.Hash
}

func newTally(name string) *tally {
	return &tally{Content: Content{Name: name}, sum: sha256.New()}
}

// rows counts lines.
func (t *tally) rows(text []byte) {
	t.sum.Write(text)
	t.Count += int64(bytes.Count(text, []byte{'\n'}))
	t.Bytes += int64(len(text))
}

// file counts a file; its name and length are part of the digest.
func (t *tally) file(name string, body []byte) {
	one := sha256.Sum256(body)
	t.sum.Write([]byte(name + "\x00" + hex.EncodeToString(one[:]) + "\n"))
	t.Count++
	t.Bytes += int64(len(body))
}

func (t *tally) end() Content {
	t.SHA256 = hex.EncodeToString(t.sum.Sum(nil))
	return t.Content
}

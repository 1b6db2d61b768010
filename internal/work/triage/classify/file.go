package classify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// A model file is: magic, format, then the body below in little endian, then SHA-256 of all before.
// The format changes with folding, features and layout, so an old model is refused, not misread.
const (
	magic    = "BANYANTC"
	format   = 1
	maxModel = 1 << 28 // bytes
)

// ErrCorrupt says that a file is no whole model: wrong magic, length or checksum.
var ErrCorrupt = errors.New("model file is damaged or not a model; train it again")

// ErrFormat says that a model was written by another version of the program.
var ErrFormat = errors.New("model file has another format; train it again with this program")

// Save writes the model to path through a temporary file, so that a reader sees the old one or the
// whole new one.
func (m *Model) Save(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".model-*")
	if err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // best effort; the error that matters is returned
			err = fmt.Errorf("save model %s: %w", path, err)
		}
	}()
	body := m.encode()
	sum := sha256.Sum256(body)
	_, err = f.Write(append(body, sum[:]...))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load reads a model file. It fails with ErrCorrupt, ErrFormat or an error of the file system
// (fs.ErrNotExist when there is none).
func Load(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxModel+1))
	if err != nil {
		return nil, fmt.Errorf("load model %s: %w", path, err)
	}
	m, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("load model %s: %w", path, err)
	}
	return m, nil
}

func (m *Model) sum() string {
	sum := sha256.Sum256(m.encode())
	return hex.EncodeToString(sum[:6])
}

func (m *Model) encode() []byte {
	b := append([]byte(nil), magic...)
	b = binary.LittleEndian.AppendUint32(b, format)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.labels)))
	for _, l := range m.labels {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(l)))
		b = append(b, l...)
	}
	b = appendFloats(b, []float32{m.scale})
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.vocab.hashes)))
	b = slices.Grow(b, len(m.vocab.hashes)*(8+4*len(m.labels)))
	for _, h := range m.vocab.hashes {
		b = binary.LittleEndian.AppendUint32(b, h)
	}
	b = appendFloats(b, m.rows)
	return appendFloats(b, m.bias)
}

func appendFloats(b []byte, fs []float32) []byte {
	for _, f := range fs {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

func decode(data []byte) (*Model, error) {
	if len(data) > maxModel || len(data) < len(magic)+4+sha256.Size || string(data[:len(magic)]) != magic {
		return nil, ErrCorrupt
	}
	body, tail := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], tail) {
		return nil, ErrCorrupt
	}
	in := cursor{rest: body[len(magic):]}
	if in.number() != format {
		return nil, ErrFormat
	}
	labels := make([]string, in.length(4))
	for i := range labels {
		labels[i] = string(in.bytes(in.length(1)))
	}
	scale := in.floats(1)
	n := in.length(8 + 4*len(labels))
	hashes := make([]uint32, n)
	for i := range hashes {
		hashes[i] = in.number()
	}
	rows := in.floats(n * (len(labels) + 1))
	bias := in.floats(len(labels))
	if in.short || len(in.rest) != 0 || len(labels) < 2 {
		return nil, ErrCorrupt
	}
	return newModel(labels, newVocabulary(hashes), rows, bias, scale[0]), nil
}

// cursor reads little endian values; past the end it sets short and gives zeros.
type cursor struct {
	rest  []byte
	short bool
}

func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.rest) {
		c.short, n = true, 0
	}
	out := c.rest[:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cursor) number() uint32 {
	if b := c.bytes(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// length reads a count of things of at least size bytes each; more than is left is short.
func (c *cursor) length(size int) int {
	n := int(c.number())
	if n > len(c.rest)/size {
		c.short = true
		return 0
	}
	return n
}

func (c *cursor) floats(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(c.number())
	}
	return out
}

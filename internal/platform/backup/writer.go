package backup

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"banyan/internal/platform/db"
)

// chunkSize is how much of a table goes into one member of the archive, before it is compressed.
const chunkSize = 4 << 20

// Writer makes one archive: Table for every table of the header, then Data and File, then Close.
type Writer struct {
	tar   *tar.Writer
	zip   *zstd.Encoder
	m     Manifest
	files *tally
	now   func() time.Time
}

// NewWriter begins an archive with its header.
func NewWriter(w io.Writer, h Header, now func() time.Time) (*Writer, error) {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	h.Format = format
	out := &Writer{tar: tar.NewWriter(w), zip: zip, m: Manifest{Header: h, Rows: []Content{}, Data: []Content{}}, files: newTally("files"), now: now}
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	return out, out.member(headerName, text)
}

func (w *Writer) member(name string, body []byte) error {
	err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(body)), ModTime: w.m.Started.Truncate(time.Second), Format: tar.FormatPAX})
	if err == nil {
		_, err = w.tar.Write(body)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// Table adds a table's rows, which fill writes as lines and counts.
func (w *Writer) Table(t db.Table, fill func(io.Writer) (int64, error)) error {
	out := &chunks{w: w, table: t.Name, tally: newTally(t.Name), full: make(chan []byte), free: make(chan []byte, 2), done: make(chan struct{})}
	out.free <- nil
	out.free <- nil
	go out.pack()
	told, err := fill(out)
	err = errors.Join(err, out.close())
	if err != nil {
		return err
	}
	sum := out.tally.end()
	if told != sum.Count {
		return fmt.Errorf("table %s gave %d rows and holds %d", t.Name, sum.Count, told)
	}
	w.m.Rows = append(w.m.Rows, sum)
	w.m.Total += sum.Bytes
	return nil
}

// Data adds a file of the data folder.
func (w *Writer) Data(name string, body []byte) error {
	sum := newTally(name)
	sum.file(name, body)
	w.m.Data = append(w.m.Data, sum.end())
	w.m.Total += int64(len(body))
	return w.member(dataFolder+name, body)
}

// File adds a photo or document.
func (w *Writer) File(key string, body []byte) error {
	w.files.file(key, body)
	w.m.Total += int64(len(body))
	return w.member(filesFolder+key, body)
}

// Missed notes a file that was listed and is gone.
func (w *Writer) Missed() { w.m.Missing++ }

// Close ends the archive with its manifest.
func (w *Writer) Close() (Manifest, error) {
	w.m.Finished, w.m.Files = w.now().UTC(), w.files.end()
	text, err := json.MarshalIndent(w.m, "", " ")
	if err != nil {
		return w.m, err
	}
	return w.m, errors.Join(w.member(manifestName, text), w.tar.Close(), w.zip.Close())
}

// chunks cuts rows into members. One goroutine fills a chunk while another packs the one before.
type chunks struct {
	w     *Writer
	table string
	tally *tally
	n     int
	now   []byte
	have  bool
	full  chan []byte
	free  chan []byte
	done  chan struct{}
	err   error // of pack; read after done
}

// Write takes whole rows.
func (c *chunks) Write(rows []byte) (int, error) {
	if !c.have {
		c.now, c.have = (<-c.free)[:0], true
	}
	c.now = append(c.now, rows...)
	if len(c.now) >= chunkSize {
		c.hand()
	}
	return len(rows), nil
}

func (c *chunks) hand() {
	c.full <- c.now
	c.now, c.have = nil, false
}

// pack compresses and writes chunks until there are no more. After an error it lets the rest go by.
func (c *chunks) pack() {
	defer close(c.done)
	var packed []byte
	for text := range c.full {
		if c.err == nil {
			c.n++
			c.tally.rows(text)
			packed = c.w.zip.EncodeAll(text, packed[:0])
			c.err = c.w.member(fmt.Sprintf("%s%s/%06d.tsv.zst", tablesFolder, c.table, c.n), packed)
		}
		c.free <- text
	}
}

func (c *chunks) close() error {
	if len(c.now) > 0 {
		c.hand()
	}
	close(c.full)
	<-c.done
	return c.err
}

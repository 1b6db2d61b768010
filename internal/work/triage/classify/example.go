package classify

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxLine is the longest accepted JSONL line in bytes; a longer one is reported and skipped.
const maxLine = 1 << 20

// Example is one labelled message. Subject may be empty when Text begins with it.
type Example struct {
	Label   string `json:"label"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// ReadExamples reads JSONL rows with label, text and optionally subject; other fields are ignored.
// A bad line goes to bad with its number (from 1) and reason, and reading goes on; bad must not be
// nil. The error is that of the reader alone.
func ReadExamples(r io.Reader, bad func(line int, err error)) ([]Example, error) {
	in := bufio.NewReaderSize(r, maxLine)
	var out []Example
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = skipLine(in)
			bad(n, fmt.Errorf("line is longer than %d bytes", maxLine))
			line = nil
		}
		if err != nil && err != io.EOF {
			return out, fmt.Errorf("read line %d: %w", n, err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if e, bad1 := parseExample(line); bad1 != nil {
				bad(n, bad1)
			} else {
				out = append(out, e)
			}
		}
		if err == io.EOF {
			return out, nil
		}
	}
}

func skipLine(in *bufio.Reader) error {
	for {
		_, err := in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func parseExample(line []byte) (Example, error) {
	if !utf8.Valid(line) {
		return Example{}, errors.New("not valid UTF-8")
	}
	var e Example
	if err := json.Unmarshal(line, &e); err != nil {
		return Example{}, fmt.Errorf("not a JSON row: %w", err)
	}
	e.Label = strings.TrimSpace(e.Label)
	if e.Label == "" {
		return Example{}, errors.New("label is empty")
	}
	if strings.TrimSpace(e.Subject+e.Text) == "" {
		return Example{}, errors.New("subject and text are empty")
	}
	return e, nil
}

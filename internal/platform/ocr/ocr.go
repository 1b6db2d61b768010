// Package ocr reads the text of a picture with Tesseract, when the machine has it. It owns no table and says no facts.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// ErrMissing says that the machine has no Tesseract.
var ErrMissing = errors.New("tesseract is not installed: apt-get install tesseract-ocr")

// readMost is how long one picture may take, and textMost how much text is taken of it, in bytes.
const (
	readMost = 60 * time.Second
	textMost = 1 << 20
)

// Read gives the text of a picture, line by line as a table has it. The picture comes from outside: Tesseract reads it from its
// standard input, alone and for a minute at most.
func Read(ctx context.Context, picture []byte) (string, error) {
	program, err := exec.LookPath("tesseract")
	if err != nil {
		return "", ErrMissing
	}
	ctx, stop := context.WithTimeout(ctx, readMost)
	defer stop()
	var text, said bytes.Buffer
	c := exec.CommandContext(ctx, program, "stdin", "stdout", "--psm", "6", "-l", "eng") //nolint:gosec // no word of it comes from outside
	c.Env = append(c.Environ(), "OMP_THREAD_LIMIT=1")
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(picture), &text, &said
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("read a picture of %d bytes: %w: %.200s", len(picture), err, said.String())
	}
	return string(text.Bytes()[:min(text.Len(), textMost)]), nil
}

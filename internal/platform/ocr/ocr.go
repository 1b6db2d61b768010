// Package ocr reads the text of a picture with Tesseract, when the machine has it. It owns no table and says no facts.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what pictures of screens are
	"image/png"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/image/draw"
)

// ErrMissing says that the machine has no Tesseract.
var ErrMissing = errors.New("tesseract is not installed: apt-get install tesseract-ocr")

// ErrPicture says that a picture cannot be read: it is none, or too large.
var ErrPicture = errors.New("no picture that can be read")

// readMost is how long one picture may take, pixelsMost how large it may be, and textMost how much text is taken of it, in bytes.
const (
	readMost   = 2 * time.Minute
	pixelsMost = 16 << 20
	textMost   = 1 << 20
)

// pass is one way of reading. Letters of a screen are small for Tesseract: enlarged, and with nothing but digits and stars to choose
// from, it reads the numbers of a list whole.
type pass struct {
	scale float64
	args  []string
}

func passes() []pass {
	numbers := []string{"-c", "tessedit_char_whitelist=0123456789*"}
	return []pass{{2, []string{"--psm", "4"}}, {3, append([]string{"--psm", "4"}, numbers...)}, {2, append([]string{"--psm", "11"}, numbers...)}}
}

// Text gives what a file says: a picture is read by machine, anything else is taken as text.
func Text(ctx context.Context, file []byte) (text string, picture bool, err error) {
	if !strings.HasPrefix(http.DetectContentType(file), "image/") {
		return string(file), false, nil
	}
	text, err = Read(ctx, file)
	return text, true, err
}

// Read gives the text of a picture (PNG or JPEG), line by line as a table has it, read in several ways one after the other: the same
// line may come more than once. The picture comes from outside: it is decoded here, and Tesseract gets grey pixels alone.
func Read(ctx context.Context, picture []byte) (string, error) {
	program, err := exec.LookPath("tesseract")
	if err != nil {
		return "", ErrMissing
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrPicture, err)
	}
	if head.Width*head.Height > pixelsMost {
		return "", fmt.Errorf("%w: %d x %d points are too many", ErrPicture, head.Width, head.Height)
	}
	from, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrPicture, err)
	}
	ctx, stop := context.WithTimeout(ctx, readMost)
	defer stop()
	var all bytes.Buffer
	for _, p := range passes() {
		text, err := p.read(ctx, program, from)
		if err != nil {
			return "", err
		}
		all.Write(text)
	}
	return string(all.Bytes()[:min(all.Len(), textMost)]), nil
}

// read enlarges the picture, as far as there is room, and has it read.
func (p pass) read(ctx context.Context, program string, from image.Image) ([]byte, error) {
	b := from.Bounds()
	scale := p.scale
	for float64(b.Dx()*b.Dy())*scale*scale > pixelsMost {
		scale *= 0.9
	}
	grey := image.NewGray(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.CatmullRom.Scale(grey, grey.Bounds(), from, b, draw.Src, nil)
	var in, text, said bytes.Buffer
	if err := png.Encode(&in, grey); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, program, append([]string{"stdin", "stdout", "-l", "eng"}, p.args...)...) //nolint:gosec // no word of it comes from outside
	c.Env = append(c.Environ(), "OMP_THREAD_LIMIT=1")
	c.Stdin, c.Stdout, c.Stderr = &in, &text, &said
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("read a picture: %w: %.200s", err, said.String())
	}
	return append(text.Bytes(), '\n'), nil
}

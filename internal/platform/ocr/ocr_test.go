package ocr_test

import (
	"errors"
	"os/exec"
	"testing"

	"banyan/internal/platform/ocr"
)

// What is no picture is refused before Tesseract sees it; without Tesseract that is said.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	want := ocr.ErrPicture
	if _, err := exec.LookPath("tesseract"); err != nil {
		want = ocr.ErrMissing
	}
	for name, picture := range map[string][]byte{"nothing": nil, "words": []byte("1*90***0*01"), "half a PNG": []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")} {
		if _, err := ocr.Read(t.Context(), picture); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"strconv"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"banyan/internal/platform/fault"
)

// thumbSizes are the longest sides, in points, that thumbnails are made in.
func thumbSizes() []int { return []int{160, 320, 640, 1280} }

func thumbName(key string, size int) string { return key + "." + strconv.Itoa(size) + ".thumb" }

// Thumb gives the picture as a JPEG, turned upright, whose longest side is the smallest of 160, 320, 640 and
// 1280 points that is not less than most (1280 beyond that). It is made when first asked for. A PDF has none:
// fault.NotFound.
func (s *Store) Thumb(ctx context.Context, key string, most int) (io.ReadCloser, Ref, error) {
	kind, ok := typeOf(key)
	if !ok || kind == PDF {
		return nil, Ref{}, fault.New(fault.NotFound, "blob.error.gone")
	}
	sizes := thumbSizes()
	size := sizes[len(sizes)-1]
	for _, s := range sizes {
		if s >= most {
			size = s
			break
		}
	}
	name, ref := thumbName(key, size), Ref{Key: key, Type: JPEG}
	body, length, err := s.files.open(ctx, name)
	if err == nil {
		ref.Size = length
		return body, ref, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, Ref{}, fmt.Errorf("open thumbnail %s: %w", name, err)
	}
	if _, err, _ := s.making.Do(name, func() (any, error) { return nil, s.make(context.WithoutCancel(ctx), key, kind, size) }); err != nil {
		return nil, Ref{}, err
	}
	return s.open(ctx, name, ref)
}

// make draws one thumbnail and stores it. It goes on when the one who asked has left: others may wait for it.
func (s *Store) make(ctx context.Context, key, kind string, size int) error {
	s.decoding <- struct{}{}
	defer func() { <-s.decoding }()
	body, _, err := s.Open(ctx, key)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil {
		return fmt.Errorf("read file %s: %w", key, err)
	}
	picture, err := decode(kind, data)
	if err != nil {
		return fault.New(fault.NotFound, "blob.error.broken").Wrap(fmt.Errorf("decode file %s: %w", key, err))
	}
	turn := 1
	if kind == JPEG {
		if _, exif, err := stripJPEG(data); err == nil {
			turn = readExif(exif).orientation
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(shrink(picture, size), turn), &jpeg.Options{Quality: 80}); err != nil {
		return fmt.Errorf("draw thumbnail of %s: %w", key, err)
	}
	if err := s.files.write(ctx, thumbName(key, size), JPEG, out.Bytes()); err != nil {
		return fmt.Errorf("store thumbnail of %s: %w", key, err)
	}
	return nil
}

func decode(kind string, data []byte) (image.Image, error) {
	r := bytes.NewReader(data)
	switch kind {
	case JPEG:
		return jpeg.Decode(r)
	case PNG:
		return png.Decode(r)
	default:
		return webp.Decode(r)
	}
}

// shrink draws the picture on white with its longest side at most size; it never grows.
func shrink(src image.Image, size int) *image.RGBA {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if longest := max(w, h); longest > size {
		w, h = max(1, w*size/longest), max(1, h*size/longest)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	return dst
}

// upright turns a picture by its EXIF orientation, 1 to 8.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			to := [...]image.Point{
				2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x},
			}[orientation]
			dst.SetRGBA(to.X, to.Y, src.RGBAAt(x, y))
		}
	}
	return dst
}

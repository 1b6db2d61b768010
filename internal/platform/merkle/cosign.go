package merkle

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
)

// Answers of a witness, as C2SP tlog-witness words them in HTTP.
var (
	ErrUnknownLog = errors.New("this witness does not know the log")             // 404
	ErrUnsigned   = errors.New("the log did not sign this")                      // 403
	ErrForked     = errors.New("this head does not continue what was witnessed") // 422
)

// StaleError says that the caller began at another size than the witness last saw (409).
type StaleError struct{ Size int64 }

func (e StaleError) Error() string { return fmt.Sprintf("the witness has seen %d entries", e.Size) }

// Cosign does what C2SP tlog-witness asks of add-checkpoint: it checks that a head of one of logs continues what this store saw
// of that log, remembers it and gives the cosignature line.
func (l *Log) Cosign(ctx context.Context, logs []note.Verifier, request []byte) (line []byte, err error) {
	old, path, checkpoint, err := parseAsked(request)
	if err != nil {
		return nil, err
	}
	head, origin, err := headOf(checkpoint, logs)
	if err != nil {
		return nil, err
	}
	var key keys
	err = l.db.Write(ctx, func(tx *db.Tx) (err error) {
		if key, err = l.current(tx); err != nil {
			return err
		}
		last, err := selectSeen(tx, origin)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if old != last.size {
			return StaleError{Size: last.size}
		}
		if err := continues(last, head, path); err != nil {
			return err
		}
		return putSeen(tx, origin, head, l.clock.Now())
	})
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: textOf(origin, head)}, key.cosigns)
	if err != nil {
		return nil, fmt.Errorf("cosign the head of %s: %w", origin, err)
	}
	_, line, _ = bytes.Cut(signed, []byte("\n\n"))
	return line, nil
}

// headOf finds whose head it is.
func headOf(checkpoint []byte, logs []note.Verifier) (Head, string, error) {
	origin, _, _ := strings.Cut(string(checkpoint), "\n")
	for _, v := range logs {
		if v.Name() == origin {
			head, _, err := ReadHead(checkpoint, origin, v)
			if err != nil {
				return Head{}, "", fmt.Errorf("%w: %w", ErrUnsigned, err)
			}
			return head, origin, nil
		}
	}
	return Head{}, "", ErrUnknownLog
}

// continues holds that a head has everything the last one had.
func continues(last seen, head Head, path tlog.TreeProof) error {
	switch {
	case head.Size < last.size:
		return fmt.Errorf("%w: it has %d entries, %d were seen", ErrForked, head.Size, last.size)
	case last.size == 0:
		return nil
	case head.Size == last.size:
		if head.Root != last.root {
			return fmt.Errorf("%w: two heads for %d entries", ErrForked, head.Size)
		}
		return nil
	}
	if err := tlog.CheckTree(path, head.Size, head.Root, last.size, last.root); err != nil {
		return fmt.Errorf("%w: %w", ErrForked, err)
	}
	return nil
}

// ErrAsked says that a request for a cosignature cannot be read (400).
var ErrAsked = errors.New("no request for a cosignature")

// parseAsked reads "old <size>", the lines of a consistency proof, an empty line and a checkpoint.
func parseAsked(request []byte) (old int64, path tlog.TreeProof, checkpoint []byte, err error) {
	top, checkpoint, ok := bytes.Cut(request, []byte("\n\n"))
	if !ok {
		return 0, nil, nil, ErrAsked
	}
	lines := bufio.NewScanner(bytes.NewReader(top))
	lines.Scan()
	size, ok := strings.CutPrefix(lines.Text(), "old ")
	if old, err = strconv.ParseInt(size, 10, 64); !ok || err != nil || old < 0 || strconv.FormatInt(old, 10) != size {
		return 0, nil, nil, ErrAsked
	}
	for lines.Scan() {
		var h tlog.Hash
		if hashInto(h[:], lines.Text()) != nil || len(path) == 63 {
			return 0, nil, nil, ErrAsked
		}
		path = append(path, h)
	}
	return old, path, checkpoint, lines.Err()
}

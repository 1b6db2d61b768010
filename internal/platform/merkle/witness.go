package merkle

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

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

// cosignMost bounds what is read of a request or an answer, in bytes.
const cosignMost = 64 << 10

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
	err = l.db.Write(ctx, func(tx *db.Tx) error {
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
	signed, err := note.Sign(&note.Note{Text: textOf(origin, head)}, l.key.cosigns)
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

// Witness is another store that is asked to cosign, at its C2SP tlog-witness address.
type Witness struct {
	URL string        // https://…/witness ; "/add-checkpoint" is added
	Key note.Verifier // see WitnessKey

	size int64 // what it last saw of us, as far as we know
}

// NewWitness makes a witness out of its address and the verifier key of its own heads.
func NewWitness(url, key string) (Witness, error) {
	v, err := WitnessKey(key)
	if err != nil {
		return Witness{}, fmt.Errorf("the key of the witness %s: %w", url, err)
	}
	return Witness{URL: strings.TrimSuffix(url, "/"), Key: v}, nil
}

// Ask has the newest head cosigned by the witnesses and keeps it with their signatures. One that does not answer is told of in
// the error and does not keep the others from signing; ErrForked of a witness means that somebody changed the log's history.
func (l *Log) Ask(ctx context.Context, client *http.Client, witnesses []Witness) error {
	var row headRow
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = selectHead(tx, newest)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) || len(witnesses) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	head, _, err := ReadHead([]byte(row.note), l.origin, l.key.verifies)
	if err != nil {
		return err
	}
	signed, errs := row.note, []error(nil)
	for i := range witnesses {
		line, err := l.ask(ctx, client, &witnesses[i], head, row.note)
		if err != nil {
			errs = append(errs, fmt.Errorf("witness %s: %w", witnesses[i].URL, err))
			continue
		}
		signed += string(line)
	}
	if signed == row.note {
		return errors.Join(errs...)
	}
	return errors.Join(append(errs, l.db.Write(ctx, func(tx *db.Tx) error {
		return putHead(tx, witnessed, head.Size, signed, l.clock.Now())
	}))...)
}

// ask asks one witness; when it last saw another size than we thought it is asked once more.
func (l *Log) ask(ctx context.Context, client *http.Client, w *Witness, head Head, checkpoint string) ([]byte, error) {
	for again := range 2 {
		path, err := l.consistency(ctx, w.size, head.Size)
		if err != nil {
			return nil, err
		}
		line, err := post(ctx, client, w, path, checkpoint)
		var stale StaleError
		if errors.As(err, &stale) && again == 0 && stale.Size <= head.Size {
			w.size = stale.Size
			continue
		}
		if errors.As(err, &stale) {
			err = fmt.Errorf("%w: it has seen %d entries, the log has %d", ErrForked, stale.Size, head.Size)
		}
		if err != nil {
			return nil, err
		}
		if _, err := note.Open(append([]byte(checkpoint), line...), note.VerifierList(w.Key)); err != nil {
			return nil, fmt.Errorf("%w: its cosignature: %w", ErrBroken, err)
		}
		w.size = head.Size
		return line, nil
	}
	return nil, ErrForked // not reached
}

// consistency proves that the log of size now begins with that of size old.
func (l *Log) consistency(ctx context.Context, old, now int64) (path tlog.TreeProof, err error) {
	if old == 0 || old == now {
		return nil, nil
	}
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		path, err = tlog.ProveTree(now, old, newGrowing(tx))
		return err
	})
	return path, err
}

func post(ctx context.Context, client *http.Client, w *Witness, path tlog.TreeProof, checkpoint string) ([]byte, error) {
	var body strings.Builder
	fmt.Fprintf(&body, "old %d\n", w.size)
	for _, h := range path {
		body.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	body.WriteString("\n" + checkpoint)
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL+"/add-checkpoint", strings.NewReader(body.String()))
	if err != nil {
		return nil, err
	}
	res, err := client.Do(q)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, cosignMost))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	switch res.StatusCode {
	case http.StatusOK:
		return text, nil
	case http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil || size < 0 {
			return nil, fmt.Errorf("%w: a witness answers %q", ErrBroken, res.Status)
		}
		return nil, StaleError{Size: size}
	case http.StatusUnprocessableEntity:
		return nil, ErrForked
	case http.StatusNotFound:
		return nil, ErrUnknownLog
	case http.StatusForbidden:
		return nil, ErrUnsigned
	default:
		return nil, fmt.Errorf("it answers %s", res.Status)
	}
}

// Salt gives 128 random bits that make a commitment unguessable.
func Salt() string { return rand.Text() }

// Lag is how many entries wait for a place, and the id of the first.
func (l *Log) Lag(ctx context.Context) (n int64, first string, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		n, first, err = countWaiting(tx)
		return err
	})
	return n, first, err
}

// WitnessedAt is the size of the newest head that a witness cosigned, and when; zero when none did.
func (l *Log) WitnessedAt(ctx context.Context) (size int64, at time.Time, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		h, err := selectHead(tx, witnessed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		size, at = h.size, h.at
		return err
	})
	return size, at, err
}

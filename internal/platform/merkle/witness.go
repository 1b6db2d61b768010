package merkle

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
)

// answerMost bounds what is read of a witness's answer, in bytes.
const answerMost = 64 << 10

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
	if len(witnesses) == 0 {
		return nil
	}
	var key keys
	var row, last headRow
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		if key, err = l.current(tx); err != nil {
			return err
		}
		if row, err = selectHead(tx, newest); err != nil {
			return err
		}
		if last, err = selectHead(tx, witnessed); errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && last.size == row.size && key.signed(last) && strings.Count(last.note, "\n— ") >= len(key.signs)+len(witnesses) {
		return nil // nothing to sign, or all have signed it
	}
	if err != nil {
		return err
	}
	head, _, err := key.read(row.note)
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
	if w.size > head.Size {
		w.size = 0 // it saw that of another name, or of a store that was restored: let it say
	}
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
	text, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
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

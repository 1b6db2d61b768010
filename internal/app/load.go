package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"banyan/internal/platform/clock"
	"banyan/internal/scenario/messages"
)

// ImportMessages plays a file of messages into the store of a data folder. The
// mapping file, when given, is YAML: words in a message -> area code. Rejected
// lines are kept in the data folder's aside/ with their number and the reason.
func ImportMessages(ctx context.Context, c Config, file, areas string) (messages.Result, error) {
	c = c.withDefaults()
	manual := clock.NewManual(c.Clock.Now())
	c.Clock = manual
	a, err := Open(ctx, c)
	if err != nil {
		return messages.Result{}, err
	}
	defer a.Close()
	mapping, err := a.readMapping(areas)
	if err != nil {
		return messages.Result{}, err
	}
	in, err := os.Open(file)
	if err != nil {
		return messages.Result{}, err
	}
	defer in.Close()
	aside := &lazyFile{path: c.path("aside", strings.TrimSuffix(filepath.Base(file), ".jsonl")+".rejected.jsonl")}
	im := &messages.Import{
		Clock: manual, Requests: a.Requests, Cases: a.Cases, Triage: a.Triage, Areas: mapping, Aside: aside,
		Progress: func(r messages.Result) {
			fmt.Fprintf(c.Out, "\r%d lines, %d new, %d repeated, %d closed", r.Read, r.Requests, r.Repeated, r.Closed)
		},
		Settle: a.Facts.Drain,
	}
	begun := time.Now()
	res, err := im.Run(ctx, in)
	fmt.Fprintf(c.Out, "\r%d lines in %s\n", res.Read, time.Since(begun).Round(100*time.Millisecond))
	if res.Rejected > 0 {
		fmt.Fprintf(c.Out, "%d lines are kept aside in %s\n", res.Rejected, aside.path)
	}
	return res, errors.Join(err, aside.Close())
}

// readMapping reads words -> area codes and refuses codes the pack lacks.
func (a *App) readMapping(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	if err := yaml.UnmarshalWithOptions(text, &m, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for word, code := range m {
		if _, ok := a.City.Areas.Get(code); !ok || word == "" {
			return nil, fmt.Errorf("%s: %q is mapped to %q, which is no area of pack %s", file, word, code, a.City.Pack.Ref())
		}
	}
	return m, nil
}

// lazyFile is made with its first write, so that a clean import leaves none.
type lazyFile struct {
	path string
	f    *os.File
}

// Write appends to the file.
func (l *lazyFile) Write(b []byte) (int, error) {
	if l.f == nil {
		if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
			return 0, err
		}
		f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return 0, err
		}
		l.f = f
	}
	return l.f.Write(b)
}

// Close makes what was written durable.
func (l *lazyFile) Close() error {
	if l.f == nil {
		return nil
	}
	return errors.Join(l.f.Sync(), l.f.Close())
}

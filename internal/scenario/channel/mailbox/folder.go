package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// keepDone is how long a letter that was taken lies in done/.
const keepDone = 30 * 24 * time.Hour

// TurnMost is how many letters one Work takes.
const TurnMost = 100

// Prepare makes the folder with its parts, for the program's user alone.
func (r *Room) Prepare() error {
	for _, part := range []string{"tmp", "new", "done", "aside"} {
		if err := os.MkdirAll(filepath.Join(r.Folder, part), 0o700); err != nil {
			return fmt.Errorf("make the mailbox: %w", err)
		}
	}
	return nil
}

// Deliver puts a letter into the folder; when it returns without an error, the letter outlives a power cut.
func (r *Room) Deliver(letter []byte) error {
	id := db.NewID(r.Clock.Now()) + ".eml"
	from := filepath.Join(r.Folder, "tmp", id)
	f, err := os.OpenFile(from, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("put a letter down: %w", err)
	}
	_, err = f.Write(letter)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("put a letter down: %w", err), os.Remove(from))
	}
	return move(from, filepath.Join(r.Folder, "new", id))
}

// Work takes letters that lie in the folder, at most TurnMost, and clears away what was taken long ago. A letter that the
// store could not take stays and is tried again after the others had their turn. One goroutine at a time may call it.
func (r *Room) Work(ctx context.Context) error {
	names, err := r.waiting()
	if err != nil {
		return err
	}
	var failed []error
	for _, name := range names[:min(len(names), TurnMost)] {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.last = name
		if err := r.file(ctx, name); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(append(failed, r.clear())...)
}

// waiting lists the letters in the folder, those first that lie behind the last one looked at.
func (r *Room) waiting() ([]string, error) {
	var names []string
	for _, pattern := range []string{"*.eml", "new/*"} {
		found, err := filepath.Glob(filepath.Join(r.Folder, pattern))
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	next, found := slices.BinarySearch(names, r.last)
	if found {
		next++
	}
	return slices.Concat(names[next:], names[:next]), nil
}

// file takes one letter and moves it where it belongs.
func (r *Room) file(ctx context.Context, name string) error {
	reason, err := r.attempt(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another process was faster
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Internal || k == fault.Busy) {
		return fmt.Errorf("take a letter in: %w", err)
	}
	if err != nil {
		reason = err.Error() // a refusal: field and key, no words
	}
	if reason == "" {
		return move(name, r.place("done", name))
	}
	r.Log.InfoContext(ctx, "a letter was put aside", "reason", reason)
	to := r.place("aside", name)
	if err := os.WriteFile(to+".reason", []byte(reason+"\n"), 0o600); err != nil {
		return fmt.Errorf("put a letter aside: %w", err)
	}
	return move(name, to)
}

// place is where a letter goes in a part of the folder: under its own name, or one beside it when that is taken.
func (r *Room) place(part, name string) string {
	to := filepath.Join(r.Folder, part, filepath.Base(name))
	if _, err := os.Lstat(to); err == nil {
		to = filepath.Join(r.Folder, part, db.NewID(r.Clock.Now())+"."+filepath.Base(name))
	}
	return to
}

// attempt is open; a panic is a reason to put this one letter aside. The log gets where, not what: a panic may say words.
func (r *Room) attempt(ctx context.Context, name string) (reason string, err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		stack := debug.Stack()
		if p, ok := v.(*db.Panic); ok {
			stack = p.Stack
		}
		r.Log.ErrorContext(ctx, "panic at a letter", "stack", string(stack))
		reason, err = "the program broke on it", nil
	}()
	return r.open(ctx, name)
}

// open reads a letter's file and takes it; reason says why it was not taken.
func (r *Room) open(ctx context.Context, name string) (reason string, err error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "not a file", nil
	case info.Size() > LetterMost:
		return "too large", nil
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	l, err := Read(f)
	if err != nil {
		return "not a letter", nil
	}
	return r.take(ctx, l)
}

// clear removes what was taken long ago.
func (r *Room) clear() error {
	names, err := filepath.Glob(filepath.Join(r.Folder, "done", "*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err == nil && r.Clock.Now().Sub(info.ModTime()) > keepDone {
			err = os.Remove(name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the mailbox: %w", err)
		}
	}
	return nil
}

// move renames a file and makes the change last.
func move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		if errors.Is(err, fs.ErrNotExist) && !strings.Contains(from, string(filepath.Separator)+"tmp"+string(filepath.Separator)) {
			return nil // another process was faster
		}
		return fmt.Errorf("move a letter: %w", err)
	}
	var all []error
	for _, dir := range []string{filepath.Dir(to), filepath.Dir(from)} {
		d, err := os.Open(dir)
		if err != nil {
			return fmt.Errorf("move a letter: %w", err)
		}
		all = append(all, d.Sync(), d.Close())
	}
	return errors.Join(all...)
}

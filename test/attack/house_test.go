package attack

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// morning is when the tests' city lives.
var morning = time.Date(2026, 11, 23, 10, 0, 0, 0, clock.City)

// city is a data folder with the demo city, made once and copied by every test.
var city = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "banyan-attack-")
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	return data, app.Install(context.Background(), app.Config{Data: data, Clock: clock.NewManual(morning)}, "../../packs/fuzhou", true)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if data, err := city(); err == nil {
		os.RemoveAll(filepath.Dir(data)) //nolint:errcheck // a leftover in the temporary folder does no harm
	}
	os.Exit(code)
}

// house is the whole site over a store of the test's own.
type house struct {
	*testing.T
	*app.App
	clock *clock.Manual
	site  http.Handler
	in    map[string]*browser // staff who are signed in
	log   *lines
}

// lines is a log that tests read.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func open(t *testing.T) *house {
	t.Helper()
	from, err := city()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(data, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, clock: clock.NewManual(morning), log: &lines{}, in: map[string]*browser{}}
	h.App, err = app.Open(t.Context(), app.Config{
		Data: data, Clock: h.clock, Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	if h.site, err = h.Handler(); err != nil {
		t.Fatal(err)
	}
	return h
}

// answer is what the site said.
type answer struct {
	*httptest.ResponseRecorder
	to string // where it leads
}

// read runs a read inside the store.
func (h *house) read(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.DB.Read(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

// head is the request of a number.
func (h *house) head(number string) (head request.Headline) {
	h.Helper()
	h.read(func(tx *db.Tx) (err error) {
		head, err = h.Requests.ByNumber(tx, number)
		return err
	})
	return head
}

// file is the case of a number's request.
func (h *house) file(number string) *casework.File {
	h.Helper()
	f, err := h.Cases.OfRequest(h.Context(), h.head(number).ID)
	if err != nil {
		h.Fatal(err)
	}
	return f
}

// looks counts the rows in a person's trail in which somebody, not the program, saw a field.
func (h *house) looks(person, field string) (n int) {
	h.Helper()
	rows, err := h.Trail.ForPerson(h.Context(), person, "", 500)
	if err != nil {
		h.Fatal(err)
	}
	for _, l := range rows {
		if l.Kind == access.System {
			continue // the program sorts what came in
		}
		for _, f := range l.Fields {
			if f == field {
				n++
			}
		}
	}
	return n
}

// settle lets every reaction have its effect.
func (h *house) settle() {
	h.Helper()
	if err := h.Facts.Drain(h.Context()); err != nil {
		h.Fatal(err)
	}
}

// some finds a demo case of a state and an area path; it must be there.
func (h *house) some(want func(f *casework.File) bool) *casework.File {
	h.Helper()
	var ids []string
	h.read(func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT id FROM request_request ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err is the answer
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	for _, id := range ids {
		f, err := h.Cases.OfRequest(h.Context(), id)
		if err != nil {
			h.Fatal(err)
		}
		if want(f) {
			return f
		}
	}
	h.Fatal("the demo has no such case")
	return nil
}

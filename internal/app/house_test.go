package app

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

const fuzhou = "../../packs/fuzhou"

// monday is when the tests' city lives.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City)

// installed is a data folder with packs/fuzhou, set up once and copied by
// every test.
var installed = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "banyan-app-test-")
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	c := Config{Data: data, Clock: clock.NewManual(monday), readCity: readOnce(), Log: slog.New(slog.DiscardHandler)}
	if err := Install(context.Background(), c, fuzhou, false); err != nil {
		return "", err
	}
	return data, assessAll(c)
})

// assessAll puts an assessment of every risky purpose into force.
func assessAll(c Config) error {
	a, err := Open(context.Background(), c)
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // what was written is committed
	ids, err := a.unassessed(context.Background())
	for _, id := range ids {
		if err != nil {
			return err
		}
		words := strings.Repeat("为了试验而写。", 5)
		var draft consent.Assessment
		draft, err = a.Consents.Assess(context.Background(), staff("assessor", "3501.sjj", "/3501/", access.Data),
			consent.Assessment{Purpose: id, Necessity: words, Risks: words, Measures: words, Until: monday.AddDate(2, 0, 0)})
		if err == nil {
			err = a.Consents.Approve(context.Background(), staff("approver", "3501.12345", "/3501/", access.Supervisor), draft.ID, draft.Rev)
		}
	}
	return err
}

func TestMain(m *testing.M) {
	code := m.Run()
	if data, err := installed(); err == nil {
		os.RemoveAll(filepath.Dir(data)) //nolint:errcheck // a leftover in the temporary folder does no harm
	}
	os.Exit(code)
}

// folder is a data folder of the test's own, in development.
func folder(t *testing.T) Config {
	t.Helper()
	from, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(data, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o700); err != nil {
		t.Fatal(err)
	}
	settings(t, data, "development: true\n")
	return Config{Data: data, Clock: clock.NewManual(monday), Log: slog.New(slog.DiscardHandler), readCity: readOnce()}
}

// readOnce reads each pack once for all tests; a City never changes.
var readOnce = sync.OnceValue(func() func(*pack.Pack) (*City, error) {
	var mu sync.Mutex
	read := map[string]*City{}
	return func(p *pack.Pack) (*City, error) {
		mu.Lock()
		defer mu.Unlock()
		if c := read[p.Digest]; c != nil {
			return c, nil
		}
		c, err := LoadCity(p)
		if err == nil {
			read[p.Digest] = c
		}
		return c, err
	}
})

func settings(t *testing.T, data, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(data, "banyan.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// house is a whole house over a store of the test's own.
type house struct {
	*testing.T
	*App
	clock *clock.Manual
}

func open(t *testing.T) *house {
	t.Helper()
	c := folder(t)
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return &house{t, a, c.Clock.(*clock.Manual)}
}

// The people of the tests, each in one post.
var (
	desk    = staff("desk", "3501.12345", "/3501/", access.CallTaker, access.Dispatcher, access.FollowUp)
	lamps   = staff("lamps", "3501.zmzx", "/3501/", access.Handler)
	arbiter = staff("arbiter", "3501.12345", "/3501/", access.Arbiter)
)

func staff(id, unit, area string, roles ...string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: area, Roles: roles}
}

// drain lets the reactions run and fails on one that did not work.
func (h *house) drain() {
	h.Helper()
	if err := h.Facts.Drain(h.Context()); err != nil {
		h.Fatal(err)
	}
	h.read(func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT reaction, error FROM fact_pending`)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var name, cause string
			if err := rows.Scan(&name, &cause); err != nil {
				return err
			}
			h.Errorf("reaction %s did not work: %s", name, cause)
		}
		return rows.Err()
	})
}

func (h *house) read(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.DB.Read(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

// exec changes the store behind the program's back.
func (h *house) exec(query string, args ...any) {
	h.Helper()
	err := h.DB.Write(h.Context(), func(tx *db.Tx) error {
		n, err := tx.Exec(query, args...)
		if err == nil && n == 0 {
			err = sql.ErrNoRows
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) file(id string) *casework.File {
	h.Helper()
	f, err := h.Cases.Get(h.Context(), access.Program("test"), id)
	if err != nil {
		h.Fatal(err)
	}
	return f
}

func (h *house) ok(_ *casework.File, err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// lamp is what the tests' requester says.
func lamp() request.Intake {
	return request.Intake{
		ClientID: "test-lamp-1", Kind: "complaint", Subject: "巷口的路灯不亮", Words: "巷口的路灯三天不亮了，老人摸黑走。", Area: "350102004",
		Channel: "web", Publish: true,
	}
}

func (h *house) receive(in request.Intake) request.Receipt {
	h.Helper()
	in.Contact.Name, in.Contact.Phone = "张三", "13900000001"
	r, err := h.Requests.Receive(h.Context(), access.Actor{Kind: access.Guest}, in)
	if err != nil {
		h.Fatal(err)
	}
	h.drain()
	return r
}

// lead is the open lead order of a case.
func (h *house) lead(id string) string {
	h.Helper()
	o, ok := h.file(id).LeadOrder()
	if !ok {
		h.Fatalf("case %s has no lead", id)
	}
	return o.ID
}

// dispatch gives a case to the lamp centre, which signs.
func (h *house) dispatch(id string) {
	h.Helper()
	duty := ""
	for _, d := range h.City.Duties.All() {
		if d.Lead.Dept == "zmzx" {
			duty = d.Code
		}
	}
	h.ok(h.Cases.Dispatch(h.Context(), desk, casework.Dispatch{Case: id, Duty: duty, Lead: "3501.zmzx"}))
	h.ok(h.Cases.Sign(h.Context(), lamps, h.lead(id)))
}

// reply hands in the lamp centre's form.
func (h *house) reply(id string) {
	h.Helper()
	h.ok(h.Cases.Reply(h.Context(), lamps, h.lead(id), casework.Reply{
		True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: h.clock.Now(), Means: "phone", Visited: true, Public: "路灯已修好。",
	}))
}

func (h *house) followUp(id, solved string) {
	h.Helper()
	h.ok(h.Cases.FollowUp(h.Context(), desk, casework.FollowingUpWith{Case: id, Channel: "phone", Solved: solved, Satisfied: solved}))
}

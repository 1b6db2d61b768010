package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/scenario/messages"
	"banyan/internal/work/oversee"
)

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const sample = "testdata/sample.jsonl"

// An import ends alike on both engines, is assessed, and the bad line lies
// aside with its number.
func TestImportOnBothEngines(t *testing.T) {
	t.Parallel()
	dsn := ""
	if os.Getenv("BANYAN_TEST_POSTGRES") != "" {
		dsn = dbtest.Empty(t, dbtest.Server(t))
	}
	reports := map[string]string{}
	for engine, c := range map[string]Config{"sqlite": folder(t), "postgres": folder(t)} {
		if engine == "postgres" {
			if dsn == "" {
				t.Log("PostgreSQL is not given (BANYAN_TEST_POSTGRES); the engines are not compared")
				continue
			}
			c.DB = dsn
			if err := Install(t.Context(), c, fuzhou, false); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []messages.Result{
			{Read: 5, Requests: 4, Rejected: 1, Cases: 4, Closed: 3},
			{Read: 5, Repeated: 4, Rejected: 1},
		} {
			c.Clock = clock.NewManual(monday)
			if got, err := ImportMessages(t.Context(), c, sample, ""); err != nil || got != want {
				t.Errorf("%s: %+v, %v; want %+v", engine, got, err, want)
			}
		}
		aside, err := os.ReadFile(filepath.Join(c.Data, "aside", "sample.rejected.jsonl"))
		var kept messages.Rejection
		if err != nil || json.Unmarshal(aside, &kept) != nil || kept.Line != 5 || kept.Text == "" {
			t.Errorf("%s: aside %s, %v", engine, aside, err)
		}
		reports[engine] = ratesJSON(t, c)
		if found := ill(t, c); len(found) > 0 {
			t.Errorf("%s: doctor finds %v", engine, found)
		}
	}
	if dsn != "" && reports["sqlite"] != reports["postgres"] {
		t.Errorf("sqlite   %s\npostgres %s", reports["sqlite"], reports["postgres"])
	}
	if !strings.Contains(reports["sqlite"], `"agrees":true`) || !strings.Contains(reports["sqlite"], `"response"`) {
		t.Errorf("report %s", reports["sqlite"])
	}
}

func ratesJSON(t *testing.T, c Config) string {
	t.Helper()
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // only read
	r, err := a.Rates(t.Context(), oversee.Period{}, true)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

func TestImportWithMapping(t *testing.T) {
	t.Parallel()
	mapping := func(text string) string {
		path := filepath.Join(t.TempDir(), "areas.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, tc := range map[string]struct{ text, say string }{
		"an area":         {"A3区: '350102'\n", ""},
		"an unknown code": {"A3区: '999999'\n", "999999"},
		"an empty word":   {"'': '350102'\n", "no area"},
		"no mapping":      {"- a\n- b\n", "areas.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := folder(t)
			got, err := ImportMessages(t.Context(), c, sample, mapping(tc.text))
			if tc.say != "" {
				if err == nil || !strings.Contains(err.Error(), tc.say) || got.Read != 0 {
					t.Errorf("%+v, %v; want %q and nothing read", got, err, tc.say)
				}
				return
			}
			if err != nil || got.Requests != 4 {
				t.Fatalf("%+v, %v", got, err)
			}
			a, err := Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close() //nolint:errcheck // only read
			list, err := a.Cases.InHand(t.Context(), monday)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := json.Marshal(list)
			if err != nil || !bytes.Contains(doc, []byte("350102")) {
				t.Errorf("in hand %s, %v; want the mapped area", doc, err)
			}
		})
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	c := folder(t)
	if _, err := ImportMessages(t.Context(), c, "testdata/nothing.jsonl", ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := ImportMessages(t.Context(), c, sample, "testdata/nothing.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a mapping that is not there: %v", err)
	}
	if _, err := ImportMessages(t.Context(), Config{Data: t.TempDir()}, sample, ""); !errors.Is(err, ErrNoData) {
		t.Errorf("a folder that init did not set up: %v", err)
	}
}

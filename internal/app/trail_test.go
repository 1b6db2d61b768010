package app

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/db"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// town is a running house and its address.
type town struct {
	*App
	*httptest.Server
}

// townOf opens a house over its own folder with more settings, behind a listening server.
func townOf(t *testing.T, more string) town {
	t.Helper()
	return townAt(t, folder(t), more)
}

// townAt is townOf over a folder that there is.
func townAt(t *testing.T, c Config, more string) town {
	t.Helper()
	settings(t, c.Data, "development: true\n"+more)
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() }) //nolint:errcheck // the test is over
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return town{a, s}
}

// looks writes n rows about a person and folds them into the log.
func (w town) looks(t *testing.T, n int) {
	t.Helper()
	for range n {
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			return w.Trail.Look(tx, trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: "s1", Unit: "u", Roles: []string{access.Handler}}, Purpose: trail.ForHandling}, []string{trail.Phone}, "p1")
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.fold(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w town) read(t *testing.T, path string) (string, int) {
	t.Helper()
	res, err := w.Client().Get(w.URL + path) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(text), res.StatusCode
}

// Two cities: the second cosigns the log of the first over HTTP, as the settings say, and catches another history of it.
func TestOneCityWitnessesAnother(t *testing.T) {
	t.Parallel()
	first := townOf(t, "trail: {name: first.example/trail}\n")
	second := townOf(t, "trail: {name: second.example/trail, witness_for: ['"+first.Tree.Key()+"']}\n")
	s := TrailSettings{Witnesses: []WitnessSettings{{URL: second.URL + "/trail/witness/", Key: second.Tree.Key()}}}
	witnesses, err := s.witnesses()
	if err != nil {
		t.Fatal(err)
	}
	if text, code := first.read(t, "/trail/checkpoint"); code != http.StatusNotFound {
		t.Errorf("a head of nothing: %d %s", code, text)
	}
	for range 2 {
		first.looks(t, 3)
		if err := first.Tree.Ask(t.Context(), first.Client(), witnesses); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := first.Trail.ForPerson(t.Context(), "p1", "", 1)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := first.Trail.Receipt(t.Context(), rows[0].ID, []string{"p1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, p, err := trail.Verify(receipt, first.Tree.Key(), witnesses[0].Key); err != nil || len(p.Witnesses) != 1 {
		t.Errorf("cosigned by %v, %v", p.Witnesses, err)
	}
	if _, code := first.read(t, "/trail/tile/0/000.p/6"); code != http.StatusOK {
		t.Errorf("the tile of six entries: %d", code)
	}
	forged := townOf(t, "trail: {name: first.example/trail}\n") // the same key and name, rows of its own
	forged.looks(t, 9)
	if err := forged.Tree.Ask(t.Context(), first.Client(), witnesses); !errors.Is(err, merkle.ErrForked) {
		t.Errorf("another history is cosigned: %v", err)
	}
	if err := second.Tree.Ask(t.Context(), first.Client(), witnesses); err != nil { // nothing of its own yet
		t.Error(err)
	}
}

// The page's checkpoint is a note that anybody's tool opens.
func TestTheHeadIsPublic(t *testing.T) {
	t.Parallel()
	w := townOf(t, "")
	w.looks(t, 1)
	text, _ := w.read(t, "/trail/checkpoint")
	key, _ := w.read(t, "/trail/key")
	v, err := note.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(n.Text, "\n")
	if root, err := base64.StdEncoding.DecodeString(lines[2]); lines[0] != w.Tree.Origin() || lines[1] != "1" || err != nil || len(root) != 32 {
		t.Errorf("the head says %q", n.Text)
	}
	if !strings.HasPrefix(w.Tree.Origin(), "banyan-") {
		t.Errorf("a log without a name of its own is called %s", w.Tree.Origin())
	}
}

// doctor and the audit find a row that was changed past the program.
func TestDoctorFindsAChangedRow(t *testing.T) {
	t.Parallel()
	w := townOf(t, "")
	w.looks(t, 2)
	got, err := AuditTrail(t.Context(), w.App.Config, w.Tree.Key())
	if text, _ := json.Marshal(got); err != nil || string(text) != `{"logged":2,"stored":2,"witnessed":0,"findings":[]}` {
		t.Fatalf("a true trail: %s, %v", text, err)
	}
	if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("DROP TRIGGER trail_look_no_update")
		_, err2 := tx.Exec("UPDATE trail_look SET unit_id = 'another'")
		return errors.Join(err, err2)
	}); err != nil {
		t.Fatal(err)
	}
	found, err := Doctor(t.Context(), w.App.Config)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.What == "trail" && f.Level == Wrong && strings.Contains(f.Say, "was changed after it was logged") {
			return
		}
	}
	t.Errorf("doctor finds %+v", found)
}

// What the city says it keeps is what the program keeps to, in each language.
func TestPrivacySaysThePeriods(t *testing.T) {
	t.Parallel()
	c := folder(t)
	settings(t, c.Data, "development: true\ntrail: {keep: 4800h}\n")
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // nothing was written
	site, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for lang, words := range map[string][]string{
		"zh-Hans": {"200天", "30天", "第十三条"}, "zh-Hant": {"200天", "30天", "第十三條"}, "en": {"200 days", "30 days", "article 13.1.3"},
	} {
		q := httptest.NewRequest(http.MethodGet, "/privacy", nil)
		q.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		site.ServeHTTP(w, q)
		for _, one := range words {
			if !strings.Contains(w.Body.String(), one) {
				t.Errorf("%s: %d without %q", lang, w.Code, one)
			}
		}
	}
}

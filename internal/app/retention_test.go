package app

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every chore either has a period that a purpose of the pack promises, day for day, or is known to keep nothing for a time of its own.
func TestChoresKeepWhatPurposesPromise(t *testing.T) {
	t.Parallel()
	h := open(t)
	promised := map[string]int{}
	for _, p := range h.City.Purposes.All() {
		text, _ := p.InForce(monday)
		for _, k := range text.Kept {
			promised[k.By] = k.Days
		}
	}
	done := map[string]bool{}
	for _, c := range h.chores() {
		done[c.Name] = true
		_, free := timeless()[c.Name]
		keeps, timed := periods()[c.Name]
		switch {
		case free == timed:
			t.Errorf("chore %q: say how long it keeps, or why it keeps nothing", c.Name)
		case timed && time.Duration(promised[c.Name])*day != keeps:
			t.Errorf("chore %q keeps %s, the purposes promise %d days", c.Name, keeps, promised[c.Name])
		}
	}
	for name := range maps.Keys(periods()) {
		if !done[name] {
			t.Errorf("no chore %q", name)
		}
	}
}

// changed is packs/fuzhou with one change in its purposes.
func changed(t *testing.T, from, to string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fuzhou")
	if err := os.CopyFS(dir, os.DirFS(fuzhou)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "purposes.yaml")
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), from) {
		t.Fatalf("no %q, %v", from, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A pack that promises another period than the program keeps is refused, and so is one whose examples do not come true.
func TestPackCannotPromiseOtherwise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ what, from, to, want string }{
		{"another period", "days: 30", "days: 31", `says 31 days for "tokens of apps", the program keeps it 30`},
		{"a chore that is not there", "by: sessions", "by: evenings", `no chore "evenings"`},
		{"an example that does not come true", "kinds: [third]\n", "kinds: []\n", `the answer is "", not "consent.refuse.not_assessed"`},
	} {
		p, err := ReadPack(changed(t, tt.from, tt.to))
		if err != nil {
			t.Fatal(err)
		}
		if ps := CheckPack(p, monday); !strings.Contains(ps.Error(), tt.want) {
			t.Errorf("%s: %v", tt.what, ps)
		}
	}
	if p, err := ReadPack(fuzhou); err != nil || len(CheckPack(p, monday)) > 0 {
		t.Errorf("the pack itself: %v, %v", CheckPack(p, monday), err)
	}
}

// A text that is in force cannot be changed by installing another pack; the version in force goes on.
func TestInstallRefusesAChangedText(t *testing.T) {
	t.Parallel()
	c := folder(t)
	dir := changed(t, "让邻居看到同样的问题怎么解决", "让所有人看到")
	var out bytes.Buffer
	c.Out = &out
	err := Install(t.Context(), c, dir, false)
	if err == nil || !strings.Contains(err.Error(), "purpose publish: version 1 is in force since 2026-01-01 and cannot change") {
		t.Fatalf("installed: %v", err)
	}
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // nothing was written
	site, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/privacy/purposes/publish", nil))
	if !strings.Contains(w.Body.String(), "让邻居看到同样的问题怎么解决") {
		t.Errorf("the page says %d %s", w.Code, w.Body.String())
	}
}

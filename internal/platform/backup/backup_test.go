package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func leaves() db.Schema {
	return db.Schema{Module: "leaf", Files: fstest.MapFS{"schema/001_leaf.sql": {Data: []byte("-- +goose Up\n" +
		"CREATE TABLE leaf_leaf (id TEXT PRIMARY KEY, n BIGINT NOT NULL, words TEXT NOT NULL);\n" +
		"CREATE INDEX leaf_leaf_n ON leaf_leaf (n);")}}}
}

func scope() db.Scope { return db.Scope{Schemas: []db.Schema{leaves()}} }

func grow(t *testing.T, d *db.DB, n int) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for i := range n {
			if _, err := tx.Exec(`INSERT INTO leaf_leaf (id, n, words) VALUES ($1, $2, $3)`, fmt.Sprint("leaf", i), i, strings.Repeat("榕\t\n", i%50)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// source has two files in the folder, three photos, and one more that goes away.
func source(d *db.DB) Source {
	return Source{
		DB: d, Scope: scope(), Header: Header{Program: "test", Pack: "fuzhou@1"}, Now: func() time.Time { return noon }, Told: func(string, int64) {},
		Data: func(each func(string, []byte) error) error {
			return errors.Join(each("banyan.yaml", []byte("# settings\n")), each("triage/model.bin", bytes.Repeat([]byte{1, 2}, 700)))
		},
		Files: func(_ context.Context, each func(string, func() ([]byte, error)) error) error {
			for i := range 4 {
				err := each(fmt.Sprintf("photo%d.jpg", i), func() ([]byte, error) {
					if i == 2 {
						return nil, fmt.Errorf("read: %w", fs.ErrNotExist)
					}
					return bytes.Repeat([]byte{byte(i)}, 1000*i), nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func take(t *testing.T, d *db.DB) ([]byte, Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := Take(t.Context(), source(d), &b)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), m
}

// A backup says what is in it, and reading it finds the same.
func TestTakeAndRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{leaves()}, func(t *testing.T, d *db.DB) {
		grow(t, d, 200)
		archive, m := take(t, d)
		if m.CountRows() != 200 || m.CountFiles() != 3 || m.Missing != 1 || len(m.Data) != 2 || m.Schemas["leaf"] != 1 || m.Engine != d.Dialect() {
			t.Errorf("%+v", m)
		}
		var seen []string
		got, err := Read(bytes.NewReader(archive), Visitor{
			Data: func(name string, body []byte) error { seen = append(seen, fmt.Sprint(name, len(body))); return nil },
			File: func(name string, body []byte) error { seen = append(seen, fmt.Sprint(name, len(body))); return nil },
		})
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%+v, %v, want %+v", got, err, m)
		}
		if want := []string{"banyan.yaml11", "triage/model.bin1400", "photo0.jpg0", "photo1.jpg1000", "photo3.jpg3000"}; !reflect.DeepEqual(seen, want) {
			t.Errorf("read %v, want %v", seen, want)
		}
	})
}

// What one store gives fills another to the row; on the other engine too.
func TestFill(t *testing.T) {
	t.Parallel()
	from := dbtest.OpenSQLite(t, leaves())
	grow(t, from, 30_000) // more than one chunk, more than one commit
	archive, m := take(t, from)
	if m.Rows[0].Bytes < 2*chunkSize/3 {
		t.Fatalf("only %d bytes", m.Rows[0].Bytes)
	}
	dbtest.Each(t, []db.Schema{leaves()}, func(t *testing.T, d *db.DB) {
		quiet := func(string, []byte) error { return nil }
		got, _, err := Fill(t.Context(), bytes.NewReader(archive), Target{DB: d, Scope: scope(), Data: quiet, File: quiet, Told: func(string, int64) {}})
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, again := take(t, d); d.Dialect() == db.SQLite && !reflect.DeepEqual(again.Rows, m.Rows) {
			t.Errorf("%v, want %v", again.Rows, m.Rows)
		}
		var n, sum int
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*), sum(length(words)) FROM leaf_leaf`).Scan(&n, &sum)
		})
		if err != nil || n != 30_000 || sum != 30_000/50*3*(49*50/2) {
			t.Errorf("%d rows with %d characters, %v", n, sum, err)
		}
	})
}

// Every cut and every changed byte is found.
func TestReadFindsDamage(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, leaves())
	grow(t, d, 40)
	archive, _ := take(t, d)
	for cut := 0; cut < len(archive); cut += 512 {
		// what stands behind the manifest is the end of a tar file: two empty blocks
		if _, err := Read(bytes.NewReader(archive[:cut]), Visitor{}); cut < len(archive)-1024 && !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut at %d of %d: %v", cut, len(archive), err)
		}
	}
	whole := contents(t, archive)
	for at := 0; at < len(archive); at += 211 {
		changed := bytes.Clone(archive)
		changed[at] ^= 0x55
		if got := contents(t, changed); got != "" && got != whole { // a byte between the members of a tar file says nothing
			t.Fatalf("byte %d changed what is read and nothing was said", at)
		}
	}
}

// contents is all that an archive gives, or "" when it is refused.
func contents(t *testing.T, archive []byte) string {
	t.Helper()
	var b bytes.Buffer
	keep := func(name string, body []byte) error { fmt.Fprintln(&b, name, string(body)); return nil }
	m, err := Read(bytes.NewReader(archive), Visitor{
		Rows: func(table db.Table, rows []byte) (int64, error) {
			return int64(bytes.Count(rows, []byte("\n"))), keep(table.Name, rows)
		},
		Data: keep, File: keep,
	})
	if err != nil {
		return ""
	}
	return fmt.Sprint(m) + b.String()
}

func TestReadRefusesOthers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, say string }{
		"nothing":     {"", "no manifest"},
		"another":     {"PK\x03\x04" + strings.Repeat("x", 2000), "damaged"},
		"tar of else": {string(tarOf("readme", "hello")), "does not begin"},
		"format":      {string(tarOf(headerName, `{"format":99,"program":"later"}`)), "format 99"},
		"unsafe name": {string(tarOf(headerName, `{"format":1}`, "data/../x", "y")), "no backup has"},
		"other table": {string(tarOf(headerName, `{"format":1}`, "tables/x/1", "y")), "does not name"},
	} {
		if _, err := Read(strings.NewReader(tc.text), Visitor{}); err == nil || !strings.Contains(err.Error(), tc.say) {
			t.Errorf("%s: %v, want %q", name, err, tc.say)
		}
	}
}

// tarOf makes an archive of name, text pairs.
func tarOf(pairs ...string) []byte {
	var b bytes.Buffer
	w, err := NewWriter(io.Discard, Header{}, time.Now)
	if err != nil {
		return nil
	}
	w.tar = tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.member(pairs[i], []byte(pairs[i+1])); err != nil {
			return nil
		}
	}
	if err := w.tar.Close(); err != nil {
		return nil
	}
	return b.Bytes()
}

func TestKeepSealsAndReadsBack(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, leaves())
	grow(t, d, 500)
	identity, recipient, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		lock  Lock
		right Key
		wrong []Key
	}{
		"open":       {Lock{}, Key{}, nil},
		"recipient":  {Lock{Recipients: []string{recipient}}, Key{Identities: identity}, []Key{{}, {Identities: other}, {Identities: "x"}, {Passphrase: "榕树"}}},
		"passphrase": {Lock{Passphrase: "榕树下", work: 8}, Key{Passphrase: "榕树下"}, []Key{{}, {Passphrase: "榕树"}, {Identities: identity}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, _, err := Keep(t.TempDir()+"/", tc.lock, noon, func(w io.Writer) (Manifest, error) { return Take(t.Context(), source(d), w) })
			if err != nil {
				t.Fatal(err)
			}
			if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 || strings.HasSuffix(path, ".age") != tc.lock.Seals() {
				t.Errorf("%s: %v %v", path, st.Mode(), err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			read := func(k Key, text []byte) error {
				r, err := k.Unseal(bytes.NewReader(text))
				if err == nil {
					_, err = Read(r, Visitor{})
				}
				return err
			}
			if err := read(tc.right, text); err != nil {
				t.Error(err)
			}
			for _, k := range tc.wrong {
				if err := read(k, text); err == nil {
					t.Errorf("%+v opens it", k)
				}
			}
			if err := read(tc.right, text[:len(text)-1]); tc.lock.Seals() && err == nil {
				t.Error("the last byte is missing and nothing was said")
			}
		})
	}
}

// What goes wrong leaves nothing that looks like a backup, and what is there already stays.
func TestKeepLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	boom := errors.New("the disk is full")
	_, _, err := Keep(dir, Lock{}, noon, func(w io.Writer) (Manifest, error) {
		_, _ = io.WriteString(w, "half")
		return Manifest{}, boom
	})
	if !errors.Is(err, boom) {
		t.Error(err)
	}
	_, _, err = Keep(dir, Lock{}, noon, func(w io.Writer) (Manifest, error) { // written wrongly without a word
		_, err := io.WriteString(w, "half")
		return Manifest{}, err
	})
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("reading back: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	file := filepath.Join(dir, "mine.tar")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Keep(file, Lock{}, noon, nil); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("over another file: %v", err)
	}
	for _, bad := range []Lock{{Recipients: []string{"age1x"}}, {Recipients: []string{"x"}, Passphrase: "y"}} {
		if bad.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 5 {
		for _, n := range []string{name(noon.AddDate(0, 0, i), i%2 == 0)} {
			if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	old := filepath.Join(dir, ".banyan-x.part")
	for _, n := range []string{old, filepath.Join(dir, "notes.tar"), filepath.Join(dir, ".banyan-new.part")} {
		if err := os.WriteFile(n, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, noon, noon.AddDate(-1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	for _, keep := range []int{0, 2} {
		if err := Prune(dir, keep, time.Now()); err != nil {
			t.Fatal(err)
		}
		got, err := List(dir)
		if want := map[int]int{0: 5, 2: 2}[keep]; err != nil || len(got) != want || got[len(got)-1] != name(noon.AddDate(0, 0, 4), true) {
			t.Errorf("keep %d: %v, %v", keep, got, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 4 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{Schema()}, func(t *testing.T, d *db.DB) {
		one, two := NewRuns(d), NewRuns(d)
		whole, last, err := one.Last(t.Context())
		if err != nil || !whole.Started.IsZero() || !last.Started.IsZero() {
			t.Errorf("%v, %v, %v", whole, last, err)
		}
		good := Run{Started: noon.In(clock.City), Ended: noon.In(clock.City), Place: "/b/1", Bytes: 5, Rows: 7}
		bad := Run{Started: good.Started.Add(time.Hour), Ended: good.Ended, Place: "/b", Error: "full"}
		for _, r := range []Run{good, bad} {
			if err := one.Note(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		whole, last, err = two.Last(t.Context())
		if err != nil || !whole.Started.Equal(good.Started) || whole.Rows != 7 || last.Error != "full" {
			t.Errorf("%v, %v, %v", whole, last, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(tarOf(headerName, `{"format":1,"tables":[{"name":"leaf_leaf"}]}`, "data/banyan.yaml", "x", "files/y", "z", manifestName, `{"rows":[]}`))
	f.Add(tarOf(headerName, `{"format":1}`, manifestName, `{}`))
	f.Add([]byte(ageIntro))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if r, err := (Key{Passphrase: "x"}).Unseal(bytes.NewReader(text[:min(len(text), 4096)])); err == nil {
			_, _ = Read(r, Visitor{}) // anything but a panic
		}
	})
}

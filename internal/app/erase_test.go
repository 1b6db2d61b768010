package app

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/search"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// forgetters is how many people wish to be forgotten; each told five things.
const forgetters = 200

// forgetter is one of them and what they told.
type forgetter struct {
	id, name, phone, email, address, words, word string // word: one of the words, in Latin letters, as the index keeps it
	request.Receipt
	photo string
}

// plain are the five things.
func (p forgetter) plain() []string { return []string{p.name, p.phone, p.email, p.address, p.words} }

func tell(i int) forgetter {
	word := "qzkw" + string([]rune{'a' + rune(i/26), 'x', 'a' + rune(i%26)})
	return forgetter{
		name: fmt.Sprintf("欧阳%c%c", 0x4e00+i, 0x5e00+i), phone: fmt.Sprintf("1397654%04d", i), email: fmt.Sprintf("ouyang%04d@forget.example", i),
		address: fmt.Sprintf("忘忧里%d弄尽头的榕树下", 1000+i), word: word, words: "请修理我家门前的灯，暗号" + word + "，谢谢",
	}
}

// TestErasure has two hundred people forgotten: a thousand things they told are then nowhere, also not in a backup from before
// that was restored.
func TestErasure(t *testing.T) {
	t.Parallel()
	for engine, address := range map[string]func(t *testing.T) string{
		"sqlite": func(*testing.T) string { return "" }, "postgres": func(t *testing.T) string { return dbtest.Empty(t, dbtest.Server(t)) },
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			c := Config{Data: filepath.Join(t.TempDir(), "data"), DB: address(t), Clock: clock.NewManual(monday), readCity: readOnce(), Log: slog.New(slog.NewTextHandler(&log, nil))}
			if err := Install(t.Context(), c, fuzhou, false); err != nil {
				t.Fatal(err)
			}
			if err := assessAll(c); err != nil {
				t.Fatal(err)
			}
			settings(t, c.Data, "development: true\n")
			h := eraseHouse(t, c)
			people, waits := h.tellAll(forgetters), h.tellOne(forgetters)
			h.forgetAll(append(people, waits))
			before, _, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir() + "/"})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range people { // all of it is there, and read
				h.reads(p)
			}
			h.endAll(people)
			if err := h.erase(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				h.forgotten(p)
			}
			h.reads(waits)
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
			nowhere(t, c, people, log.String())
			again := Config{Data: filepath.Join(t.TempDir(), "again"), DB: address(t), Clock: c.Clock, readCity: c.readCity}
			if _, err := Restore(t.Context(), again, RestoreOrder{From: before, KeyFile: c.path(keyFile), Erased: c.path(erasedFile)}); err != nil {
				t.Fatal(err)
			}
			r := eraseHouse(t, again)
			for _, p := range people {
				r.forgotten(p)
			}
			r.reads(waits)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			nowhere(t, again, people, "")
		})
	}
}

func eraseHouse(t *testing.T, c Config) *house {
	t.Helper()
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return &house{t, a, c.Clock.(*clock.Manual)}
}

// tellAll has people say something by the web, each with a photo.
func (h *house) tellAll(n int) (people []forgetter) {
	h.Helper()
	for i := range n {
		people = append(people, h.tellOne(i))
	}
	h.drain()
	return people
}

func (h *house) tellOne(i int) forgetter {
	h.Helper()
	p := tell(i)
	p.photo = strings.Repeat("a", 22) + string([]byte{'a' + byte(i/676%26), 'a' + byte(i/26%26), 'a' + byte(i%26), 'b'}) + ".pdf"
	if err := h.Files.Keep(h.Context(), p.photo, []byte("%PDF-1.7 "+p.words)); err != nil {
		h.Fatal(err)
	}
	var err error
	p.Receipt, err = h.Requests.Receive(h.Context(), access.Actor{Kind: access.Guest}, request.Intake{
		ClientID: fmt.Sprintf("forget-%04d", i), Kind: "help", Subject: "门前的灯", Words: p.words, Address: p.address, Area: "350102", Channel: "web", Language: "zh-Hans", Publish: true,
		Contact: person.Contact{Name: p.name, Phone: p.phone, Email: p.email}, Photos: []request.Photo{{Key: p.photo, Type: blob.PDF, Size: 9}},
	})
	if err != nil {
		h.Fatal(err)
	}
	h.drain()
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, p.RequestID)
		p.id = head.PersonID
		return err
	})
	return p
}

// forgetAll notes each one's wish, which waits: their matters are open.
func (h *house) forgetAll(people []forgetter) {
	h.Helper()
	tokens := make([]string, len(people))
	for i, p := range people {
		h.write(func(tx *db.Tx) (err error) {
			tokens[i], err = h.People.AskErasure(tx, p.id)
			return err
		})
	}
	if err := h.erase(h.Context()); err != nil {
		h.Fatal(err)
	}
	for _, token := range tokens {
		h.read(func(tx *db.Tx) error {
			e, err := h.People.ErasureOf(tx, token)
			if !e.DoneAt.IsZero() {
				h.Errorf("%s is forgotten while a matter is open", e.Person)
			}
			return err
		})
	}
}

// endAll answers the matters, which publishes them.
func (h *house) endAll(people []forgetter) {
	h.Helper()
	for _, p := range people {
		if _, err := h.Cases.Answer(h.Context(), desk, casework.Answering{Case: p.CaseID, Version: h.file(p.CaseID).Case.Version, Public: "已经告知如何报修。"}); err != nil {
			h.Fatal(err)
		}
	}
	h.drain()
}

func (h *house) write(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.DB.Write(context.Background(), do); err != nil {
		h.Fatal(err)
	}
}

// asSeen is what the program finds out about somebody.
func (h *house) asSeen(p forgetter) (contact person.Person, said []request.Said, found []string) {
	h.Helper()
	who := access.Program("test")
	h.write(func(tx *db.Tx) (err error) {
		if contact, err = h.People.Contact(tx, trail.Reader{Actor: who, Purpose: trail.ForNotice}, p.id); err != nil {
			return err
		}
		if said, err = h.Requests.Words(tx, trail.Reader{Actor: who, Purpose: trail.ForIndex}, p.RequestID); err != nil {
			return err
		}
		found, err = search.Find(tx, "request", p.word, 5, "")
		return err
	})
	return contact, said, found
}

func (h *house) reads(p forgetter) {
	h.Helper()
	contact, said, found := h.asSeen(p)
	if contact.Name != p.name || string(contact.Phone) != p.phone || contact.Email != p.email || len(said) != 1 || said[0].Words != p.words || said[0].Address != p.address ||
		len(said[0].Photos) != 1 || len(found) != 1 {
		h.Fatalf("it is not there: %+v, %+v, found %v", contact, said, found)
	}
}

func (h *house) forgotten(p forgetter) {
	h.Helper()
	contact, said, found := h.asSeen(p)
	if contact.Name != "" || contact.Phone != "" || contact.Email != "" {
		h.Errorf("a contact is left: %+v", contact)
	}
	if len(said) != 1 || !said[0].Erased || said[0].Words != "" || said[0].Address != "" || len(said[0].Photos) != 0 {
		h.Errorf("words are left: %+v", said)
	}
	if len(found) != 0 {
		h.Errorf("the index finds %v", found)
	}
	h.read(func(tx *db.Tx) error {
		if _, known, err := h.People.Find(tx, person.Phone(p.phone)); known || err != nil {
			h.Errorf("the phone still finds somebody: %v", err)
		}
		head, err := h.Requests.Get(tx, p.RequestID)
		if head.Text != "" || head.Publish || !head.Erased || head.Number != p.Number {
			h.Errorf("the headline is %+v", head)
		}
		return err
	})
	if _, _, err := h.Files.Open(h.Context(), p.photo); fault.KindOf(err) != fault.NotFound {
		h.Errorf("the photo is left: %v", err)
	}
}

// nowhere looks for what people told in every file of the data folder, in every row of a database elsewhere, and in the log. Each
// number that stays must be found, or the search looked in the wrong place.
func nowhere(t *testing.T, c Config, people []forgetter, log string) {
	t.Helper()
	places := map[string][]byte{"the log": []byte(log)}
	err := filepath.WalkDir(c.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		places[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.DB != "" {
		places["the database"] = []byte(fmt.Sprint(tables(t, c)))
	}
	numbers, hits := 0, 0
	for _, p := range people {
		for place, body := range places {
			if bytes.Contains(body, []byte(p.Number)) {
				numbers++
			}
			for _, plain := range append(p.plain(), p.word) {
				if bytes.Contains(body, []byte(plain)) {
					hits++
					if hits < 10 {
						t.Errorf("%q stands in %s", plain, place)
					}
				}
			}
		}
	}
	if numbers < len(people) || hits > 0 {
		t.Errorf("%d numbers of %d people were found, and %d things they told", numbers, len(people), hits)
	}
}

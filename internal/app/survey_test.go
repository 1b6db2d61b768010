package app

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/search"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/work/survey"
)

// surveyed is how many people are asked; each is five things: name, phone, address and two answers.
const surveyed = 200

type askedOne struct{ name, phone, address, ill, medicine string }

func (p askedOne) plain() []string { return []string{p.name, p.phone, p.address, p.ill, p.medicine} }

func surveyedOne(i int) askedOne {
	return askedOne{
		name: fmt.Sprintf("司徒%c%c", 0x4e00+i, 0x5e00+i), phone: fmt.Sprintf("1367654%04d", i), address: fmt.Sprintf("听榕里%d弄深处", 1000+i),
		ill: fmt.Sprintf("qzill%04dx", i), medicine: fmt.Sprintf("每天两次药片编号%d号", 770000+i),
	}
}

// surveyHouse is a house with a survey that runs, and what its people told.
type surveyHouse struct {
	*house
	id     string
	worker access.Actor
	people []askedOne
}

// TestSurveyLeavesNothing asks two hundred people at their doors. When the survey's end has come, the thousand things they told are
// nowhere, also not in a backup from before that was restored, and the restored house does not know the survey's people again.
func TestSurveyLeavesNothing(t *testing.T) {
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
			h := &surveyHouse{house: eraseHouse(t, c)}
			h.ask()
			h.found(surveyed)
			h.nowhere(c, log.String()) // in the clear: what is sealed leaves nothing to hunt for in old pages, logs and copies
			before, _, err := Backup(t.Context(), c, BackupOrder{To: t.TempDir() + "/"})
			if err != nil {
				t.Fatal(err)
			}
			h.clock.Advance(31 * 24 * time.Hour) // its end was 30 days away
			if err := h.endSurveys(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.gone(survey.ByDate)
			certificate := h.certificate()
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
			h.nowhere(c, log.String())

			c.Clock.(*clock.Manual).Set(monday.Add(time.Hour)) // as if restored the same day: only the list knows that it ended
			again := Config{Data: filepath.Join(t.TempDir(), "again"), DB: address(t), Clock: c.Clock, readCity: c.readCity}
			if _, err := Restore(t.Context(), again, RestoreOrder{From: before, KeyFile: c.path(keyFile), Erased: c.path(erasedFile)}); err != nil {
				t.Fatal(err)
			}
			r := &surveyHouse{eraseHouse(t, again), h.id, h.worker, h.people}
			r.gone(survey.Restored)
			if back := r.certificate(); back.Records != certificate.Records || !back.At.Equal(certificate.At.Truncate(time.Second)) {
				t.Errorf("the certificate was %+v and is %+v", certificate, back)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			r.nowhere(again, "")
		})
	}
}

// ask proposes and approves a survey, sends somebody round, and has them enter what people say.
func (h *surveyHouse) ask() {
	h.Helper()
	h.must(func() error {
		p, err := h.Staff.AddStaff(h.Context(), org.Staff{Name: "李四", Unit: "350102004001.sq", Active: true})
		if err != nil {
			return err
		}
		_, err = h.Staff.AddPost(h.Context(), org.Post{Staff: p.ID, Role: org.Neighbour, Unit: p.Unit})
		h.worker = access.Actor{Kind: access.Staff, ID: p.ID, Unit: p.Unit, Area: "/3501/350102/350102004/350102004001/", Roles: []string{access.Community}}
		return err
	})
	owner := access.Actor{Kind: access.Staff, ID: "owner", Unit: "350102004.jd", Area: "/3501/350102/350102004/", Roles: []string{access.Caller}}
	chief := access.Actor{Kind: access.Staff, ID: "chief", Unit: "350102.zx", Area: "/3501/350102/", Roles: []string{access.Supervisor}}
	var lines strings.Builder
	for i := range surveyed {
		p := surveyedOne(i)
		h.people = append(h.people, p)
		fmt.Fprintf(&lines, "%s，%s，%s\n", p.name, p.phone, p.address)
	}
	h.write(func(tx *db.Tx) error { // one of them is known to the city already
		_, err := h.People.Ensure(tx, person.Contact{Phone: h.people[0].phone})
		return err
	})
	v, err := h.Surveys.Propose(h.Context(), owner, survey.Proposal{
		Form: "f", Title: "慢性病用药走访", Purpose: "了解居家慢性病患者用药情况，安排家庭医生上门。", Basis: "《基本医疗卫生与健康促进法》", Area: "350102004",
		Last: monday.In(clock.City).AddDate(0, 0, 30).Format(time.DateOnly), Questions: []survey.Question{
			{Text: "有什么病？", Kind: survey.Text, Sensitive: true}, {Text: "怎么用药？", Kind: survey.Text, Sensitive: true}, {Text: "需要上门吗？", Kind: survey.YesNo},
		},
	})
	h.id = v.ID
	h.must(func() error { return err })
	h.must(func() error { return h.Surveys.Approve(h.Context(), chief, h.id) })
	h.must(func() error {
		n, err := h.Surveys.Send(h.Context(), owner, survey.Sending{Form: "s", Survey: h.id, Area: "350102004001", Staff: h.worker.ID, Unit: h.worker.Unit, People: lines.String()})
		if n != surveyed {
			h.Errorf("%d people came in", n)
		}
		return err
	})
	entry := ""
	for i := range surveyed {
		h.must(func() (err error) {
			entry, err = h.Surveys.Next(h.Context(), h.worker, h.id, entry)
			if err != nil {
				return err
			}
			return h.Surveys.Answer(h.Context(), h.worker, survey.Answering{
				Survey: h.id, Entry: entry, Form: fmt.Sprint("a", i), Version: 1, Outcome: survey.Answered, Told: true, Answers: []string{h.people[i].ill, h.people[i].medicine, "yes"},
			})
		})
	}
	h.drain()
}

func (h *surveyHouse) must(do func() error) {
	h.Helper()
	if err := do(); err != nil {
		h.Fatal(err)
	}
}

// found has the worker see everybody whole: all is there.
func (h *surveyHouse) found(n int) {
	h.Helper()
	things, after := 0, ""
	for {
		_, rows, err := h.Surveys.Walk(h.Context(), h.worker, h.id, true, after)
		h.must(func() error { return err })
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			_, e, err := h.Surveys.Entry(h.Context(), h.worker, h.id, row.ID)
			h.must(func() error { return err })
			told := fmt.Sprint(e.Who, e.Answers)
			for _, p := range h.people {
				for _, plain := range p.plain() {
					if strings.Contains(told, plain) {
						things++
					}
				}
			}
			h.clock.Advance(time.Minute) // nobody is refused for looking too often
		}
		after = rows[len(rows)-1].ID
	}
	if things != 5*n {
		h.Fatalf("%d of %d things are there", things, 5*n)
	}
}

// gone holds that nobody of the survey is seen or found any more.
func (h *surveyHouse) gone(rule survey.Rule) {
	h.Helper()
	_, _, err := h.Surveys.Walk(h.Context(), h.worker, h.id, true, "")
	if e, _ := fault.As(err); e == nil || e.Key != "survey.over" {
		h.Errorf("the worker's list: %v", err)
	}
	if c := h.certificate(); c.Rule != rule || c.Records != surveyed || len(c.Counts) != 1 {
		h.Errorf("the certificate: %+v", c)
	}
	if _, err := h.Tree.Sequence(h.Context()); err != nil {
		h.Fatal(err)
	}
	if _, err := h.Surveys.Proof(h.Context(), h.id); err != nil {
		h.Errorf("the proof: %v", err)
	}
	h.read(func(tx *db.Tx) error {
		for _, p := range h.people {
			for _, kind := range []string{"request", "survey"} {
				if found, err := search.Find(tx, kind, p.ill, 5, ""); err != nil || len(found) != 0 {
					h.Errorf("the index finds %v: %v", found, err)
				}
			}
			if _, known, err := h.People.Find(tx, person.Phone(p.phone)); err != nil || known != (p == h.people[0]) {
				h.Errorf("who was asked is a person of the register: %v %v", known, err)
			}
		}
		return nil
	})
}

func (h *surveyHouse) certificate() survey.Certificate {
	h.Helper()
	_, c, err := h.Surveys.PublicOne(h.Context(), h.id)
	if err != nil || c == nil {
		h.Fatalf("no certificate: %v", err)
	}
	return *c
}

// nowhere looks for what people told in every file, every row and the log. The survey's title must be found, or the search looked in
// the wrong place.
func (h *surveyHouse) nowhere(c Config, log string) {
	h.Helper()
	places := map[string][]byte{"the log": []byte(log)}
	err := filepath.WalkDir(c.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		places[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	if c.DB != "" {
		places["the database"] = []byte(fmt.Sprint(tables(h.T, c)))
	}
	titles, hits := 0, 0
	for place, body := range places {
		titles += bytes.Count(body, []byte("慢性病用药走访"))
		for _, p := range h.people {
			for _, plain := range p.plain() {
				if bytes.Contains(body, []byte(plain)) {
					if hits++; hits < 10 {
						h.Errorf("%q stands in %s", plain, place)
					}
				}
			}
		}
	}
	if titles == 0 || hits > 0 {
		h.Errorf("the title was found %d times, and %d things people told", titles, hits)
	}
}

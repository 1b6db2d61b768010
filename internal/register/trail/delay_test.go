package trail_test

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

// secret is a trail with looks of two units in two cases.
type secret struct {
	*testing.T
	*trail.Log
	db    *db.DB
	clock *clock.Manual
}

func eachSecret(t *testing.T, test func(s secret)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, trailtest.Schemas(), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		test(secret{t, trailtest.New(t, d, c), d, c})
	})
}

func (s secret) write(do func(tx *db.Tx) error) error {
	return s.db.Write(s.Context(), do)
}

func (s secret) look(unit, subject string) {
	s.Helper()
	who := access.Actor{Kind: access.Staff, ID: "s-" + unit, Unit: unit}
	err := s.write(func(tx *db.Tx) error {
		return s.Look(tx, trail.Reader{Actor: who, Purpose: trail.ForHandling, Subject: subject}, []string{trail.Words}, "p1")
	})
	if err != nil {
		s.Fatal(err)
	}
	s.clock.Advance(time.Second)
}

// sees is what the person is told of: unit and case of each row, oldest first; late rows have a star.
func (s secret) sees() string {
	s.Helper()
	rows, err := s.ForPerson(s.Context(), "p1", "", 50)
	if err != nil {
		s.Fatal(err)
	}
	var seen []string
	for _, l := range rows {
		late := ""
		if l.Delayed != nil {
			late = "*"
		}
		seen = append([]string{l.Unit + "/" + l.Subject + late}, seen...)
	}
	return strings.Join(seen, " ")
}

func (s secret) asking() trail.Asking {
	return trail.Asking{Unit: "ju", Subjects: []string{"c1", "r1"}, Law: "《保守国家秘密法》第十三条", Reason: "正在调查，告知会妨碍调查", Until: s.clock.Now().AddDate(0, 0, 30)}
}

func (s secret) ask(a trail.Asking) (d trail.Delay, err error) {
	err = s.write(func(tx *db.Tx) (err error) {
		d, err = s.AskDelay(tx, access.Actor{Kind: access.Staff, ID: "asker"}, a)
		return err
	})
	return d, err
}

func (s secret) decide(by, id string, grant bool) error {
	return s.write(func(tx *db.Tx) error { return s.DecideDelay(tx, access.Actor{Kind: access.Staff, ID: by}, id, grant) })
}

func key(err error) string {
	e, _ := fault.As(err)
	if e == nil {
		return ""
	}
	return e.Key
}

// A delay holds back the looks of one unit in one matter from its begin to its end, once a second person granted it; then they are told,
// with the mark that they come late. All the while the row is in the log.
func TestADelay(t *testing.T) {
	eachSecret(t, func(s secret) {
		s.look("ju", "c1") // before it was asked for
		d, err := s.ask(s.asking())
		if err != nil {
			s.Fatal(err)
		}
		s.look("ju", "c1")
		s.look("ju", "r1")
		s.look("ju", "c2")
		s.look("qu", "c1")
		if got := s.sees(); got != "ju/c1 ju/c1 ju/r1 ju/c2 qu/c1" {
			s.Errorf("while it waits: %s", got)
		}
		if err := s.decide("asker", d.ID, true); key(err) != "trail.delay.refuse.oneself" {
			s.Errorf("decided by whoever asked: %v", err)
		}
		if err := s.decide("chief", d.ID, true); err != nil {
			s.Fatal(err)
		}
		if err := s.decide("third", d.ID, false); key(err) != "trail.delay.refuse.decided" {
			s.Errorf("decided twice: %v", err)
		}
		if got := s.sees(); got != "ju/c1 ju/c2 qu/c1" {
			s.Errorf("while it holds: %s", got)
		}
		staff, err := s.OfActor(s.Context(), "s-ju", "", 50)
		if err != nil || len(staff) != 4 {
			s.Fatalf("a supervisor sees %d rows, %v", len(staff), err)
		}
		hidden := staff[2].ID
		if _, err := s.Of(s.Context(), hidden, []string{"p1"}); key(err) != "trail.no_receipt" {
			s.Errorf("a receipt by its id: %v", err)
		}
		s.clock.Advance(31 * 24 * time.Hour)
		if got := s.sees(); got != "ju/c1 ju/c1* ju/r1* ju/c2 qu/c1" {
			s.Errorf("afterwards: %s", got)
		}
		if l, err := s.Of(s.Context(), hidden, []string{"p1"}); err != nil || l.Subject == "" {
			s.Errorf("afterwards a receipt: %+v, %v", l, err)
		}
		s.look("ju", "c1")
		if got := s.sees(); !strings.HasSuffix(got, " ju/c1") {
			s.Errorf("a look after its end: %s", got)
		}
	})
}

// A page is full also when rows between are held back.
func TestPagesOverWhatIsHeldBack(t *testing.T) {
	eachSecret(t, func(s secret) {
		d, err := s.ask(s.asking())
		if err != nil {
			s.Fatal(err)
		}
		for i := range 12 {
			s.look([]string{"ju", "qu"}[i%2], "c1")
		}
		if err := s.decide("chief", d.ID, true); err != nil {
			s.Fatal(err)
		}
		before, n := "", 0
		for {
			rows, err := s.ForPerson(s.Context(), "p1", before, 2)
			if err != nil {
				s.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			n, before = n+len(rows), rows[len(rows)-1].ID
		}
		if n != 6 {
			s.Errorf("%d rows on pages of two, want 6", n)
		}
	})
}

// It ends early, is refused, runs out while nobody decides; what is wrong is told of all at once.
func TestTheEndsOfADelay(t *testing.T) {
	eachSecret(t, func(s secret) {
		early, err := s.ask(s.asking())
		if err != nil {
			s.Fatal(err)
		}
		end := func(id string) error {
			return s.write(func(tx *db.Tx) error { return s.EndDelay(tx, access.Actor{Kind: access.Staff, ID: "third"}, id) })
		}
		if err := end(early.ID); key(err) != "trail.delay.refuse.ended" {
			s.Errorf("ended before it held: %v", err)
		}
		s.look("ju", "c1")
		if err := s.decide("chief", early.ID, true); err != nil {
			s.Fatal(err)
		}
		if got := s.sees(); got != "" {
			s.Errorf("while it holds: %s", got)
		}
		s.clock.Advance(time.Hour)
		if err := end(early.ID); err != nil {
			s.Fatal(err)
		}
		if got := s.sees(); got != "ju/c1*" {
			s.Errorf("after its early end: %s", got)
		}
		refused, err := s.ask(s.asking())
		if err != nil || s.decide("chief", refused.ID, false) != nil {
			s.Fatal("not refused", err)
		}
		s.look("ju", "c1")
		if got := s.sees(); got != "ju/c1* ju/c1" {
			s.Errorf("refused: %s", got)
		}
		late, err := s.ask(s.asking())
		if err != nil {
			s.Fatal(err)
		}
		s.clock.Advance(31 * 24 * time.Hour)
		if err := s.decide("chief", late.ID, true); key(err) != "trail.delay.refuse.decided" {
			s.Errorf("decided after its day: %v", err)
		}
		if _, err := s.ask(trail.Asking{}); err == nil || strings.Count(err.Error(), "trail.delay.need") != 5 {
			s.Errorf("nothing said: %v", err)
		}
		a := s.asking()
		a.Until = s.clock.Now().AddDate(0, 0, trail.DelayDays+2)
		if _, err := s.ask(a); key(err) != "trail.delay.need.until" && !strings.Contains(err.Error(), "until") {
			s.Errorf("for longer than the most: %v", err)
		}
	})
}

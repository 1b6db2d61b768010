package leak

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// CopyMost is how many rows a list made for somebody may have: a list is for a task, not for a store of one's own.
const CopyMost = 500

// copyDays is how long a recipient may keep a list at most, in days.
const copyDays = 180

// CopyAsk is a wish for a list that leaves the house.
type CopyAsk struct {
	Purpose   string // what for, 5 to 300 characters
	Recipient string // the office that it is handed on to, 2 to 80 characters; empty for the own use of whoever asks
	Until     string // the day on which it must be deleted, 2026-12-01
	Format    string
	Columns   string // names, with commas between
}

// CopyRow is one row of a list. Name and Phone are masked for the recipient.
type CopyRow struct {
	Number, Kind, District string

	Opened      time.Time
	Person      string // id; empty for a canary
	Name, Phone string
}

// Copy is a line of the register of lists.
type Copy struct {
	ID, Actor, Unit, Purpose, Recipient, Viewer, Format, Columns, Digest string

	At, Until    time.Time
	Rows, People int // rows with canaries; people without
}

// Canaries is how many rows of the list are about nobody.
func (c Copy) Canaries() int { return c.Rows - c.People }

// Recipient gives the id by which lists for an office are masked: the same for every spelling by case and blanks.
func Recipient(office string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(strings.Fields(office), " "))))
	return copyPrefix + hex.EncodeToString(sum[:10])
}

const copyPrefix = "to:"

// MakeCopy makes a list for one recipient: masks the people for them, adds canaries, lets build write the file, and keeps the line of
// the register, whom it shows and its digest in the transaction of the look. Rows without a person are left out. Invalid on
// "purpose", "recipient", "until" or "rows".
func (s *Service) MakeCopy(ctx context.Context, actor access.Actor, in CopyAsk, rows []CopyRow, build func(Copy, []CopyRow) ([]byte, error)) (c Copy, file []byte, err error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r CopyRow) bool { return r.Person == "" })
	c, err = s.copyOf(actor, in, len(rows))
	if err != nil {
		return Copy{}, nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		all, numbers, err := s.mask(tx, actor, c, rows)
		if err != nil {
			return err
		}
		c.Rows, c.People = len(all), len(rows)
		if file, err = build(c, all); err != nil {
			return err
		}
		digest := sha256.Sum256(file)
		c.Digest = hex.EncodeToString(digest[:])
		return insertCopy(tx, c, rows, numbers)
	})
	if err != nil {
		return Copy{}, nil, fmt.Errorf("make a list of %d rows: %w", len(rows), err)
	}
	return c, file, nil
}

// mask gives the rows as the recipient sees them, with canaries.
func (s *Service) mask(tx *db.Tx, actor access.Actor, c Copy, rows []CopyRow) (all []CopyRow, numbers []string, err error) {
	var people []string
	for _, r := range rows {
		people = append(people, r.Person)
	}
	shown, err := s.People.MaskedTo(tx, trail.Reader{Actor: actor, Purpose: trail.ForCopy, Subject: c.ID}, c.Viewer, people...)
	if err != nil {
		return nil, nil, err
	}
	masked := slices.Clone(rows)
	for i := range masked {
		masked[i].Name, masked[i].Phone = shown[masked[i].Person].Name, shown[masked[i].Person].Phone
	}
	all, numbers = s.weave(c.Viewer, masked)
	return all, numbers, nil
}

func (s *Service) copyOf(actor access.Actor, in CopyAsk, rows int) (Copy, error) {
	now := s.Clock.Now()
	c := Copy{
		ID: db.NewID(now), At: now, Actor: actor.ID, Unit: actor.Unit, Purpose: strings.Join(strings.Fields(in.Purpose), " "), Recipient: strings.Join(strings.Fields(in.Recipient), " "),
		Viewer: actor.ID, Format: in.Format, Columns: in.Columns,
	}
	if c.Recipient != "" {
		c.Viewer = Recipient(c.Recipient)
	}
	var wrong fault.Fields
	need := func(ok bool, field, key string, args ...any) {
		if !ok {
			wrong = append(wrong, fault.Field(field, key, args...))
		}
	}
	n, to := utf8.RuneCountInString(c.Purpose), utf8.RuneCountInString(c.Recipient)
	need(n >= 5 && n <= 300, "purpose", "leak.copy.purpose")
	need(to == 0 || to >= 2 && to <= 80, "recipient", "leak.copy.recipient")
	until, err := time.ParseInLocation(time.DateOnly, in.Until, clock.City)
	c.Until = until
	need(err == nil && until.After(now) && until.Before(now.AddDate(0, 0, copyDays+1)), "until", "leak.copy.until", "Days", copyDays)
	need(rows > 0, "rows", "leak.copy.none")
	need(rows <= CopyMost, "rows", "leak.copy.many", "Most", CopyMost)
	return c, wrong.OrNil()
}

// Copies lists the register, newest first: all of it for those who may trace, else one's own lines.
func (s *Service) Copies(ctx context.Context, actor access.Actor, limit int) (list []Copy, err error) {
	whose := actor.ID
	if s.May(actor) == nil {
		whose = ""
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectCopies(tx, `WHERE $1 = '' OR actor = $1 ORDER BY id DESC LIMIT $2`, whose, limit)
		return err
	})
	return list, err
}

// CopiesBy gives the lists with a digest (SHA-256 in hexadecimal) or for a viewer, newest first.
func (s *Service) CopiesBy(ctx context.Context, digest, viewer string) (list []Copy, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectCopies(tx, `WHERE $1 <> '' AND digest = $1 OR $2 <> '' AND viewer = $2 ORDER BY id DESC LIMIT 20`, digest, viewer)
		return err
	})
	return list, err
}

// OfCopy tells whether the viewer of a trace is a recipient of lists.
func OfCopy(viewer string) bool { return strings.HasPrefix(viewer, copyPrefix) }

// ForgetTx removes a person from what lists showed: who asked to be forgotten can no longer be found by a trace.
func (s *Service) ForgetTx(tx *db.Tx, person string) error { return deleteCopied(tx, person) }

// Expire removes lines of the register of before a moment: the trail that would be compared is gone, too.
func (s *Service) Expire(ctx context.Context, before time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return deleteCopies(tx, before) })
}

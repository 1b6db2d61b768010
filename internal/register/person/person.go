package person

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/trail"
)

// Contact is how somebody can be reached, as they gave it.
type Contact struct {
	Name      string
	Phone     string
	Anonymous bool // nothing is kept, whatever else is filled in
	Language  string
}

// Person is somebody known by phone.
type Person struct {
	ID       string
	Name     string // may be empty
	Phone    Phone
	Language string
	Since    time.Time
}

// Hidden is a person as shown in lists of work.
type Hidden struct {
	Name  string // 张**
	Phone string // 138****2167
}

// Service is the register of persons.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Log
	key   []byte
}

// New makes the register. key is the secret of the blind index, at least 32 bytes, the same for the life
// of the data: with another key nobody is found again.
func New(d *db.DB, c clock.Clock, log *trail.Log, key []byte) (*Service, error) {
	if len(key) < 32 {
		return nil, fmt.Errorf("person: the key of the blind index has %d bytes, at least 32 are needed", len(key))
	}
	return &Service{db: d, clock: c, trail: log, key: key}, nil
}

// Index is the blind index of a phone: equal for equal numbers, and useless without the key.
func (s *Service) Index(p Phone) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("phone\x00" + string(p)))
	return hex.EncodeToString(mac.Sum(nil))
}

// Check says whether a contact could be kept: Invalid on "phone" or "name". An anonymous one always can.
func (c Contact) Check() error {
	if c.Anonymous {
		return nil
	}
	var wrong fault.Fields
	if _, err := ParsePhone(c.Phone); err != nil {
		wrong = append(wrong, fault.FieldsOf(err)...)
	}
	name := strings.TrimSpace(c.Name)
	if utf8.RuneCountInString(name) > 40 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		wrong = append(wrong, fault.Field("name", "person.name_invalid"))
	}
	return wrong.OrNil()
}

// Ensure finds the person of the contact's phone or makes one, and gives the id: "" for an anonymous
// contact. A name once known stays: whoever types a phone cannot rename its owner.
func (s *Service) Ensure(tx *db.Tx, c Contact) (string, error) {
	if c.Anonymous {
		return "", nil
	}
	if err := c.Check(); err != nil {
		return "", err
	}
	phone, err := ParsePhone(c.Phone)
	if err != nil {
		return "", err
	}
	now := s.clock.Now()
	p := Person{ID: db.NewID(now), Name: strings.TrimSpace(c.Name), Phone: phone, Language: c.Language, Since: now}
	id, err := ensure(tx, p, s.Index(phone))
	if err != nil {
		return "", fmt.Errorf("keep a person: %w", err)
	}
	return id, nil
}

// Contact gives a person's name and phone and writes that r saw them. NotFound for an unknown id.
func (s *Service) Contact(tx *db.Tx, r trail.Reader, id string) (Person, error) {
	return s.show(tx, r, "id", id)
}

// ByPhone gives the person of a phone and writes that r saw them. NotFound when nobody has it.
func (s *Service) ByPhone(tx *db.Tx, r trail.Reader, phone string) (Person, error) {
	p, err := ParsePhone(phone)
	if err != nil {
		return Person{}, err
	}
	return s.show(tx, r, "phone_index", s.Index(p))
}

func (s *Service) show(tx *db.Tx, r trail.Reader, column, value string) (Person, error) {
	p, err := selectOne(tx, column, value)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, fault.New(fault.NotFound, "person.not_found")
	}
	if err != nil {
		return Person{}, fmt.Errorf("read a person by %s: %w", column, err)
	}
	if err := s.trail.Look(tx, r, []string{trail.Name, trail.Phone}, p.ID); err != nil {
		return Person{}, err
	}
	return p, nil
}

// Masked gives masked names and phones for a list of work, by id, and writes a row for each person.
// Unknown and empty ids are left out.
func (s *Service) Masked(tx *db.Tx, r trail.Reader, ids ...string) (map[string]Hidden, error) {
	people, err := selectMany(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read %d persons: %w", len(ids), err)
	}
	masked := make(map[string]Hidden, len(people))
	var seen []string
	for _, p := range people {
		masked[p.ID] = Hidden{Name: maskName(p.Name), Phone: p.Phone.Masked()}
		seen = append(seen, p.ID)
	}
	if err := s.trail.Look(tx, r, []string{trail.Masked}, seen...); err != nil {
		return nil, err
	}
	return masked, nil
}

// Find gives the id of a phone's person; ok is false when nobody has it. It reveals nothing that the
// caller does not already hold, so it leaves no row.
func (s *Service) Find(tx *db.Tx, phone Phone) (id string, ok bool, err error) {
	id, err = selectID(tx, s.Index(phone))
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("find a person by phone: %w", err)
	}
	return id, true, nil
}

// Language gives the language a person last chose, or "".
func (s *Service) Language(tx *db.Tx, id string) (string, error) {
	language, err := selectLanguage(tx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return language, err
}

// VerifyPhone tells whether phone belongs to the person. An unknown person, an anonymous one and a wrong
// number cannot be told apart, by answer or by work done. The number is compared, never shown.
func (s *Service) VerifyPhone(ctx context.Context, id, phone string) (ok bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		ok, err = s.VerifyPhoneTx(tx, id, phone)
		return err
	})
	return ok, err
}

// VerifyPhoneTx is VerifyPhone inside the caller's transaction.
func (s *Service) VerifyPhoneTx(tx *db.Tx, id, phone string) (bool, error) {
	given, bad := ParsePhone(phone)
	want, err := selectIndex(tx, id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("compare the phone of person %s: %w", id, err)
	}
	equal := hmac.Equal([]byte(s.Index(given)), []byte(want))
	return equal && bad == nil && id != "", nil
}

package person

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/suite"
	"banyan/internal/platform/vault"
	"banyan/internal/register/trail"
)

// Person is somebody who can be reached.
type Person struct {
	ID       string
	Name     string // may be empty
	Phone    Phone  // empty for somebody known by another address only
	Email    string // the newest; may be empty
	WeChat   string // openid; may be empty
	Language string
	Since    time.Time

	same string // the person this one was joined to
}

// Hidden is a person as shown in lists of work.
type Hidden struct {
	Name   string // 张**
	Phone  string // 1*8***21*67, as this viewer alone sees it; empty when there is none
	Email  string // z***@example.com, of somebody without a phone
	WeChat bool   // somebody without a phone writes by WeChat
}

// Service is the register of persons.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Log
	vault *vault.Vault
	suite suite.Suite // of blind indexes
	key   []byte
}

// New makes the register. key is the secret of the blind index, at least 32 bytes, the same for the life
// of the data: with another key nobody is found again. What is kept of a person is sealed with their own key; see Vault.
func New(d *db.DB, c clock.Clock, log *trail.Log, key []byte) (*Service, error) {
	if len(key) < 32 {
		return nil, fmt.Errorf("person: the key of the blind index has %d bytes, at least 32 are needed", len(key))
	}
	secret, err := hkdf.Key(sha256.New, key, nil, "banyan: what is kept of a person", 32)
	if err != nil {
		return nil, fmt.Errorf("person: make the vault's secret: %w", err)
	}
	v, err := vault.New(secret, c)
	if err != nil {
		return nil, fmt.Errorf("person: open the vault: %w", err)
	}
	return &Service{db: d, clock: c, trail: log, vault: v, suite: suite.Standard(), key: key}, nil
}

// Vault seals what other rooms keep of a person, under the person's id as subject.
func (s *Service) Vault() *vault.Vault { return s.vault }

// Ensure finds the person of the contact's first address (phone, else e-mail, else WeChat) or makes one, and
// gives the id: "" for an anonymous contact. A name once known stays: whoever types a phone cannot rename its owner.
func (s *Service) Ensure(tx *db.Tx, c Contact) (string, error) {
	if c.Anonymous {
		return "", nil
	}
	if err := c.Check(); err != nil {
		return "", err
	}
	known, err := c.addresses()
	if err != nil {
		return "", err
	}
	now := s.clock.Now()
	p := Person{ID: db.NewID(now), Name: strings.TrimSpace(c.Name), Language: c.Language, Since: now}
	id, err := s.ensure(tx, p, known[0])
	if err != nil {
		return "", fmt.Errorf("keep a person: %w", err)
	}
	for _, a := range known[1:] {
		if err := (store{tx, s.vault}).insertAddress(id, a, s.indexes(a), false, now); err != nil {
			return "", fmt.Errorf("note another address of person %s: %w", id, err)
		}
	}
	return id, nil
}

func (s *Service) ensure(tx *db.Tx, p Person, a address) (string, error) {
	if a.kind != PhoneKind {
		return store{tx, s.vault}.ensureAddress(p, a, s.indexes(a))
	}
	p.Phone = Phone(a.value)
	return store{tx, s.vault}.ensure(p, s.Indexes(p.Phone))
}

// Contact gives a person's name and addresses and writes that r saw them. NotFound for an unknown id; the id of
// somebody joined to another gives that other.
func (s *Service) Contact(tx *db.Tx, r trail.Reader, id string) (Person, error) {
	return s.show(tx, r, id)
}

// ByPhone gives the person of a phone and writes that r saw them. NotFound when nobody has it.
func (s *Service) ByPhone(tx *db.Tx, r trail.Reader, phone string) (Person, error) {
	p, err := ParsePhone(phone)
	if err != nil {
		return Person{}, err
	}
	id, known, err := s.Find(tx, p)
	if err == nil && !known {
		err = fault.New(fault.NotFound, "person.not_found")
	}
	if err != nil {
		return Person{}, err
	}
	return s.show(tx, r, id)
}

func (s *Service) show(tx *db.Tx, r trail.Reader, id string) (Person, error) {
	in := store{tx, s.vault}
	p, err := in.one(id)
	if err == nil {
		p, err = in.withAddresses(p)
	}
	if err != nil {
		return Person{}, err
	}
	if err := s.trail.Look(tx, r, p.fields(), p.ID); err != nil {
		return Person{}, err
	}
	return p, nil
}

// one reads a person, or the one they were joined to. NotFound for an unknown id.
func (s store) one(id string) (Person, error) {
	p, err := s.selectOne(id)
	if err == nil && p.same != "" {
		p, err = s.selectOne(p.same)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, fault.New(fault.NotFound, "person.not_found")
	}
	if err != nil {
		return Person{}, fmt.Errorf("read person %s: %w", id, err)
	}
	return p, nil
}

// fields names what there was to see.
func (p Person) fields() []string {
	fields := []string{trail.Name}
	for _, f := range []struct {
		name, value string
	}{{trail.Phone, string(p.Phone)}, {trail.Email, p.Email}, {trail.WeChat, p.WeChat}} {
		if f.value != "" {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Masked gives masked names and phones for a list of work, by id, and writes a row for each person.
// Unknown and empty ids are left out.
func (s *Service) Masked(tx *db.Tx, r trail.Reader, ids ...string) (map[string]Hidden, error) {
	return s.MaskedTo(tx, r, r.Actor.ID, ids...)
}

// MaskedTo is Masked for a list that somebody else will hold: the mark is the viewer's, the rows are the reader's.
func (s *Service) MaskedTo(tx *db.Tx, r trail.Reader, viewer string, ids ...string) (map[string]Hidden, error) {
	in := store{tx, s.vault}
	people, err := in.selectMany(ids)
	for i := range people {
		if err == nil && people[i].Phone == "" {
			people[i], err = in.withAddresses(people[i])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read %d persons: %w", len(ids), err)
	}
	masked := make(map[string]Hidden, len(people))
	var seen []string
	for _, p := range people {
		masked[p.ID] = s.hidden(viewer, p)
		seen = append(seen, p.ID)
	}
	if err := s.trail.Look(tx, r, []string{trail.Masked}, seen...); err != nil {
		return nil, err
	}
	return masked, nil
}

// hidden masks a person for whoever looks: the mask of a phone is a mark of the viewer. The other addresses count where there
// is no phone.
func (s *Service) hidden(viewer string, p Person) Hidden {
	h := Hidden{Name: maskName(p.Name), Phone: p.Phone.MaskedBy(s.Mark(viewer, p.ID))}
	if p.Phone == "" {
		h.Email, h.WeChat = MaskedEmail(p.Email), p.WeChat != ""
	}
	return h
}

// MaskedFor masks what the caller holds of somebody for a viewer as lists are masked: id is whom the mark is for, a person or something
// that stands for one. It reads nothing; whoever shows it writes the row.
func (s *Service) MaskedFor(viewer, id, name string, phone Phone) Hidden {
	return Hidden{Name: maskName(name), Phone: phone.MaskedBy(s.Mark(viewer, id))}
}

// Find gives the id of a phone's person; ok is false when nobody has it. It reveals nothing that the
// caller does not already hold, so it leaves no row.
func (s *Service) Find(tx *db.Tx, phone Phone) (id string, ok bool, err error) {
	return s.find(selectID(tx, s.Indexes(phone)))
}

// Typed is Find for a phone as somebody typed it; "" when nobody has it. Invalid on "phone" for what is no phone.
func (s *Service) Typed(tx *db.Tx, phone string) (id string, err error) {
	p, err := ParsePhone(phone)
	if err != nil {
		return "", err
	}
	id, _, err = s.Find(tx, p)
	return id, err
}

// FindEmail is Find for an e-mail address in the spelling of ParseEmail; an address that was only noted finds nobody.
func (s *Service) FindEmail(tx *db.Tx, email string) (id string, ok bool, err error) {
	return s.find(selectFound(tx, EmailKind, s.indexes(address{EmailKind, email})))
}

// FindWeChat is Find for an openid.
func (s *Service) FindWeChat(tx *db.Tx, openid string) (id string, ok bool, err error) {
	return s.find(selectFound(tx, WeChatKind, s.indexes(address{WeChatKind, openid})))
}

func (s *Service) find(id string, err error) (string, bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("find a person by an address: %w", err)
	}
	return id, true, nil
}

// Reach tells by which ways a person can be told something, the best first. It shows no address, so it leaves no row.
func (s *Service) Reach(tx *db.Tx, id string) ([]Kind, error) {
	kinds, err := (store{tx, s.vault}).selectReach(id)
	if err != nil {
		return nil, fmt.Errorf("find out how person %s can be reached: %w", id, err)
	}
	return kinds, nil
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
	equal := false
	for _, index := range s.Indexes(given) {
		equal = hmac.Equal([]byte(index), []byte(want)) || equal
	}
	return equal && bad == nil && id != "", nil
}

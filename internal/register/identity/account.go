package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Account is somebody who can sign in.
type Account struct {
	ID           string
	Kind         Kind
	Login        string // staff only
	StaffID      string
	PersonID     string
	SecondFactor bool // a second factor is demanded even before one is enrolled
	Enrolled     bool // a second factor is set up and therefore demanded
	Disabled     bool
}

// NewStaff is a staff account to be made.
type NewStaff struct {
	StaffID      string
	Login        string
	Password     string
	SecondFactor bool
	TOTPSecret   string // base32; empty: none yet
}

// AddStaffAccount makes an account and gives its id. Invalid on login or password; Conflict when the login
// is taken.
func (s *Service) AddStaffAccount(ctx context.Context, n NewStaff) (string, error) {
	login, ok := tidyLogin(n.Login)
	if !ok {
		return "", fault.Field("login", "identity.login_invalid")
	}
	hash, err := s.hash(ctx, login, n.Password)
	if err != nil {
		return "", err
	}
	now := s.Clock.Now()
	a := accountRow{
		Account:  Account{ID: db.NewID(now), Kind: Staff, Login: login, StaffID: n.StaffID, SecondFactor: n.SecondFactor},
		password: hash,
	}
	if n.TOTPSecret != "" {
		a.totp = s.vault.seal(a.ID, n.TOTPSecret)
	}
	var done bool
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		done, err = insertAccount(tx, a, now)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("add the account of staff %s: %w", n.StaffID, err)
	}
	if !done {
		return "", fault.New(fault.Conflict, "identity.login_taken")
	}
	return a.ID, nil
}

// tidyLogin: 3 to 64 of small letters, digits and . _ - @, after folding case and full width.
func tidyLogin(login string) (string, bool) {
	if len(login) > 256 {
		return "", false
	}
	login = strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
	ok := utf8.ValidString(login) && len(login) >= 3 && len(login) <= 64 && !strings.ContainsFunc(login, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("._-@", r)
	})
	return login, ok
}

func (s *Service) hash(ctx context.Context, login, password string) (string, error) {
	if err := checkPassword(login, password); err != nil {
		return "", err
	}
	leave, err := s.hashing.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return hashPassword(password), nil
}

// Account gives an account by id. NotFound when there is none.
func (s *Service) Account(ctx context.Context, id string) (Account, error) {
	a, err := s.account(ctx, "id", id)
	return a.Account, err
}

// AccountOfStaff gives the account of a member of staff. NotFound when there is none.
func (s *Service) AccountOfStaff(ctx context.Context, staff string) (Account, error) {
	a, err := s.account(ctx, "staff_id", staff)
	return a.Account, err
}

func (s *Service) account(ctx context.Context, column, value string) (a accountRow, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = selectAccount(tx, column, value)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.New(fault.NotFound, "identity.account_unknown")
	}
	if err != nil {
		return a, fmt.Errorf("read the account by %s: %w", column, err)
	}
	return a, nil
}

// SetPassword changes a password and ends every session of the account.
func (s *Service) SetPassword(ctx context.Context, account, password string) error {
	a, err := s.account(ctx, "id", account)
	if err != nil {
		return err
	}
	hash, err := s.hash(ctx, a.Login, password)
	if err != nil {
		return err
	}
	return s.change(ctx, account, "set the password", func(tx *db.Tx) error { return updatePassword(tx, account, hash) })
}

// SetDisabled closes an account and ends its sessions, or opens it again.
func (s *Service) SetDisabled(ctx context.Context, account string, disabled bool) error {
	return s.change(ctx, account, "disable", func(tx *db.Tx) error { return updateDisabled(tx, account, disabled) })
}

// change does do and ends every session of the account in one transaction.
func (s *Service) change(ctx context.Context, account, what string, do func(tx *db.Tx) error) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(s.forget)
		return errors.Join(do(tx), deleteSessionsBut(tx, account, ""))
	})
	if err != nil {
		return fmt.Errorf("%s of account %s: %w", what, account, err)
	}
	return nil
}

// EnrolTOTP makes a second factor for an account. It counts once ConfirmTOTP has seen a code of it, so that
// nobody locks themselves out; until then an older one stays valid.
func (s *Service) EnrolTOTP(ctx context.Context, account, issuer string) (Key, error) {
	a, err := s.account(ctx, "id", account)
	if err != nil {
		return Key{}, err
	}
	key, err := newKey(issuer, a.Login)
	if err != nil {
		return Key{}, fmt.Errorf("make a second factor of account %s: %w", account, err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error { return updatePending(tx, account, s.vault.seal(account, key.Secret)) })
	if err != nil {
		return Key{}, fmt.Errorf("keep a second factor of account %s: %w", account, err)
	}
	return key, nil
}

// ConfirmTOTP takes the enrolled second factor into use. Invalid on "code" when the code is not of it.
func (s *Service) ConfirmTOTP(ctx context.Context, account, code string) error {
	a, err := s.account(ctx, "id", account)
	if err != nil {
		return err
	}
	if a.pending == nil {
		return fault.New(fault.Conflict, "identity.not_enrolled")
	}
	secret, err := s.vault.open(account, a.pending)
	if err != nil {
		return fmt.Errorf("open the second factor of account %s: %w", account, err)
	}
	step, ok := stepOf(secret, code, s.Clock.Now())
	if !ok {
		return fault.Field("code", "identity.code_wrong")
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error { return updateConfirmed(tx, account, a.pending, step) })
	if err != nil {
		return fmt.Errorf("confirm the second factor of account %s: %w", account, err)
	}
	return nil
}

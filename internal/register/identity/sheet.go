package identity

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// SheetCodes is how many codes a sheet of paper has.
const SheetCodes = 8

const (
	sheetNumberDigits = 8
	sheetCodeDigits   = 10
)

// Sheet is a sheet of paper with codes that are good once each, for a citizen whose phone is lost or who has none.
type Sheet struct {
	Number string // by which the account is found; no phone is needed
	Made   time.Time
	By     string // staff id of the counter that printed it; "" for the citizen's own
	Left   int    // codes that are still good
}

// MakeSheet makes a new sheet for a session's citizen and gives its codes, which are not to be had again. An older sheet is good no more.
func (s *Service) MakeSheet(ctx context.Context, at Session) (sheet Sheet, codes []string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		sheet, codes, err = s.makeSheet(tx, at.Account, "")
		if err == nil {
			err = s.tell(tx, at.Account, "sheet_made")
		}
		return err
	})
	if err != nil {
		return Sheet{}, nil, fmt.Errorf("make a sheet of codes of account %s: %w", at.Account, err)
	}
	return sheet, codes, nil
}

func (s *Service) makeSheet(tx *db.Tx, account, by string) (Sheet, []string, error) {
	if err := deleteSheet(tx, account); err != nil {
		return Sheet{}, nil, err
	}
	sheet := Sheet{Made: s.Clock.Now(), By: by, Left: SheetCodes}
	for taken := true; taken; {
		var err error
		if sheet.Number, err = digits(sheetNumberDigits); err != nil {
			return Sheet{}, nil, err
		}
		if taken, err = hasSheet(tx, sheet.Number); err != nil {
			return Sheet{}, nil, err
		}
	}
	if err := insertSheet(tx, account, sheet); err != nil {
		return Sheet{}, nil, err
	}
	codes := map[string]bool{}
	var list []string
	for len(list) < SheetCodes {
		code, err := digits(sheetCodeDigits)
		if err != nil {
			return Sheet{}, nil, err
		}
		if codes[code] {
			continue
		}
		codes[code], list = true, append(list, code)
		if err := insertSheetCode(tx, account, s.sheetHash(sheet.Number, code)); err != nil {
			return Sheet{}, nil, err
		}
	}
	return sheet, list, nil
}

// sheetHash is what the database knows of a code.
func (s *Service) sheetHash(number, code string) string { return s.index("sheet", number+"/"+code) }

func digits(n int) (string, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	v, err := rand.Int(rand.Reader, most)
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%0*d", n, v), nil
}

// SheetOf gives the account's sheet; ok is false when it has none.
func (s *Service) SheetOf(ctx context.Context, account string) (sheet Sheet, ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		sheet, err = selectSheet(tx, account)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Sheet{}, false, nil
	}
	if err != nil {
		return Sheet{}, false, fmt.Errorf("read the sheet of account %s: %w", account, err)
	}
	return sheet, true, nil
}

// EndSheet makes the sheet of a session's citizen good for nothing.
func (s *Service) EndSheet(ctx context.Context, at Session) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return errors.Join(deleteSheet(tx, at.Account), s.tell(tx, at.Account, "sheet_ended"))
	})
	if err != nil {
		return fmt.Errorf("end the sheet of account %s: %w", at.Account, err)
	}
	return nil
}

// SignInSheet signs a citizen in with a code of their sheet, which is then used up, and tells them. Invalid identity.sheet_wrong for a wrong
// number or code, whichever it is; Busy identity.wait after too many attempts with one number.
func (s *Service) SignInSheet(ctx context.Context, number, code string, v Visit) (string, error) {
	token := newToken()
	err := s.useSheet(ctx, tidySheet(number), code, func(tx *db.Tx, account string) (bool, error) {
		a, err := selectAccount(tx, "id", account)
		if err != nil || a.Disabled {
			return false, err
		}
		return true, s.open(tx, a.Account, token, v, ByPaper)
	}, fault.New(fault.Invalid, "identity.sheet_wrong"))
	if err != nil {
		return "", err
	}
	return token, nil
}

// ProveSheet takes a code of the sheet of a session's citizen as a fresh proof. Invalid on "code".
func (s *Service) ProveSheet(ctx context.Context, at Session, code string) error {
	wrong := fault.Field("code", "identity.code_wrong")
	sheet, ok, err := s.SheetOf(ctx, at.Account)
	if err != nil {
		return err
	}
	if !ok {
		return wrong
	}
	return s.useSheet(ctx, sheet.Number, code, func(tx *db.Tx, account string) (bool, error) {
		return account == at.Account, s.proved(tx, at, ByPaper)
	}, wrong)
}

// useSheet books the attempt, uses a code up and, in the same transaction, does do.
func (s *Service) useSheet(ctx context.Context, number, code string, do func(tx *db.Tx, account string) (bool, error), wrong error) error {
	key := s.index("sheet number", number)
	var wait time.Duration
	var ok bool
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		ok = false
		if wait, err = s.book(tx, key); err != nil || wait > 0 {
			return err
		}
		account, err := spendSheetCode(tx, number, s.sheetHash(number, tidySheet(code)), s.Clock.Now())
		if err != nil || account == "" {
			return err
		}
		if ok, err = do(tx, account); err != nil || !ok {
			return err
		}
		return errors.Join(deleteAttempt(tx, key), s.tell(tx, account, "sheet_used"))
	})
	switch {
	case err != nil:
		return fmt.Errorf("use a code on paper: %w", err)
	case wait > 0:
		return fault.New(fault.Busy, "identity.wait", "seconds", int(wait.Seconds())+1)
	case !ok:
		return wrong
	}
	return nil
}

// tidySheet is a number or code as it was printed, however it was typed.
func tidySheet(text string) string { return strings.ReplaceAll(tidyCode(text), "-", "") }

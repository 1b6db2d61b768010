package identity

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	keyvault "banyan/internal/platform/vault"
	"banyan/internal/register/person"
	"banyan/internal/register/trail/trailtest"
)

const (
	login    = "zhang.desk"
	password = "榕树下的路灯又亮了"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

type bench struct {
	*testing.T
	*Service
	clock *clock.Manual
	codes *[]string
}

func each(t *testing.T, test func(b bench)) {
	dbtest.Each(t, append(trailtest.Schemas(), keyvault.Schema(), person.Schema(), Schema()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		people, err := person.New(d, c, trailtest.New(t, d, c), bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		codes := new([]string)
		s, err := New(Deps{DB: d, Clock: c, People: people, Key: bytes.Repeat([]byte{9}, 32),
			Send: func(tx *db.Tx, _, code string) error {
				tx.AfterCommit(func() { *codes = append(*codes, code) })
				return nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		test(bench{t, s, c, codes})
	})
}

func (b bench) add(n NewStaff) string {
	b.Helper()
	if n.Login == "" {
		n.Login = login
	}
	if n.Password == "" {
		n.Password = password + "！"
	}
	id, err := b.AddStaffAccount(context.Background(), n)
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func (b bench) signIn(v Visit) string {
	b.Helper()
	token, err := b.SignInStaff(context.Background(), login, password+"！", "", v)
	if err != nil {
		b.Fatal(err)
	}
	return token
}

func (b bench) known(token string) bool {
	_, ok := b.Lookup(context.Background(), token)
	return ok
}

func (b bench) totp() string {
	b.Helper()
	code, err := totp.GenerateCode(secret, b.clock.Now())
	if err != nil {
		b.Fatal(err)
	}
	return code
}

// key gives the message key and field of a refusal.
func key(err error) string {
	e, ok := fault.As(err)
	switch {
	case err == nil:
		return ""
	case !ok:
		return err.Error()
	case e.Field != "":
		return e.Field + " " + e.Key
	}
	return e.Key
}

package identity

import (
	"context"
	"fmt"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

const phone = "13900000001"

func (b bench) start(phone string) string {
	b.Helper()
	if err := b.StartCitizen(context.Background(), phone); err != nil {
		b.Fatal(err)
	}
	return (*b.codes)[len(*b.codes)-1]
}

// other gives a code that is not the one given.
func other(code string) string {
	if code == "123456" {
		return "654321"
	}
	return "123456"
}

func TestCitizenSignsIn(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		code := b.start("139 0000 0001")
		token, err := b.FinishCitizen(ctx, "+86 13900000001", code[:3]+" "+code[3:], Visit{})
		if err != nil {
			b.Fatal(err)
		}
		s, ok := b.Lookup(ctx, token)
		if !ok || s.Kind != Citizen || s.PersonID == "" || s.StaffID != "" {
			b.Fatalf("session %+v, %v", s, ok)
		}
		if _, err := b.FinishCitizen(ctx, phone, code, Visit{}); key(err) != "code identity.code_wrong" {
			b.Errorf("the code again: %v", err)
		}
		b.clock.Advance(29 * 24 * time.Hour)
		if !b.known(token) {
			b.Error("ended within thirty days")
		}
		again, err := b.FinishCitizen(ctx, phone, b.start(phone), Visit{})
		if err != nil {
			b.Fatal(err)
		}
		if s2, _ := b.Lookup(ctx, again); s2.Account != s.Account || s2.PersonID != s.PersonID {
			b.Errorf("another account %+v for the same phone", s2)
		}
		b.clock.Advance(25 * time.Hour)
		if b.known(token) {
			b.Error("lives after thirty days")
		}
	})
}

func TestCodesAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		try  func(b bench) error
		want string
	}{
		{"never asked for", func(b bench) error { return b.finishWith(phone, "123456") }, "code identity.code_wrong"},
		{"no phone", func(b bench) error { return b.StartCitizen(context.Background(), "123") }, "phone person.phone_invalid"},
		{"wrong", func(b bench) error { return b.finishWith(phone, other(b.start(phone))) }, "code identity.code_wrong"},
		{"empty", func(b bench) error { b.start(phone); return b.finishWith(phone, "") }, "code identity.code_wrong"},
		{"of another phone", func(b bench) error { code := b.start(phone); return b.finishWith("13900000002", code) }, "code identity.code_wrong"},
		{"after five minutes", func(b bench) error {
			code := b.start(phone)
			b.clock.Advance(5 * time.Minute)
			return b.finishWith(phone, code)
		}, "code identity.code_wrong"},
		{"within five minutes", func(b bench) error {
			code := b.start(phone)
			b.clock.Advance(5*time.Minute - time.Second)
			return b.finishWith(phone, code)
		}, ""},
		{"right at the fifth try", func(b bench) error { code := b.start(phone); b.miss(4, code); return b.finishWith(phone, code) }, ""},
		{"after five wrong ones", func(b bench) error { code := b.start(phone); b.miss(5, code); return b.finishWith(phone, code) }, "code identity.code_wrong"},
		{"an older one", func(b bench) error {
			code := b.start(phone)
			b.clock.Advance(time.Minute)
			for b.start(phone) == code { // one in a million
				b.clock.Advance(time.Minute)
			}
			return b.finishWith(phone, code)
		}, "code identity.code_wrong"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b bench) {
				if err := tt.try(b); key(err) != tt.want {
					b.Errorf("%v, want %q", err, tt.want)
				}
			})
		})
	}
}

func (b bench) finishWith(phone, code string) error {
	_, err := b.FinishCitizen(context.Background(), phone, code, Visit{})
	return err
}

func (b bench) miss(times int, code string) {
	b.Helper()
	for range times {
		if err := b.finishWith(phone, other(code)); key(err) != "code identity.code_wrong" {
			b.Fatal(err)
		}
	}
}

func TestCodesAreRationed(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		for i := range codesPerDay {
			b.start(phone)
			err := b.StartCitizen(ctx, phone)
			if key(err) != "identity.code_soon" || fault.KindOf(err) != fault.Busy {
				b.Fatalf("code %d twice at once: %v", i, err)
			}
			b.start(fmt.Sprintf("1390000010%d", i)) // another phone is free
			b.clock.Advance(time.Minute)
		}
		if err := b.StartCitizen(ctx, phone); key(err) != "identity.code_many" {
			b.Errorf("the eleventh: %v", err)
		}
		b.clock.Advance(24 * time.Hour)
		b.start(phone)
	})
}

// The answer to a known phone is the answer to an unknown one.
func TestNoAnswerTellsWhetherAPhoneIsKnown(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		if err := b.finishWith(phone, b.start(phone)); err != nil {
			b.Fatal(err)
		}
		b.clock.Advance(time.Hour)
		for _, p := range []string{phone, "13900000002"} {
			if err := b.StartCitizen(ctx, p); err != nil {
				b.Errorf("start %s: %v", p, err)
			}
			if err := b.finishWith(p, "x"); key(err) != "code identity.code_wrong" {
				b.Errorf("finish %s: %v", p, err)
			}
		}
	})
}

func TestCodesAreNotStored(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		code := b.start(phone)
		var index, hash string
		err := b.DB.Read(context.Background(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT phone_index, hash FROM identity_code`).Scan(&index, &hash)
		})
		if err != nil || hash == code || index == phone || len(hash) != 64 {
			b.Errorf("stored %s %s, %v", index, hash, err)
		}
	})
}

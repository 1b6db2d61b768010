package identity

import (
	"context"
	"testing"
	"time"
)

func TestFreshProof(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at := b.staffSession(NewStaff{StaffID: "s1", TOTPSecret: ""})
		now := func() Session {
			all, err := b.Sessions(ctx, at.Account)
			must(t, err)
			return all[0]
		}
		if got := now(); !got.Fresh(b.clock.Now()) || got.ProvedBy != ByPassword {
			t.Errorf("after signing in %+v", got)
		}
		b.clock.Advance(FreshFor)
		if now().Fresh(b.clock.Now()) {
			t.Error("a proof does not age")
		}
		if got := key(b.ProveStaff(ctx, at, "falsch falsch falsch", "")); got != "password identity.password_wrong" || now().Fresh(b.clock.Now()) {
			t.Errorf("a wrong password gives %q", got)
		}
		must(t, b.ProveStaff(ctx, at, password+"！", ""))
		if got := now(); !got.Fresh(b.clock.Now()) || got.ProvedBy != ByPassword {
			t.Errorf("after the password %+v", got)
		}
		b.clock.Advance(FreshFor)
		d := b.registered(at)
		o, token := b.asks(at)
		must(t, b.ProvePasskey(ctx, house, at, token, d.signs(o, at.Account, 1)))
		if got := now(); !got.Fresh(b.clock.Now()) || got.ProvedBy != ByPasskey {
			t.Errorf("after the passkey %+v", got)
		}
	})
}

func TestFreshProofAsksForTheSecondFactor(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		b.add(NewStaff{StaffID: "s1", TOTPSecret: secret})
		token, err := b.SignInStaff(ctx, login, password+"！", b.totp(), Visit{})
		must(t, err)
		at, _ := b.Lookup(ctx, token)
		if at.ProvedBy != ByTOTP {
			t.Errorf("signed in by %s", at.ProvedBy)
		}
		used := b.totp()
		for _, tt := range []struct{ code, want string }{{"", "code identity.code_needed"}, {"000000", "code identity.code_wrong"}, {used, "code identity.code_wrong"}} {
			if got := key(b.ProveStaff(ctx, at, password+"！", tt.code)); got != tt.want {
				t.Errorf("code %q gives %q, want %q", tt.code, got, tt.want)
			}
		}
		b.clock.Advance(time.Minute)
		if err := b.ProveStaff(ctx, at, password+"！", b.totp()); err != nil {
			t.Error(err)
		}
	})
}

func TestFreshProofByPhone(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at, _ := b.citizenSession()
		b.clock.Advance(FreshFor)
		must(t, b.SendProof(ctx, at))
		if err := b.SendProof(ctx, at); key(err) != "identity.code_soon" {
			t.Errorf("a second code at once gives %v", err)
		}
		if got := key(b.ProveCode(ctx, at, "1")); got != "code identity.code_wrong" {
			t.Errorf("a wrong code gives %q", got)
		}
		code := (*b.codes)[len(*b.codes)-1]
		must(t, b.ProveCode(ctx, at, code))
		all, err := b.Sessions(ctx, at.Account)
		if err != nil || !all[0].Fresh(b.clock.Now()) || all[0].ProvedBy != ByCode {
			t.Errorf("%+v, %v", all, err)
		}
		if got := key(b.ProveCode(ctx, at, code)); got != "code identity.code_wrong" {
			t.Errorf("a used code gives %q", got)
		}
	})
}

package identity

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

func TestSignInStaff(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		b.add(NewStaff{StaffID: "s1"})
		right := password + "！"
		tests := []struct{ name, login, password, want string }{
			{"right", login, right, ""},
			{"login in capitals", " ZHANG.desk ", right, ""},
			{"login full width", "ｚｈａｎｇ．ｄｅｓｋ", right, ""},
			{"wrong password", login, right + "x", "identity.wrong"},
			{"unknown login", "nobody", right, "identity.wrong"},
			{"malformed login", "no body\x00", right, "identity.wrong"},
			{"broken login", "\xff\xfe", right, "identity.wrong"},
			{"empty", "", "", "identity.wrong"},
			{"huge password", login, strings.Repeat("x", 1<<20), "identity.wrong"},
		}
		for _, tt := range tests {
			token, err := b.SignInStaff(context.Background(), tt.login, tt.password, "", Visit{})
			if key(err) != tt.want || (token == "") != (tt.want != "") {
				b.Errorf("%s: %q, %v", tt.name, token, err)
			}
			if tt.want == "" {
				s, ok := b.Lookup(context.Background(), token)
				if !ok || s.StaffID != "s1" || s.Kind != Staff || s.PersonID != "" {
					b.Errorf("%s: session %+v, %v", tt.name, s, ok)
				}
			}
		}
	})
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		b.add(NewStaff{StaffID: "s1", TOTPSecret: secret})
		b.add(NewStaff{StaffID: "s2", Login: "demanded", SecondFactor: true})
		in := func(login, code string) error {
			_, err := b.SignInStaff(ctx, login, password+"！", code, Visit{})
			return err
		}
		if err := in("demanded", ""); key(err) != "identity.second_factor_missing" || fault.KindOf(err) != fault.Forbidden {
			b.Errorf("demanded and not enrolled: %v", err)
		}
		first := b.totp()
		wrong := "000000"
		if first == wrong {
			wrong = "000001"
		}
		for _, s := range []struct{ name, code, want string }{
			{"none", "", "code identity.code_needed"},
			{"wrong", wrong, "code identity.code_wrong"},
			{"right, with a gap", first[:3] + " " + first[3:], ""},
			{"used again", first, "code identity.code_wrong"},
		} {
			if err := in(login, s.code); key(err) != s.want {
				b.Errorf("%s: %v, want %s", s.name, err, s.want)
			}
		}
		b.clock.Advance(30 * time.Second)
		if err := in(login, b.totp()); err != nil {
			b.Errorf("the next code: %v", err)
		}
		b.clock.Advance(90 * time.Second)
		if err := in(login, first); key(err) != "code identity.code_wrong" {
			b.Errorf("an old code: %v", err)
		}
	})
}

func TestACodeWorksOnceEvenAtTheSameMoment(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		b.add(NewStaff{StaffID: "s1", TOTPSecret: secret})
		code := b.totp()
		errs := make([]error, 3)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = b.SignInStaff(context.Background(), login, password+"！", code, Visit{}) })
		}
		all.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			}
		}
		if in != 1 {
			b.Errorf("%d of three sign-ins with one code worked: %v", in, errs)
		}
	})
}

func TestEnrol(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		id := b.add(NewStaff{StaffID: "s1"})
		if err := b.ConfirmTOTP(ctx, id, "123456"); key(err) != "identity.not_enrolled" {
			b.Errorf("confirm before enrol: %v", err)
		}
		k, err := b.EnrolTOTP(ctx, id, "Banyan")
		if err != nil || !strings.HasPrefix(k.URL, "otpauth://totp/Banyan:zhang.desk?") || len(k.Secret) < 32 {
			b.Fatalf("EnrolTOTP = %+v, %v", k, err)
		}
		b.signIn(Visit{}) // not confirmed yet: not demanded
		err = b.DB.Write(ctx, func(tx *db.Tx) error { return updatePending(tx, id, b.vault.seal(id, secret)) })
		if err != nil {
			b.Fatal(err)
		}
		if err := b.ConfirmTOTP(ctx, id, "12"); key(err) != "code identity.code_wrong" {
			b.Errorf("confirm with a wrong code: %v", err)
		}
		if err := b.ConfirmTOTP(ctx, id, b.totp()); err != nil {
			b.Fatal(err)
		}
		if a, err := b.AccountOfStaff(ctx, "s1"); err != nil || !a.Enrolled || a.ID != id {
			b.Errorf("account %+v, %v", a, err)
		}
		if _, err := b.SignInStaff(ctx, login, password+"！", "", Visit{}); key(err) != "code identity.code_needed" {
			b.Errorf("sign in without a code: %v", err)
		}
	})
}

// Attempts are slowed down alike for known and unknown logins, and success forgets them.
func TestAttemptsAreSlowedDown(t *testing.T) {
	t.Parallel()
	for _, who := range []string{login, "nobody.here"} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			each(t, func(b bench) {
				b.add(NewStaff{StaffID: "s1"})
				try := func(pw string) error {
					_, err := b.SignInStaff(context.Background(), who, pw, "", Visit{})
					return err
				}
				for range 4 {
					if err := try("wrong password"); key(err) != "identity.wrong" {
						b.Fatalf("a free attempt: %v", err)
					}
				}
				for i, wait := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second} {
					err := try(password + "！")
					if e, _ := fault.As(err); key(err) != "identity.wait" || e.Kind != fault.Busy {
						b.Fatalf("attempt %d at once: %v", i+5, err)
					}
					b.clock.Advance(wait)
					if err := try("wrong password"); key(err) != "identity.wrong" {
						b.Fatalf("attempt %d after %v: %v", i+5, wait, err)
					}
				}
				if who != login {
					return
				}
				b.clock.Advance(15 * time.Minute)
				if err := try(password + "！"); err != nil {
					b.Fatalf("right after the wait: %v", err)
				}
				if err := try("wrong password"); key(err) != "identity.wrong" {
					b.Errorf("after success attempts count anew: %v", err)
				}
			})
		})
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for failed, want := range map[int64]time.Duration{0: 0, 3: 0, 4: 5 * time.Second, 5: 10 * time.Second, 11: 640 * time.Second, 12: 15 * time.Minute, 1000: 15 * time.Minute} {
		if got := delay(failed); got != want {
			t.Errorf("delay(%d) = %v, want %v", failed, got, want)
		}
	}
}

func TestAddStaffAccountRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		b.add(NewStaff{StaffID: "s1"})
		for _, tt := range []struct{ login, password, want string }{
			{"ab", "long enough password", "login identity.login_invalid"},
			{"李四", "long enough password", "login identity.login_invalid"},
			{"li four", "long enough password", "login identity.login_invalid"},
			{"li.four", "short", "password identity.password_length"},
			{"li.four", strings.Repeat("x", 129), "password identity.password_length"},
			{"li.four", "my LI.FOUR password", "password identity.password_login"},
			{"Zhang.Desk", "long enough password", "identity.login_taken"},
		} {
			_, err := b.AddStaffAccount(context.Background(), NewStaff{StaffID: "s2", Login: tt.login, Password: tt.password})
			if key(err) != tt.want {
				b.Errorf("%s: %v, want %s", tt.login, err, tt.want)
			}
		}
	})
}

func TestPasswordHash(t *testing.T) {
	t.Parallel()
	phc := hashPassword("cafe\u0301 und Tee")
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %s", phc)
	}
	for _, tt := range []struct {
		phc, password string
		ok, broken    bool
	}{
		{phc, "cafe\u0301 und Tee", true, false},
		{phc, "café und Tee", true, false}, // the same text, composed
		{phc, "cafe und Tee", false, false},
		{"", "x", false, true},
		{"$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "x", false, true},
		{strings.Replace(phc, "argon2id", "argon2i", 1), "x", false, true},
	} {
		ok, err := verifyPassword(tt.phc, tt.password)
		if ok != tt.ok || (err != nil) != tt.broken {
			t.Errorf("verify(%.30s, %q) = %v, %v", tt.phc, tt.password, ok, err)
		}
	}
}

func TestGateRefusesAFlood(t *testing.T) {
	t.Parallel()
	g := newGate(1, 1)
	leave, err := g.enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	waiting := make(chan error)
	g.queue <- struct{}{} // somebody waits
	if _, err := g.enter(ctx); fault.KindOf(err) != fault.Busy {
		t.Errorf("the third enters: %v", err)
	}
	<-g.queue
	go func() { _, err := g.enter(ctx); waiting <- err }()
	cancel()
	if err := <-waiting; fault.KindOf(err) != fault.Busy {
		t.Errorf("waiting ends with %v", err)
	}
	leave()
	leave, err = g.enter(context.Background())
	if err != nil {
		t.Fatalf("after leaving: %v", err)
	}
	leave()
	if len(g.queue) != 0 || len(g.places) != 0 {
		t.Errorf("%d in the queue, %d inside", len(g.queue), len(g.places))
	}
}

func TestVaultBindsTheAccount(t *testing.T) {
	t.Parallel()
	v, err := newVault(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	sealed := v.seal("a1", secret)
	if got, err := v.open("a1", sealed); err != nil || got != secret {
		t.Errorf("open = %q, %v", got, err)
	}
	if strings.Contains(string(sealed), secret) {
		t.Error("the secret is readable")
	}
	for _, bad := range [][]byte{nil, sealed[:5], append([]byte("x"), sealed...)} {
		if _, err := v.open("a1", bad); err == nil {
			t.Errorf("%d bytes opened", len(bad))
		}
	}
	if _, err := v.open("a2", sealed); err == nil {
		t.Error("another account's secret opened")
	}
}

package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"banyan/internal/platform/db"
)

var house = Site{Host: "12345.example", Origin: "https://12345.example", Name: "福州市"}

// device is a phone with one passkey, in software.
type device struct {
	bench
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func (b bench) device() *device {
	return &device{
		bench: b, rp: virtualwebauthn.RelyingParty{ID: house.Host, Name: house.Name, Origin: house.Origin},
		auth: virtualwebauthn.NewAuthenticator(), key: newKeyPair(),
	}
}

// newKeyPair draws until both coordinates fill their 32 bytes: the test's authenticator writes shorter ones as they are,
// which no real one does and the library refuses.
func newKeyPair() virtualwebauthn.Credential {
	const whole = 77
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

// makes answers a question to make a passkey.
func (d *device) makes(options []byte) string {
	d.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		d.Fatal(err)
	}
	return virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.key, *asked)
}

// signs answers a question for a passkey; the counter goes on by step.
func (d *device) signs(options []byte, account string, step int) string {
	d.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		d.Fatal(err)
	}
	d.key.Counter = uint32(int(d.key.Counter) + step)
	d.auth.Options.UserHandle = []byte(account)
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.key, *asked)
}

// registered is a device whose passkey an account has.
func (b bench) registered(at Session) *device {
	b.Helper()
	d := b.device()
	options, token, err := b.BeginPasskey(context.Background(), house, at, "我的手机")
	if err != nil {
		b.Fatal(err)
	}
	if err := b.AddPasskey(context.Background(), house, at, token, "我的手机", d.makes(options)); err != nil {
		b.Fatal(err)
	}
	return d
}

// asks gives the options and token of a question to sign in.
func (b bench) asks(at Session) ([]byte, string) {
	b.Helper()
	options, token, err := b.AskPasskey(context.Background(), house, at)
	if err != nil {
		b.Fatal(err)
	}
	return options, token
}

// staffSession is a member of staff who has just signed in by password.
func (b bench) staffSession(n NewStaff) Session {
	b.Helper()
	b.add(n)
	s, ok := b.Lookup(context.Background(), b.signIn(Visit{}))
	if !ok {
		b.Fatal("no session")
	}
	return s
}

func TestPasskeySignsIn(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at := b.staffSession(NewStaff{StaffID: "s1"})
		d := b.registered(at)
		if err := b.RevokeOthers(ctx, at.Account, ""); err != nil {
			t.Fatal(err)
		}
		b.clock.Advance(time.Hour)
		options, token := b.asks(Session{})
		if bytes.Contains(options, []byte(d.key.ID)) || bytes.Contains(options, []byte(`"allowCredentials":[{`)) {
			t.Error("the question to a stranger names a passkey")
		}
		session, err := b.SignInPasskey(ctx, house, Staff, token, d.signs(options, at.Account, 1), Visit{Agent: "Firefox Linux"})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := b.Lookup(ctx, session)
		if !ok || got.StaffID != "s1" || got.ProvedBy != ByPasskey || !got.Fresh(b.clock.Now()) {
			t.Errorf("session %+v, %v", got, ok)
		}
		keys, err := b.Passkeys(ctx, at.Account)
		if err != nil || len(keys) != 1 || keys[0].Name != "我的手机" || !keys[0].Used.Equal(b.clock.Now()) || !keys[0].Made.Equal(b.clock.Now().Add(-time.Hour)) {
			t.Errorf("passkeys %+v, %v", keys, err)
		}
	})
}

func TestPasskeyIsTwoFactors(t *testing.T) {
	each(t, func(b bench) {
		at := b.staffSession(NewStaff{StaffID: "s1"})
		d := b.registered(at)
		must(t, b.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE identity_account SET second_factor = TRUE`)
			return err
		}))
		if _, err := b.SignInStaff(context.Background(), login, password+"！", "", Visit{}); key(err) != "identity.second_factor_missing" {
			t.Fatalf("the password alone gives %v", err)
		}
		options, token := b.asks(Session{})
		if _, err := b.SignInPasskey(context.Background(), house, Staff, token, d.signs(options, at.Account, 1), Visit{}); err != nil {
			t.Errorf("the passkey alone gives %v", err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPasskeyRefusals(t *testing.T) {
	const refused = "passkey identity.passkey_refused"
	elsewhere := Site{Host: "12345.example", Origin: "https://12345.example", Name: "x"}
	for _, tt := range []struct {
		name string
		try  func(b bench, at Session, d *device) error
		want string
	}{
		{"the right answer", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, ""},
		{"an answer given twice", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			answer := d.signs(o, at.Account, 1)
			must(b.T, b.takes(Staff, token, answer))
			return b.takes(Staff, token, answer)
		}, refused},
		{"an answer to another browser's question", func(b bench, at Session, d *device) error {
			o, _ := b.asks(Session{})
			_, other := b.asks(Session{})
			return b.takes(Staff, other, d.signs(o, at.Account, 1))
		}, refused},
		{"too late", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			b.clock.Advance(ChallengeLives)
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"a page of another origin", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			d.rp.Origin = "https://12345.example.evil.example"
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"a key for another site", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			d.rp.ID = "evil.example"
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"a device that did not ask its owner", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			d.auth.Options.UserNotVerified = true
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"a key nobody registered", func(b bench, at Session, _ *device) error {
			o, token := b.asks(Session{})
			return b.takes(Staff, token, b.device().signs(o, at.Account, 1))
		}, refused},
		{"another's signature", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			d.key.Key = b.device().key.Key
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"staff at the citizens' door", func(b bench, at Session, d *device) error {
			o, token := b.asks(Session{})
			return b.takes(Citizen, token, d.signs(o, at.Account, 1))
		}, refused},
		{"a closed account", func(b bench, at Session, d *device) error {
			must(b.T, b.SetDisabled(context.Background(), at.Account, true))
			o, token := b.asks(Session{})
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"removed", func(b bench, at Session, d *device) error {
			keys, err := b.Passkeys(context.Background(), at.Account)
			must(b.T, err)
			must(b.T, b.RemovePasskey(context.Background(), at.Account, keys[0].ID))
			o, token := b.asks(Session{})
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"somebody else removes it", func(b bench, at Session, d *device) error {
			keys, err := b.Passkeys(context.Background(), at.Account)
			must(b.T, err)
			must(b.T, b.RemovePasskey(context.Background(), "another", keys[0].ID))
			o, token := b.asks(Session{})
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, ""},
		{"the answer to a question to prove anew", func(b bench, at Session, d *device) error {
			o, token := b.asks(at)
			return b.takes(Staff, token, d.signs(o, at.Account, 1))
		}, refused},
		{"nonsense", func(b bench, _ Session, _ *device) error {
			_, token := b.asks(Session{})
			return b.takes(Staff, token, `{"id":1}`)
		}, refused},
		{"a second passkey of the same device", func(b bench, at Session, d *device) error {
			o, token, err := b.BeginPasskey(context.Background(), elsewhere, at, "又一个")
			must(b.T, err)
			return b.AddPasskey(context.Background(), elsewhere, at, token, "又一个", d.makes(o))
		}, refused},
		{"made in another session", func(b bench, at Session, _ *device) error {
			o, token, err := b.BeginPasskey(context.Background(), house, at, "手机")
			must(b.T, err)
			at.ID = "another"
			return b.AddPasskey(context.Background(), house, at, token, "手机", b.device().makes(o))
		}, refused},
		{"made by a device that did not ask its owner", func(b bench, at Session, _ *device) error {
			o, token, err := b.BeginPasskey(context.Background(), house, at, "手机")
			must(b.T, err)
			d := b.device()
			d.auth.Options.UserNotVerified = true
			return b.AddPasskey(context.Background(), house, at, token, "手机", d.makes(o))
		}, refused},
		{"without a name", func(b bench, at Session, _ *device) error {
			_, _, err := b.BeginPasskey(context.Background(), house, at, " ")
			return err
		}, "name identity.passkey_name"},
		{"too many", func(b bench, at Session, _ *device) error {
			for range PasskeysMost - 1 {
				b.registered(at)
			}
			_, _, err := b.BeginPasskey(context.Background(), house, at, "手机")
			return err
		}, "identity.passkey_many"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(b bench) {
				at := b.staffSession(NewStaff{StaffID: "s1"})
				if got := key(tt.try(b, at, b.registered(at))); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// takes hands in an answer at a door.
func (b bench) takes(kind Kind, token, answer string) error {
	_, err := b.SignInPasskey(context.Background(), house, kind, token, answer, Visit{})
	return err
}

func TestCopiedPasskeyIsRefusedFromThenOn(t *testing.T) {
	each(t, func(b bench) {
		at, told := b.citizenSession()
		d := b.registered(at)
		sign := func(step int) string {
			o, token := b.asks(Session{})
			return key(b.takes(Citizen, token, d.signs(o, at.Account, step)))
		}
		for _, step := range []struct {
			by   int
			want string
		}{{5, ""}, {-2, "passkey identity.passkey_copied"}, {9, "passkey identity.passkey_copied"}} {
			if got := sign(step.by); got != step.want {
				t.Errorf("a counter that moves by %d gives %q, want %q", step.by, got, step.want)
			}
		}
		keys, err := b.Passkeys(context.Background(), at.Account)
		if err != nil || keys[0].Copied.IsZero() {
			t.Errorf("passkeys %+v, %v", keys, err)
		}
		if want := []string{"passkey_added", "passkey_copied"}; !equal(*told, want) {
			t.Errorf("told %v, want %v", *told, want)
		}
	})
}

func equal(a, b []string) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

// citizenSession is a citizen who has just signed in by a code, and what they are told from then on.
func (b bench) citizenSession() (Session, *[]string) {
	b.Helper()
	told := &[]string{}
	b.Tell = func(_ *db.Tx, _, _, what string) error {
		*told = append(*told, what)
		return nil
	}
	must(b.T, b.StartCitizen(context.Background(), "13900000001"))
	token, err := b.FinishCitizen(context.Background(), "13900000001", (*b.codes)[len(*b.codes)-1], Visit{})
	must(b.T, err)
	s, ok := b.Lookup(context.Background(), token)
	if !ok {
		b.Fatal("no session")
	}
	return s, told
}

func TestErasedAccountHasNoPasskey(t *testing.T) {
	each(t, func(b bench) {
		at, _ := b.citizenSession()
		d := b.registered(at)
		must(t, b.DB.Write(context.Background(), func(tx *db.Tx) error { return b.EraseTx(tx, at.PersonID) }))
		o, token := b.asks(Session{})
		if got := key(b.takes(Citizen, token, d.signs(o, at.Account, 1))); got != "passkey identity.passkey_refused" {
			t.Errorf("after erasure a passkey gives %q", got)
		}
		if keys, err := b.Passkeys(context.Background(), at.Account); err != nil || len(keys) > 0 {
			t.Errorf("passkeys %v, %v", keys, err)
		}
	})
}

func TestTidyDropsOldQuestions(t *testing.T) {
	each(t, func(b bench) {
		b.asks(Session{})
		b.clock.Advance(ChallengeLives)
		_, young := b.asks(Session{})
		must(t, b.Tidy(context.Background()))
		var n int
		var hash string
		must(t, b.DB.Read(context.Background(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*), max(hash) FROM identity_challenge`).Scan(&n, &hash)
		}))
		if n != 1 || hash != hashOf(young) {
			t.Errorf("%d questions are left, %s", n, hash)
		}
	})
}

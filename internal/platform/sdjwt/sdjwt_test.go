package sdjwt_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/sdjwt"
)

var now = time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)

const (
	issuer = "https://12345.example"
	vct    = "https://12345.example/credentials/resident"
)

// wallet is an issuer, a holder and a credential.
type wallet struct {
	*testing.T
	issuer, holder *ecdsa.PrivateKey
	credential     string
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newWallet(t *testing.T) *wallet {
	t.Helper()
	w := &wallet{T: t, issuer: newKey(t), holder: newKey(t)}
	var err error
	w.credential, err = sdjwt.Issue(sdjwt.Credential{
		Issuer: issuer, Type: vct, Subject: "pairwise-1", Holder: &w.holder.PublicKey, Issued: now, Expires: now.AddDate(1, 0, 0),
		Status: &sdjwt.StatusRef{Index: 7, URI: issuer + "/status/1"},
		Open:   sdjwt.Claims{"level": 2}, Hidden: sdjwt.Claims{"over_60": true, "district": "350102", "name": "张三"},
	}, w.issuer, "k1")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *wallet) expect() sdjwt.Expect {
	return sdjwt.Expect{Audience: "https://canteen.example", Nonce: "n-1", Now: now, Types: []string{vct}, Key: func(iss, kid string) (*ecdsa.PublicKey, error) {
		if iss != issuer || kid != "k1" {
			return nil, sdjwt.ErrInvalid
		}
		return &w.issuer.PublicKey, nil
	}}
}

func (w *wallet) show(names ...string) string {
	w.Helper()
	p, err := sdjwt.Present(w.credential, names, w.holder, "https://canteen.example", "n-1", now)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func TestOnlyWhatIsShownIsSeen(t *testing.T) {
	t.Parallel()
	w := newWallet(t)
	shown := w.show("over_60")
	got, err := sdjwt.Verify(shown, w.expect())
	if err != nil {
		t.Fatal(err)
	}
	if got.Claims["over_60"] != true || got.Claims["district"] != nil || got.Claims["name"] != nil || got.Claims["level"] == nil || got.Subject != "pairwise-1" || got.Status.Index != 7 {
		t.Errorf("seen %+v", got)
	}
	if names, err := sdjwt.Disclosed(shown); err != nil || !slices.Equal(names, []string{"over_60"}) {
		t.Errorf("discloses %v, %v", names, err)
	}
	if _, err := sdjwt.Present(w.credential, []string{"income"}, w.holder, "a", "n", now); !errors.Is(err, sdjwt.ErrInvalid) {
		t.Errorf("a claim it does not have: %v", err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	w := newWallet(t)
	shown, other := w.show("over_60", "district"), newWallet(t)
	parts := strings.Split(shown, "~")
	tests := []struct {
		name   string
		text   string
		change func(e *sdjwt.Expect)
		why    sdjwt.Reason
	}{
		{"a dropped disclosure", strings.Join(slices.Delete(slices.Clone(parts), 1, 2), "~"), nil, sdjwt.Unbound},
		{"a disclosure twice", strings.Join(slices.Insert(slices.Clone(parts), 1, parts[1]), "~"), nil, sdjwt.Signature},
		{"another's disclosure", strings.Join(slices.Insert(slices.Clone(parts), 1, strings.Split(other.credential, "~")[1]), "~"), nil, sdjwt.Signature},
		{"another's key binding", strings.Join(append(slices.Clone(parts[:3]), strings.Split(other.show("over_60"), "~")[2]), "~"), nil, sdjwt.Unbound},
		{"no key binding", strings.Join(parts[:3], "~") + "~", nil, sdjwt.Unbound},
		{"another question", shown, func(e *sdjwt.Expect) { e.Nonce = "n-2" }, sdjwt.Question},
		{"another verifier", shown, func(e *sdjwt.Expect) { e.Audience = "https://shop.example" }, sdjwt.Question},
		{"an old presentation", shown, func(e *sdjwt.Expect) { e.Now = now.Add(time.Hour) }, sdjwt.Question},
		{"one from tomorrow", shown, func(e *sdjwt.Expect) { e.Now = now.Add(-time.Hour) }, sdjwt.Time},
		{"an expired credential", w.credential, func(e *sdjwt.Expect) { e.Nonce, e.Now = "", now.AddDate(1, 0, 1) }, sdjwt.Time},
		{"another kind", shown, func(e *sdjwt.Expect) { e.Types = []string{"x"} }, sdjwt.Kind},
		{"an issuer nobody knows", other.show("over_60"), nil, sdjwt.Signature},
		{"nothing", "", nil, sdjwt.Unreadable},
		{"words", "a~b~c", nil, sdjwt.Unreadable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := w.expect()
			if tt.change != nil {
				tt.change(&e)
			}
			if got, err := sdjwt.Verify(tt.text, e); !errors.Is(err, sdjwt.ErrInvalid) || sdjwt.Why(err) != tt.why {
				t.Errorf("%+v, %v, because %s, want %s", got, err, sdjwt.Why(err), tt.why)
			}
		})
	}
	for i := range shown { // any flipped bit
		changed := []byte(shown)
		changed[i] ^= 1
		if got, err := sdjwt.Verify(string(changed), w.expect()); err == nil {
			t.Fatalf("byte %d flipped: %+v", i, got)
		}
	}
}

// On paper nobody's key stands behind a credential: it is taken as such, and never for one that was shown by its holder.
func TestPaperIsBoundToNobody(t *testing.T) {
	t.Parallel()
	w := newWallet(t)
	paper, err := sdjwt.Issue(sdjwt.Credential{Issuer: issuer, Type: vct, Issued: now, Hidden: sdjwt.Claims{"over_60": true}}, w.issuer, "k1")
	if err != nil {
		t.Fatal(err)
	}
	plain := w.expect()
	plain.Nonce, plain.Audience = "", ""
	if p, err := sdjwt.Verify(paper, plain); err != nil || p.Keyed || p.Bound || p.Claims["over_60"] != true {
		t.Errorf("paper: %+v, %v", p, err)
	}
	if p, err := sdjwt.Verify(w.credential, plain); err != nil || !p.Keyed || p.Bound {
		t.Errorf("a bound one without its holder: %+v, %v", p, err)
	}
	binding := w.show("over_60")
	for _, text := range []string{paper, paper + binding[strings.LastIndex(binding, "~")+1:]} {
		if p, err := sdjwt.Verify(text, w.expect()); sdjwt.Why(err) != sdjwt.Unbound || err == nil {
			t.Errorf("paper for an answer: %+v, %v", p, err)
		}
	}
}

func TestProven(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	proof, err := sdjwt.Prove(key, issuer, "n-1", now)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := sdjwt.Proven(proof, issuer, "n-1", now); err != nil || !got.Equal(&key.PublicKey) {
		t.Errorf("%v, %v", got, err)
	}
	w := newWallet(t)
	for name, try := range map[string]func() (*ecdsa.PublicKey, error){
		"another question": func() (*ecdsa.PublicKey, error) { return sdjwt.Proven(proof, issuer, "n-2", now) },
		"no question":      func() (*ecdsa.PublicKey, error) { return sdjwt.Proven(proof, issuer, "", now) },
		"another issuer":   func() (*ecdsa.PublicKey, error) { return sdjwt.Proven(proof, "https://x", "n-1", now) },
		"an old one":       func() (*ecdsa.PublicKey, error) { return sdjwt.Proven(proof, issuer, "n-1", now.Add(time.Hour)) },
		"a presentation":   func() (*ecdsa.PublicKey, error) { return sdjwt.Proven(w.show("over_60"), issuer, "n-1", now) },
		"nothing":          func() (*ecdsa.PublicKey, error) { return sdjwt.Proven("", issuer, "n-1", now) },
	} {
		if got, err := try(); !errors.Is(err, sdjwt.ErrInvalid) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for i := range proof {
		changed := []byte(proof)
		changed[i] ^= 1
		if _, err := sdjwt.Proven(string(changed), issuer, "n-1", now); err == nil {
			t.Fatalf("byte %d flipped", i)
		}
	}
}

func TestTheFormatsOwnClaimsCannotBeSet(t *testing.T) {
	t.Parallel()
	w := newWallet(t)
	for _, c := range []sdjwt.Credential{
		{Issuer: issuer, Type: vct, Holder: &w.holder.PublicKey, Hidden: sdjwt.Claims{"cnf": 1}},
		{Issuer: issuer, Type: vct, Holder: &w.holder.PublicKey, Open: sdjwt.Claims{"iss": "x"}},
		{Issuer: issuer, Type: vct, Holder: &w.holder.PublicKey, Open: sdjwt.Claims{"a": 1}, Hidden: sdjwt.Claims{"a": 2}},
	} {
		if _, err := sdjwt.Issue(c, w.issuer, ""); !errors.Is(err, sdjwt.ErrInvalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// of gives one key for every kid.
func of(key *ecdsa.PrivateKey) func(string) (*ecdsa.PublicKey, error) {
	return func(string) (*ecdsa.PublicKey, error) { return &key.PublicKey, nil }
}

func TestStatusList(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	list := sdjwt.NewStatusList(1000)
	if err := list.Revoke(7); err != nil {
		t.Fatal(err)
	}
	token, err := list.Sign(issuer+"/status/1", now, time.Hour, key, "k1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := sdjwt.OpenStatusList(token, issuer+"/status/1", of(key), now)
	if err != nil {
		t.Fatal(err)
	}
	for index, want := range map[int]bool{6: false, 7: true, 8: false, 999: false} {
		if revoked, err := got.Revoked(index); err != nil || revoked != want {
			t.Errorf("place %d: %v, %v", index, revoked, err)
		}
	}
	_, errPlace := got.Revoked(1000)
	_, errKey := sdjwt.OpenStatusList(token, issuer+"/status/1", of(other), now)
	_, errURI := sdjwt.OpenStatusList(token, issuer+"/status/2", of(key), now)
	_, errOld := sdjwt.OpenStatusList(token, issuer+"/status/1", of(key), now.Add(2*time.Hour))
	for name, err := range map[string]error{"no such place": errPlace, "another key": errKey, "another list": errURI, "an old list": errOld, "too far": list.Revoke(5000)} {
		if !errors.Is(err, sdjwt.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(token) > 600 {
		t.Errorf("a thousand credentials take %d bytes", len(token))
	}
}

// FuzzVerify holds that nothing is taken that the issuer did not sign.
func FuzzVerify(f *testing.F) {
	f.Add("eyJhbGciOiJFUzI1NiIsInR5cCI6ImRjK3NkLWp3dCJ9.e30.AA~WyJhIiwiYiIsMV0~")
	f.Add("a.b.c~~")
	f.Add("~")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e := sdjwt.Expect{Now: now, Key: func(string, string) (*ecdsa.PublicKey, error) { return &key.PublicKey, nil }}
		if got, err := sdjwt.Verify(text, e); err == nil {
			t.Fatalf("%q is taken: %+v", text, got)
		}
		if _, err := sdjwt.Disclosed(text); err != nil && !errors.Is(err, sdjwt.ErrInvalid) {
			t.Fatalf("%q: %v", text, err)
		}
		if list, err := sdjwt.OpenStatusList(text, issuer, of(key), now); err == nil {
			t.Fatalf("%q is a list: %+v", text, list)
		}
	})
}

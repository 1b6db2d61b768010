package suite

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

func raw(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The examples of GB/T 32905, annex A, and FIPS 180-4.
func TestHash(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		suite      Suite
		text, want string
	}{
		{State(), "abc", "66C7F0F4 62EEEDD9 D1F2D46B DC10E4E2 4167C487 5CF2F7A2 297DA02B 8F4BA8E0"},
		{State(), strings.Repeat("abcd", 16), "DEBE9FF9 2275B8A1 38604889 C18E5A4D 6FDB70E5 387E5765 293DCBA3 9C0C5732"},
		{Standard(), "abc", "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad"},
	} {
		if got := tt.suite.Hash.Sum([]byte(tt.text)); !bytes.Equal(got, raw(t, tt.want)) {
			t.Errorf("%s of %q: %x", tt.suite.Name, tt.text, got)
		}
	}
}

// RFC 4231, case 2, and RFC 5869, case 1.
func TestMACAndDerive(t *testing.T) {
	t.Parallel()
	if got := Standard().Hash.MAC([]byte("Jefe"), []byte("what do ya want for nothing?")); !bytes.Equal(got,
		raw(t, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")) {
		t.Errorf("HMAC: %x", got)
	}
	got, err := Standard().Hash.Derive(bytes.Repeat([]byte{0x0b}, 22), string(raw(t, "000102030405060708090a0b0c")), string(raw(t, "f0f1f2f3f4f5f6f7f8f9")), 42)
	if err != nil || !bytes.Equal(got, raw(t, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")) {
		t.Errorf("HKDF: %x, %v", got, err)
	}
	if _, err := Standard().Hash.Derive([]byte("secret"), "", "", 255*32+1); err == nil {
		t.Error("more bytes than HKDF can make")
	}
}

// The example of GM/T 0003.5 (GB/T 32918.5), annex A.2: key, signature and digest.
func TestSM2OfTheStandard(t *testing.T) {
	t.Parallel()
	signer, err := keySM2(new(big.Int).SetBytes(raw(t, "3945208F 7B2144B1 3F36E38A C6D39F95 88939369 2860B51A 42FB81EF 4DF7C5B8")))
	if err != nil {
		t.Fatal(err)
	}
	if want := raw(t, "04 09F9DF31 1E5421A1 50DD7D16 1E4BC5C6 72179FAD 1833FC07 6BB08FF3 56F35020"+
		"CCEA490C E26775A5 2DC6EA71 8CC1AA60 0AED05FB F35E084A 6632F607 2DA9AD13"); !bytes.Equal(signer.Public(), want) {
		t.Errorf("the public key is %X", signer.Public())
	}
	verifier, err := State().Verifier(signer.Public())
	if err != nil {
		t.Fatal(err)
	}
	signature := raw(t, "3046 022100 F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3"+
		"022100 B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA")
	if !verifier.Verify([]byte("message digest"), signature) {
		t.Error("the signature of the standard does not verify")
	}
	if verifier.Verify([]byte("message digesT"), signature) {
		t.Error("it verifies for another text")
	}
}

// The example of RFC 8998, appendix A.1: nonce, text, tag.
func TestSM4OfTheStandard(t *testing.T) {
	t.Parallel()
	c, err := State().Cipher(raw(t, "0123456789ABCDEFFEDCBA9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	sealed := raw(t, "00001234567800000000ABCD"+
		"17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"+
		"83DE3541E4C2B58177E065A9BF7B62EC")
	text, err := c.Open(sealed, raw(t, "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
	want := strings.Repeat("aa", 8) + strings.Repeat("bb", 8) + strings.Repeat("cc", 8) + strings.Repeat("dd", 8) +
		strings.Repeat("ee", 8) + strings.Repeat("ff", 8) + strings.Repeat("ee", 8) + strings.Repeat("aa", 8)
	if err != nil || hex.EncodeToString(text) != want {
		t.Errorf("opened %x, %v", text, err)
	}
}

// The example of the document "The Galois/Counter Mode of Operation" (McGrew and Viega), case 16: AES-256.
func TestAESOfTheStandard(t *testing.T) {
	t.Parallel()
	c, err := Standard().Cipher(raw(t, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
	if err != nil {
		t.Fatal(err)
	}
	sealed := raw(t, "cafebabefacedbaddecaf888"+
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"+
		"76fc6ece0f4e1768cddf8853bb2d551b")
	text, err := c.Open(sealed, raw(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	if err != nil || hex.EncodeToString(text) != "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39" {
		t.Errorf("opened %x, %v", text, err)
	}
}

// What either suite promises, whatever is inside.
func TestBoth(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			seed := bytes.Repeat([]byte{7}, 32)
			signer, err := s.Signer(seed)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := s.Signer(seed); err != nil || !bytes.Equal(again.Public(), signer.Public()) {
				t.Errorf("the same seed gives another key: %v", err)
			}
			if other, err := s.Signer(bytes.Repeat([]byte{8}, 32)); err != nil || bytes.Equal(other.Public(), signer.Public()) {
				t.Errorf("another seed gives the same key: %v", err)
			}
			verifier, err := s.Verifier(signer.Public())
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{"", "榕", strings.Repeat("x", 5000)} {
				signature, err := signer.Sign([]byte(text))
				if err != nil || !verifier.Verify([]byte(text), signature) {
					t.Errorf("%d bytes do not verify: %v", len(text), err)
				}
				if verifier.Verify([]byte(text+"."), signature) || verifier.Verify([]byte(text), append(signature, 0)) || verifier.Verify([]byte(text), nil) {
					t.Error("something else verifies")
				}
			}
			for name, bad := range map[string][]byte{"nothing": nil, "too short": signer.Public()[1:], "too long": append(signer.Public(), 0)} {
				if _, err := s.Verifier(bad); err == nil {
					t.Errorf("a public key: %s", name)
				}
			}
			if _, err := s.Signer(seed[1:]); err == nil {
				t.Error("a short seed makes a signer")
			}
			c, err := s.Cipher(seed)
			if err != nil {
				t.Fatal(err)
			}
			one, two := c.Seal([]byte("text"), []byte("place")), c.Seal([]byte("text"), []byte("place"))
			if bytes.Equal(one, two) || len(one) != 4+28 {
				t.Errorf("sealed %x and %x", one, two)
			}
			if text, err := c.Open(one, []byte("place")); err != nil || string(text) != "text" {
				t.Errorf("opened %q, %v", text, err)
			}
			one[15] ^= 1
			for name, bad := range map[string][]byte{"altered": one, "short": two[:11], "empty": nil} {
				if _, err := c.Open(bad, []byte("place")); err == nil {
					t.Errorf("opens %s", name)
				}
			}
			if _, err := c.Open(two, []byte("another place")); err == nil {
				t.Error("opens in another place")
			}
			if _, err := s.Cipher(seed[:s.Key-1]); err == nil {
				t.Error("a short key makes a cipher")
			}
			if byName, err := Named(s.Name); err != nil || byName.Mark != s.Mark {
				t.Errorf("named %v, %v", byName, err)
			}
			if byMark, err := Marked(s.Mark); err != nil || byMark.Name != s.Name {
				t.Errorf("marked %v, %v", byMark, err)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	if s, err := Named(""); err != nil || s.Name != "standard" {
		t.Errorf("no name gives %s, %v", s.Name, err)
	}
	if _, err := Named("sm"); err == nil {
		t.Error("an unknown name")
	}
	if _, err := Marked("3"); err == nil {
		t.Error("an unknown mark")
	}
	point := make([]byte, pointSize)
	point[0] = 4
	if _, err := State().Verifier(point); err == nil {
		t.Error("a key that is no point of the curve")
	}
}

// FuzzVerify holds that nothing but a signature of the key's owner verifies, and that no bytes make a verifier stumble.
func FuzzVerify(f *testing.F) {
	f.Add([]byte("text"), []byte{0x30, 6, 2, 1, 1, 2, 1, 1}, make([]byte, 65))
	f.Add([]byte("message digest"), make([]byte, 64), make([]byte, 32))
	f.Fuzz(func(t *testing.T, text, signature, public []byte) {
		for _, s := range All() {
			signer, err := s.Signer(bytes.Repeat([]byte{7}, 32))
			if err != nil {
				t.Fatal(err)
			}
			verifier, err := s.Verifier(signer.Public())
			if err != nil {
				t.Fatal(err)
			}
			if verifier.Verify(text, signature) {
				t.Fatalf("%s: %x verifies for %q", s.Name, signature, text)
			}
			if v, err := s.Verifier(public); err == nil {
				v.Verify(text, signature)
			}
		}
	})
}

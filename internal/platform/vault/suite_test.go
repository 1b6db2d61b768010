package vault

import (
	"encoding/hex"
	"strings"
	"testing"
)

// The example of RFC 8998, appendix A.1, as this package stores it: nonce, text, tag.
func TestStateIsSM4GCM(t *testing.T) {
	t.Parallel()
	raw := func(text string) []byte {
		t.Helper()
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, err := State().key(raw("0123456789ABCDEFFEDCBA9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	const nonce, tag = "00001234567800000000ABCD", "83DE3541E4C2B58177E065A9BF7B62EC"
	const text = "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735" +
		"D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
	plain, err := key.Open(nil, nil, raw(nonce+text+tag), raw("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
	want := strings.Repeat("aa", 8) + strings.Repeat("bb", 8) + strings.Repeat("cc", 8) + strings.Repeat("dd", 8) +
		strings.Repeat("ee", 8) + strings.Repeat("ff", 8) + strings.Repeat("ee", 8) + strings.Repeat("aa", 8)
	if err != nil || hex.EncodeToString(plain) != want {
		t.Errorf("opened %x, %v", plain, err)
	}
}

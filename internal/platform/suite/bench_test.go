package suite

import (
	"bytes"
	"testing"
)

func BenchmarkSuite(b *testing.B) {
	for _, s := range All() {
		seed, text := bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte("x"), 200)
		signer, errSigner := s.Signer(seed)
		c, errCipher := s.Cipher(seed)
		if errSigner != nil || errCipher != nil {
			b.Fatal(errSigner, errCipher)
		}
		signature, err := signer.Sign(text)
		if err != nil {
			b.Fatal(err)
		}
		verifier, err := s.Verifier(signer.Public())
		if err != nil {
			b.Fatal(err)
		}
		sealed := c.Seal(text, nil)
		for name, do := range map[string]func() bool{
			"sign":   func() bool { _, err := signer.Sign(text); return err == nil },
			"verify": func() bool { return verifier.Verify(text, signature) },
			"mac":    func() bool { return len(s.Hash.MAC(seed, text)) == 32 },
			"seal":   func() bool { return len(c.Seal(text, nil)) == len(text)+28 },
			"open":   func() bool { _, err := c.Open(sealed, nil); return err == nil },
		} {
			b.Run(s.Name+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if !do() {
						b.Fatal("it failed")
					}
				}
			})
		}
	}
}

// Command suite lets other implementations ask internal/platform/suite: it reads JSON questions, one a line, and answers each with a
// line. Bytes are written in base 16.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"banyan/internal/platform/merkle"
	"banyan/internal/platform/suite"
)

// question is what to do by the state's suite, and with what.
type question struct {
	Do                                             string
	Text, Key, Salt, Use, Place, Public, Signature string
	Size                                           int
	Note, Keys                                     string // as they stand
}

// answer is the outcome; Refused tells that something does not open or verify.
type answer struct {
	Out     string `json:"out"`
	Refused bool   `json:"refused"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<22)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var q question
		err := json.Unmarshal(lines.Bytes(), &q)
		var a answer
		if err == nil {
			a, err = q.answer()
		}
		if err == nil {
			err = out.Encode(a)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", lines.Text(), err)
			os.Exit(1)
		}
	}
}

func (q question) answer() (answer, error) {
	s := suite.State()
	out := func(b []byte, err error) (answer, error) { return answer{Out: hex.EncodeToString(b)}, err }
	switch q.Do {
	case "sum":
		return out(s.Hash.Sum(raw(q.Text)), nil)
	case "mac":
		return out(s.Hash.MAC(raw(q.Key), raw(q.Text)), nil)
	case "derive":
		return out(s.Hash.Derive(raw(q.Key), string(raw(q.Salt)), string(raw(q.Use)), q.Size))
	case "seal", "open":
		c, err := s.Cipher(raw(q.Key))
		if err != nil {
			return answer{}, err
		}
		if q.Do == "seal" {
			return out(c.Seal(raw(q.Text), raw(q.Place)), nil)
		}
		text, err := c.Open(raw(q.Text), raw(q.Place))
		return answer{Out: hex.EncodeToString(text), Refused: err != nil}, nil
	case "public", "sign":
		signer, err := s.Signer(raw(q.Key))
		if err != nil {
			return answer{}, err
		}
		if q.Do == "public" {
			return out(signer.Public(), nil)
		}
		return out(signer.Sign(raw(q.Text)))
	case "verify":
		v, err := s.Verifier(raw(q.Public))
		if err != nil {
			return answer{}, err
		}
		return answer{Refused: !v.Verify(raw(q.Text), raw(q.Signature))}, nil
	case "head": // a head of a log, by keys of the log
		return answer{Refused: merkle.SignedBy(q.Note, q.Keys) != nil}, nil
	}
	return answer{}, fmt.Errorf("what is %q", q.Do)
}

func raw(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return b
}

package sdjwt

import "errors"

// Reason is why a presentation is not taken, as far as a verifier tells it apart.
type Reason string

// Reasons.
const (
	Unreadable Reason = "unreadable" // no credential, or not of the form
	Issuer     Reason = "issuer"     // of an issuer who is not trusted, or by a key that is not theirs
	Signature  Reason = "signature"  // the issuer did not sign it so
	Time       Reason = "time"       // expired, or not valid yet
	Kind       Reason = "kind"       // another kind of credential than is taken
	Unbound    Reason = "unbound"    // nobody's key stands behind it, or not that of its holder
	Question   Reason = "question"   // it answers another question, another verifier, or an older one
)

// refusal is ErrInvalid with its reason.
type refusal struct {
	why Reason
	err error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// because marks what is wrong with its reason; one that is marked already keeps it.
func because(why Reason, err error) error {
	if marked := (*refusal)(nil); err == nil || errors.As(err, &marked) {
		return err
	}
	return &refusal{why, err}
}

// Why tells the reason of an error of Verify.
func Why(err error) Reason {
	if marked := (*refusal)(nil); errors.As(err, &marked) {
		return marked.why
	}
	return Unreadable
}

package sdjwt

import (
	"crypto/ecdsa"
	"crypto/subtle"
	"encoding/json"
	"slices"
	"time"
)

// Expect is what a verifier holds to.
type Expect struct {
	// Key gives an issuer's key; an issuer who is not trusted is an error.
	Key      func(issuer, kid string) (*ecdsa.PublicKey, error)
	Audience string // whom the presentation must be for; with Nonce empty no key binding is asked for
	Nonce    string
	Now      time.Time
	Types    []string // kinds of credential that are taken; empty: any
}

// How far clocks may differ, and how old a presentation may be.
const (
	skew  = time.Minute
	fresh = 5 * time.Minute
)

// Presented is a presentation that holds.
type Presented struct {
	Issuer, Type, Subject string

	Claims Claims // open and disclosed
	Status *StatusRef
	Keyed  bool // the issuer bound it to a key; without, whoever has the text can show it
	Bound  bool // and the holder of the key showed it
	Holder JWK
}

// Verify checks a presentation: the issuer's signature, each disclosure, the times, and the key binding. ErrInvalid wraps what is
// wrong.
func Verify(presentation string, e Expect) (Presented, error) {
	token, disclosures, binding, err := split(presentation)
	if err != nil {
		return Presented{}, err
	}
	_, claims, err := open(token, []string{typeOf, oldType}, func(h header, c Claims) (*ecdsa.PublicKey, error) {
		key, err := e.Key(text(c, "iss"), h.Kid)
		return key, because(Issuer, err)
	})
	if err != nil {
		return Presented{}, err
	}
	if err := inTime(claims, e.Now); err != nil {
		return Presented{}, because(Time, err)
	}
	p := Presented{Issuer: text(claims, "iss"), Type: text(claims, "vct"), Subject: text(claims, "sub")}
	if p.Type == "" || len(e.Types) > 0 && !slices.Contains(e.Types, p.Type) {
		return Presented{}, because(Kind, invalid("a credential of type %q", p.Type))
	}
	if p.Claims, err = disclosed(claims, disclosures); err != nil {
		return Presented{}, because(Signature, err)
	}
	if p.Status, err = statusOf(claims); err != nil {
		return Presented{}, err
	}
	_, keyed := claims["cnf"]
	if e.Nonce == "" && binding == "" {
		p.Keyed = keyed
		return p, nil
	}
	if binding == "" || !keyed {
		return Presented{}, because(Unbound, invalid("no proof of the holder's key"))
	}
	p.Keyed, p.Bound = true, true
	if p.Holder, err = bound(claims, presentation[:len(presentation)-len(binding)], binding, e); err != nil {
		return Presented{}, because(Unbound, err)
	}
	return p, nil
}

// inTime holds that a credential is valid now.
func inTime(c Claims, now time.Time) error {
	for name, wrong := range map[string]func(at time.Time) bool{
		"iat": func(at time.Time) bool { return now.Add(skew).Before(at) },
		"nbf": func(at time.Time) bool { return now.Add(skew).Before(at) },
		"exp": func(at time.Time) bool { return !now.Add(-skew).Before(at) },
	} {
		at, ok, err := number(c, name)
		if err != nil {
			return err
		}
		if ok && wrong(time.Unix(at, 0)) {
			return invalid("by its %s it does not hold now", name)
		}
	}
	return nil
}

// disclosed joins the open claims and those of the disclosures, each of which the token must hold, once.
func disclosed(claims Claims, disclosures []string) (Claims, error) {
	if alg, ok := claims["_sd_alg"]; ok && alg != "sha-256" {
		return nil, invalid("digests by %v", alg)
	}
	var digests []string
	if raw, ok := claims["_sd"]; ok {
		list, isList := raw.([]any)
		if !isList {
			return nil, invalid("_sd is no list")
		}
		for _, one := range list {
			d, isText := one.(string)
			if !isText || slices.Contains(digests, d) {
				return nil, invalid("_sd holds %v", one)
			}
			digests = append(digests, d)
		}
	}
	all := Claims{}
	for name, value := range claims {
		if name != "_sd" && name != "_sd_alg" && name != "cnf" && name != "status" {
			all[name] = value
		}
	}
	for _, d := range disclosures {
		name, value, err := read(d)
		if err != nil {
			return nil, err
		}
		i := slices.Index(digests, digest(d))
		if i < 0 {
			return nil, invalid("the issuer did not say %q so", name)
		}
		digests = slices.Delete(digests, i, i+1) // a second time it is not there
		if _, twice := all[name]; twice {
			return nil, invalid("the claim %q comes twice", name)
		}
		all[name] = value
	}
	return all, nil
}

func statusOf(claims Claims) (*StatusRef, error) {
	raw, ok := claims["status"]
	if !ok {
		return nil, nil //nolint:nilnil // a credential without a status list has none
	}
	text, err := json.Marshal(raw)
	var s struct {
		List *StatusRef `json:"status_list"`
	}
	if err != nil || json.Unmarshal(text, &s) != nil || s.List == nil || s.List.Index < 0 || s.List.URI == "" {
		return nil, invalid("its place in a status list")
	}
	return s.List, nil
}

// bound checks that the holder's key signed this very presentation for this verifier and question, just now.
func bound(claims Claims, shown, binding string, e Expect) (JWK, error) {
	raw, err := json.Marshal(claims["cnf"])
	var cnf struct {
		JWK JWK `json:"jwk"`
	}
	if err != nil || json.Unmarshal(raw, &cnf) != nil {
		return JWK{}, invalid("the holder's key")
	}
	holder, err := cnf.JWK.Key()
	if err != nil {
		return JWK{}, err
	}
	_, kb, err := open(binding, []string{kbType}, func(header, Claims) (*ecdsa.PublicKey, error) { return holder, nil })
	if err != nil {
		return JWK{}, &refusal{Unbound, err} // whatever is wrong with it
	}
	at, ok, err := number(kb, "iat")
	if err != nil {
		return JWK{}, err
	}
	made := time.Unix(at, 0)
	switch {
	case subtle.ConstantTimeCompare([]byte(text(kb, "nonce")), []byte(e.Nonce)) != 1:
		return JWK{}, because(Question, invalid("it answers another question"))
	case text(kb, "aud") != e.Audience:
		return JWK{}, because(Question, invalid("it is for %q", text(kb, "aud")))
	case text(kb, "sd_hash") != digest(shown):
		return JWK{}, invalid("what is shown was changed")
	case !ok || made.After(e.Now.Add(skew)) || made.Before(e.Now.Add(-fresh)):
		return JWK{}, because(Question, invalid("it was not made just now"))
	}
	return cnf.JWK, nil
}

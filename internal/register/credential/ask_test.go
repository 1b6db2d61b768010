package credential_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/sdjwt"
	"banyan/internal/register/access"
	"banyan/internal/register/credential"
)

// key finds a published key by its id.
func (h *house) key(kid string) (*ecdsa.PublicKey, error) {
	keys, err := h.SigningKeys()
	for _, k := range keys {
		if k.ID == kid {
			return &k.Key.PublicKey, err
		}
	}
	return nil, fmt.Errorf("%w: no key %s, %w", sdjwt.ErrInvalid, kid, err)
}

// answer asks for over 60 and shows it.
func (h *house) answer(d *device) credential.Result {
	h.Helper()
	_, a := h.ask(canteen, "age_over_60")
	got, err := h.Answer(h.Context(), issuer, a.Code, h.show(d, a, "age_over_60"))
	h.Must(err)
	return got
}

func (h *house) print(id string, show ...string) (text string) {
	h.Helper()
	h.Must(h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		_, text, err = h.PrintTx(tx, clerk, issuer, id, "陈*", show)
		return err
	}))
	return text
}

func (h *house) paper(text string) (res credential.Result) {
	h.Helper()
	h.Must(h.db.Read(h.Context(), func(tx *db.Tx) (err error) {
		res, err = h.CheckPaper(tx, issuer, text)
		return err
	}))
	return res
}

func TestAnswer(t *testing.T) {
	each(t, func(h *house) {
		d := h.claimed(h.issued(senior("f1")).ID)
		secret, a := h.ask(canteen, "age_over_60")
		if a.Unit != canteen.Unit || a.Name != "" || len(a.Code) != 8 {
			t.Errorf("asked %+v", a)
		}
		got, err := h.Answer(h.Context(), issuer, a.Code[:4]+" "+a.Code[4:], h.show(d, a, "age_over_60", "age_over_70"))
		if err != nil || got.State != credential.True || len(got.Facts) != 1 || got.Facts["age_over_60"] != true || got.Check == "" || got.Name != "" {
			t.Errorf("%+v, %v", got, err)
		}
		seen, err := h.Mine(h.Context(), secret)
		if err != nil || seen.Result == nil || seen.Result.Check != got.Check || len(seen.Result.Facts) != 1 {
			t.Errorf("the verifier sees %+v, %v", seen.Result, err)
		}
		counts, err := h.Counts(h.Context(), canteen.Unit, h.clock.Now())
		if err != nil || len(counts) != 1 || counts[0] != (credential.Count{Kind: "senior", State: credential.True, N: 1}) {
			t.Errorf("counted %+v, %v", counts, err)
		}
		h.clock.Advance(11 * time.Minute)
		if _, err := h.Mine(h.Context(), secret); fault.KindOf(err) != fault.NotFound {
			t.Errorf("ten minutes later: %v", err)
		}
		h.Must(h.Tidy(h.Context()))
		var n int
		h.Must(h.db.Read(h.Context(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT COUNT(*) FROM credential_ask`).Scan(&n) }))
		if n != 0 {
			t.Errorf("%d questions are kept", n)
		}
	})
}

// What does not hold is told apart, and what was asked once is not answered twice.
func TestAnswerRefuses(t *testing.T) {
	each(t, func(h *house) {
		d := h.claimed(h.issued(senior("f1")).ID)
		thief := h.device()
		thief.text = d.text // the credential without its key
		stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		h.Must(err)
		forged := h.device()
		foreign := func(iss string) string {
			keys, err := h.SigningKeys()
			h.Must(err)
			text, err := sdjwt.Issue(sdjwt.Credential{
				Issuer: iss, Type: credential.TypeOf(iss, "senior"), Holder: &forged.key.PublicKey, Issued: h.clock.Now(), Expires: h.clock.Now().Add(time.Hour),
				Status: &sdjwt.StatusRef{Index: 3, URI: credential.ListOf(iss, 1)}, Hidden: sdjwt.Claims{"age_over_60": true},
			}, stranger, keys[0].ID)
			h.Must(err)
			return text
		}
		_, before := h.ask(canteen, "age_over_60")
		replay := h.show(d, before, "age_over_60")
		_, theirs := h.ask(guest, "age_over_60")
		tests := []struct {
			name string
			text func(a credential.Ask) string
			want credential.Outcome
		}{
			{"replayed", func(credential.Ask) string { return replay }, credential.Other},
			{"shown to somebody else", func(credential.Ask) string { return h.show(d, theirs, "age_over_60") }, credential.Other},
			{"without its key", func(credential.Ask) string { return d.text }, credential.Nobodys},
			{"by another key", func(a credential.Ask) string { return h.show(thief, a, "age_over_60") }, credential.Nobodys},
			{"not what was asked", func(a credential.Ask) string { return h.show(d, a, "age_over_70") }, credential.Lacks},
			{"nothing shown", func(a credential.Ask) string { return h.show(d, a) }, credential.Lacks},
			{"signed by a stranger", func(a credential.Ask) string { forged.text = foreign(issuer); return h.show(forged, a, "age_over_60") }, credential.Forged},
			{"of another issuer", func(a credential.Ask) string {
				forged.text = foreign("https://thief.example")
				return h.show(forged, a, "age_over_60")
			}, credential.Foreign},
			{"a disclosure dropped", func(a credential.Ask) string {
				parts := strings.Split(h.show(d, a, "age_over_60"), "~")
				return parts[0] + "~" + parts[2]
			}, credential.Nobodys},
			{"words", func(credential.Ask) string { return "我就是六十岁" }, credential.NotOne},
			{"nothing", func(credential.Ask) string { return "" }, credential.NotOne},
		}
		for _, tt := range tests {
			_, a := h.ask(canteen, "age_over_60")
			got, err := h.Answer(h.Context(), issuer, a.Code, tt.text(a))
			if err != nil || got.State != tt.want || len(got.Facts) != 0 {
				t.Errorf("%s: %+v, %v, want %s", tt.name, got, err, tt.want)
			}
			if _, err := h.Answer(h.Context(), issuer, a.Code, h.show(d, a, "age_over_60")); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s, answered again: %v", tt.name, err)
			}
		}
		_, a := h.ask(canteen, "age_over_60")
		h.clock.Advance(credential.AskLives)
		if _, err := h.Answer(h.Context(), issuer, a.Code, h.show(d, a, "age_over_60")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after five minutes: %v", err)
		}
		for _, code := range []string{"", "0", "00000000", a.Nonce} {
			if _, err := h.Asked(h.Context(), code); fault.KindOf(err) != fault.NotFound {
				t.Errorf("code %q: %v", code, err)
			}
		}
	})
}

func TestAnswerHere(t *testing.T) {
	each(t, func(h *house) {
		c := h.issued(senior("f1"))
		d, sheet := h.claimed(c.ID), h.print(c.ID, "age_over_60", "age_over_70")
		for name, x := range map[string]struct {
			text func(a credential.Ask) string
			want credential.Outcome
		}{
			"pasted":             {func(a credential.Ask) string { return " " + h.show(d, a, "age_over_60") + "\n" }, credential.True},
			"a sheet":            {func(credential.Ask) string { return issuer + "/verify#" + sheet }, credential.OnPaper},
			"a copied one":       {func(credential.Ask) string { return d.text }, credential.Nobodys},
			"a sheet, shortened": {func(credential.Ask) string { return sheet[:len(sheet)-20] + "~" }, credential.Forged},
		} {
			secret, a := h.ask(canteen, "age_over_60")
			got, err := h.AnswerHere(h.Context(), issuer, secret, x.text(a))
			if err != nil || got.State != x.want || got.Facts["age_over_70"] != nil || got.Holds() != (got.Facts["age_over_60"] == true) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			if _, err := h.AnswerHere(h.Context(), issuer, secret, x.text(a)); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s twice: %v", name, err)
			}
		}
		h.Must(h.TakeBack(h.Context(), self, c.ID))
		if got := h.paper(sheet); got.State != credential.TakenOff {
			t.Errorf("a sheet that was taken back: %s", got.State)
		}
		// The holder's own device is not a sheet of paper, whoever sends it where.
		_, a := h.ask(canteen, "age_over_60")
		if got, err := h.Answer(h.Context(), issuer, a.Code, sheet); err != nil || got.State != credential.Nobodys {
			t.Errorf("a sheet for an answer from afar: %+v, %v", got, err)
		}
	})
}

func TestBegin(t *testing.T) {
	each(t, func(h *house) {
		taker := access.Actor{Kind: access.Staff, ID: "s-taker", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.CallTaker}}
		if _, _, err := h.Begin(h.Context(), taker, credential.Ask{Kind: "senior", Claims: []string{"age_over_60"}}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a call-taker asks: %v", err)
		}
		for _, a := range []credential.Ask{{Kind: "x", Claims: []string{"age_over_60"}}, {Kind: "senior"}, {Kind: "senior", Claims: []string{"name"}}} {
			if _, _, err := h.Begin(h.Context(), guest, a); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", a, err)
			}
		}
		_, a, err := h.Begin(h.Context(), guest, credential.Ask{Unit: canteen.Unit, Kind: "senior", Claims: []string{"age_over_60"}, Name: strings.Repeat("城管 ", 30)})
		if err != nil || a.Unit != "" || len([]rune(a.Name)) > 30 {
			t.Errorf("anybody asks as %+v, %v", a, err)
		}
		// Printing is a post's of the area.
		c := h.issued(senior("f1"))
		far := access.Actor{Kind: access.Staff, ID: "s-far", Unit: "350103001001.sq", Area: "/3501/350103/", Roles: []string{access.Community}}
		err = h.db.Write(h.Context(), func(tx *db.Tx) error {
			_, _, err := h.PrintTx(tx, far, issuer, c.ID, "陈*", []string{"age_over_60"})
			return err
		})
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("another district prints: %v", err)
		}
	})
}

package credential_test

import (
	"crypto/ecdsa"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/sdjwt"
	"banyan/internal/register/access"
	"banyan/internal/register/credential"
)

func TestIssue(t *testing.T) {
	each(t, func(h *house) {
		c := h.issued(senior("f1"))
		if again := h.issued(senior("f1")); again.ID != c.ID || len(again.Facts) != 2 {
			t.Errorf("the same form made %+v after %+v", again, c)
		}
		list := h.list(granny)
		if len(list) != 1 || list[0].State(h.clock.Now()) != credential.Waiting || list[0].Facts["age_over_70"] != true || list[0].By != "s-clerk" || list[0].Evidence != "id_card" {
			t.Errorf("held %+v", list)
		}
		for name, change := range map[string]func(g *credential.Giving){
			"another kind":    func(g *credential.Giving) { g.Kind = "driver" },
			"nothing stated":  func(g *credential.Giving) { g.Facts = nil },
			"a fact it lacks": func(g *credential.Giving) { g.Facts = credential.Facts{"district": "350102"} },
			"a birth date":    func(g *credential.Giving) { g.Facts = credential.Facts{"age_over_60": "1950-01-01"} },
			"not over 60":     func(g *credential.Giving) { g.Facts = credential.Facts{"age_over_60": false} },
			"no evidence":     func(g *credential.Giving) { g.Evidence = "" },
			"a number":        func(g *credential.Giving) { g.Evidence = "350102195001010011" },
			"nobody was here": func(g *credential.Giving) { g.Seen = false },
			"a place that is not": func(g *credential.Giving) {
				g.Kind, g.Evidence, g.Facts = "resident", "lease", credential.Facts{"district": "350102004001"}
			},
		} {
			g := senior("f2")
			change(&g)
			if _, err := h.issue(g); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, by := range []access.Actor{self, guest, canteen, {Kind: access.System, ID: "x"}} {
			err := h.db.Write(h.Context(), func(tx *db.Tx) error {
				_, err := h.IssueTx(tx, by, senior("f3"))
				return err
			})
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s %v issues: %v", by.Kind, by.Roles, err)
			}
		}
		if got := h.told(); len(got) != 1 || got[0] != credential.NoteIssued {
			t.Errorf("told %v", got)
		}
	})
}

// A claim needs the person's own session, a question of this very credential, and the key; each question is good once.
func TestClaim(t *testing.T) {
	each(t, func(h *house) {
		c, second := h.issued(senior("f1")), h.issued(credential.Giving{Form: "f2", Person: granny, Kind: "resident", Facts: credential.Facts{"district": "350102"}, Evidence: "lease", Seen: true})
		d := h.device()
		nonce, err := h.Nonce(h.Context(), self, c.ID)
		h.Must(err)
		proof, err := sdjwt.Prove(d.key, issuer, nonce, h.clock.Now())
		h.Must(err)
		thief := access.Actor{Kind: access.Citizen, ID: other}
		acting := access.Actor{Kind: access.Citizen, ID: other, For: access.Behalf{Person: granny, Mandate: "m", Scope: []string{"follow"}}}
		for name, try := range map[string]func() error{
			"a stolen link":             func() error { _, err := h.Claim(h.Context(), thief, issuer, c.ID, nonce, proof); return err },
			"a stolen link, own answer": func() error { return h.claim(h.device(), thief, c.ID) },
			"somebody who acts for her": func() error { return h.claim(h.device(), acting, c.ID) },
			"staff":                     func() error { return h.claim(h.device(), clerk, c.ID) },
			"a guessed id":              func() error { return h.claim(h.device(), self, db.NewID(h.clock.Now())) },
			"another credential":        func() error { _, err := h.Claim(h.Context(), self, issuer, second.ID, nonce, proof); return err },
			"another nonce":             func() error { _, err := h.Claim(h.Context(), self, issuer, c.ID, "n", proof); return err },
			"no proof":                  func() error { _, err := h.Claim(h.Context(), self, issuer, c.ID, nonce, ""); return err },
			"another issuer's proof":    func() error { _, err := h.Claim(h.Context(), self, "https://x", c.ID, nonce, proof); return err },
		} {
			if err := try(); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.text, err = h.Claim(h.Context(), self, issuer, c.ID, nonce, proof)
		h.Must(err)
		if names, err := sdjwt.Disclosed(d.text); err != nil || strings.Join(names, " ") != "age_over_60 age_over_70" {
			t.Errorf("it says %v, %v", names, err)
		}
		if _, err := h.Claim(h.Context(), self, issuer, c.ID, nonce, proof); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the same answer twice: %v", err)
		}
		late, err := h.Nonce(h.Context(), self, c.ID)
		h.Must(err)
		h.clock.Advance(6 * time.Minute)
		answer, err := sdjwt.Prove(d.key, issuer, late, h.clock.Now())
		h.Must(err)
		if _, err := h.Claim(h.Context(), self, issuer, c.ID, late, answer); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a question of six minutes ago: %v", err)
		}
	})
}

func TestTwoDevicesAndPaper(t *testing.T) {
	each(t, func(h *house) {
		c := h.issued(senior("f1"))
		first := h.claimed(c.ID)
		paper := h.print(c.ID, "age_over_60")
		second := h.claimed(c.ID)
		for name, x := range map[string]struct {
			d    *device
			want credential.Outcome
		}{"the first": {first, credential.TakenOff}, "the second": {second, credential.True}} {
			_, a := h.ask(canteen, "age_over_60")
			if got, err := h.Answer(h.Context(), issuer, a.Code, h.show(x.d, a, "age_over_60")); err != nil || got.State != x.want {
				t.Errorf("%s device: %+v, %v", name, got, err)
			}
		}
		if got := h.paper(paper); got.State != credential.OnPaper || got.Name != "陈*" || got.Facts["age_over_60"] != true || got.Facts["age_over_70"] != nil {
			t.Errorf("paper beside it: %+v", got)
		}
		again := h.print(c.ID, "age_over_60")
		if old, fresh := h.paper(paper), h.paper(again); old.State != credential.TakenOff || fresh.State != credential.OnPaper {
			t.Errorf("a second sheet: the first %s, the second %s", old.State, fresh.State)
		}
		if got := h.told(); len(got) != 2 || got[1] != credential.NoteMoved {
			t.Errorf("told %v", got)
		}
	})
}

// The old one counts until the new one is there.
func TestRenew(t *testing.T) {
	each(t, func(h *house) {
		first := h.issued(senior("f1"))
		old := h.claimed(first.ID)
		h.clock.Advance(24 * time.Hour)
		next := h.issued(senior("f2"))
		if _, err := h.issue(senior("f3")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a third one: %v", err)
		}
		if got := h.answer(old); got.State != credential.True {
			t.Errorf("while the new one waits the old one is %s", got.State)
		}
		renewed := h.claimed(next.ID)
		if was, is := h.answer(old), h.answer(renewed); was.State != credential.TakenOff || is.State != credential.True {
			t.Errorf("the old one is %s, the new one %s", was.State, is.State)
		}
		h.clock.Advance(366 * 24 * time.Hour)
		if got := h.answer(renewed); got.State != credential.OutOf {
			t.Errorf("after a year: %s", got.State)
		}
		if err := h.claim(h.device(), self, next.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an expired one is claimed: %v", err)
		}
	})
}

func TestTakeBack(t *testing.T) {
	each(t, func(h *house) {
		mine := h.issued(senior("f1"))
		d := h.claimed(mine.ID)
		far := access.Actor{Kind: access.Staff, ID: "s-far", Unit: "350103001001.sq", Area: "/3501/350103/", Roles: []string{access.Community, access.Supervisor}}
		staff := func(by access.Actor, reason string) error {
			return h.db.Write(h.Context(), func(tx *db.Tx) error { return h.TakeBackTx(tx, by, mine.ID, reason) })
		}
		if err := h.TakeBack(h.Context(), access.Actor{Kind: access.Citizen, ID: other}, mine.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("by a stranger: %v", err)
		}
		for name, x := range map[string]struct {
			err  error
			want fault.Kind
		}{"by another district": {staff(far, "wrong"), fault.Forbidden}, "without a reason": {staff(clerk, "because"), fault.Invalid}} {
			if fault.KindOf(x.err) != x.want {
				t.Errorf("%s: %v", name, x.err)
			}
		}
		if got := h.answer(d); got.State != credential.True {
			t.Errorf("before: %s", got.State)
		}
		h.Must(staff(clerk, "moved"))
		h.Must(staff(clerk, "moved"))
		h.Must(h.TakeBack(h.Context(), self, mine.ID))
		if got := h.answer(d); got.State != credential.TakenOff {
			t.Errorf("afterwards: %s", got.State)
		}
		if c := h.list(granny)[0]; c.State(h.clock.Now()) != credential.Ended || c.EndedBy != credential.ByStaff || c.EndedWho != "s-clerk" || c.Reason != "moved" {
			t.Errorf("it says %+v", c)
		}
		if err := h.claim(h.device(), self, mine.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("claimed again: %v", err)
		}
	})
}

// What anybody reads of a status list: signed, found at its address, and the place of what was taken back.
func TestStatusList(t *testing.T) {
	each(t, func(h *house) {
		first := h.issued(senior("f1"))
		gone, kept := h.claimed(first.ID), h.device()
		resident := h.issued(credential.Giving{Form: "f2", Person: granny, Kind: "resident", Facts: credential.Facts{"district": "350102"}, Evidence: "lease", Seen: true})
		h.Must(h.claim(kept, self, resident.ID))
		h.Must(h.TakeBack(h.Context(), self, first.ID))
		key := func(_, kid string) (*ecdsa.PublicKey, error) { return h.key(kid) }
		for name, x := range map[string]struct {
			d    *device
			want bool
		}{"taken back": {gone, true}, "good": {kept, false}} {
			p, err := sdjwt.Verify(x.d.text, sdjwt.Expect{Now: h.clock.Now(), Key: key})
			h.Must(err)
			if p.Status.URI != issuer+"/credentials/status/1" {
				t.Fatalf("its list is at %s", p.Status.URI)
			}
			token, err := h.StatusList(h.Context(), issuer, 1)
			h.Must(err)
			l, err := sdjwt.OpenStatusList(token, p.Status.URI, h.key, h.clock.Now())
			h.Must(err)
			if got, err := l.Revoked(p.Status.Index); err != nil || got != x.want {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		for _, list := range []int64{0, -1, 2, 1 << 40} {
			if _, err := h.StatusList(h.Context(), issuer, list); fault.KindOf(err) != fault.NotFound {
				t.Errorf("list %d: %v", list, err)
			}
		}
	})
}

// Keys change every ninety days; what an old one signed still verifies, and no key is published for ever.
func TestKeysRotate(t *testing.T) {
	each(t, func(h *house) {
		first, err := h.SigningKeys()
		h.Must(err)
		d := h.claimed(h.issued(senior("f1")).ID)
		h.clock.Advance(360 * 24 * time.Hour)
		later, err := h.SigningKeys()
		h.Must(err)
		if first[0].ID == later[0].ID || first[0].Key.Equal(later[0].Key) {
			t.Errorf("after a year the key is still %s", first[0].ID)
		}
		if got := h.answer(d); got.State != credential.True {
			t.Errorf("what the old key signed: %s", got.State)
		}
		h.clock.Advance(3 * 366 * 24 * time.Hour)
		if _, err := h.key(first[0].ID); err == nil {
			t.Error("a key of four years ago is still published")
		}
	})
}

func TestErase(t *testing.T) {
	each(t, func(h *house) {
		d := h.claimed(h.issued(senior("f1")).ID)
		h.Must(h.db.Write(h.Context(), func(tx *db.Tx) error { return h.EraseTx(tx, granny) }))
		if list := h.list(granny); len(list) != 0 {
			t.Errorf("left: %+v", list)
		}
		if got := h.answer(d); got.State != credential.TakenOff {
			t.Errorf("what a phone still holds is %s", got.State)
		}
		h.clock.Advance(400 * 24 * time.Hour)
		h.Must(h.Tidy(h.Context()))
		var n int
		h.Must(h.db.Read(h.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT (SELECT COUNT(*) FROM credential_copy) + (SELECT COUNT(*) FROM credential_credential) + (SELECT COUNT(*) FROM credential_ask) + (SELECT COUNT(*) FROM credential_nonce)`).Scan(&n)
		}))
		if n != 0 {
			t.Errorf("%d rows are left after the end of everything", n)
		}
	})
}

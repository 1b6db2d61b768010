package consent_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/trail"
)

// key is the message key of a refusal; a failure ends the test.
func (b bench) key(err error) string {
	b.Helper()
	if err == nil {
		return ""
	}
	f, ok := fault.As(err)
	if !ok {
		b.Fatal(err)
	}
	return f.Key
}

func TestNeed(t *testing.T) {
	each(t, func(b bench) {
		for _, tt := range []struct {
			what, person, purpose, matter, want string
		}{
			{"a duty needs nobody", "p1", "handling", "", ""},
			{"nobody invents a purpose", "p1", "advertising", "", consent.Unknown},
			{"not agreed", "p1", "steps", "", consent.NotGiven},
			{"risky and not assessed", "p1", "publish", "r1", consent.NotAssessed},
		} {
			if got := b.need(tt.person, tt.purpose, tt.matter); got != tt.want {
				b.Errorf("%s: %q, want %q", tt.what, got, tt.want)
			}
		}
		if _, err := b.give(publish("p1", "r1")); b.key(err) != consent.NotAssessed {
			b.Errorf("agreed to what is not live: %v", err)
		}
		b.assessed("publish", 1)
		_, err := b.give(publish("p1", "r1"))
		b.must(err)
		_, err = b.give(steps("p1-old"))
		b.must(err)
		for _, tt := range []struct {
			what, person, purpose, matter, want string
		}{
			{"agreed under another id", "p1", "steps", "", ""},
			{"somebody else did not", "p2", "steps", "", consent.NotGiven},
			{"agreed in this matter", "p1-old", "publish", "r1", ""},
			{"and in no other", "p1", "publish", "r2", consent.NotGiven},
		} {
			if got := b.need(tt.person, tt.purpose, tt.matter); got != tt.want {
				b.Errorf("%s: %q, want %q", tt.what, got, tt.want)
			}
		}
	})
}

// A newer text ends a standing consent and asks again; a single matter holds by the text it was given to. The new text of a risky purpose
// needs an assessment of its own.
func TestANewTextAsksAgain(t *testing.T) {
	each(t, func(b bench) {
		b.assessed("publish", 1)
		_, err := b.give(steps("p1"))
		b.must(err)
		_, err = b.give(publish("p1", "r1"))
		b.must(err)
		b.clock.Set(time.Date(2026, 12, 1, 0, 0, 0, 0, clock.City))
		if got := b.need("p1", "steps", ""); got != consent.Renewed {
			b.Errorf("the standing consent: %q", got)
		}
		if got := b.need("p1", "publish", "r1"); got != consent.NotAssessed {
			b.Errorf("the new text without assessment: %q", got)
		}
		b.assessed("publish", 2)
		if got := b.need("p1", "publish", "r1"); got != "" {
			b.Errorf("the consent in a matter: %q", got)
		}
		old := steps("p1")
		old.Version = 1
		if _, err := b.give(old); b.key(err) != "consent.changed" {
			b.Errorf("agreed to a text that is over: %v", err)
		}
		_, err = b.give(steps("p1"))
		b.must(err)
		list := b.of("p1")
		if len(list) != 3 || list[0].Version != 2 || !list[0].Holds() || b.need("p1", "steps", "") != "" {
			b.Errorf("after agreeing anew: %+v", list)
		}
		for _, c := range list[1:] {
			if c.Purpose == "steps" && c.Ended.Way != consent.Newer {
				b.Errorf("the older consent ended by %q", c.Ended.Way)
			}
		}
	})
}

func TestGiveRefuses(t *testing.T) {
	each(t, func(b bench) {
		b.assessed("publish", 1)
		for _, tt := range []struct {
			what, want string
			in         consent.Said
		}{
			{"a duty", "consent.not_asked", consent.Said{Person: "p1", Purpose: "handling", By: citizen("p1")}},
			{"publication of nothing", "consent.no_matter", publish("p1", "")},
			{"a standing consent for one matter", "consent.no_matter", consent.Said{Person: "p1", Purpose: "steps", Matter: "r1", By: citizen("p1")}},
			{"nobody, for ever", "consent.no_matter", consent.Said{Purpose: "steps", By: access.Actor{Kind: access.Guest}}},
		} {
			if _, err := b.give(tt.in); b.key(err) != tt.want {
				b.Errorf("%s: %v", tt.what, err)
			}
		}
		if _, err := b.give(consent.Said{Purpose: consent.ForPublish, Matter: "r9", Way: consent.Page, By: access.Actor{Kind: access.Guest}}); err != nil {
			b.Errorf("somebody unknown, in a matter of theirs: %v", err)
		}
	})
}

// The policy is asked: only the person themselves, or the centre in its area.
func TestAgreeAsksThePolicy(t *testing.T) {
	each(t, func(b bench) {
		taker := staff("t1", "350102.zx", "/3501/350102/", access.CallTaker)
		for _, tt := range []struct {
			what  string
			by    access.Actor
			place string
			may   bool
		}{
			{"another citizen", citizen("p2"), "", false},
			{"a guest", access.Actor{Kind: access.Guest}, "", false},
			{"the centre of another area", taker, "/3501/350103/", false},
			{"a data officer", officer("o1"), "/3501/350102/", false},
			{"the program", access.Program("import"), "", false},
			{"the centre", taker, "/3501/350102/", true},
			{"the person", citizen("p1"), "", true},
		} {
			in := steps("p1")
			in.By = tt.by
			_, err := b.Agree(b.Context(), in, tt.place)
			if (err == nil) != tt.may || err != nil && fault.KindOf(err) != fault.Forbidden {
				b.Errorf("%s agrees: %v", tt.what, err)
			}
			err = b.TakeBack(b.Context(), in, tt.place)
			if (err == nil) != tt.may {
				b.Errorf("%s takes back: %v", tt.what, err)
			}
		}
	})
}

// Taking back counts at once, and is proven by a row of the log whose subject is the digest of the receipt's event.
func TestReceiptIsProvenByTheTrail(t *testing.T) {
	each(t, func(b bench) {
		assessment := b.assessed("publish", 1)
		b.clock.Advance(time.Hour)
		c, err := b.give(publish("p1", "r1"))
		b.must(err)
		b.clock.Advance(time.Minute)
		out := publish("p1-old", "r1")
		out.Way, out.By = consent.Phone, staff("t1", "350102.zx", "/3501/350102/", access.CallTaker)
		b.withdraw(out)
		b.withdraw(out) // a second time changes nothing
		if got := b.need("p1", "publish", "r1"); got != consent.NotGiven {
			b.Errorf("after taking it back: %q", got)
		}
		var receipt consent.Receipt
		b.must(b.DB.Read(b.Context(), func(tx *db.Tx) error {
			one, err := b.One(tx, "p1", c.ID)
			if err != nil {
				return err
			}
			receipt, err = b.ReceiptOf(tx, one, i18n.ZhHans, "鼓楼区处置中心", consent.Addresses{Notice: "https://a.example/privacy", Withdraw: "https://a.example/me/consents"})
			return err
		}))
		of := receipt.Processing.Purposes[0]
		if of.Assessed != assessment.ID || of.Said != "我同意公开" || of.Hash != c.Hash || receipt.Parties[0].Name != "鼓楼区处置中心" || len(receipt.Events) != 2 {
			b.Errorf("the receipt %+v", receipt)
		}
		if _, err := b.tree.Sequence(b.Context()); err != nil {
			b.Fatal(err)
		}
		for i, want := range []struct{ state, purpose, way string }{{"given", trail.ForConsent, "page"}, {"withdrawn", trail.ForWithdrawal, "phone"}} {
			e := receipt.Events[i]
			proof, err := b.Trail.Receipt(b.Context(), e.Row, []string{"p1"})
			b.must(err)
			look, _, err := trail.Verify(proof, b.tree.Key())
			b.must(err)
			got, ok := receipt.Proven(look.Subject)
			if !ok || got.State != want.state || got.Way != want.way || look.Purpose != want.purpose || look.Person != "p1" {
				b.Errorf("event %d: %+v by row %+v, %v", i, got, look, ok)
			}
			if sum := sha256.Sum256([]byte(e.Lines)); hex.EncodeToString(sum[:]) != look.Subject {
				b.Errorf("the lines of event %d do not give its digest", i)
			}
			forged := receipt
			forged.Processing.Purposes = []consent.Agreement{of}
			forged.Processing.Purposes[0].Purpose = "advertising"
			if _, ok := forged.Proven(look.Subject); ok {
				b.Errorf("a receipt for something else is proven by the row of event %d", i)
			}
		}
		text, err := json.Marshal(receipt)
		b.must(err)
		for _, field := range []string{"schema_version", "record_id", "pii_principal_id", "lawful_basis", "pii_controllers", "retention_period", "withdrawal_method", "event_state"} {
			if !strings.Contains(string(text), `"`+field+`"`) {
				b.Errorf("the receipt has no %s", field)
			}
		}
	})
}

func TestOneIsTheirOwn(t *testing.T) {
	each(t, func(b bench) {
		c, err := b.give(steps("p1"))
		b.must(err)
		for person, found := range map[string]bool{"p1": true, "p1-old": true, "p2": false, "": false} {
			err := b.DB.Read(b.Context(), func(tx *db.Tx) error { _, err := b.One(tx, person, c.ID); return err })
			if (err == nil) != found || err != nil && fault.KindOf(err) != fault.NotFound {
				b.Errorf("person %q: %v", person, err)
			}
		}
		err = b.DB.Read(b.Context(), func(tx *db.Tx) error { _, err := b.One(tx, "p1", db.NewID(b.clock.Now())); return err })
		if fault.KindOf(err) != fault.NotFound {
			b.Errorf("an id that nobody has: %v", err)
		}
	})
}

// A double click gives one consent, and giving beside taking back leaves one or none that holds, never more.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(b bench) {
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				if _, err := b.give(steps("p1")); err != nil {
					b.Error(err)
				}
			})
		}
		wait.Wait()
		if list := b.of("p1"); len(list) != 1 || !list[0].Holds() {
			b.Errorf("after a double click: %+v", list)
		}
		for i := range 12 {
			wait.Go(func() {
				if i%2 == 0 {
					b.withdraw(steps("p1"))
				} else if _, err := b.give(steps("p1-old")); err != nil {
					b.Error(err)
				}
			})
		}
		wait.Wait()
		held := 0
		for _, c := range b.of("p1") {
			if c.Holds() {
				held++
			}
		}
		if says := b.need("p1", "steps", "") == ""; held > 1 || says != (held == 1) {
			b.Errorf("%d consents hold, Need says %v", held, says)
		}
	})
}

func TestEraseForgetsOnePerson(t *testing.T) {
	each(t, func(b bench) {
		for _, p := range []string{"p1", "p2"} {
			_, err := b.give(steps(p))
			b.must(err)
		}
		b.must(b.DB.Write(b.Context(), func(tx *db.Tx) error { return b.EraseTx(tx, "p1") }))
		if len(b.of("p1")) != 0 || b.need("p1", "steps", "") != consent.NotGiven || b.need("p2", "steps", "") != "" {
			b.Errorf("left: %+v, %+v", b.of("p1"), b.of("p2"))
		}
	})
}

// A text that was in force never changes in a store; one to come may.
func TestTextsInForceNeverChange(t *testing.T) {
	each(t, func(b bench) {
		other := func(from, to string) *consent.Register {
			r, err := load(b, strings.Replace(purposesYAML, from, to, 1))
			b.must(err)
			return r
		}
		for _, tt := range []struct {
			what, from, to string
			ok             bool
		}{
			{"the text in force", "what: 电话, why: 告诉您", "what: 一切, why: 告诉您", false},
			{"the begin of the text in force", "'2026-01-01', basis: consent, kinds", "'2026-01-02', basis: consent, kinds", false},
			{"its basis", "basis: duty", "basis: law", false},
			{"a text to come", "what: 电话和邮箱", "what: 电话和微信", true},
			{"a purpose that goes", "- id: handling", "- id: handled", true},
		} {
			s := *b.Service
			s.Purposes = other(tt.from, tt.to)
			err := s.Sync(b.Context())
			if (err == nil) != tt.ok || err != nil && !strings.Contains(err.Error(), "cannot change") {
				b.Errorf("%s: %v", tt.what, err)
			}
		}
		var kept consent.Text
		b.must(b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
			kept, err = b.TextOf(tx, "steps", 1)
			return err
		}))
		text, _ := json.Marshal(struct {
			Purpose string `json:"purpose"`
			consent.Text
		}{"steps", kept})
		sum := sha256.Sum256(text)
		if kept.What.Hans != "电话" || hex.EncodeToString(sum[:]) != kept.Hash("steps") {
			b.Errorf("kept %+v", kept)
		}
	})
}

package consent_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
)

func TestAssess(t *testing.T) {
	each(t, func(b bench) {
		ctx := b.Context()
		short := b.draft("publish", 1)
		short.Risks, short.Until = "少", b.clock.Now().AddDate(4, 0, 0)
		if _, err := b.Assess(ctx, officer("o1"), short); len(fault.FieldsOf(err)) != 2 {
			b.Errorf("too short and too long: %v", err)
		}
		if _, err := b.Assess(ctx, officer("o1"), b.draft("publish", 7)); fault.KindOf(err) != fault.Invalid {
			b.Errorf("a text that is not there: %v", err)
		}
		if _, err := b.Assess(ctx, officer("o1"), b.draft("advertising", 1)); fault.KindOf(err) != fault.NotFound {
			b.Errorf("a purpose that is not there: %v", err)
		}
		first, err := b.Assess(ctx, officer("o1"), b.draft("publish", 1))
		b.must(err)
		second, err := b.Assess(ctx, officer("o2"), b.draft("publish", 1))
		b.must(err)
		if first.ID != second.ID || second.Rev != 2 || second.Written.By != "o2" {
			b.Errorf("one draft of a text: %+v then %+v", first, second)
		}
		if got := b.need("p1", "publish", "r1"); got != consent.NotAssessed {
			b.Errorf("a draft makes it live: %q", got)
		}
		for _, tt := range []struct {
			what string
			by   access.Actor
			rev  int
			want string
		}{
			{"who wrote it", officer("o2"), 2, "consent.assess.own"},
			{"who read what it was before", officer("o1"), 1, "consent.assess.changed"},
			{"a call-taker", staff("t1", "3501.12345", "/3501/", access.CallTaker), 2, "access.refused"},
			{"a data officer of another area", staff("o3", "350103.zx", "/3501/350103/", access.Data), 2, "access.refused"},
			{"another data officer", officer("o1"), 2, ""},
			{"the same one again", officer("o1"), 2, ""},
			{"somebody after that", officer("o4"), 2, "consent.assess.changed"},
		} {
			if err := b.Approve(ctx, tt.by, second.ID, tt.rev); b.key(err) != tt.want {
				b.Errorf("%s: %v", tt.what, err)
			}
		}
		if got := b.need("p1", "publish", "r1"); got != consent.NotGiven {
			b.Errorf("approved: %q", got)
		}
		b.clock.Set(second.Until)
		if got := b.need("p1", "publish", "r1"); got != consent.NotAssessed {
			b.Errorf("after its last day: %q", got)
		}
	})
}

// Two who approve at once: one does.
func TestApprovedOnce(t *testing.T) {
	each(t, func(b bench) {
		b.assessed("publish", 1)
		a, err := b.Assess(b.Context(), officer("o1"), b.draft("publish", 1))
		b.must(err)
		var done atomic.Int32
		var wait sync.WaitGroup
		for _, by := range []string{"o2", "o3", "o4", "o5"} {
			wait.Go(func() {
				switch err := b.Approve(b.Context(), officer(by), a.ID, a.Rev); {
				case err == nil:
					done.Add(1)
				case fault.KindOf(err) != fault.Conflict:
					b.Error(err)
				}
			})
		}
		wait.Wait()
		list, err := b.Assessments(b.Context(), officer("o1"), "publish")
		b.must(err)
		states := map[consent.State]int{}
		for _, one := range list {
			states[one.State]++
		}
		if done.Load() != 1 || states[consent.Approved] != 1 || states[consent.Replaced] != 1 {
			b.Errorf("%d approved, states %v", done.Load(), states)
		}
	})
}

// Assessments are kept three years after they ended (article 56); drafts and what holds stay.
func TestAssessmentsAreKeptThreeYears(t *testing.T) {
	each(t, func(b bench) {
		ctx := b.Context()
		b.assessed("publish", 1)
		b.clock.Advance(time.Hour)
		b.assessed("publish", 1) // replaces the first
		_, err := b.Assess(ctx, officer("o1"), b.draft("publish", 2))
		b.must(err)
		left := func() int {
			b.must(b.Tidy(ctx))
			list, err := b.Assessments(ctx, officer("o1"), "publish")
			b.must(err)
			return len(list)
		}
		start := b.clock.Now()
		for _, tt := range []struct {
			at   time.Time
			want int
		}{
			{start.AddDate(3, 0, 0), 3},
			{start.Add(consent.KeptFor() + time.Minute), 2}, // the replaced one
			{start.AddDate(1, 0, 0).Add(consent.KeptFor() - time.Hour), 2},
			{start.AddDate(1, 0, 0).Add(consent.KeptFor() + time.Hour), 1}, // ran out a year after the start
		} {
			b.clock.Set(tt.at)
			if n := left(); n != tt.want {
				b.Errorf("%s after: %d left, want %d", tt.at.Sub(start), n, tt.want)
			}
		}
		if three := start.AddDate(3, 0, 0).Sub(start); consent.KeptFor() < three {
			b.Errorf("kept %s, the law wants %s", consent.KeptFor(), three)
		}
	})
}

func TestLoadTells(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ what, from, to, want string }{
		{"a unit that is not there", "owner: 350102.zx", "owner: 350199.zx", "owner: there is no unit 350199.zx"},
		{"a basis that is not there", "basis: duty", "basis: wish", "texts[0].basis: there is no basis wish"},
		{"a version left out", "version: 2, from: '2026-12-01', basis: consent, what", "version: 3, from: '2026-12-01', basis: consent, what", "texts[1].version: is 3"},
		{"a version that begins before the one before it", "2, from: '2026-12-01', basis: consent, what", "2, from: '2025-12-01', basis: consent, what", "texts[1].from: is not after version 1"},
		{"no day", "'2026-01-01', basis: duty", "soon, basis: duty", "from: is a day such as"},
		{"consent asked nowhere", "asked: standing", "name: 每一步", ""},
		{"consent without a sentence", "ask: 我同意, after: 不再发, keep: 到撤回}\n    - {version: 2", "after: 不再发, keep: 到撤回}\n    - {version: 2", "ask: say the sentence"},
		{"nobody said who gets it", "kinds: [public], to: 任何人, what: 标题,", "kinds: [public], what: 标题,", "to: say who gets it"},
		{"a kind that is not there", "kinds: [public], to: 任何人, what: 标题,", "kinds: [secret], to: 任何人, what: 标题,", "kinds: there is no kind secret"},
		{"a field that is not there", "why: 办理", "reason: 办理", "unknown field"},
	} {
		text := strings.Replace(purposesYAML, tt.from, tt.to, 1)
		if tt.want == "" {
			text, tt.want = strings.Replace(purposesYAML, "  asked: standing\n", "", 1), "basis: consent is asked somewhere"
		}
		if text == purposesYAML {
			t.Fatalf("%s: the text has no %q", tt.what, tt.from)
		}
		_, err := load(t, text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.what, err, tt.want)
		}
	}
}

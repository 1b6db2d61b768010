package triage

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/pack"
	"banyan/internal/work/triage/classify"
)

func service(t *testing.T, d *db.DB) *Service {
	t.Helper()
	return New(Deps{DB: d, Clock: clock.NewManual(today()), Lists: lists(t),
		Model: ModelPath(t.TempDir()), Log: slog.New(slog.DiscardHandler)})
}

func TestStoredSuggestion(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{Schema()}, func(t *testing.T, d *db.DB) {
		s, ctx := service(t, d), t.Context()
		var last Suggestion
		for _, text := range []string{"井盖没了", "路灯不亮"} { // the second replaces the first
			err := d.Write(ctx, func(tx *db.Tx) (err error) {
				last, err = s.SuggestTx(tx, Input{Text: text, At: today()}, "case1")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Of(ctx, []string{"case1", "none"})
		want := Stored{"case1", today(), last.Version, last.Candidates, "C-114", "3501.cgj", last.Best().Score}
		if err != nil || len(got) != 1 || !reflect.DeepEqual(got["case1"], want) {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
		if got, err := s.Of(ctx, nil); err != nil || len(got) != 0 {
			t.Errorf("of no cases: %v, %v", got, err)
		}
	})
}

func TestLearn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{Schema()}, func(t *testing.T, d *db.DB) {
		s, in := service(t, d), Input{Text: "夜间施工，积水", At: today()}
		learn := func(ruling string, undo error) {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				words := s.Signals("", in.Text)
				return errors.Join(undo, s.Learn(tx, Precedent{Duty: "C-201", Unit: "3501.cgj", Area: "3501", Words: words, Ruling: ruling, At: today()}))
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
		learn("r0", errors.New("undone"))
		if got := s.Suggest(in).Best().Duty; got != "C-305" {
			t.Errorf("%s after an undone ruling, want C-305", got)
		}
		for _, ruling := range []string{"r1", "r1", "r2", "r3"} {
			learn(ruling, nil)
		}
		fresh := service(t, d)
		if err := fresh.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		a, b := s.Suggest(in), fresh.Suggest(in)
		if a.Best().Duty != "C-201" || !reflect.DeepEqual(a, b) {
			t.Errorf("%+v here, %+v in a fresh process; want C-201 in both, r1 counted once", a.Best(), b.Best())
		}
	})
}

func TestReload(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.OpenSQLite(t, Schema()))
	absent := s.Suggest(Input{At: today()}).Version
	m := model(t)
	if err := errors.Join(s.Reload(context.Background()), m.Save(s.deps.Model), s.Reload(context.Background())); err != nil {
		t.Fatal(err)
	}
	if got := s.Suggest(Input{At: today()}); got.Version != s.lists.duties.Version()+"/"+m.Digest() || absent != s.lists.duties.Version()+"/signals" || len(got.Classes) != 2 {
		t.Errorf("version %s, before %s; want the model's digest and classes", got.Version, absent)
	}
	if err := os.WriteFile(s.deps.Model, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(context.Background()); !errors.Is(err, classify.ErrCorrupt) {
		t.Errorf("damaged file: %v, want ErrCorrupt", err)
	}
	if got := s.Suggest(Input{At: today()}).Version; got != s.lists.duties.Version()+"/"+m.Digest() {
		t.Errorf("%s in use after a damaged file, want the model loaded before", got)
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.OpenSQLite(t, Schema()))
	changed := listsOf(t, smallPack(t, map[string]string{"duties/urban.yaml": `
- {code: C-201, name: 排水, category: urban, topic: streets, kinds: [help], lead: {dept: cgj, level: district}, basis: [条例],
   clock: livelihood, words: [井盖, 污水], valid_from: "2026-01-01"}
`, "triage.yaml": "general: {}\n"}))
	inputs := []Input{{ID: "a", Text: "路灯坏了", At: today()}, {ID: "b", Text: "工资", At: today()}, {ID: "c", Text: "污水", At: today()}}
	var got []string
	for _, m := range s.DryRun(lists(t), changed, inputs) {
		got = append(got, m.ID+" "+m.Before.Duty+">"+m.After.Duty)
	}
	if want := []string{"a C-114>", "c >C-201"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCheckExamples(t *testing.T) {
	t.Parallel()
	good := smallPack(t, nil)
	if got := CheckExamples(good, listsOf(t, good), today()); len(got) > 0 {
		t.Errorf("good examples: %v", got)
	}
	wrong := smallPack(t, map[string]string{"examples/routing.yaml": "- {name: a, given: {text: 路灯}, expect: {duty: L-010}}\n" +
		"- {name: b, given: {text: 路灯}, expect: {duty: C-114, lead: 3501.x}}\n- {name: c, given: {text: 台阶}, expect: {duty: C-500}}\n"})
	var fields []string
	for _, problem := range CheckExamples(wrong, listsOf(t, wrong), today()) {
		fields = append(fields, problem.Field)
	}
	if want := []string{"expect.duty", "expect.lead", "expect"}; !slices.Equal(fields, want) {
		t.Errorf("problems %q, want %q", fields, want)
	}
}

func TestSettingsNameDutiesOfTheList(t *testing.T) {
	t.Parallel()
	for _, general := range []string{"{urban: C-000}", "{urban: L-010}", "{sea: C-999}"} {
		_, err := loadLists(smallPack(t, map[string]string{"triage.yaml": "general: " + general + "\n"}))
		if len(pack.AsProblems(err)) != 1 {
			t.Errorf("%s: %v, want one problem", general, err)
		}
	}
}

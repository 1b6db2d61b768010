package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/search"

	"pgregory.net/rapid"
)

func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{search.Schema()}, test)
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

// index stores texts under the ids id000, id001 …
func index(t fataler, d *db.DB, space string, texts ...string) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		for i, text := range texts {
			if err := search.Index(tx, space, fmt.Sprintf("id%03d", i), text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func find(t fataler, d *db.DB, space, query string, limit int, before string) []string {
	t.Helper()
	var ids []string
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		var err error
		ids, err = search.Find(tx, space, query, limit, before)
		return err
	})
	if err != nil {
		t.Fatal(query, err)
	}
	return ids
}

func TestFind(t *testing.T) {
	t.Parallel()
	texts := []string{
		0: "军门社区门口路灯不亮，晚上很黑",
		1: "灯坏了，路很黑",
		2: "WiFi 信号差 in Hall B-12",
		3: "姓𠮷的师傅说 AND NEAR OR NOT 都是单词",
		4: "垃圾没人清理😡😡 太臭了❤️",
		5: `他说"不亮"，写作 ＡＢＣ１２３ 和 it's 100%`,
		6: "Пушкин Straße ｶﾀｶﾅ café",
		7: "",
		8: "灯",
	}
	tests := []struct {
		name, query string
		want        []int
	}{
		{"pair", "路灯", []int{0}},
		{"pair is not its characters apart", "路很", []int{1}},
		{"single character", "灯", []int{8, 1, 0}},
		{"long run", "路灯不亮", []int{0}},
		{"two words", "路灯 很黑", []int{0}},
		{"words in any order", "很黑 路", []int{1, 0}},
		{"latin, any case", "wifi HALL", []int{2}},
		{"a word is whole", "wif", nil},
		{"mixed without a space", "信号差in", []int{2}},
		{"outside the first plane", "𠮷", []int{3}},
		{"outside the first plane, pair", "姓𠮷", []int{3}},
		{"operators are words", "AND", []int{3}},
		{"operators between words", "单词 AND NEAR", []int{3}},
		{"operator alone is missing", "路灯 AND 不亮", nil},
		{"emoji", "😡", []int{4}},
		{"emoji pair", "😡😡", []int{4}},
		{"emoji drawn otherwise", "❤", []int{4}},
		{"emoji drawn the same", "❤️", []int{4}},
		{"full width", "abc123", []int{5}},
		{"half width asked", "ＡＢＣ123", []int{5}},
		{"quotes", `"不亮"`, []int{5, 0}},
		{"star and syntax", `不亮* ^( ) : - + & | ! \ ' "`, []int{5, 0}},
		{"percent", "100%", []int{5}},
		{"cyrillic", "пушкин", []int{6}},
		{"half width katakana", "カタカナ", []int{6}},
		{"accent is a difference", "cafe", nil},
		{"accent composed or not", "cafe\u0301", []int{6}},
		{"nothing asked", "", nil},
		{"signs only", `"*'%_`, nil},
		{"invalid bytes", "\xff灯\xfe", []int{8, 1, 0}},
		{"null character", "\x00路灯", []int{0}},
		{"not there", "地铁", nil},
	}
	each(t, func(t *testing.T, d *db.DB) {
		index(t, d, "case", texts...)
		index(t, d, "other", "路灯")
		for _, tt := range tests {
			var want []string
			for _, i := range tt.want {
				want = append(want, fmt.Sprintf("id%03d", i))
			}
			if got := find(t, d, "case", tt.query, 20, ""); !slices.Equal(got, want) {
				t.Errorf("%s: %q finds %v, want %v", tt.name, tt.query, got, want)
			}
		}
	})
}

func TestPagesNewestFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		texts := make([]string, 25)
		for i := range texts {
			texts[i] = "路灯不亮"
		}
		index(t, d, "case", texts...)
		var all []string
		for before, page := "", 0; page < 10; page++ {
			ids := find(t, d, "case", "路灯", 10, before)
			if len(ids) == 0 {
				break
			}
			all = append(all, ids...)
			before = ids[len(ids)-1]
		}
		if len(all) != 25 || all[0] != "id024" || all[24] != "id000" {
			t.Errorf("pages give %v", all)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := search.Find(tx, "case", "路灯", 0, "")
			return err
		})
		if err == nil {
			t.Error("a limit of 0 is accepted")
		}
	})
}

func TestReplaceAndRemove(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		index(t, d, "case", "路灯不亮")
		index(t, d, "case", "井盖丢失")
		if got := find(t, d, "case", "路灯", 5, ""); got != nil {
			t.Errorf("the replaced text is still found: %v", got)
		}
		for range 2 {
			err := d.Write(t.Context(), func(tx *db.Tx) error { return search.Remove(tx, "case", "id000") })
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := find(t, d, "case", "井盖", 5, ""); got != nil {
			t.Errorf("the removed text is still found: %v", got)
		}
	})
}

func TestLongText(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 60_000 {
		b.WriteRune(rune(0x4e00 + i%20_000))
	}
	each(t, func(t *testing.T, d *db.DB) {
		index(t, d, "case", b.String(), strings.Repeat("a", 5000))
		if got := find(t, d, "case", "一丁", 5, ""); len(got) != 1 {
			t.Errorf("the beginning of a long text: %v", got)
		}
		if got := find(t, d, "case", strings.Repeat("a", 4000), 5, ""); len(got) != 1 {
			t.Errorf("a very long word: %v", got)
		}
	})
}

// Every engine must find exactly what plain substring search finds for one Chinese run or one word.
func TestFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	signs := []string{"路", "灯", "亮", "𠮷", "😡", "，", " ", "a", "b1", "AND", "NEAR", "*", `"`, "'", "%", "\n", "－", "ｱ"}
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(signs), 0, 12).Draw(t, "signs"), "")
	})
	pair := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(signs[:4]), 1, 2).Draw(t, "pair"), "")
	})
	each(t, func(t *testing.T, d *db.DB) {
		round := 0
		rapid.Check(t, func(t *rapid.T) {
			round++
			space := fmt.Sprint("round", round)
			texts := rapid.SliceOfN(text, 1, 6).Draw(t, "texts")
			index(t, d, space, texts...)
			query := pair.Draw(t, "query")
			var want []string
			for i, text := range texts {
				if strings.Contains(text, query) {
					want = append([]string{fmt.Sprintf("id%03d", i)}, want...)
				}
			}
			if got := find(t, d, space, query, 10, ""); !slices.Equal(got, want) {
				t.Fatalf("%q in %q finds %v, want %v", query, texts, got, want)
			}
			// Anything at all may be asked, and a text is found by all of itself.
			whole := texts[0]
			if got := find(t, d, space, whole, 10, ""); len(got) > 0 && !slices.Contains(got, "id000") {
				t.Fatalf("%q is not found by itself but by %v", whole, got)
			}
		})
	})
}

// Several texts at once are found like one by one, also those that replace others.
func TestIndexAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		index(t, d, "case", "路灯坏了", "井盖松动")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return search.IndexAll(tx, "case", search.Text{ID: "id001", Text: "垃圾没人清理"}, search.Text{ID: "id002", Text: "路灯又坏了"})
		})
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string][]string{"路灯": {"id002", "id000"}, "井盖": nil, "垃圾": {"id001"}} {
			if got := find(t, d, "case", query, 10, ""); !slices.Equal(got, want) {
				t.Errorf("%s finds %v, want %v", query, got, want)
			}
		}
	})
}

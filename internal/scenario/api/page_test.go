package api

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
)

// FuzzPlaceOf holds that a cursor leads into its own list alone, and that what is read of one is what would be written.
func FuzzPlaceOf(f *testing.F) {
	f.Add(place{list: "words", at: time.UnixMilli(1_700_000_000_000), id: "01JZ"}.cursor())
	f.Add(place{list: "other", id: "x"}.cursor())
	f.Add("d29yZHMgOTk5OTk5OTk5OTk5OTk5OTk5OTkgeA")
	f.Add("====")
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		p, err := placeOf("words", cursor)
		if err != nil {
			return
		}
		if p.list != "words" || strings.ContainsFunc(p.id, func(c rune) bool { return c < ' ' || c > '~' }) {
			t.Fatalf("%q leads to %+v", cursor, p)
		}
		if cursor == "" {
			return
		}
		again, err := placeOf("words", p.cursor())
		if err != nil || again.id != p.id || clock.Ms(again.at) != clock.Ms(p.at) {
			t.Fatalf("%q leads to %+v, which leads to %+v (%v)", cursor, p, again, err)
		}
	})
}

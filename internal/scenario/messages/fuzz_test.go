package messages

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzLines holds that no file makes the import stumble, that each line is told with its number, and that a message that is
// taken is whole.
func FuzzLines(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","text":"灯不亮","time":"2019-04-25T09:32:09"}`, bom + "{}\n\n[]\n", `{"id":1}`, "\xff\n", "{\"id\":\"1\",\"text\":\"a\",\"time\":\"2019-04-25 09:32:09\",\"reply\":\"b\",\"reply_time\":\"2019-04-26T00:00:00Z\"}\r\n",
		`{"id":"1","text":"a","time":"0000-00-00T00:00:00"}`, strings.Repeat("[", 200),
	} {
		f.Add([]byte(s))
	}
	now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		last := 0
		err := lines(bytes.NewReader(data), func(l numbered, tooLong bool) error {
			if l.n <= last || l.n > bytes.Count(data, []byte("\n"))+1 || len(l.text) > maxLine {
				t.Fatalf("line %d after %d", l.n, last)
			}
			last = l.n
			m, err := parse(l.text, now)
			if err != nil {
				return nil
			}
			if m.ID == "" || strings.TrimSpace(m.Text) == "" || !utf8.ValidString(m.Text) || m.Time.IsZero() || m.Time.After(now) || m.Reply != "" && m.ReplyTime.Before(m.Time.Time) {
				t.Fatalf("%q is taken as %+v", l.text, m)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

package messages_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"banyan/internal/scenario/messages"
)

// good is a line in order that others stand beside.
func good(id string) string {
	return fmt.Sprintf(`{"id": %q, "subject": "路灯", "text": "路灯不亮了。", "time": "2019-04-01T10:00:00"}`, id)
}

// Every kind of bad line is kept aside with its number and a reason, and the
// lines around it come in.
func TestBadLines(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ line, why string }{
		"no JSON":               {`hello`, "JSON"},
		"cut off":               {`{"id": "x", "text": "路灯`, "JSON"},
		"a list":                {`[1, 2]`, "JSON"},
		"two on a line":         {good("x") + good("y"), "JSON"},
		"a number for text":     {`{"id": "x", "text": 5, "time": "2019-04-01T10:00:00"}`, "JSON"},
		"no id":                 {`{"text": "路灯不亮了。", "time": "2019-04-01T10:00:00"}`, "no id"},
		"an id too long":        {good(strings.Repeat("x", 100)), "client_id"},
		"an id with spaces":     {good("x y"), "client_id"},
		"no text":               {`{"id": "x", "text": " \n ", "time": "2019-04-01T10:00:00"}`, "no text"},
		"too little text":       {`{"id": "x", "text": "路", "time": "2019-04-01T10:00:00"}`, "words_short"},
		"no time":               {`{"id": "x", "text": "路灯不亮了。"}`, "no time"},
		"a bad time":            {`{"id": "x", "text": "路灯不亮了。", "time": "2019-13-01T10:00:00"}`, "2019-13-01"},
		"a time as a number":    {`{"id": "x", "text": "路灯不亮了。", "time": 1554084000}`, "not a string"},
		"long ago":              {`{"id": "x", "text": "路灯不亮了。", "time": "1019-04-01T10:00:00"}`, "2000"},
		"in the future":         {`{"id": "x", "text": "路灯不亮了。", "time": "2126-04-01T10:00:00"}`, "future"},
		"replied in the future": {`{"id": "x", "text": "路灯不亮了。", "time": "2019-04-01T10:00:00", "reply": "好", "reply_time": "9999-01-01T00:00:00"}`, "future"},
		"replied before":        {`{"id": "x", "text": "路灯不亮了。", "time": "2019-04-01T10:00:00", "reply": "好", "reply_time": "2019-03-01T10:00:00"}`, "before"},
		"replied without time":  {`{"id": "x", "text": "路灯不亮了。", "time": "2019-04-01T10:00:00", "reply": "好"}`, "reply_time"},
		"a bell in the text":    {`{"id": "x", "text": "路灯\u0007不亮", "time": "2019-04-01T10:00:00"}`, "control"},
		"a zero in the subject": {`{"id": "x", "subject": "路\u0000灯", "text": "路灯不亮", "time": "2019-04-01T10:00:00"}`, "control"},
		"a zero in the reply":   {`{"id": "x", "text": "路灯不亮", "time": "2019-04-01T10:00:00", "reply": "\u0000", "reply_time": "2019-04-02T10:00:00"}`, "control"},
		"no UTF-8":              {"{\"id\": \"x\", \"text\": \"\xc2\xb7\xff\", \"time\": \"2019-04-01T10:00:00\"}", "UTF-8"},
		"two megabytes":         {`{"id": "x", "text": "` + strings.Repeat("路", 700_000) + `", "time": "2019-04-01T10:00:00"}`, "longer than"},
		"an endless text":       {`{"id": "x", "text": "` + strings.Repeat("路", 20_000) + `", "time": "2019-04-01T10:00:00"}`, "words_long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := fresh(t)
			got := h.must(good("a1") + "\n\n" + tc.line + "\n" + good("a2"))
			if want := (messages.Result{Read: 3, Requests: 2, Cases: 2, Rejected: 1}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			var r messages.Rejection
			if err := json.Unmarshal(h.aside.Bytes(), &r); err != nil || r.Line != 3 || !strings.Contains(r.Why, tc.why) {
				t.Errorf("kept aside as line %d: %q, %v; want line 3: %s", r.Line, r.Why, err, tc.why)
			}
			if len(tc.line) < 1000 && strings.TrimSpace(r.Text) != strings.ToValidUTF8(tc.line, "\uFFFD") {
				t.Errorf("kept %q of %q", r.Text, tc.line)
			}
		})
	}
}

// Files as different programs write them.
func TestFileForms(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		file string
		want messages.Result
	}{
		"nothing":             {"", messages.Result{}},
		"empty lines":         {"\n \r\n\t\n", messages.Result{}},
		"a mark at the front": {"\uFEFF" + good("a1") + "\n", messages.Result{Read: 1, Requests: 1, Cases: 1}},
		"only the mark":       {"\uFEFF", messages.Result{}},
		"Windows line ends":   {good("a1") + "\r\n" + good("a2") + "\r\n", messages.Result{Read: 2, Requests: 2, Cases: 2}},
		"no last line end":    {good("a1") + "\n" + good("a2"), messages.Result{Read: 2, Requests: 2, Cases: 2}},
		"the same id twice":   {good("a1") + "\n" + good("a1"), messages.Result{Read: 2, Requests: 1, Repeated: 1, Cases: 1}},
		"an empty reply":      {strings.Replace(good("a1"), "}", `, "reply": "  ", "reply_time": ""}`, 1), messages.Result{Read: 1, Requests: 1, Cases: 1}},
		"no subject":          {strings.Replace(good("a1"), "路灯", "", 1), messages.Result{Read: 1, Requests: 1, Cases: 1}},
		"an unknown field":    {strings.Replace(good("a1"), "}", `, "extra": [1]}`, 1), messages.Result{Read: 1, Requests: 1, Cases: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := fresh(t)
			if got := h.must(tc.file); got != tc.want {
				t.Errorf("%+v, want %+v; aside %s", got, tc.want, h.aside)
			}
		})
	}
}

// endless gives so many long lines without ever holding them all.
type endless struct {
	lines, given int
	line         []byte
	rest         []byte
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.given == e.lines {
			return 0, io.EOF
		}
		e.given++
		e.rest = e.line
	}
	n := copy(b, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// However long the file, only some of its lines are held at a time.
func TestHugeFile(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	h.Aside = io.Discard
	line := `{"id": "x", "time": "2019-04-01T10:00:00", "text": "` + strings.Repeat("路", 330_000) + "\"}\n"
	file := &endless{lines: 120, line: []byte(line)}
	held, played := 0, 0
	h.Progress = func(r messages.Result) {
		held = max(held, (file.given-played)*len(line))
		played = file.given
	}
	res, err := h.Import.Run(t.Context(), file)
	if err != nil || res.Read != 120 || res.Rejected != 120 {
		t.Errorf("%+v, %v", res, err)
	}
	if held > 40<<20 {
		t.Errorf("%d bytes of the file were held at once", held)
	}
}

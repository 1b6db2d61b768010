package messages

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"banyan/internal/platform/clock"
)

// maxLine is the longest line read, in bytes; a longer one is rejected.
const maxLine = 1 << 20

// Message is one line of a file.
type Message struct {
	ID        string `json:"id"`
	User      string `json:"user"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	Time      Time   `json:"time"`
	Reply     string `json:"reply"`
	ReplyTime Time   `json:"reply_time"`
	Likes     int    `json:"likes"`
	Dislikes  int    `json:"dislikes"`

	from numbered // the line it was read from
}

// Time is an instant written as 2019-04-25T09:32:09 in the city's time, or with
// an offset.
type Time struct{ time.Time }

// UnmarshalJSON reads either form; an empty string is no time.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return errors.New("a time is not a string")
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if v, err := time.ParseInLocation(layout, s, clock.City); err == nil {
			t.Time = v.UTC()
			return nil
		}
	}
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return fmt.Errorf("time %q is not written as 2019-04-25T09:32:09", s)
	}
	t.Time = v.UTC()
	return nil
}

// oldest is the first year a message can be of. Hotlines that keep messages are
// younger, and time is played hour by hour.
const oldest = 2000

// parse reads one line and says what is wrong with it. A message of a time
// after now is wrong.
func parse(line []byte, now time.Time) (Message, error) {
	var m Message
	if !utf8.Valid(line) {
		return m, errors.New("not UTF-8")
	}
	if err := json.Unmarshal(line, &m); err != nil {
		return m, fmt.Errorf("not a JSON object of the expected form: %w", err)
	}
	if strings.TrimSpace(m.Reply) == "" {
		m.Reply = ""
	}
	switch {
	case m.ID == "":
		return m, errors.New("no id")
	case strings.TrimSpace(m.Text) == "":
		return m, errors.New("no text")
	case m.Time.IsZero():
		return m, errors.New("no time")
	case m.Time.In(clock.City).Year() < oldest:
		return m, fmt.Errorf("written before the year %d", oldest)
	case m.Time.After(now):
		return m, errors.New("written in the future")
	case m.Reply != "" && m.ReplyTime.IsZero():
		return m, errors.New("a reply without reply_time")
	case m.Reply != "" && m.ReplyTime.Before(m.Time.Time):
		return m, errors.New("replied before it was written")
	case m.Reply != "" && m.ReplyTime.After(now):
		return m, errors.New("replied in the future")
	case strings.ContainsFunc(m.Reply, control):
		return m, errors.New("control characters in the reply")
	}
	return m, nil
}

func control(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\r\n\t", r) }

// bom begins a file that some editors wrote.
const bom = "\uFEFF"

// numbered is a line with its number in the file, counted from 1.
type numbered struct {
	n    int
	text []byte
}

// lines hands each non-empty line to use. A line longer than maxLine arrives
// cut and marked, and the rest of the file is still read.
func lines(r io.Reader, use func(l numbered, tooLong bool) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		text, long, err := readLine(in)
		if n == 1 {
			text = bytes.TrimPrefix(text, []byte(bom))
		}
		if len(bytes.TrimSpace(text)) > 0 {
			if err := use(numbered{n, bytes.TrimRight(text, "\r\n")}, long); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read line %d: %w", n, err)
		}
	}
}

func readLine(in *bufio.Reader) (text []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		long = long || len(text)+len(part) > maxLine
		if !long {
			text = append(text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, long, err
		}
	}
}

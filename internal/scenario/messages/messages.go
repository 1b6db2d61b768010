package messages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
)

// chunk and chunkBytes are how many messages are played together in the order of
// their times. They bound the memory of an import of any length.
const (
	chunk      = 4000
	chunkBytes = 32 << 20
)

// Result counts an import. Read counts the lines that are not empty.
type Result struct {
	Read     int `json:"read"`
	Requests int `json:"requests"`
	Repeated int `json:"repeated"`
	Rejected int `json:"rejected"`
	Cases    int `json:"cases"`
	Closed   int `json:"closed"`
}

// Rejection is a line kept aside.
type Rejection struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
	Text string `json:"text"`
}

// Import plays files of messages. Its services must run on the same manual
// clock: it is the messages' own time. Where it stands when Run begins is the
// present, and nothing happens after it.
type Import struct {
	Clock    *clock.Manual
	Requests *request.Service
	Cases    *casework.Service
	Triage   *triage.Service
	Facts    *fact.Log
	Areas    map[string]string           // words in a message -> area code; may be empty
	Aside    io.Writer                   // rejected lines, as JSONL
	Progress func(Result)                // called now and then; may be nil
	Settle   func(context.Context) error // lets the reactions catch up
}

func actor() access.Actor { return access.Program("import") }

// Run reads the whole file. Interrupted, it returns what it has done; repeated,
// it goes on from there.
func (im *Import) Run(ctx context.Context, file io.Reader) (Result, error) {
	var res Result
	var batch []Message
	now, size := im.Clock.Now(), 0
	flush := func() error {
		err := im.play(ctx, batch, now, &res)
		clear(batch)
		batch, size = batch[:0], 0
		return err
	}
	err := lines(file, func(l numbered, tooLong bool) error {
		res.Read++
		m, err := parse(l.text, now)
		if tooLong {
			err = fmt.Errorf("longer than %d bytes", maxLine)
		}
		if err != nil {
			return im.reject(&res, l, err)
		}
		m.from = l
		batch, size = append(batch, m), size+len(l.text)
		if len(batch) < chunk && size < chunkBytes {
			return ctx.Err()
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	return res, err
}

// reject keeps a bad line aside with its number and the reason.
func (im *Import) reject(res *Result, l numbered, why error) error {
	res.Rejected++
	doc, err := json.Marshal(Rejection{Line: l.n, Why: why.Error(), Text: strings.ToValidUTF8(string(l.text), "\uFFFD")})
	if err != nil {
		return err
	}
	_, err = im.Aside.Write(append(doc, '\n'))
	return err
}

// intake turns a message into a request. The writer is known by a user id
// only, so there is nobody to phone and no consent to publish.
func (im *Import) intake(m Message) request.Intake {
	return request.Intake{
		ClientID: "message:" + m.ID, Kind: kindOf(m), Subject: m.Subject, Words: m.Text, Area: im.area(m), Channel: "import",
		Contact: person.Contact{Anonymous: true}, ReceivedAt: m.Time.Time, Source: "messages", Likes: m.Likes,
	}
}

// area looks for a mapped word; without one the message stays at the city.
func (im *Import) area(m Message) string {
	best, at := "", -1
	for word, code := range im.Areas {
		i := strings.Index(m.Subject+"\n"+m.Text, word)
		if i >= 0 && (at < 0 || i < at || i == at && len(code) > len(best)) {
			best, at = code, i
		}
	}
	return best
}

// kindOf guesses the kind of request from the words people use; the desk can
// see it beside the words.
func kindOf(m Message) string {
	for _, g := range []struct{ kind, words string }{
		{"inquiry", "咨询 请问 询问"}, {"suggestion", "建议 希望能 恳请增设"}, {"report", "举报"}, {"complaint", "投诉 扰民 乱收费"},
	} {
		for _, w := range strings.Fields(g.words) {
			if strings.Contains(m.Subject, w) {
				return g.kind
			}
		}
	}
	return "help"
}

// isInvalid says that the message itself is at fault, not the machine.
func isInvalid(err error) bool {
	return err != nil && fault.KindOf(err) == fault.Invalid && !errors.Is(err, context.Canceled)
}

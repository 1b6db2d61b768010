package survey

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
)

// Outcome is what came of asking somebody.
type Outcome string

// The outcomes; "" is not asked yet.
const (
	Answered Outcome = "answered"
	Away     Outcome = "away"     // nobody was there
	Declined Outcome = "declined" // the person does not want to answer, which is their right
)

// Who is somebody who is asked.
type Who struct {
	Name    string       `json:"name"`
	Phone   person.Phone `json:"phone,omitempty"`
	Address string       `json:"address"`
}

// Entry is somebody in a survey with what they answered.
type Entry struct {
	ID      string
	Survey  string
	Area    string
	Who     Who
	Outcome Outcome
	Told    bool     // of the sensitive questions apart, and consented to these
	Answers []string // one for each question, "" for none
	Done    time.Time
	DoneBy  string
	Version int

	subject, phone string
	form, doneForm string
	line           int
	made           time.Time
}

// known tells whether the entry is about a person of the register.
func (e Entry) known() bool { return e.subject != e.ID }

// said is what is sealed of the answers.
type said struct {
	Told    bool     `json:"told,omitempty"`
	Answers []string `json:"answers"`
}

// Row is an entry in a list: masked for one viewer.
type Row struct {
	ID      string
	Area    string
	Name    string
	Phone   string
	Place   string // the address up to its first number; for who goes there only
	Outcome Outcome
	Done    time.Time
}

// Bounds of what is written of somebody, in characters.
const (
	nameMost    = 40
	AddressMost = 100
	peopleMost  = 500 // lines of one form
)

// check reads somebody as they were typed. The phone may be left out; a name and an address may not.
func (w Who) check() (Who, fault.Fields) {
	var wrong fault.Fields
	w.Name, w.Address = strings.TrimSpace(w.Name), strings.TrimSpace(w.Address)
	if n := utf8.RuneCountInString(w.Name); n == 0 || n > nameMost {
		wrong = append(wrong, fault.Field("name", "survey.name", "Most", nameMost))
	}
	if n := utf8.RuneCountInString(w.Address); n == 0 || n > AddressMost {
		wrong = append(wrong, fault.Field("address", "survey.address", "Most", AddressMost))
	}
	if w.Phone != "" {
		p, err := person.ParsePhone(string(w.Phone))
		if err != nil {
			wrong = append(wrong, fault.Field("phone", "person.phone_invalid"))
		}
		w.Phone = p
	}
	return w, wrong
}

// readPeople reads people from lines "name, phone, address" or "name, address"; commas may be Chinese, or tabs as from a table.
func readPeople(text string) (list []Who, bad *fault.Error) {
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == '，' || r == '\t' })
		w := Who{}
		switch len(parts) {
		case 3:
			w = Who{Name: parts[0], Phone: person.Phone(strings.TrimSpace(parts[1])), Address: parts[2]}
		case 2:
			w = Who{Name: parts[0], Address: parts[1]}
		}
		w, wrong := w.check()
		if len(wrong) > 0 || len(list) == peopleMost {
			return nil, fault.Field("people", "survey.people", "Line", strconv.Itoa(i+1), "Most", peopleMost)
		}
		list = append(list, w)
	}
	return list, nil
}

// place is as much of an address as a list shows: what stands before its first number.
func place(address string) string {
	before, _, found := cutDigit(address)
	if !found {
		before = string([]rune(address)[:min(3, utf8.RuneCountInString(address))])
	}
	return strings.TrimSpace(before) + "**"
}

func cutDigit(text string) (before, after string, found bool) {
	for i, r := range text {
		if r >= '0' && r <= '9' || r >= '０' && r <= '９' || strings.ContainsRune("一二三四五六七八九十", r) {
			return text[:i], text[i:], true
		}
	}
	return text, "", false
}

// Answering is what somebody answered, as the asker enters it.
type Answering struct {
	Survey, Entry string
	Form          string // id of the form: sent twice it is once
	Version       int    // of the entry that the asker saw
	Outcome       Outcome
	Told          bool
	Answers       []string
}

// check reads answers to the questions of a survey: those to ordinary questions must be there, those to sensitive ones may be left
// out, and are taken only when the person was told of them apart and agreed (articles 29 and 30).
func (in Answering) check(questions []Question) (out said, err error) {
	if in.Outcome == Away || in.Outcome == Declined {
		return said{}, nil
	}
	var wrong fault.Fields
	if in.Outcome != Answered {
		return said{}, fault.Field("outcome", "survey.outcome")
	}
	sensitive := false
	for i, q := range questions {
		text := ""
		if i < len(in.Answers) {
			text = in.Answers[i]
		}
		text, ok := q.read(text)
		switch field := "a" + strconv.Itoa(i); {
		case !ok:
			wrong = append(wrong, fault.Field(field, "survey.answer."+string(q.Kind), "Most", TextMost))
		case text == "" && !q.Sensitive:
			wrong = append(wrong, fault.Field(field, "survey.answer.missing"))
		}
		sensitive = sensitive || q.Sensitive && text != ""
		out.Answers = append(out.Answers, text)
	}
	if sensitive && !in.Told {
		wrong = append(wrong, fault.Field("told", "survey.told"))
	}
	out.Told = in.Told && sensitive
	return out, wrong.OrNil()
}

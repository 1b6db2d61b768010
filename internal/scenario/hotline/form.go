package hotline

import (
	"net/http"
	"net/url"

	"banyan/internal/platform/web"
	"banyan/internal/register/person"
	"banyan/web/ui"
)

// form is every field a form of the room can have. One struct, so that a
// refused form is shown again with all that was typed.
type form struct {
	Act     string `form:"-"`
	Sent    bool   `form:"-"`
	Version int    `form:"version"` // of the case the writer saw
	Board   string `form:"board" max:"20"`
	List    string `form:"list" max:"400"` // the board's filters
	Next    string `form:"next" max:"40"`

	Pick        string   `form:"pick" max:"40"`
	Duty        string   `form:"duty" max:"200"`
	Unit        string   `form:"unit" max:"200"`
	Assisting   []string `form:"assisting"`
	More        string   `form:"more" max:"200"`
	Instruction string   `form:"instruction" max:"2000"`
	Urgent      bool     `form:"urgent"`

	Public  string `form:"public" max:"4000"`
	Article string `form:"article" max:"200"`
	Reason  string `form:"reason" max:"40"`
	Words   string `form:"words" max:"2000"`
	Into    string `form:"into" max:"40"`
	Number  string `form:"number" max:"40"`

	Order   string `form:"order" max:"40"`
	Change  string `form:"change" max:"40"`
	Request string `form:"request" max:"40"`
	Grant   string `form:"grant" max:"10"`
	Decline string `form:"decline" max:"40"`
	Close   string `form:"close" max:"10"`

	Channel   string `form:"channel" max:"20"`
	Reached   string `form:"reached" max:"10"`
	Solved    string `form:"solved" max:"10"`
	Satisfied string `form:"satisfied" max:"10"`
	Purpose   string `form:"purpose" max:"60"`

	Shown *person.Person `form:"-"` // the number, when it was just asked for
}

// read decodes a form that was sent.
func read(q *http.Request, act string) (form, error) {
	f := form{}
	err := web.Decode(q, &f)
	f.Act, f.Sent = act, true
	return f, err
}

// back is where a form leads when it is done: the next case of the board it was
// sent from, or the case itself.
func (f form) back(id string) string {
	u := url.Values{}
	if f.Board == "" {
		u.Set("did", id)
		u.Set("was", f.Act)
		return caseHref(id) + "?" + u.Encode()
	}
	u = board{query: f.filters()}.keep()
	if f.Next != "" {
		u.Set("case", f.Next)
	}
	u.Set("did", id)
	u.Set("was", f.Act)
	return "/desk/" + f.Board + "?" + u.Encode()
}

func (f form) filters() url.Values {
	u, err := url.ParseQuery(f.List)
	if err != nil {
		return url.Values{}
	}
	return u
}

// typed lists what was written in words, to show it where no form is left.
func (f form) typed(v visit) []ui.MetaItem {
	var out []ui.MetaItem
	for _, x := range []struct{ label, text string }{
		{"instruction", f.Instruction}, {"public", f.Public}, {"article", f.Article}, {"words", f.Words}, {"duty", f.Duty}, {"unit", f.Unit},
	} {
		if x.text != "" {
			out = append(out, ui.MetaItem{Term: v.p.T("hotline.field." + x.label), Text: x.text})
		}
	}
	return out
}

// tick is one checkbox of a list.
type tick struct {
	Value, Label string
	On           bool
}

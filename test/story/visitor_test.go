package story

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// visitor is one person with a browser that runs no script.
type visitor struct {
	*testing.T
	client *http.Client
	base   string
	at     *url.URL
	page   *goquery.Document
	status int
}

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{T: t, client: &http.Client{Jar: jar}, base: base}
}

// open reads an address and wants an answer of 200.
func (v *visitor) open(path string) {
	v.Helper()
	target := path
	if strings.HasPrefix(path, "/") {
		target = v.base + path
	}
	req, err := http.NewRequestWithContext(v.Context(), http.MethodGet, target, nil)
	if err != nil {
		v.Fatal(err)
	}
	v.send(req)
	if v.status != http.StatusOK {
		v.Fatalf("GET %s: %d\n%s", path, v.status, v.words())
	}
}

func (v *visitor) send(req *http.Request) {
	v.Helper()
	req.Header.Set("Accept-Language", "zh-CN")
	req.Header.Set("Accept", "text/html")
	res, err := v.client.Do(req)
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	v.status, v.at = res.StatusCode, res.Request.URL
	if v.page, err = goquery.NewDocumentFromReader(res.Body); err != nil {
		v.Fatal(err)
	}
	v.page.Find("script, style, svg").Remove()
}

// words is the text of the page's main part in one line.
func (v *visitor) words() string {
	main := v.page.Find("main")
	if main.Length() == 0 {
		main = v.page.Selection
	}
	return plain(main)
}

func plain(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// sees wants every text on the page.
func (v *visitor) sees(texts ...string) {
	v.Helper()
	for _, text := range texts {
		if !strings.Contains(v.words(), text) {
			v.Fatalf("%q is not on %s:\n%s", text, v.at, v.words())
		}
	}
}

// follow opens the first link with these words, wherever it stands.
func (v *visitor) follow(text string) {
	v.Helper()
	link := v.page.Find("a[href]").FilterFunction(func(_ int, a *goquery.Selection) bool { return strings.Contains(plain(a), text) })
	href, ok := link.First().Attr("href")
	if !ok {
		v.Fatalf("no link %q on %s:\n%s", text, v.at, v.words())
	}
	v.openRelative(href)
}

func (v *visitor) openRelative(href string) {
	v.Helper()
	to, err := v.at.Parse(href)
	if err != nil {
		v.Fatal(err)
	}
	v.open(to.String())
}

// file is a photo for a field.
type file struct {
	name string
	body []byte
}

// fill is what a person types: the words of a label or legend, or a field's name, to a value, a file, or nil to clear it.
// The words of a radio or checkbox choose it whatever the value.
type fill map[string]any

// press fills the form that has the button with these words and sends it. It wants an answer below 400.
func (v *visitor) press(button string, in fill) {
	v.Helper()
	v.pressFor(button, in)
	if v.status >= 400 {
		v.Fatalf("%q answers %d on %s:\n%s", button, v.status, v.at, v.words())
	}
}

// pressFor is press for an answer of any status.
func (v *visitor) pressFor(button string, in fill) {
	v.Helper()
	pressed := v.page.Find("button").FilterFunction(func(_ int, b *goquery.Selection) bool {
		label, _ := b.Attr("aria-label")
		return strings.Contains(plain(b), button) || label == button
	}).First()
	if pressed.Length() == 0 {
		v.Fatalf("no button %q on %s:\n%s", button, v.at, v.words())
	}
	form := pressed.Closest("form")
	if id, ok := pressed.Attr("form"); ok {
		form = v.page.Find("form").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.AttrOr("id", "") == id })
	}
	sheet := v.typed(form)
	for what, value := range in {
		name, choice := v.field(form, what)
		switch value := value.(type) {
		case nil:
			sheet.values.Del(name)
		case file:
			sheet.files[name] = value
		case string:
			if choice != "" {
				value = choice
			}
			sheet.values.Set(name, v.option(form, name, value))
		default:
			v.Fatalf("fill %q with a %T", what, value)
		}
	}
	if name, ok := pressed.Attr("name"); ok {
		sheet.values.Set(name, pressed.AttrOr("value", ""))
	}
	v.submit(form, pressed, sheet)
}

// sheet is a filled form.
type sheet struct {
	values url.Values
	files  map[string]file
}

// typed reads what a form holds before anybody types.
func (v *visitor) typed(form *goquery.Selection) sheet {
	s := sheet{url.Values{}, map[string]file{}}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, f *goquery.Selection) {
		name := f.AttrOr("name", "")
		_, checked := f.Attr("checked")
		switch kind := f.AttrOr("type", ""); {
		case goquery.NodeName(f) == "select":
			s.values.Add(name, f.Find("option[selected]").AttrOr("value", f.Find("option").First().AttrOr("value", "")))
		case goquery.NodeName(f) == "textarea":
			s.values.Add(name, f.Text())
		case kind == "file", (kind == "checkbox" || kind == "radio") && !checked:
		default:
			s.values.Add(name, f.AttrOr("value", ""))
		}
	})
	return s
}

// field finds a field by its label, by the legend around it, or by its name. The label of a radio or checkbox gives its value.
func (v *visitor) field(form *goquery.Selection, what string) (name, choice string) {
	v.Helper()
	label := form.Find("label").FilterFunction(func(_ int, l *goquery.Selection) bool { return strings.HasPrefix(plain(l), what) }).First()
	target := label.Find("input, textarea, select").First()
	if id, ok := label.Attr("for"); ok {
		target = form.Find("input, textarea, select").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.AttrOr("id", "") == id }).First()
	}
	if legend := form.Find("legend").FilterFunction(func(_ int, l *goquery.Selection) bool { return strings.HasPrefix(plain(l), what) }).First(); target.Length() == 0 && legend.Length() > 0 {
		target = legend.Closest("fieldset").Find("input").First()
		return target.AttrOr("name", ""), ""
	}
	if target.Length() == 0 {
		target = form.Find("[name]").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.AttrOr("name", "") == what }).First()
	}
	if target.Length() == 0 {
		v.Fatalf("no field %q in the form on %s:\n%s", what, v.at, plain(form))
	}
	if kind := target.AttrOr("type", ""); kind == "radio" || kind == "checkbox" {
		return target.AttrOr("name", ""), target.AttrOr("value", "on")
	}
	return target.AttrOr("name", ""), ""
}

// option turns the words of a choice into its value; other values stay as they are.
func (v *visitor) option(form *goquery.Selection, name, words string) string {
	value := words
	form.Find("select, input[type=radio]").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.AttrOr("name", "") == name }).Each(func(_ int, f *goquery.Selection) {
		f.Find("option").Each(func(_ int, o *goquery.Selection) {
			if plain(o) == words {
				value = o.AttrOr("value", "")
			}
		})
		id := f.AttrOr("id", "")
		label := form.Find("label").FilterFunction(func(_ int, l *goquery.Selection) bool { return id != "" && l.AttrOr("for", "") == id })
		if label.Length() == 0 {
			label = f.Closest("label")
		}
		if goquery.NodeName(f) == "input" && strings.HasPrefix(plain(label), words) {
			value = f.AttrOr("value", "")
		}
	})
	return value
}

func (v *visitor) submit(form, pressed *goquery.Selection, s sheet) {
	v.Helper()
	action := pressed.AttrOr("formaction", form.AttrOr("action", ""))
	to, err := v.at.Parse(action)
	if err != nil {
		v.Fatal(err)
	}
	if !strings.EqualFold(form.AttrOr("method", "get"), "post") {
		to.RawQuery = s.values.Encode()
		v.open(to.String())
		return
	}
	var body io.Reader = strings.NewReader(s.values.Encode())
	kind := "application/x-www-form-urlencoded"
	if form.AttrOr("enctype", "") == "multipart/form-data" {
		body, kind = v.multipart(s)
	}
	req, err := http.NewRequestWithContext(v.Context(), http.MethodPost, to.String(), body)
	if err != nil {
		v.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	v.send(req)
}

func (v *visitor) multipart(s sheet) (io.Reader, string) {
	v.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range s.values {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				v.Fatal(err)
			}
		}
	}
	for name, f := range s.files {
		head := textproto.MIMEHeader{}
		head.Set("Content-Disposition", `form-data; name="`+name+`"; filename="`+f.name+`"`)
		head.Set("Content-Type", "image/jpeg")
		part, err := w.CreatePart(head)
		if err != nil {
			v.Fatal(err)
		}
		if _, err := part.Write(f.body); err != nil {
			v.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

// pick ticks the box with an id on the page, for lists of boxes that share a name.
func (v *visitor) pick(id string) {
	v.Helper()
	box := v.page.Find("input").FilterFunction(func(_ int, b *goquery.Selection) bool { return b.AttrOr("id", "") == id })
	if box.Length() == 0 {
		v.Fatalf("no box %q on %s:\n%s", id, v.at, v.words())
	}
	box.SetAttr("checked", "")
}

// row is the line of a table or list that has these words.
func (v *visitor) row(words string) string {
	return plain(v.page.Find("tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return strings.Contains(plain(r), words) }).First())
}

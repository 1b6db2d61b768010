package roomtest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Answer is what a browser gets.
type Answer struct {
	*Browser
	Status int
	To     string // Location
	Then   string // Refresh
	Body   string

	page func() (*goquery.Document, error)
}

// Want fails the test unless the answer has the status and says the words.
func (a Answer) Want(status int, words ...string) Answer {
	a.Helper()
	if a.Status != status {
		a.Fatalf("status %d, want %d: %s", a.Status, status, a.Text("main"))
	}
	for _, w := range words {
		if !strings.Contains(a.Doc().Text(), w) {
			a.Errorf("the page does not say %q: %s", w, a.Text("main"))
		}
	}
	return a
}

// Doc is the page.
func (a Answer) Doc() *goquery.Document {
	a.Helper()
	doc, err := a.page()
	a.Must(err)
	return doc
}

// Text is what the parts of the page say, with single spaces.
func (a Answer) Text(selector string) string {
	a.Helper()
	return strings.Join(strings.Fields(a.Doc().Find(selector).Text()), " ")
}

// Has fails the test unless the selector finds n parts.
func (a Answer) Has(selector string, n int) Answer {
	a.Helper()
	if got := a.Doc().Find(selector).Length(); got != n {
		a.Fatalf("%s: %d, want %d in %s", selector, got, n, a.Text("main"))
	}
	return a
}

// Says fails the test unless the parts of the page say the words.
func (a Answer) Says(selector, words string) Answer {
	a.Helper()
	if got := a.Text(selector); !strings.Contains(got, words) {
		a.Fatalf("%s says %q, want %q", selector, got, words)
	}
	return a
}

// Leads checks where a form leads to and goes there.
func (a Answer) Leads(prefix string) Answer {
	a.Helper()
	a.Want(http.StatusSeeOther)
	if !strings.HasPrefix(a.To, prefix) {
		a.Fatalf("the form leads to %s, want %s…", a.To, prefix)
	}
	return a.Browser.Get(a.To)
}

// Value is what a field of the page holds.
func (a Answer) Value(name string) string {
	a.Helper()
	return a.Doc().Find("input[name="+name+"]").AttrOr("value", "")
}

// Form is the one form that the selector finds, as a browser would send it.
func (a Answer) Form(selector string) url.Values {
	a.Helper()
	form := a.Doc().Find(selector)
	if form.Length() != 1 {
		a.Fatalf("the page has %d forms %s: %s", form.Length(), selector, a.Text("main"))
	}
	return Fields(form)
}

// Fields reads the fields of a form as a browser would send them, without files.
func Fields(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, s *goquery.Selection) {
		name, value := s.AttrOr("name", ""), s.AttrOr("value", "")
		_, on := s.Attr("checked")
		switch kind := s.AttrOr("type", "text"); {
		case kind == "file" || (kind == "radio" || kind == "checkbox") && !on:
		case goquery.NodeName(s) == "textarea":
			out.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			out.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			out.Add(name, value)
		}
	})
	return out
}

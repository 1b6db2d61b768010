package web

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
)

// Look is how a reader wants pages to look; an empty field is the default of the page.
type Look struct {
	Mode    string // "citizen" or "elder"; desk, screen and kiosk are decided by the page
	Theme   string // "light", "dark" or "contrast"
	Density string // "comfortable" or "compact"
}

const (
	lookCookie = "look"
	langCookie = "lang"
	lookYears  = 365 * 24 * time.Hour
)

func lookModes() []string     { return []string{"citizen", "elder"} }
func lookThemes() []string    { return []string{"light", "dark", "contrast"} }
func lookDensities() []string { return []string{"comfortable", "compact"} }

// lookOf reads the look cookie "mode.theme.density"; an unknown word counts as empty.
func lookOf(r *http.Request) Look {
	c, err := r.Cookie(lookCookie)
	if err != nil {
		return Look{}
	}
	parts := append(strings.Split(c.Value, "."), "", "", "")
	return Look{
		Mode:    known(lookModes(), parts[0]),
		Theme:   known(lookThemes(), parts[1]),
		Density: known(lookDensities(), parts[2]),
	}
}

func (l Look) cookie() string { return strings.Join([]string{l.Mode, l.Theme, l.Density}, ".") }

func known(words []string, word string) string {
	if slices.Contains(words, word) {
		return word
	}
	return ""
}

// langOf reads the language: cookie first, then Accept-Language.
func langOf(r *http.Request) i18n.Lang {
	if c, err := r.Cookie(langCookie); err == nil {
		if l, ok := i18n.Parse(c.Value); ok {
			return l
		}
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

type lookForm struct {
	Mode    string `form:"mode" max:"20"`
	Theme   string `form:"theme" max:"20"`
	Density string `form:"density" max:"20"`
	Lang    string `form:"lang" max:"20"`
	Back    string `form:"back" max:"2000"`
}

// setLook serves POST /look: a field that is given changes, the others stay; then back to where one was.
func (s *Server) setLook(w http.ResponseWriter, r *http.Request) error {
	var f lookForm
	if err := Decode(r, &f); err != nil {
		return err
	}
	look := lookOf(r)
	for _, field := range []struct {
		to    *string
		words []string
		word  string
	}{
		{&look.Mode, lookModes(), f.Mode}, {&look.Theme, lookThemes(), f.Theme}, {&look.Density, lookDensities(), f.Density},
	} {
		if field.word == "" {
			continue
		}
		if *field.to = known(field.words, field.word); *field.to == "" {
			return fault.New(fault.Invalid, "web.error.look")
		}
	}
	if f.Lang != "" {
		l, ok := i18n.Parse(f.Lang)
		if !ok {
			return fault.New(fault.Invalid, "web.error.look")
		}
		s.SetCookie(w, r, langCookie, string(l), lookYears)
	}
	s.SetCookie(w, r, lookCookie, look.cookie(), lookYears)
	return Redirect(w, r, Inside(f.Back, "/"))
}

// Inside returns to when it is a path of this server, else otherwise: no open redirect. Browsers take tabs and line ends
// out of an address and a backslash for a slash, so "/\t/city.example" would lead elsewhere.
func Inside(to, otherwise string) string {
	odd := func(c rune) bool { return c == '\\' || unicode.IsControl(c) }
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsFunc(to, odd) {
		return otherwise
	}
	return to
}

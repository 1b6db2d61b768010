package mailbox

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// fromHTML gives the words of a page, with its lines.
func fromHTML(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	hidden := 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return squeezed(b.String())
		}
		t := z.Token()
		switch {
		case kind == html.TextToken && hidden == 0:
			b.WriteString(strings.Join(strings.Fields(t.Data), " "))
			if strings.HasSuffix(t.Data, " ") {
				b.WriteByte(' ')
			}
		case t.Data == "script" || t.Data == "style" || t.Data == "title":
			switch kind {
			case html.StartTagToken:
				hidden++
			case html.EndTagToken:
				hidden = max(hidden-1, 0)
			}
		case breaks(t.Data):
			b.WriteByte('\n')
		case t.Data == "td" || t.Data == "th":
			b.WriteByte(' ')
		}
	}
}

// breaks tells whether an element begins or ends a line.
func breaks(name string) bool {
	switch name {
	case "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr":
		return true
	}
	return false
}

// squeezed takes out lines that are empty twice and blanks at their ends.
func squeezed(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// old finds where the letter begins that an answer answers, in the words of common mail programs.
var old = regexp.MustCompile(`(?mi)^(-{2,}\s*(原始邮件|原始郵件|original message|转发邮件|回复邮件)\s*-{2,}.*|(发件人|發件人|寄件者|from)[:：].*\n(.*\n){0,3}(发送时间|傳送時間|日期|sent|date|收件人|to|主题|subject)[:：].*|(on|在|于)\s.{4,120}(wrote|写道|寫道)[:：]\s*|.{4,120}(写道|寫道)[:：]\s*|-- ?)$`)

// fresh leaves of an answer what is new: without the letter it answers and without the lines below "-- ". Where
// nothing would be left, everything stays.
func fresh(words string) string {
	kept := words
	if at := old.FindStringIndex(words); at != nil {
		kept = words[:at[0]]
	}
	var lines []string
	for _, line := range strings.Split(kept, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), ">") {
			lines = append(lines, line)
		}
	}
	if kept = strings.TrimSpace(strings.Join(lines, "\n")); kept == "" {
		return words
	}
	return kept
}

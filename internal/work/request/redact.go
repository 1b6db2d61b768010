package request

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// hidden stands for whatever was taken out.
const hidden = "***"

// headlineLength is how many characters a headline has at most.
const headlineLength = 40

// Redactor takes out of a text what could lead to a person. It is safe for concurrent use.
//
// It hides e-mail addresses; runs of six digits and more; seven and more digits (also full-width, in other
// scripts, or Chinese numerals) with up to four signs or spaces between two of them, which covers mobile
// and landline numbers, 15 and 18 place identity numbers, bank cards and dates; tokens of letters and
// digits such as plates and account names; building, unit and room numbers; and the name after words like
// 我叫 and 联系人.
//
// Its limits: it does not know names as such, so a name without such words stays, as does a number spelt
// with words between the digits ("一三八转…再…") or a place so special that it names its owner. It hides
// harmless numbers too. It is for headlines in lists, not a licence to publish: what is published has been
// read by a person.
type Redactor struct {
	email, token, door, dashed, name *regexp.Regexp
	names                            []string // the words before a name
}

// NewRedactor compiles the patterns.
func NewRedactor() *Redactor {
	const numeral = `[0-9A-Za-z一二三四五六七八九十百零〇]{1,8}`
	names := []string{"我叫", "本人叫", "名叫", "姓名", "联系人", "聯絡人", "聯繫人", "业主叫"}
	return &Redactor{
		names: names,
		email: regexp.MustCompile(`[\pL\pN._%+*-]+\s*@\s*[\pL\pN*-]+(?:\s*\.\s*[\pL\pN*-]+)*`),
		token: regexp.MustCompile(`[0-9A-Za-z][0-9A-Za-z_-]{4,}`),
		door: regexp.MustCompile(numeral + `\s*[号號][线線]|[0-9]{1,2}月[0-9]{1,2}[号號]|` + // kept: metro lines, dates
			`#\s*` + numeral + `|[0-9]{1,4}\s*[户戶]|` + numeral + `\s*(?:号楼|號樓|号院|單元|单元|号|號|栋|棟|幢|座|室|房|弄|#)`),
		dashed: regexp.MustCompile(`[0-9]{1,4}(?:\s*[-–—－]\s*[0-9]{1,4}){2,}|[0-9]{1,4}\s*[-–—－]\s*[0-9]{3,4}`),
		name:   regexp.MustCompile(`(` + strings.Join(names, "|") + `)(\s*[是为：:]?\s*)\p{Han}{2,3}`),
	}
}

// Redact gives the text in one line with everything hidden.
func (r *Redactor) Redact(text string) string {
	return r.patterns(hideRuns(plain(text))) // runs first: what is hidden later must not cut one in two
}

// patterns hides what the patterns find. Each runs only where its signs are: over the whole text they would be most of
// the cost of an intake.
func (r *Redactor) patterns(text string) string {
	if strings.Contains(text, "@") {
		text = r.email.ReplaceAllString(text, hidden)
	}
	if slices.ContainsFunc(r.names, func(word string) bool { return strings.Contains(text, word) }) {
		text = r.name.ReplaceAllString(text, "$1$2"+hidden)
	}
	text = inRuns(text, inToken, func(run string) string { return r.token.ReplaceAllStringFunc(run, hideToken) })
	text = inRuns(text, inDoor, func(run string) string { return r.door.ReplaceAllStringFunc(run, hideDoor) })
	text = inRuns(text, inDashed, func(run string) string { return r.dashed.ReplaceAllString(run, hidden) })
	return strings.Join(strings.Fields(text), " ")
}

// inRuns changes every longest run of two and more signs of a kind and leaves the rest as it is.
func inRuns(text string, kind func(rune) bool, change func(string) string) string {
	var b strings.Builder
	for text != "" {
		begin := strings.IndexFunc(text, kind)
		if begin < 0 {
			break
		}
		end := strings.IndexFunc(text[begin:], func(r rune) bool { return !kind(r) })
		if end < 0 {
			end = len(text) - begin
		}
		run := text[begin : begin+end]
		if utf8.RuneCountInString(run) > 1 {
			run = change(run)
		}
		b.WriteString(text[:begin])
		b.WriteString(run)
		text = text[begin+end:]
	}
	if b.Len() == 0 {
		return text
	}
	return b.String() + text
}

// inToken, inDoor and inDashed know every sign that a match of the pattern may hold.
func inToken(r rune) bool { return alphanumeric(r) || r == '_' || r == '-' }

func alphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

func inDoor(r rune) bool {
	if r < utf8.RuneSelf {
		return inToken(r) || r == '#' || unicode.IsSpace(r)
	}
	switch r {
	case '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '零', '〇',
		'号', '號', '线', '線', '月', '户', '戶', '楼', '樓', '院', '单', '單', '元', '栋', '棟', '幢', '座', '室', '房', '弄':
		return true
	}
	return false
}

func inDashed(r rune) bool {
	return '0' <= r && r <= '9' || r == '-' || r == '–' || r == '—' || r == '－' || unicode.IsSpace(r)
}

// Headline gives the redacted beginning of the subject, or of the words when there is none. It redacts
// before it cuts, so that no half of a number stays at the end.
func (r *Redactor) Headline(subject, words string) string {
	text := r.beginning(subject)
	if text == "" {
		text = r.beginning(words)
	}
	if utf8.RuneCountInString(text) <= headlineLength {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:headlineLength-1])) + "…"
}

// beginning is Redact of a text's beginning: runs are hidden in all of it, the slower patterns run over the
// first characters, cut where no word of letters and digits is cut in two.
func (r *Redactor) beginning(text string) string {
	const enough = 3 * headlineLength
	runes := []rune(strings.TrimSpace(hideRuns(plain(text))))
	if len(runes) > enough {
		text = strings.TrimRightFunc(string(runes[:enough]), func(r rune) bool { return '!' <= r && r < utf8.RuneSelf })
		return r.patterns(text) + "…"
	}
	return r.patterns(string(runes))
}

// plain writes full-width and other compatible letters and digits as ASCII, so that the patterns see them,
// and takes out invisible characters. Chinese punctuation stays as it is.
func plain(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		switch {
		case ideograph(r):
			b.WriteRune(r)
		case r == utf8.RuneError, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Me, r):
		case unicode.IsControl(r), unicode.Is(unicode.Z, r):
			b.WriteByte(' ')
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		default:
			b.WriteString(compatible(r))
		}
	}
	return b.String()
}

// ideograph knows the block of common Chinese characters: none of them is a letter or digit of another form.
func ideograph(r rune) bool { return 0x4E00 <= r && r <= 0x9FFF }

func compatible(r rune) string {
	if full := r - 0xFEE0; '!' <= full && full <= '~' { // full-width forms
		if alphanumeric(full) || full == '@' {
			return string(full)
		}
		return string(r)
	}
	n := norm.NFKC.String(string(r))
	if strings.ContainsFunc(n, func(c rune) bool { return c < utf8.RuneSelf && (unicode.IsDigit(c) || unicode.IsLetter(c) || c == '@') }) {
		return n
	}
	return string(r)
}

// isDigit knows the digits of every script and Chinese numerals, plain and formal.
func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9'
	}
	return !ideograph(r) && (unicode.IsDigit(r) || unicode.Is(unicode.No, r)) || numeral(r)
}

func numeral(r rune) bool {
	switch r {
	case '〇', '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '幺', '两', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖', '貳', '參', '陸':
		return true
	}
	return false
}

// hideRuns hides digit runs: from the first to the last digit, with a final X of an identity number.
func hideRuns(text string) string {
	runes := []rune(text)
	var b strings.Builder
	for i := 0; i < len(runes); {
		if !isDigit(runes[i]) {
			b.WriteRune(runes[i])
			i++
			continue
		}
		end, digits, straight := run(runes[i:])
		if digits >= 7 || straight >= 6 {
			b.WriteString(hidden)
		} else {
			b.WriteString(string(runes[i : i+end]))
		}
		i += end
	}
	return b.String()
}

// run measures the run at the start of runes: its length, its digits, and the most digits side by side.
func run(runes []rune) (end, digits, straight int) {
	const gapMost = 4
	side, gap := 0, 0
	for i, r := range runes {
		switch {
		case isDigit(r):
			digits, side, gap, end = digits+1, side+1, 0, i+1
			straight = max(straight, side)
			continue
		case (r == 'X' || r == 'x') && digits >= 14:
			return i + 1, digits, straight
		case unicode.IsLetter(r) || gap == gapMost:
			return end, digits, straight
		}
		gap, side = gap+1, 0
	}
	return end, digits, straight
}

// hideToken hides letters mixed with two or more digits: plates, account names. Words stay.
func hideToken(token string) string {
	digits, letters := 0, 0
	for _, r := range token {
		if unicode.IsDigit(r) {
			digits++
		} else if r < utf8.RuneSelf && unicode.IsLetter(r) {
			letters++
		}
	}
	if digits >= 2 && letters >= 1 || digits >= 6 {
		return hidden
	}
	return token
}

// hideDoor hides the number and keeps the word, so that 3号楼 becomes ***号楼. Metro lines and dates stay.
func hideDoor(door string) string {
	if strings.ContainsAny(door, "线線月") {
		return door
	}
	i := strings.IndexFunc(door, func(r rune) bool { return strings.ContainsRune("号號單单栋棟幢座室房户戶弄", r) })
	if i < 0 {
		return hidden
	}
	return hidden + door[i:]
}

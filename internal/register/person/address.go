package person

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"banyan/internal/platform/fault"
)

// Kind is a way a person can be reached.
type Kind string

// The ways. PhoneKind comes first wherever one of several is chosen.
const (
	PhoneKind  Kind = "phone"
	EmailKind  Kind = "email"
	WeChatKind Kind = "wechat"
)

// emailMost is the longest e-mail address, in bytes (RFC 5321, 4.5.3.1).
const emailMost = 254

// ParseEmail gives an address in one spelling: without a name, in lower case. Invalid on "email" when it is none.
func ParseEmail(text string) (string, error) {
	bad := fault.Field("email", "person.email_invalid")
	text = strings.TrimSpace(text)
	if len(text) > emailMost || !utf8.ValidString(text) {
		return "", bad
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		return "", bad
	}
	local, domain, ok := strings.Cut(a.Address, "@")
	if !ok || local == "" || domain == "" || strings.ContainsFunc(a.Address, odd) || strings.Contains(domain, "@") {
		return "", bad
	}
	return strings.ToLower(a.Address), nil
}

// odd marks what the syntax of addresses allows and nobody uses but to cheat a mail program.
func odd(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`"\<>(),;:`, r) }

// MaskedEmail shows enough to recognise an address one knows: z***@example.com.
func MaskedEmail(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "***@" + domain
}

// parseWeChat checks an openid: what the platform calls a user of one official account.
func parseWeChat(id string) (string, error) {
	ok := len(id) >= 6 && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_'
	})
	if !ok {
		return "", fault.Field("wechat", "person.wechat_invalid")
	}
	return id, nil
}

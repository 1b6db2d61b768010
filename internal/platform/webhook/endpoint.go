package webhook

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/fault"
)

// Endpoint is where messages go.
type Endpoint struct {
	ID           string
	Owner        string // who made it, as the caller names it
	URL          string // may hold a token: not for logs
	Types        []string
	Description  string
	Enabled      bool
	Note         string    // why it was disabled, a message key; "" when its owner did it or it is enabled
	OldUntil     time.Time // until when the secret before the present one signs too; zero: there is none
	FailingSince time.Time // first failure since the last success; zero: none
	Made         time.Time
	Disabled     time.Time // zero while enabled
}

// Why an endpoint is disabled, as message keys.
const (
	NoteFailing = "webhook.note.failing" // no success for a long time
	NoteGone    = "webhook.note.gone"    // the receiver answered 410
	NoteOwner   = "webhook.note.owner"   // its owner may receive nothing any more
)

// Wants tells whether the endpoint is to hear of messages of a type.
func (e Endpoint) Wants(kind string) bool {
	return slices.ContainsFunc(e.Types, func(t string) bool { return matches(t, kind) })
}

// matches compares with a type, "a.*" for all that begin with "a.", or "*" for all.
func matches(pattern, kind string) bool {
	prefix, open := strings.CutSuffix(pattern, "*")
	return pattern == kind || open && strings.HasPrefix(kind, prefix)
}

const (
	mostEndpoints   = 20 // of one owner
	longestURL      = 2000
	longestWords    = 200
	mostTypes       = 100
	longestTypeName = 60
)

// check refuses an endpoint that could never be told anything.
func (e Endpoint) check(private bool) error {
	var wrong fault.Fields
	if key := wrongURL(e.URL, private); key != "" {
		wrong = append(wrong, fault.Field("url", key))
	}
	if len(e.Types) == 0 || len(e.Types) > mostTypes || slices.ContainsFunc(e.Types, func(t string) bool { return !isType(t) }) {
		wrong = append(wrong, fault.Field("types", "webhook.need.types", "Most", mostTypes))
	}
	if len([]rune(e.Description)) > longestWords || strings.ContainsFunc(e.Description, func(r rune) bool { return r < ' ' }) {
		wrong = append(wrong, fault.Field("description", "webhook.need.description", "Most", longestWords))
	}
	return wrong.OrNil()
}

// isType accepts lower-case words joined by dots, the last of which may be *.
func isType(t string) bool {
	t = strings.TrimSuffix(t, "*")
	return len(t) <= longestTypeName && strings.Trim(t, "abcdefghijklmnopqrstuvwxyz0123456789_.") == ""
}

// wrongURL is the message key of what is wrong with an address, or "". Names are looked up only when a message is
// sent; this tells early what can be told early.
func wrongURL(text string, private bool) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > longestURL || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "":
		return "webhook.need.url"
	case u.Scheme != "https" && (u.Scheme != "http" || !private):
		return "webhook.need.https"
	case private:
		return ""
	}
	host := u.Hostname()
	if at, err := netip.ParseAddr(host); err == nil {
		if !public(at) {
			return "webhook.need.public"
		}
	} else if !strings.Contains(strings.Trim(host, "."), ".") {
		return "webhook.need.public"
	}
	return ""
}

package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// errPrivate is given instead of a connection to an address inside.
var errPrivate = errors.New("the address is not a public one")

// notPublic lists what is global unicast by form and yet no public receiver: IANA's special-purpose registries, and
// the ways to write such a v4 address within a v6 one.
func notPublic() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// public tells whether an address belongs to the public network.
func public(at netip.Addr) bool {
	at = at.Unmap()
	if !at.IsGlobalUnicast() || at.IsPrivate() || at.Zone() != "" {
		return false
	}
	for _, p := range notPublic() {
		if p.Contains(at) {
			return false
		}
	}
	return true
}

// onlyPublic refuses a connection by the address it is about to go to, after all names were looked up.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr()) {
		return errPrivate
	}
	return nil
}

// client sends without proxy, cookies and redirects, and to public addresses unless private is set.
func client(private bool) *http.Client {
	dial := net.Dialer{Timeout: 5 * time.Second}
	if !private {
		dial.Control = onlyPublic
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dial.DialContext, ForceAttemptHTTP2: true, DisableCompression: true, TLSHandshakeTimeout: 5 * time.Second,
			MaxResponseHeaderBytes: 16 << 10, MaxIdleConns: 100, MaxIdleConnsPerHost: perEndpoint, IdleConnTimeout: time.Minute,
		},
	}
}

package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the address ranges of our own proxies.
type proxies []netip.Prefix

func parseProxies(ranges []string) proxies {
	var p proxies
	for _, text := range ranges {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			panic(fmt.Sprintf("web: proxy range %q: %v", text, err))
		}
		p = append(p, prefix)
	}
	return p
}

// client returns the key of the client's address: the nearest one that is not ours. A header of a client that is
// no proxy of ours is not believed. IPv6 counts by /64, the size of one household.
func (p proxies) client(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.own(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	if addr.Is6() {
		return netip.PrefixFrom(addr, 64).Masked().String()
	}
	return addr.String()
}

func (p proxies) own(addr netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

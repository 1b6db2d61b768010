package signon

import (
	"net"
	"net/url"
	"strings"
)

// redirectOK: https anywhere; http to this machine only, for trials and for apps on a computer (RFC 8252, 7.3); an app without a secret
// may have a scheme of its own with a dot in it, "cn.example.app:/done" (RFC 8252, 7.1). No fragment, no user, no wildcard.
func redirectOK(to string, secret bool) bool {
	u, err := url.Parse(to)
	if err != nil || len(to) > 500 || u.Fragment != "" || strings.ContainsAny(to, "*# \t\r\n\\") || u.User != nil {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Hostname() != ""
	case "http":
		return u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	default:
		return !secret && strings.Contains(u.Scheme, ".")
	}
}

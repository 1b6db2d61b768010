package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzDecodeBody holds that what a form gives is valid text without control characters, within its limits unless refused.
func FuzzDecodeBody(f *testing.F) {
	const form = "application/x-www-form-urlencoded"
	f.Add(form, []byte("name=张三&count=3&ratio=0.5&on=yes&list=a&list=b&need=x"))
	f.Add(form, []byte("name=%ff&count=9999999999999999999&ratio=NaN&list=%00"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--\r\n"))
	f.Add("multipart/form-data; boundary=", []byte("--"))
	f.Add("text/plain; x=\"", []byte("name=a"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/x", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		var in struct {
			Name  string   `form:"name" max:"10"`
			Need  string   `form:"need" required:"true"`
			Count int      `form:"count"`
			Small int32    `form:"small"`
			Ratio float64  `form:"ratio"`
			On    bool     `form:"on"`
			List  []string `form:"list" max:"5"`
		}
		err := Decode(r, &in)
		for _, text := range append(in.List, in.Name, in.Need) {
			if !utf8.ValidString(text) || strings.TrimSpace(text) != text || strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }) {
				t.Fatalf("%q is kept (%v)", text, err)
			}
		}
		if in.Ratio != in.Ratio {
			t.Fatal("no number is kept as one")
		}
		if err != nil {
			return
		}
		if in.Need == "" || utf8.RuneCountInString(in.Name) > 10 {
			t.Fatalf("%+v is accepted", in)
		}
		for _, text := range in.List {
			if text == "" || utf8.RuneCountInString(text) > 5 {
				t.Fatalf("%q is accepted", in.List)
			}
		}
		if id := FormID(r); len(id) != 26 {
			t.Fatalf("form id %q", id)
		}
	})
}

// FuzzForwarded holds that nobody outside chooses whose requests are counted: without a proxy of ours in front the header
// counts for nothing, and the key is always an address or a household of ours to tell apart.
func FuzzForwarded(f *testing.F) {
	for _, s := range [][2]string{
		{"10.0.0.1:80", "203.0.113.9"}, {"203.0.113.9:80", "10.0.0.1"}, {"[::1]:80", "a, 2001:db8::1, 10.0.0.2"}, {"[fe80::1%eth0]:1", ""},
		{"10.0.0.1:80", "::ffff:203.0.113.9"}, {"@", "x"}, {"10.0.0.1:80", ",,,"},
	} {
		f.Add(s[0], s[1])
	}
	ours := parseProxies([]string{"10.0.0.0/8", "::1/128"})
	f.Fuzz(func(t *testing.T, peer, header string) {
		r := &http.Request{RemoteAddr: peer, Header: http.Header{"X-Forwarded-For": {header}}}
		got := ours.client(r)
		addr, err := netip.ParseAddrPort(peer)
		if err != nil {
			if got != peer {
				t.Fatalf("%q counts as %q", peer, got)
			}
			return
		}
		plain := &http.Request{RemoteAddr: peer, Header: http.Header{}}
		if !ours.own(addr.Addr().Unmap()) && got != ours.client(plain) {
			t.Fatalf("%q behind %q counts as %q", peer, header, got)
		}
		if _, err := netip.ParseAddr(got); err != nil {
			if _, err := netip.ParsePrefix(got); err != nil {
				t.Fatalf("%q behind %q counts as %q", peer, header, got)
			}
		}
	})
}

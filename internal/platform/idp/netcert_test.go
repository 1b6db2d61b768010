package idp_test

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/idp"
	"banyan/internal/platform/idp/simulator"
)

const back = "https://12345.example/identity/netcert/back"

// platform is the simulated platform over HTTP, with a client of it.
type platform struct {
	*testing.T
	*simulator.Platform
	client *idp.NetCert
	clock  *clock.Manual
}

func newPlatform(t *testing.T, secret string) platform {
	t.Helper()
	c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	s := httptest.NewUnstartedServer(nil)
	issuer := "http://" + s.Listener.Addr().String()
	sim := simulator.New(simulator.Config{Issuer: issuer, Client: "banyan", Secret: "s3cret", Backs: []string{back}, Clock: c})
	s.Config.Handler = sim
	s.Start()
	t.Cleanup(s.Close)
	return platform{t, sim, idp.NewNetCert(idp.NetCertSettings{Issuer: issuer, Client: "banyan", Secret: secret}, c), c}
}

func (p platform) take(v url.Values, nonce string) (idp.Assertion, error) {
	p.Helper()
	return p.client.Take(p.Context(), back, v, nonce, "")
}

// A check passes once, for the city that asked, in its time; a person may say no; nothing else proves anything.
func TestNetCert(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, "s3cret")
	address, err := p.client.Ask(t.Context(), back, "st", "no", "")
	if err != nil || !strings.Contains(address, "state=st") || !strings.Contains(address, "nonce=no") {
		t.Fatalf("%s, %v", address, err)
	}
	pass := p.Pass("测试甲", "no")
	a, err := p.take(url.Values{"pass": {pass}}, "no")
	if err != nil || a.Subject == "" || a.Level != 3 || strings.Contains(a.Subject, "甲") {
		t.Fatalf("%+v, %v", a, err)
	}
	again, err := p.take(url.Values{"pass": {p.Pass("测试甲", "n2")}}, "n2")
	if err != nil || again.Subject != a.Subject {
		t.Errorf("the same person has another id: %+v, %v", again, err)
	}
	other, err := p.take(url.Values{"pass": {p.Pass("测试乙", "n3")}}, "n3")
	if err != nil || other.Subject == a.Subject {
		t.Errorf("another person has the same id: %+v, %v", other, err)
	}
	if _, err := p.take(url.Values{"error": {"refused"}}, "no"); !errors.Is(err, idp.ErrRefused) {
		t.Errorf("a no: %v", err)
	}
	old := p.Pass("测试甲", "no")
	for name, do := range map[string]func() error{
		"used up":       func() error { _, err := p.take(url.Values{"pass": {pass}}, "no"); return err },
		"made up":       func() error { _, err := p.take(url.Values{"pass": {"X"}}, "no"); return err },
		"nothing":       func() error { _, err := p.take(url.Values{}, "no"); return err },
		"another nonce": func() error { _, err := p.take(url.Values{"pass": {p.Pass("测试甲", "no")}}, "yes"); return err },
		"no nonce":      func() error { _, err := p.take(url.Values{"pass": {p.Pass("测试甲", "")}}, ""); return err },
		"too late": func() error {
			p.clock.Advance(3 * time.Minute)
			_, err := p.take(url.Values{"pass": {old}}, "no")
			return err
		},
	} {
		if err := do(); !errors.Is(err, idp.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	thief := newPlatform(t, "guess")
	if _, err := thief.take(url.Values{"pass": {thief.Pass("测试甲", "no")}}, "no"); !errors.Is(err, idp.ErrWrong) {
		t.Errorf("a wrong secret: %v", err)
	}
}

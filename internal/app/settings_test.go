package app

import (
	"testing"
	"time"

	"banyan/internal/register/trail"
)

// FuzzSettings holds that a settings file is refused or gives bounds that hold: a typo must not become a default, and no
// number makes a process wait or take on work without end.
func FuzzSettings(f *testing.F) {
	f.Add("development: true\naddress: https://12345.example\nlimits:\n  handlers: 64\n  wait: 4s\n")
	f.Add("drain: 9000h\n")
	f.Add("limits: {wait: -1s, memory_mb: -5}\n")
	f.Add("metrics: :9090\nproxies: [10.0.0.0/8, x]\n")
	f.Add("a: &a [*a]\n")
	f.Add("sms: {in: {token: ab}}\nmail: {in: {folder: /x}}\nwechat: {app_id: a}\nbackup: {every: 1h}\n")
	f.Add("trail: {keep: 1h, hour: {alarm: -1}}\n")
	f.Add("trail: {keep: 9000h, hour: {refuse: 5}, witness_for: [x]}\n")
	f.Add("- 1\n---\ndevelopment: yes\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseSettings([]byte(text), "")
		if err != nil {
			return
		}
		if d := s.drain(); d < 0 || d > time.Minute {
			t.Fatalf("drains for %s", d)
		}
		if k := s.Trail.keep(); k < trail.LeastKept {
			t.Fatalf("the trail is kept for %s", k)
		}
		if h := s.Trail.limits(); h.Alarm < 1 || h.Refuse < 1 {
			t.Fatalf("looks %+v", h)
		}
		if l := s.Limits.web(); l.Handlers < 0 || l.Uploads < 0 || l.Patience < 0 {
			t.Fatalf("limits %+v", l)
		}
	})
}

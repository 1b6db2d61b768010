package wechat

import (
	"testing"

	"banyan/internal/platform/geo"
	"banyan/internal/scenario/channel"
)

const testKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func TestMapCoordinatesAndBack(t *testing.T) {
	t.Parallel()
	for _, p := range []geo.Point{{Lat: 26.0853, Lon: 119.2965}, {Lat: 39.9087, Lon: 116.3975}, {Lat: 22.5431, Lon: 114.0579}} {
		g := toGCJ(p)
		if off := g.Distance(p); off < 200 || off > 900 {
			t.Errorf("%v: the map is %.0f m off", p, off)
		}
		if left := fromGCJ(g).Distance(p); left > 1 {
			t.Errorf("%v: %.1f m are left", p, left)
		}
	}
	// a well-known pair: Tiananmen in both systems
	if d := toGCJ(geo.Point{Lat: 39.907333, Lon: 116.391083}).Distance(geo.Point{Lat: 39.908736, Lon: 116.397327}); d > 2 {
		t.Errorf("%.1f m from the known place", d)
	}
	if p := (geo.Point{Lat: 48.85, Lon: 2.35}); fromGCJ(p) != p {
		t.Error("a place abroad was moved")
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s    Settings
		good bool
	}{
		{Settings{}, true},
		{Settings{AppID: "wx1"}, false},
		{Settings{AppID: "wx1", Secret: "s", Token: "t"}, false},
		{Settings{AppID: "wx1", Secret: "s", Token: "t", AESKey: "short"}, false},
		{Settings{AppID: "wx1", Secret: "s", Token: "t", AESKey: testKey}, true},
	} {
		if err := tt.s.Check(); (err == nil) != tt.good {
			t.Errorf("%+v: %v", tt.s, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>灯</Content><MsgId>1</MsgId></xml>"))
	f.Add([]byte("<xml><FromUserName>o1</FromUserName><MsgType>location</MsgType><Location_X>26.1</Location_X><Location_Y>119.3</Location_Y><MsgId>1</MsgId></xml>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := read(body)
		if err != nil {
			return
		}
		if m.From == "" || m.id() == "" || channel.Clean(m.Content) != m.Content {
			t.Errorf("%+v", m)
		}
		if p := m.point(); p != (geo.Point{}) && !p.Valid() {
			t.Errorf("a place off the earth: %v", p)
		}
	})
}

func FuzzOpen(f *testing.F) {
	v, err := newVault(testKey, "wx1")
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := v.seal([]byte("<xml></xml>"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed, "灯")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, sealed, message string) {
		_, _ = v.open(sealed) // it must not break
		closed, err := v.seal([]byte(message))
		if err != nil {
			t.Fatal(err)
		}
		if open, err := v.open(closed); err != nil || string(open) != message {
			t.Errorf("%q came back as %q, %v", message, open, err)
		}
	})
}

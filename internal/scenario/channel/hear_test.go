package channel_test

import (
	"testing"

	"banyan/internal/scenario/channel"
	"banyan/internal/work/request"
)

func TestRead(t *testing.T) {
	t.Parallel()
	const number = "FZ26112300000017"
	good := func() string { // a number with the right check digit
		for d := byte('0'); d <= '9'; d++ {
			if n, err := request.ParseNumber("FZ", number[:15]+string(d)); err == nil {
				return n
			}
		}
		t.Fatal("no check digit fits")
		return ""
	}()
	shown := request.DisplayNumber(good)
	for _, tt := range []struct {
		text   string
		meant  channel.Meant
		number string
	}{
		{good, channel.Asks, good},
		{shown, channel.Asks, good},
		{good[2:], channel.Asks, good},
		{"查询 " + good, channel.Asks, good},
		{"查询" + good, channel.Asks, good},
		{"进度", channel.Asks, ""},
		{"解决了", channel.Agrees, ""},
		{"解决了！", channel.Agrees, ""},
		{"解决了 " + shown, channel.Agrees, good},
		{"满意", channel.Agrees, ""},
		{"解决了吗", channel.Tells, ""},
		{"解决了吗？", channel.Tells, ""},
		{"没解决", channel.Denies, ""},
		{"没解决，灯还是不亮", channel.Denies, ""},
		{"不满意 " + good, channel.Denies, good},
		{"没解决吗", channel.Tells, ""},
		{"问题没解决", channel.Tells, ""},
		{"帮助", channel.Helps, ""},
		{"？", channel.Helps, ""},
		{"路灯 14 号不亮", channel.Tells, ""},
		{"关于 " + good + " 灯又不亮了", channel.Tells, good},
		{"", channel.Tells, ""},
		{"no", channel.Denies, ""},
		{"not solved", channel.Denies, ""},
		{"nobody came", channel.Tells, ""},
	} {
		h := channel.Read(tt.text, func(s string) (string, error) { return request.ParseNumber("FZ", s) })
		if h.Meant != tt.meant || h.Number != tt.number {
			t.Errorf("%q means %d about %q, want %d about %q", tt.text, h.Meant, h.Number, tt.meant, tt.number)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\r\nb\rc": "a\nb\nc", " a\x00b\x7f\u0085 ": "ab", "\xff灯": "\uFFFD灯", "\t灯\n": "灯", "": "",
	} {
		if got := channel.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"解决了 FZ26112300000017", "没解决", "查询", "\xff", "１２３４５６７８９０１２３４"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h := channel.Read(text, func(s string) (string, error) { return request.ParseNumber("FZ", s) })
		if h.Number != "" {
			if n, err := request.ParseNumber("FZ", h.Number); err != nil || n != h.Number {
				t.Errorf("%q gives the number %q", text, h.Number)
			}
		}
	})
}

package ui

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

// Icon draws a 24 px icon with a stroke of 1.75 in the text's colour. It is decoration: words stand beside it. An
// unknown name is an error, so that a test that draws the page finds it.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		shape, ok := shapeOf(name)
		if !ok {
			return fmt.Errorf("no icon is called %q", name)
		}
		_, err := io.WriteString(w, `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">`+shape+`</svg>`)
		return err
	})
}

// Icons lists the names of all icons.
func Icons() []string {
	return []string{
		"back", "bell", "bldg", "book", "bowl", "camera", "card", "chart", "check", "chev", "clock", "close",
		"doc", "down", "download", "edit", "eye", "filter", "flag", "gear", "globe", "grid", "heart", "home",
		"inbox", "info", "leaf", "list", "lock", "map", "merge", "mic", "moon", "out", "phone", "photo", "pin",
		"plus", "print", "reply", "search", "send", "shield", "sos", "speaker", "stamp", "star", "sun", "truck",
		"user", "users", "warn",
	}
}

// shapeOf returns the drawing of an icon on a grid of 24.
func shapeOf(name string) (shape string, ok bool) {
	switch name {
	case "back":
		return `<path d="M15 5.5 8.5 12l6.5 6.5"/>`, true
	case "bell":
		return `<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z"/><path d="M10 20.5h4"/>`, true
	case "bldg":
		return `<path d="M5 20.5V5l8-1.5v17M13 9l6 1.5v10M3 20.5h18M8 8.5h2M8 12h2M8 15.5h2"/>`, true
	case "book":
		return `<path d="M4.5 5.5c3-1.2 5.5-.8 7.5.8 2-1.6 4.5-2 7.5-.8v13c-3-1.2-5.5-.8-7.5.8-2-1.6-4.5-2-7.5-.8z"/><path d="M12 6.3v13"/>`, true
	case "bowl":
		return `<path d="M3.5 11h17a8.5 8.5 0 0 1-5.5 8h-6a8.5 8.5 0 0 1-5.5-8z"/><path d="M8.5 7.5c0-1.5 1.5-1.5 1.5-3M13 7.5c0-1.5 1.5-1.5 1.5-3"/>`, true
	case "camera":
		return `<path d="M4 8h3l1.5-2.5h7L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z"/><circle cx="12" cy="13.2" r="3.4"/>`, true
	case "card":
		return `<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="M3 9.5h18M7 14.5h4"/>`, true
	case "chart":
		return `<path d="M4 4v16h16"/><path d="M8 16v-4M12 16V8M16 16v-6"/>`, true
	case "check":
		return `<path d="m5 12.5 4.5 4.5L19 7.5"/>`, true
	case "chev":
		return `<path d="m9 5.5 6.5 6.5L9 18.5"/>`, true
	case "clock":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`, true
	case "close":
		return `<path d="m6 6 12 12M18 6 6 18"/>`, true
	case "doc":
		return `<path d="M6 3.5h8l4 4v13H6z"/><path d="M14 3.5v4h4M9 12h6M9 15.5h6"/>`, true
	case "down":
		return `<path d="m5.5 9 6.5 6.5L18.5 9"/>`, true
	case "download":
		return `<path d="M12 4v10M8 10.5l4 4 4-4M4.5 16v3.5h15V16"/>`, true
	case "edit":
		return `<path d="m14.5 5.5 4 4-10 10-4.5.5.5-4.5zM12.5 7.5l4 4"/>`, true
	case "eye":
		return `<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>`, true
	case "filter":
		return `<path d="M4 5.5h16L14 13v6l-4-2v-4z"/>`, true
	case "flag":
		return `<path d="M6 21V4M6 5c4-2.5 7 2.5 12 0v8.5c-5 2.5-8-2.5-12 0"/>`, true
	case "gear":
		return `<circle cx="12" cy="12" r="3"/><path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M18 6l-2.1 2.1M8.1 15.9 6 18"/>`, true
	case "globe":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c2.3 2.4 3.5 5.3 3.5 8.5s-1.2 6.1-3.5 8.5c-2.3-2.4-3.5-5.3-3.5-8.5s1.2-6.1 3.5-8.5z"/>`, true
	case "grid":
		return `<rect x="4" y="4" width="6.5" height="6.5" rx="1"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1"/>`, true
	case "heart":
		return `<path d="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z"/>`, true
	case "home":
		return `<path d="m4 11 8-7 8 7v8.5h-5.5V14h-5v5.5H4z"/>`, true
	case "inbox":
		return `<path d="M4 13 6.5 5h11L20 13v6H4z"/><path d="M4 13h4.5l1 2.5h5l1-2.5H20"/>`, true
	case "info":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5h.01"/>`, true
	case "leaf":
		return `<path d="M5 19c0-9 5-13.5 15-14 0 9.5-4 14.5-12 14.5-1.5 0-3-.5-3-.5z"/><path d="M5 19c3-5 6-7.5 10-9.5"/>`, true
	case "list":
		return `<path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4 6.5h.01M4 12h.01M4 17.5h.01"/>`, true
	case "lock":
		return `<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"/>`, true
	case "map":
		return `<path d="m3.5 6.5 5.5-2.5 6 2.5 5.5-2.5v13.5L15 20l-6-2.5-5.5 2.5z"/><path d="M9 4v13.5M15 6.5V20"/>`, true
	case "merge":
		return `<path d="M7 4v4c0 3 5 4 5 8v4M17 4v4c0 3-5 4-5 8"/>`, true
	case "mic":
		return `<rect x="9" y="3.5" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5"/>`, true
	case "moon":
		return `<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>`, true
	case "out":
		return `<path d="M14 4.5H5.5v15H14M10 12h10M16.5 8.5 20 12l-3.5 3.5"/>`, true
	case "phone":
		return `<path d="M6 3.5h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4 5.7 2 2 0 0 1 6 3.5z"/>`, true
	case "photo":
		return `<rect x="3.5" y="5" width="17" height="14" rx="2"/><circle cx="9" cy="10" r="1.6"/><path d="m4 17 5-4.5 3.5 3 3-2.5 5 4"/>`, true
	case "pin":
		return `<path d="M12 21s6.5-6.2 6.5-11a6.5 6.5 0 0 0-13 0c0 4.8 6.5 11 6.5 11z"/><circle cx="12" cy="10" r="2.4"/>`, true
	case "plus":
		return `<path d="M12 5v14M5 12h14"/>`, true
	case "print":
		return `<path d="M7 9V4h10v5M7 17H4v-7h16v7h-3"/><path d="M7 14h10v6H7z"/>`, true
	case "reply":
		return `<path d="M9.5 7 4 12l5.5 5M4.5 12H14c3.5 0 6 2 6 6"/>`, true
	case "search":
		return `<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`, true
	case "send":
		return `<path d="M20.5 4 3.5 10.5l6.5 2.5L14 20.5zM20.5 4 10 13"/>`, true
	case "shield":
		return `<path d="M12 3.5 19 6v6c0 4.5-3 7.5-7 8.5-4-1-7-4-7-8.5V6z"/><path d="m9 12 2.2 2.2L15.2 10"/>`, true
	case "sos":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5M12 16h.01"/>`, true
	case "speaker":
		return `<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11"/>`, true
	case "stamp":
		return `<path d="M9.5 13.5c.5-2.5-1.5-4-1.5-6a4 4 0 0 1 8 0c0 2-2 3.5-1.5 6H18a1.5 1.5 0 0 1 1.5 1.5v2h-15v-2A1.5 1.5 0 0 1 6 13.5zM5.5 20h13"/>`, true
	case "star":
		return `<path d="m12 4 2.5 5.2 5.7.8-4.1 4 1 5.7L12 17l-5.1 2.7 1-5.7-4.1-4 5.7-.8z"/>`, true
	case "sun":
		return `<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4"/>`, true
	case "truck":
		return `<path d="M3 6.5h10.5v10H3zM13.5 10H18l3 3.2v3.3h-7.5"/><circle cx="7" cy="17" r="1.8"/><circle cx="17" cy="17" r="1.8"/>`, true
	case "user":
		return `<circle cx="12" cy="8.5" r="3.7"/><path d="M4.5 20c.8-4 3.6-6 7.5-6s6.7 2 7.5 6"/>`, true
	case "users":
		return `<circle cx="9" cy="9" r="3.2"/><path d="M3 19c.6-3.4 2.8-5 6-5s5.4 1.6 6 5"/><path d="M15.5 6.2a3.2 3.2 0 0 1 0 5.6M17.5 14.5c2 .6 3.2 2.1 3.5 4.5"/>`, true
	case "warn":
		return `<path d="M12 4 21 19.5H3z"/><path d="M12 10v4.5M12 17h.01"/>`, true
	default:
		return "", false
	}
}

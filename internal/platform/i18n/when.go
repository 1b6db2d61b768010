package i18n

import (
	"fmt"
	"time"

	"banyan/internal/platform/clock"
)

// Date writes the day of t in the city: 2026 年 11 月 25 日, 25 November 2026.
func (l Lang) Date(t time.Time) string {
	t = t.In(clock.City)
	if l == En {
		return t.Format("2 January 2006")
	}
	return t.Format("2006 年 1 月 2 日")
}

// Day writes the day of t without the year and with the weekday: 11 月 25 日（周三）, Wed 25 Nov.
func (l Lang) Day(t time.Time) string {
	t = t.In(clock.City)
	if l == En {
		return t.Format("Mon 2 Jan")
	}
	return t.Format("1 月 2 日") + "（" + l.Weekday(t) + "）"
}

// Weekday writes the weekday of t short: 周三, 週三, Wed.
func (l Lang) Weekday(t time.Time) string {
	t = t.In(clock.City)
	if l == En {
		return t.Format("Mon")
	}
	week := "周"
	if l == ZhHant {
		week = "週"
	}
	return week + string([]rune("日一二三四五六")[t.Weekday()])
}

// DateTime writes day and minute of t: 2026 年 11 月 25 日 17:30, 25 November 2026, 17:30.
func (l Lang) DateTime(t time.Time) string {
	sep := " "
	if l == En {
		sep = ", "
	}
	return l.Date(t) + sep + l.Clock(t)
}

// Clock writes the minute of t in the city: 17:30.
func (l Lang) Clock(t time.Time) string { return t.In(clock.City).Format("15:04") }

// Stamp writes t short for dense lists: 11:58 on the day of now, 11-24 11:58 in its year, else 2025-11-24.
func (l Lang) Stamp(t, now time.Time) string {
	t, now = t.In(clock.City), now.In(clock.City)
	switch {
	case days(t, now) == 0:
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("01-02 15:04")
	default:
		return t.Format("2006-01-02")
	}
}

// Due writes a due time as one says it on the day of now: 今天 17:30, 明天 09:00, 11 月 25 日（周三）17:30;
// with the year when it is another one.
func (l Lang) Due(t, now time.Time) string {
	t, now = t.In(clock.City), now.In(clock.City)
	switch {
	case days(t, now) == 0:
		return l.today() + " " + l.Clock(t)
	case days(t, now) == 1:
		return l.tomorrow() + " " + l.Clock(t)
	case t.Year() != now.Year():
		return l.DateTime(t)
	case l == En:
		return l.Day(t) + ", " + l.Clock(t)
	default:
		return l.Day(t) + l.Clock(t)
	}
}

func (l Lang) today() string {
	if l == En {
		return "today"
	}
	return "今天"
}

func (l Lang) tomorrow() string {
	if l == En {
		return "tomorrow"
	}
	return "明天"
}

// days counts the days of the city's calendar from now to t.
func days(t, now time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(t).Sub(day(now)).Hours() / 24)
}

// Duration writes the two largest units of d: 2 天 3 小时, 40 分钟; under a minute as the shortest text.
// The sign is dropped: say overdue or left in words.
func (l Lang) Duration(d time.Duration) string {
	minutes := int(d.Abs() / time.Minute)
	d1, h, m := minutes/1440, minutes/60%24, minutes%60
	switch {
	case d1 > 0 && h > 0:
		return l.unit(d1, 'd') + " " + l.unit(h, 'h')
	case d1 > 0:
		return l.unit(d1, 'd')
	case h > 0 && m > 0:
		return l.unit(h, 'h') + " " + l.unit(m, 'm')
	case h > 0:
		return l.unit(h, 'h')
	case m > 0:
		return l.unit(m, 'm')
	case l == En:
		return "less than a minute"
	case l == ZhHant:
		return "不到 1 分鐘"
	default:
		return "不到 1 分钟"
	}
}

func (l Lang) unit(n int, unit byte) string {
	words := map[Lang]map[byte]string{
		ZhHans: {'d': "天", 'h': "小时", 'm': "分钟"},
		ZhHant: {'d': "天", 'h': "小時", 'm': "分鐘"},
		En:     {'d': "day", 'h': "hour", 'm': "minute"},
	}
	word := words[l][unit]
	if l == En && n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

package clock

import "time"

// City is the city's time zone: China has one, without daylight saving.
var City = time.FixedZone("CST", 8*3600)

// Ms gives t as stored: UTC milliseconds since 1970, 0 for the zero time.
func Ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMs reads a stored time in UTC; 0 is the zero time.
func FromMs(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

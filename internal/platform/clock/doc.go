// Package clock tells the time, and lets a test set it.
//
// Times are stored as UTC milliseconds since 1970 in a BIGINT column; zero means "not set".
// People read them in the city's time zone, City.
package clock

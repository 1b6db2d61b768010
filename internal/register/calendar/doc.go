// Package calendar counts working time: which days the city works, and when a time limit runs out.
//
// The words: a year's notice names days off and make-up working days (调休), also days of the year before, so
// all notices are merged before anything is asked. The hours give the windows of a working day. A base is the
// time that counts: "24x7" is every instant, "work" only the windows of working days. A limit is an amount of
// a unit from a starting point; its span is how much time of its base it allows. A profile names the limits of
// one class of case, such as livelihood or danger to life.
//
// All arithmetic is pure, in the city's time zone and in whole milliseconds, the resolution of storage. Working
// time passed is kept as one sum per day, so that every question is a subtraction or one binary search.
//
// A year whose calendar is not published is counted Monday to Friday, and a due time that reached it is
// provisional: it is computed again, under the calendar's next version, when the notice is there.
//
// The package owns the sections calendar/years, calendar/hours and clocks of a pack, and no table. It says no facts.
package calendar

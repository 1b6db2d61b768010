// Package brain is the room of those who look at the whole: the city brain's
// screen with its drill-down, the three rates of every unit with the cases
// behind them, supervision with its orders and appeals, and the rectifications
// that bad ratings opened.
//
// Every number links to its list and carries its time and source. What is not
// known is a dash with the reason, never a guess; units with too few cases are
// shown without a place.
//
// It decides nothing: reach and refusals come from the services it asks. It
// owns no table and says no facts. Lists show redacted headlines only.
package brain

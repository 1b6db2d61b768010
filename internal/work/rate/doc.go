// Package rate keeps what requesters think of how they were served (好差评): one
// rating of five levels per request, voluntary, with reasons.
//
// The last two levels are bad ratings. Each opens a Rectification with its own
// clock: the unit has the pack's time (15 working days by national practice) to
// put it right and say how; the centre asks the requester and accepts, or sends
// it back once. A unit never rates or accepts its own work: the access policy
// says so.
//
//	rectification  open -> fixed -> accepted
//	               fixed -> open (sent back once) ; fixed -> explained (the
//	               second account does not satisfy either, and says why)
//
// Tables: rate_rating, rate_rectification. Facts said: rate.Rated, rate.Fixed,
// rate.Ended, rate.Overdue.
package rate

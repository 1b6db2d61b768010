// Package api is the room in which other systems meet the city: the operations of the JSON API at /api/v1 for every
// use case of the loop, from handing a request in to rates.
//
// A key acts in a post (package apikey). What it may do is asked twice: its scopes open operations (package openapi),
// and the access policy of its post decides on each case, as for staff. Cases go out as casework keeps them, which is
// without a requester's words; words go out in one operation that leaves a row in the trail.
//
// # Changes
//
// Every change answers with an Outcome: ids and states, so that an answer can be kept without keeping anything of a
// person. The table of actions (acts_*.go) is one line each: input type, casework's use case.
//
// # The same call again
//
// With an Idempotency-Key the effect and the kept answer are one transaction (Answers over db.Together): after a
// power cut either both are there or neither is, and the call sent again gives the first answer or makes the effect
// for the first time. Answers are kept for a day. Without a key, a request's client_id does the same for handing in,
// and a case's version (If-Match) keeps two systems from deciding on the same state. Files are not part of this: a
// file sent twice is kept twice until it is swept.
//
// It owns the tables api_answer, api_request and api_file and says no facts.
package api

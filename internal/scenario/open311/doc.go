// Package open311 is the door for programs that speak Open311 GeoReport v2: reporting apps, dashboards, and FixMyStreet as
// the city's front end. It lists services, takes reports in, tells how they stand, and exchanges updates both ways.
//
// # Two realms
//
// The production endpoint opens cases. The test endpoint checks alike and makes none: of a trial it keeps the service, the
// place and the time for a week, no words, no contact.
//
// # Who sees what
//
// Without a key: requests whose requester agreed to publication, in a case that is published: the redacted headline, the
// area, the state, the public answer, the photos. A key of scope report sees also the requests it handed in, without their
// words. Unknown and hidden are the same answer.
//
// # Who speaks
//
// Words a client hands in are those of a requester. A later update is a remark on the request. It contests or confirms an
// answer only when the phone in it is the requester's, or, to contest, when the request is anonymous and came by this key.
//
// It owns open311_request and open311_update, roll-ups folded from the cases by a reaction (see fold.go), open311_said,
// the updates that clients sent, and open311_mark. It says no facts.
package open311
